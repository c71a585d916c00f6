import Alerting
public import E911Values
import ELINEngine
import Locations
import RegInfo
public import SIPCore

/// One node of the service: the machine that daemon, simulation and replay drive.
///
/// It owns the SIP engine, the registrations, the leases, the calls and the alerts. Its inputs are octets, flow events
/// and ``NodeCommand``s; its effects are octets and ``NodeEffect``s. Begin with ``NodeCommand/restore(_:storeAvailable:)``.
///
/// An emergency call runs one way: INVITE, caller, place, ELIN, journal, 302, then store and alerts (contract section
/// 3). Whatever is broken beside it, the INVITE gets its 302.
public struct E911Node: SIPMachine {
    public typealias Command = NodeCommand
    public typealias Other = NodeEffect
    typealias Effect = SIPEffect<NodeEffect>

    var configuration: NodeConfiguration
    var engine: SIPEngine
    var identifiers: SeededGenerator
    var site: SiteModel?
    /// Whose calls are a call server's of ``site``.
    var sources = CallSourceTable()
    /// The counter of the row of ``site``.
    var siteCounter: UInt64 = 0
    var registry: DeviceRegistry
    var elins: ELINEngine
    var elinCopy = ELINCopy()
    var ali = ALIDesk()
    var aliPush = ALIPush()
    var locationPush = LocationPush()
    var desk: AlertDesk
    /// Where people acknowledge.
    let links: AcknowledgementLinks?
    var testSends = TestSends()
    var subscriptions = SubscriptionTable()
    /// The members of each call server of the site, by its index.
    var clusters: [Cluster] = []
    /// OPTIONS of ours that are under way, and to whom; looked up only, never iterated.
    var checks: [ClientTransactionID: CheckedMember] = [:]
    /// For the pauses between SUBSCRIBEs.
    var jitter: SeededGenerator
    /// Where the members of call servers are.
    var places = MemberPlaces()
    var resolver: ServerResolver
    /// What the next start is to know of them.
    var knownMembers: [KnownMember] = []
    /// Whether the members are to be looked for anew at the end of this entry point.
    var wantsLocating = false
    var bodies: BodyQueue
    let parser = RegInfoParser()

    var book = CallBook()
    var history = CallHistory(capacity: 10_000)
    /// The newest calls of the other node of a pair.
    var peerHistory = CallHistory(capacity: 10_000)
    var pending = PendingAnswers()
    var open = OpenTransactions()
    var untrustedRate: SourceRate
    var persistence: PersistenceQueue
    /// Set for one of a pair.
    var pair: NodePair?
    /// Who was seen where on the network.
    var sightings = EvidenceTable()
    /// Batches of evidence that are being taken over, in order, and who asked.
    var evidenceImports: [(EvidenceImport, QueryToken)] = []
    var evidenceDue: MonotonicTime?
    var counters = ServiceCounters()

    /// Devices of a store that was opened late.
    var restoring = RestoringDevices()
    /// Where the devices are.
    var devicePlaces = DevicePlaces()
    /// The slot from which on devices are still to be placed, since a site was taken over.
    var placingFrom: UInt32?
    /// When all devices are placed again.
    var nextPlacing: MonotonicTime?
    var moves = DeviceMoves()
    /// How many devices were unlocated when that was last told.
    var toldUnlocated = 0

    var calendar = DownloadCalendar()
    /// Completed downloads by call server.
    var downloads: [String: Int] = [:]
    /// INVITEs that came before the state was restored, and CANCELs of them; they are worked on behind it. The engine
    /// runs meanwhile: it cuts streams, absorbs repetitions and sends 100. None is refused or dropped, since nobody can
    /// tell yet which source is a call server.
    var early: [SIPEvent] = []

    /// What the site's password files hold; looked up, never iterated.
    var passwords: [String: PasswordFile.Content] = [:]
    /// Password files that are being read.
    var passwordsAsked: [String] = []

