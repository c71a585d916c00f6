public import Alerting
public import E911Service
public import E911Values
import SIPCore

/// An `E911Node` with models of its journal, its store and its alert channels. The disk survives the process. The store is on
/// that disk, or one that it shares with the other node of its pair.
public final class SimulatedNode {
    public struct Conditions: Equatable, Sendable {
        public var journal = ServiceConditions.fast
        public var store = ServiceConditions.database
        public var channels = ServiceConditions.remote
        /// How long people take to acknowledge an alert that they got; `nil` is for ever.
        public var acknowledgement: ClosedRange<Duration>?
        /// What password files hold.
        public var passwords = SimulatedSite.passwordFiles
        /// What files with addresses of record hold.
        public var addresses: [String: [UInt8]] = [:]
        /// What DNS knows, and how it answers; without a zone nothing is answered at all.
        public var zone: SimulatedZone?
        public var dns = ServiceConditions(delay: .milliseconds(1)...(.milliseconds(50)))
        /// Minutes east of UTC.
        public var zoneOffset = -360

        public init() {}
    }

    public let host: SimulatedHost<E911Node>
    public private(set) var disk: NodeDisk
    /// Messages that people got, with their time.
    public private(set) var delivered: [(time: Now, delivery: Delivery)] = []
    /// The query whose answer somebody waits for.
    private var awaited: (token: QueryToken, answer: NodeAnswer?)?
    /// Notes of level alarm, by code, in order.
    public private(set) var alarms: [String] = []
    public private(set) var hasFinished = false

    /// Whoever has the node has the world too; the world holds the node by what is scheduled.
    private unowned let world: World
    private let configuration: NodeConfiguration
    var conditions: Conditions
    private var generator: SeededGenerator
    var journal: SerialService
    var store: SerialService
    private var queries: UInt64 = 0
    /// Until when, and with which probability, the store refuses what it is given.
    var refusals: (until: MonotonicTime, probability: Double) = (.zero, 0)
    var channelsFailUntil = MonotonicTime.zero
    /// The way to the store that it shares.
    private(set) var link: StoreLink?
    /// Rows of the store that it shares with another node.
    var sharedRows: Int? { link?.store.rowCount }
    /// When what keeps the store from it, or it from the store, is over.
    var troubledUntil = MonotonicTime.zero
    /// The other node of its pair. People who get a message of one acknowledge it at either.
    weak var peer: SimulatedNode?
    /// Acknowledgements of messages of the other node.
    public private(set) var acknowledgedForPeer = 0
    /// Called with each message that somebody got.
    var onTaken: ((Delivery) -> Void)?

    /// Adds a host to the world and starts the node there, with an empty disk that holds the site.
    ///
    /// - Parameter shared: the store of its pair; `nil` for one of its own.
    public init(
        _ configuration: NodeConfiguration, site: SiteConfiguration, in world: World,
        conditions: Conditions = Conditions(), shared: SharedStore? = nil
    ) {
        self.world = world
        self.configuration = configuration
        self.conditions = conditions
        disk = NodeDisk(site: site)
        generator = world.identifiers(for: "peripherals \(configuration.node)")
        journal = SerialService(conditions.journal)
        store = SerialService(conditions.store)
        // The performer needs the node, which needs the host.
        let box = Box()
        host = world.add(
            "e911d \(configuration.node)",
            E911Node(
                configuration: configuration, identifiers: world.identifiers(for: "node \(configuration.node)"),
                digest: .simulated),
            at: configuration.listeners.map { Listener($0.transport, $0.endpoint) },
            digest: { $0.digest(into: &$1) },
            perform: { effect, _ in box.node?.perform(effect) })
        box.node = self
        host.remembersTold = false
        if let shared { link = StoreLink(shared, of: self, in: world) }
        start()
    }

    public var name: String { configuration.node }

    private final class Box {
        weak var node: SimulatedNode?
    }

    var now: MonotonicTime { world.now.monotonic }

    // MARK: Life

    public func kill(silently: Bool = false) {
        host.kill(silently: silently)
        disk.endProcess()
        journal.restart()
        store.restart()
        link?.endProcess()
    }

    /// Starts the process again, `seconds` after the call of this method.
    public func restart(after delay: Duration = .zero) {
        world.schedule(after: delay) { [self] in
            if host.isUp { kill() }
            host.restart(
                with: E911Node(
                    configuration: configuration,
                    identifiers: world.identifiers(for: "node \(configuration.node) \(host.incarnation)"),
                    digest: .simulated))
            start()
        }
    }

