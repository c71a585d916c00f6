public import E911Values

/// What is known of where a target's servers are.
public struct Resolution: Equatable, Sendable {
    /// In the order in which they are to be tried; those passed over last. Without any and ``isComplete``: there are
    /// none.
    public var hops: [ServerHop] = []
    /// The same in the order that DNS gives them, with those passed over where they belong.
    public var ranking: [NextHop] = []
    /// To be asked now, each once: the answers go to ``ServerResolver/take(_:to:now:)``.
    public var questions: [DNSQuestion] = []
    /// Whether nothing is awaited: no answer under way can add a hop.
    public var isComplete = true
    /// Whether all of it was told by DNS within its time to live. Otherwise a last good answer serves.
    public var isFresh = true
    /// Whether each server that DNS names has an address.
    public var isWhole = true
    /// When DNS may be asked again; `nil` when nothing was asked, or all that was is open.
    public var renewAt: MonotonicTime?

    public init() {}
}

/// Finds servers by RFC 3263: NAPTR, then SRV, then AAAA and A; which were reached, and which were not.
///
/// It is a pure machine: it says what to ask of DNS, takes the answers, and never waits. Whoever needs a server calls
/// ``resolve(_:now:)``, has its questions asked, and calls again when answers are in. What is known already is given at
/// once, the last good answer included while DNS does not answer.
///
/// Deviations, for robustness: a question about NAPTR or SRV that fails (as middle boxes make it) counts as "there is
/// none", so that the host's addresses are tried; pointers that lead to nothing do too. No answer leads round in a
/// circle, because a pointer leads to service records alone and these to addresses alone.
public struct ServerResolver: Sendable {
    /// The transports that we speak, the preferred one first.
    public let transports: [SIPTransportKind]
    /// The address families that we can send to, the preferred one first.
    public let families: [DNSRecordType]
    public let limits: ResolutionLimits
    private var cache: AnswerCache
    private var failedHops: FailedHops
    private var generator: SeededGenerator

    /// - Parameters:
    ///   - families: of `.aaaa` and `.a`; other types are not looked at.
    ///   - generator: what the choice by weight is made with.
    public init(
        transports: [SIPTransportKind] = [.udp, .tcp, .tls], families: [DNSRecordType] = [.aaaa, .a],
        limits: ResolutionLimits = .default, generator: SeededGenerator
    ) {
        self.transports = transports
        self.families = families.filter { $0 == .aaaa || $0 == .a }
        self.limits = limits
        self.generator = generator
        cache = AnswerCache(limits)
        failedHops = FailedHops(limits)
    }

    /// Where requests to `target` are to be sent, as far as it is known. The order among servers of equal priority is
    /// chosen anew each time.
    public mutating func resolve(_ target: ServerTarget, now: Now) -> Resolution {
        cache.expire(now.monotonic)
        var walk = Walk(now: now.monotonic)
        find(target, &walk)
        // Whatever names lie between, the certificate must be of the one that was asked for (RFC 5922 section 7.3).
        if case .name(let domain) = target.host {
            for index in walk.hops.indices where walk.hops[index].hop.kind == .tls {
                walk.hops[index].hop.domain = domain
            }
        }
        var seen: Set<NextHop> = []
        let found = walk.hops.filter { seen.insert($0.hop).inserted }.prefix(limits.hops).map { hop in
            ServerHop(hop.hop, name: hop.name, isPassedOver: failedHops.contains(hop.hop, now: now.monotonic))
        }
        walk.resolution.ranking = found.map(\.hop)
        walk.resolution.hops = found.filter { !$0.isPassedOver } + found.filter(\.isPassedOver)
        return walk.resolution
    }

    /// An answer of DNS. One to a question that is not open is dropped.
    public mutating func take(_ answer: DNSAnswer, to question: DNSQuestion, now: Now) {
        cache.take(answer, to: question, now: now.monotonic)
    }

    /// A request to `hop` failed: the transport, a timeout, or 503 (RFC 3263 section 4.3). It is passed over for a
    /// while, and stands last meanwhile; it is tried all the same when there is no other.
    /// - Returns: whether this is news: it was not passed over.
    @discardableResult
    public mutating func failed(_ hop: NextHop, retryAfter: Duration? = nil, now: Now) -> Bool {
        failedHops.insert(hop, retryAfter: retryAfter, now: now.monotonic)
    }

    /// `hop` answered.
    /// - Returns: whether this is news: it was remembered as failed.
    @discardableResult
    public mutating func succeeded(_ hop: NextHop) -> Bool {
        failedHops.remove(hop)
    }

    /// When ``advance(to:)`` is wanted: a question is open, and fails then.
    public var nextDeadline: MonotonicTime? { cache.nextTimeout }

    /// Gives open questions up whose time is over.
    public mutating func advance(to now: Now) {
        cache.expire(now.monotonic)
    }

    /// Answers kept, for a look from outside.
    public var answerCount: Int { cache.count }
    /// Hops remembered as failed.
    public var failedHopCount: Int { failedHops.count }

    // MARK: The walk

    private struct Walk {
        let now: MonotonicTime
        var resolution = Resolution()
        var hops: [ServerHop] = []