    /// What the site's files with addresses of record hold; looked up, never iterated.
    var addressFiles: [String: [String]] = [:]
    /// Such files that are being read.
    var addressFilesAsked: [String] = []
    /// Addresses of record that were learnt, by call server; looked up, never iterated.
    var learnt: [String: LearntAddresses] = [:]
    /// Of devices of the store, until the files are read that may list them.
    var restoredAddresses: [(callServer: String, aor: String)] = []

    /// Calls of the journal whose alerts wait for a site.
    var untold: [CallRecord] = []
    /// Leases of calls that were taken from the journal in this life, the latest of each ELIN. Looked up only.
    var recoveredLeases: [TelephoneNumber: LeaseRecord] = [:]

    var isReady = false
    var hasFinished = false
    var isDraining = false
    var isShuttingDown = false
    /// What the counters stay below could not be written beside the journal.
    var hasLostReservation = false
    var zoneOffsetMinutes = 0

    /// Effects of the entry point that runs at present, in order.
    var out: [Effect] = []

    /// - Parameters:
    ///   - identifiers: where tags, branches and jitter come from; the daemon gives one that nobody can guess.
    ///   - digest: the hash functions for SIP Servers that ask for a password; `nil` for none.
    public init(configuration: NodeConfiguration, identifiers: SeededGenerator, digest: DigestHash? = nil) {
        self.configuration = configuration
        self.identifiers = identifiers
        var engine = configuration.engine
        engine.digest = digest
        self.engine = SIPEngine(configuration: engine, identifiers: identifiers)
        resolver = ServerResolver(configuration, identifiers)
        jitter = SeededGenerator(seed: (0x6a69_7474_6572, 0, 0, self.identifiers.next()))
        registry = DeviceRegistry(now: Now(monotonic: .zero, wall: WallTime(milliseconds: 0)))
        elins = ELINEngine(configuration: ELINConfiguration())
        links = AcknowledgementLinks(configuration, digest)
        pair = NodePair(configuration)
        desk = AlertDesk(
            configuration: AlertConfiguration(), links: links,
            position: pair.map {
                PairPosition(node: configuration.node, peer: $0.peerName, isSecond: $0.position == 1)
            })
        bodies = BodyQueue(limit: configuration.waitingBodyOctets)
        untrustedRate = SourceRate(perSecond: configuration.untrustedCallsPerSecond)
        persistence = PersistenceQueue(node: configuration.node, isPaired: pair != nil)
    }