    /// Gives the machine what the disk holds. A store that cannot be opened within 2 s comes later (contract section 8).
    private func start() {
        if let link { return open(link, since: now) }
        let patience = Self.patience
        if let end = store.conditions.stalled(at: now), end - now > patience {
            host.command(.restore(disk.state(storeAvailable: false), storeAvailable: false), after: patience)
            let incarnation = host.incarnation
            world.schedule(after: end - now) { [self] in
                guard host.isUp, host.incarnation == incarnation else { return }
                host.command(.restore(disk.state(storeAvailable: true), storeAvailable: true))
            }
        } else {
            let delay = store.conditions.stalled(at: now).map { $0 - now } ?? .milliseconds(50)
            host.command(.restore(disk.state(storeAvailable: true), storeAvailable: true), after: delay)
        }
    }

    /// How long a start waits for its store.
    private static let patience: Duration = .seconds(2)

    /// The same with a store that it shares.
    private func open(_ link: StoreLink, since started: MonotonicTime, isLate: Bool = false) {
        let mended = [link.outage(at: now), store.conditions.stalled(at: now)].compactMap(\.self).max()
        guard let mended else {
            troubledUntil = max(troubledUntil, now + .milliseconds(50))
            return host.command(.restore(state(link.open()), storeAvailable: true), after: .milliseconds(50))
        }
        let isLate = isLate || mended - started > Self.patience
        let due = started + Self.patience
        if isLate, due >= now {
            host.command(.restore(disk.state(storeAvailable: false), storeAvailable: false), after: due - now)
        }
        later(mended) { [self] in open(link, since: started, isLate: isLate) }
    }

    /// What a start finds beside the store, and in it.
    private func state(_ stored: StoredState) -> StoredState {
        var state = disk.state(storeAvailable: false)
        state.add(stored)
        state.journal.removeAll { link?.store.has($0.key) ?? false }
        return state
    }

    /// Whether a call is on record, in the journal or in the store.
    public func has(_ key: RecordKey) -> Bool {
        link.map { $0.store.has(key) || disk.hasInJournal(key) } ?? disk.has(key)
    }

    /// Asks, and runs the world until the answer is there; no virtual time goes by.
    public func ask(_ query: NodeQuery) -> NodeAnswer? {
        queries += 1
        let token = QueryToken(rawValue: queries)
        awaited = (token, nil)
        defer { awaited = nil }
        host.command(.query(query, token))
        world.run(atMost: .zero) { awaited?.answer != nil }
        return awaited?.answer
    }

    /// Every device that it knows, page by page.
    public func devices() -> [DeviceInfo] {
        var devices: [DeviceInfo] = []
        var after: String?
        while case .devices(let page, let next)? = ask(.devices(after: after, limit: 1000)) {
            devices += page
            guard let next else { break }
            after = next
        }
        return devices
    }

    public func leases() -> [LeaseRecord] {
        if case .leases(let leases)? = ask(.leases) { leases } else { [] }
    }

    public func status() -> NodeStatus? {
        if case .status(let status)? = ask(.status) { status } else { nil }
    }

    /// The rows of the other node that the machine is about to take over, if this command has some. What answers a question that
    /// it has given up it does not look at.
    func taken(from command: NodeCommand) -> [Stamped<StoredRow>]? {
        guard case .fetched(let token, .rows(let rows, _)) = command,
            host.inPlace({ $0.isWaiting(for: token) })
        else {
            return nil
        }
        return rows
    }

    /// What is wrong with the machine's state (`E911Node.violations()`).
    public func violations() -> [String] { host.isUp ? host.machine.violations() : [] }

    // MARK: Effects