        init(now: MonotonicTime) { self.now = now }

        mutating func add(_ kind: SIPTransportKind, _ endpoint: Endpoint, name: String?) {
            hops.append(ServerHop(NextHop(kind: kind, endpoint: endpoint), name: name))
        }
    }

    /// How far a step came.
    private enum Step {
        case found, nothing, waiting

        /// The better one of two: what was found, else what is awaited.
        mutating func join(_ other: Step) {
            switch (self, other) {
            case (.found, _), (_, .nothing): break
            case (_, .found): self = .found
            case (_, .waiting): self = .waiting
            }
        }
    }

    private mutating func find(_ target: ServerTarget, _ walk: inout Walk) {
        guard let fallback = target.fallback(of: transports) else { return }
        let name: String
        switch target.host {
        case .address(let address):
            let endpoint = Endpoint(address, target.port ?? fallback.defaultPort)
            return walk.add(fallback, endpoint, name: nil)
        case .name(let host):
            name = host
        }
        if let port = target.port {
            addresses(of: name, fallback, port, &walk)
            return
        }
        // A transport that was named needs no pointers (RFC 3263 section 4.1).
        if target.transport == nil || target.isSecure {
            switch pointers(of: name, target, &walk) {
            case .found, .waiting: return
            case .nothing: break
            }
        }
        var result = Step.nothing
        for kind in target.transports(of: transports) {
            result.join(services(at: "\(kind.servicePrefix).\(name)", kind, &walk))
        }
        if result == .nothing { addresses(of: name, fallback, fallback.defaultPort, &walk) }
    }

    private mutating func pointers(of name: String, _ target: ServerTarget, _ walk: inout Walk) -> Step {
        switch ask(name, .naptr, &walk) {
        case .nothing:
            return .waiting
        case .absent, .failed:
            return .nothing
        case .records(let records):
            let allowed = target.transports(of: transports)
            let pointers: [(NamingPointer, SIPTransportKind)] = records.compactMap { record in
                guard case .pointer(let pointer) = record.data, let kind = pointer.transport, allowed.contains(kind)
                else { return nil }
                return (pointer, kind)
            }
            var result = Step.nothing
            let ordered = pointers.sorted {
                ($0.0.order, $0.0.preference, $0.0.replacement) < ($1.0.order, $1.0.preference, $1.0.replacement)
            }
            for (pointer, kind) in ordered.prefix(8) {
                result.join(services(at: pointer.replacement, kind, &walk))
            }
            return result
        }
    }

    private mutating func services(at name: String, _ kind: SIPTransportKind, _ walk: inout Walk) -> Step {
        switch ask(name, .srv, &walk) {
        case .nothing:
            return .waiting
        case .absent, .failed:
            return .nothing
        case .records(let records):
            let services = records.compactMap { record -> ServiceRecord? in
                guard case .service(let service) = record.data else { return nil }
                return service
            }
            // A lone target of "." says that the service is not there, so its host's addresses are not tried either.
            for service in ServiceOrder.ordered(services, by: &generator) where !service.isAbsent {
                guard walk.hops.count < limits.hops else { break }
                addresses(of: service.target, kind, service.port, &walk)
            }
            return .found
        }
    }

    private mutating func addresses(
        of name: String, _ kind: SIPTransportKind, _ port: UInt16, _ walk: inout Walk
    ) {
        // A service record may name an address, against RFC 2782.
        if let address = IPAddress(name) {
            return walk.add(kind, Endpoint(address, port), name: nil)
        }
        let before = walk.hops.count
        defer { if walk.hops.count == before { walk.resolution.isWhole = false } }
        for family in families {
            guard case .records(let records) = ask(name, family, &walk) else { continue }
            for record in records {
                guard case .address(let address) = record.data else { continue }
                walk.add(kind, Endpoint(address, port), name: DNSQuestion.canonicalName(name))
            }
        }
    }

    /// What is known, and notes what is to be asked. A name that cannot stand in DNS is not there.
    private mutating func ask(_ name: String, _ type: DNSRecordType, _ walk: inout Walk) -> AnswerCache.Known {
        guard let question = DNSQuestion(name, type) else { return .absent }
        let (known, isFresh, ask) = cache.look(up: question, now: walk.now)
        if ask { walk.resolution.questions.append(question) }
        if known == .nothing { walk.resolution.isComplete = false }
        if !isFresh { walk.resolution.isFresh = false }
        if let at = cache.askAt(question) { walk.resolution.renewAt = min(walk.resolution.renewAt ?? at, at) }
        return known
    }
}

extension SIPTransportKind {
    /// Before the host's name in the name of its service records (RFC 3263 section 4.1).
    var servicePrefix: String {
        switch self {
        case .udp: "_sip._udp"
        case .tcp: "_sip._tcp"
        case .tls: "_sips._tcp"
        }
    }
}

extension NamingPointer {
    /// The transport of a pointer that leads to service records of SIP.
    var transport: SIPTransportKind? {
        guard flags == "s" || flags == "S", expression.isEmpty else { return nil }
        return switch service.uppercased() {
        case "SIP+D2U": .udp
        case "SIP+D2T": .tcp
        case "SIPS+D2T": .tls
        default: nil
        }
    }
}