    // MARK: SIPMachine

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<NodeEffect>] {
        noticeSleep(now: now)
        perform(engine.receive(bytes, on: flow, now: now), now: now)
        return finish(now: now)
    }

    public mutating func handle(_ input: SIPInput<NodeCommand>, now: Now) -> [SIPEffect<NodeEffect>] {
        noticeSleep(now: now)
        switch input {
        case .flow(let event): perform(engine.handle(event, now: now), now: now)
        case .command(let command): obey(command, now: now)
        }
        return finish(now: now)
    }

    public var nextDeadline: MonotonicTime? {
        var earliest = engine.nextDeadline
        // It is asked for after each input; a list of them would be made each time.
        func consider(_ deadline: MonotonicTime?) {
            if let deadline { earliest = min(earliest ?? deadline, deadline) }
        }
        consider(registry.nextDeadline)
        consider(elins.nextDeadline)
        consider(desk.nextDeadline)
        consider(testSends.nextDeadline)
        consider(book.nextDeadline)
        consider(pending.nextDeadline)
        consider(bodies.nextDeadline)
        consider(subscriptions.nextDeadline)
        consider(persistence.nextDeadline)
        consider(locatingDeadline)
        consider(clusterDeadline)
        consider(placingDeadline)
        consider(evidenceDue)
        consider(elinCopy.deadline)
        consider(downloadsDeadline)
        consider(restoring.isEmpty ? nil : MonotonicTime(nanoseconds: .min))
        consider(aliDeadline)
        consider(locationPushDeadline)
        consider(pairDeadline)
        return earliest
    }

    public mutating func advance(to now: Now) -> [SIPEffect<NodeEffect>] {
        // Calls first: an answer that waits for the journal never waits behind a download.
        noticeSleep(now: now)
        answerOverdue(now: now)
        perform(engine.advance(to: now), now: now)
        book.advance(to: now.monotonic)
        _ = elins.advance(to: now)
        handle(desk.advance(to: now), now: now)
        endOverdueTestSends(now: now)
        if let deadline = locatingDeadline, deadline <= now.monotonic { locate(now: now) }
        advanceClusters(to: now)
        workOnSubscriptions(now: now)
        continueDownloads(now: now)
        readBodies(now: now)
        handle(registry.advance(now: now), now: now)
        continueRestoring(now: now)
        continuePlacing(now: now)
        continueALI(now: now)
        continuePush(now: now)
        continueLocationPush(now: now)
        importEvidence(now: now)
        continuePair(now: now)
        return finish(now: now)
    }

    private mutating func finish(now: Now) -> [Effect] {
        if wantsLocating { locate(now: now) }
        drainELINs(now: now)
        answerExports(now: now)
        postStored(now: now)
        flushPersistence(now: now)
        finishIfDone()
        defer { out = [] }
        return out
    }

    // MARK: Engine

    mutating func perform(_ effects: [EngineEffect], now: Now) {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, on: let flow): out.append(.transmit(bytes, on: flow))
            case .open(let id, let hop, let local): out.append(.open(id, to: hop, from: local))
            case .close(let id): out.append(.close(id))
            case .event(let event): handle(event, now: now)
            }
        }
    }

    mutating func handle(_ event: SIPEvent, now: Now) {
        if !isReady, event.waitsForTheState {
            early.append(event)
            return
        }
        switch event {
        case .request(let request): handle(request, now: now)
        case .cancelled(let transaction): cancelled(transaction, now: now)
        case .acknowledged(let transaction, _): acknowledged(transaction, now: now)
        case .unacknowledged(let transaction): unacknowledged(transaction, now: now)
        // The engine has ended the transaction; no timer H will tell.
        case .transportFailed(let transaction, _): unacknowledged(transaction, now: now)
        case .subscription(let id, let event): handle(event, of: id, now: now)
        case .hop(let hop, let outcome): tried(hop, outcome, now: now)
        case .response(let id, let response): checked(id, response, now: now)
        case .clientTimeout(let id), .clientTransportFailed(let id, _): checked(id, nil, now: now)
        default: break
        }
    }

    private mutating func handle(_ request: IncomingRequest, now: Now) {
        switch request.message.method {
        case .invite: invite(request, now: now)
        case .options: options(request, now: now)
        default:
            let allow = [CallAnswer.Header(name: .allow, value: Self.allow)]
            respond(request, CallAnswer(status: 405, headers: allow), now: now)
        }
    }

    static let allow = "INVITE, ACK, CANCEL, OPTIONS, NOTIFY"

    // MARK: Effects

    mutating func note(_ level: Note.Level, _ code: String, _ text: String, _ fields: [Note.Field] = []) {
        if level >= configuration.notes { out.append(.other(.note(Note(level, code, text, fields)))) }
    }
}

extension E911Node {
    /// Tells those who look on.
    mutating func live(_ event: @autoclosure () -> LiveEvent) {
        if configuration.tellsLive { out.append(.other(.live(event()))) }
    }

    /// Writes an entry of the audit log.
    mutating func audit(_ note: AuditNote, now: Now) {
        let record = AuditRecord(
            key: nextKey(now), who: note.who, action: note.action, detail: note.detail,
            source: note.source, changes: note.changes)
        live(.audit(record))
        persistence.put(record)
    }
}

extension AcknowledgementLinks {
    /// `nil` where there is no console, no key, or no SHA-256.
    fileprivate init?(_ configuration: NodeConfiguration, _ digest: DigestHash?) {
        guard let console = configuration.consoleURL, let digest, digest.algorithms.contains(.sha256) else {
            return nil
        }
        self.init(console: console, secret: configuration.linkSecret) { digest.octets(.sha256, of: $0) }
    }
}

extension SIPEvent {
    /// Whether nothing can be said to it without the site: an INVITE, and the end of one.
    fileprivate var waitsForTheState: Bool {
        switch self {
        case .request(let request): request.message.method == .invite
        case .cancelled, .transportFailed: true
        default: false
        }
    }
}