    private func perform(_ effect: NodeEffect) {
        switch effect {
        case .journal(let record, let token): append(record, token)
        case .forgetJournal(let token): disk.forgetJournal(through: token)
        case .persist(let batch, let token): commit(batch, token)
        case .fetch(let feed, let since, let limit, let token):
            guard let link else { return host.command(.fetched(token, .failed("no shared store"))) }
            link.fetch(feed, since: since, limit: limit, token)
        case .prepare(let row): host.command(.prepared(row, PreparedSite(row.row)))
        case .snapshot(let site): disk.write(snapshot: site)
        case .timeZone: host.command(.zoneOffset(minutes: conditions.zoneOffset))
        case .reserve: break  // A simulated host has no limit on connections.
        case .readPasswords(let paths):
            host.command(.passwords(paths.map { PasswordFile(path: $0, octets: conditions.passwords[$0]) }))
        case .readAddresses(let paths):
            host.command(.addresses(paths.map { AddressFile(path: $0, octets: conditions.addresses[$0]) }))
        case .remember(let members): disk.write(members: members)
        case .rememberELINs(let elins): disk.write(elins: elins)
        case .rememberCounter(let mark): disk.write(counterMark: mark)
        case .resolve(let questions): for question in questions { resolve(question) }
        case .deliver(let delivery): deliver(delivery)
        case .post(_, let token): post(token)
        case .answer(let answer, let token): if awaited?.token == token { awaited?.answer = answer }
        case .note(let note): if note.level == .alarm { alarms.append(note.code) }
        case .live, .discard: break
        case .finished: hasFinished = true
        }
    }

    /// Does something when it is done, unless the process has ended before.
    func later(_ time: MonotonicTime, _ body: @escaping () -> Void) {
        let incarnation = host.incarnation
        world.schedule(after: time - now) { [self] in
            if host.isUp, host.incarnation == incarnation { body() }
        }
    }

    private func append(_ record: CallRecord, _ token: JournalToken) {
        let (done, fails) = journal.take(now, &generator)
        later(done) { [self] in
            if !fails { disk.append(record, token) }
            host.command(.journaled(token, failure: fails ? "no space left on device" : nil))
        }
    }

    private func commit(_ batch: StoreBatch, _ token: PersistToken) {
        if now < refusals.until, generator.chance(refusals.probability) {
            return host.command(.persisted(token, failure: "disk I/O error"), after: .milliseconds(5))
        }
        if let link { return link.commit(batch, token) }
        let (done, fails) = store.take(now, &generator)
        later(done) { [self] in
            if !fails { disk.commit(batch) }
            host.command(.persisted(token, failure: fails ? "disk I/O error" : nil))
        }
    }

    /// The shared store has a batch.
    func stored(_ token: PersistToken) {
        disk.forgetOldJournal { link?.store.has($0) ?? false }
        host.command(.persisted(token, failure: nil))
    }

    private func resolve(_ question: DNSQuestion) {
        guard let zone = conditions.zone else { return }
        let (done, fails) = outside(conditions.dns)
        later(done) { [self] in
            let answer = fails ? DNSAnswer.failed(reason: "no server answers") : zone.answer(to: question)
            host.command(.resolved(question, answer))
        }
    }

    /// When somebody outside has done what is asked now, and whether that fails.
    private func outside(_ conditions: ServiceConditions) -> (done: MonotonicTime, fails: Bool) {
        let done = now + generator.duration(in: conditions.delay)
        return (conditions.stalled(at: done) ?? done, generator.chance(conditions.failure))
    }

    private func deliver(_ delivery: Delivery) {
        var (done, fails) = outside(conditions.channels)
        if now < channelsFailUntil { fails = true }
        later(done) { [self, fails] in
            if !fails { took(delivery) }
            host.command(
                .delivered(
                    delivery.id, fails ? .temporary(reason: "connection refused") : .delivered(providerAnswer: "250 OK")
                ))
        }
    }

    private func post(_ token: PostToken) {
        let (done, fails) = outside(conditions.channels)
        later(done) { [self] in
            host.command(
                .posted(token, fails ? .temporary(reason: "connection refused") : .delivered(providerAnswer: "200 OK")))
        }
    }

    private func took(_ delivery: Delivery) {
        delivered.append((world.now, delivery))
        if delivered.count > 20_000 { delivered.removeFirst(10_000) }
        onTaken?(delivery)
        guard let range = conditions.acknowledgement else { return }
        let isElsewhere = peer != nil && generator.chance(0.5)
        later(now + generator.duration(in: range)) { [self] in
            guard isElsewhere, let peer, peer.host.isUp else { return acknowledge(delivery) }
            peer.acknowledgedForPeer += 1
            peer.acknowledge(delivery)
        }
    }

    private func acknowledge(_ delivery: Delivery) {
        queries += 1
        host.command(
            .query(
                .acknowledge(delivery.id.alert, by: delivery.recipient, comment: ""), QueryToken(rawValue: queries)))
    }
}
