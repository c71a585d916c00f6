import E911Values
import SIPCore

/// Call servers whose members are named: DNS is asked where they are (RFC 3263).
extension E911Node {
    /// A site was taken over. What is known of its names serves at once; the rest is asked for.
    mutating func wantPlaces(now: Now) {
        guard let site else { return }
        places.want(site.configuration.callServers.flatMap(\.members), knownMembers)
        reserve()
        wantSubscriptions(now: now)
        locate(now: now)
    }

    /// Whose calls are a call server's, and for whom capacity is reserved.
    private mutating func reserve() {
        guard let site else { return }
        sources = site.sources(places)
        let reserved = site.reserved(places)
        engine.reserve(for: reserved.flatMap(\.prefixes))
        out.append(.other(.reserve(reserved)))
    }

    /// Looks for all members that are named, and asks DNS what is to be asked.
    mutating func locate(now: Now) {
        wantsLocating = false
        guard !places.places.isEmpty, !isShuttingDown else { return }
        resolver.advance(to: now)
        var questions: [DNSQuestion] = []
        var change: MemberPlaces.Change = []
        for position in places.places.indices {
            let resolution = resolver.resolve(places.places[position].member.target, now: now)
            questions += resolution.questions
            let found = resolution.hops.filter { found in
                let hop = found.hop
                return configuration.listeners.contains {
                    $0.transport == hop.kind && $0.endpoint.address.isIPv4 == hop.endpoint.address.isIPv4
                } && !configuration.listeners.contains { $0.endpoint == hop.endpoint }
            }
            let isSettled = resolution.questions.isEmpty && resolver.nextDeadline == nil
            let changed = places.take(resolution, found, isSettled: isSettled, at: position, now: now.monotonic)
            if !changed.isEmpty { tell(places.places[position], changed) }
            change.formUnion(changed)
        }
        if !change.isEmpty, places.known != knownMembers {
            knownMembers = places.known
            out.append(.other(.remember(knownMembers)))
        }
        if !questions.isEmpty { out.append(.other(.resolve(questions))) }
        if change.contains(.endpoints) { reserve() }
        guard change.contains(.hops) else { return }
        wantSubscriptions(now: now)
    }

    private mutating func tell(_ place: MemberPlaces.Place, _ change: MemberPlaces.Change) {
        let member = Note.Field("member", place.member.authority)
        if change.contains(.endpoints) {
            let endpoints = place.endpoints.map(\.description).joined(separator: " ")
            note(.notice, "member.located", "DNS says where a SIP Server is", [member, .init("endpoints", endpoints)])
        }
        if change.contains(.staleness) {
            note(
                .notice, place.isStale ? "member.stale" : "member.fresh",
                place.isStale
                    ? "DNS does not answer; what it said before of a SIP Server serves on" : "DNS answers again",
                [member])
        }
        if change.contains(.problem), let problem = place.problem {
            note(
                .alarm, "member.unlocated",
                place.hops.isEmpty
                    ? "DNS does not find a SIP Server; it is asked again and again"
                    : "DNS does not find a SIP Server any more; the addresses known before serve on",
                [member, .init("reason", problem)])
        }
    }

    mutating func resolved(_ question: DNSQuestion, _ answer: DNSAnswer, now: Now) {
        resolver.take(answer, to: question, now: now)
        wantsLocating = true
    }

    /// A hop answered, or failed: the next request goes first to one that works.
    mutating func tried(_ hop: NextHop, _ outcome: HopOutcome, now: Now) {
        switch outcome {
        case .answered:
            if resolver.succeeded(hop) { wantsLocating = true }
        case .failed(let retryAfter):
            guard resolver.failed(hop, retryAfter: retryAfter, now: now) else { return }
            wantsLocating = true
            note(
                .notice, "member.passed-over", "A SIP Server does not answer; requests go to another one",
                [.init("hop", hop.description)])
        }
    }

    /// When DNS is to be asked again, or has not answered in time.
    var locatingDeadline: MonotonicTime? {
        guard !places.places.isEmpty, !isShuttingDown else { return nil }
        return [places.nextRenewal, resolver.nextDeadline].compactMap(\.self).min()
    }
}

extension ServerResolver {
    /// For the names of a site: transports and address families are those that the node listens by.
    init(_ configuration: NodeConfiguration, _ identifiers: SeededGenerator) {
        var seeds = identifiers
        var limits = ResolutionLimits.default
        limits.answers = 8192
        let listeners = configuration.listeners
        self.init(
            transports: SIPTransportKind.allCases.filter { kind in listeners.contains { $0.transport == kind } },
            families: [.aaaa, .a].filter { family in
                listeners.contains { $0.endpoint.address.isIPv4 == (family == .a) }
            },
            limits: limits, generator: SeededGenerator(seed: (seeds.next(), seeds.next(), seeds.next(), seeds.next())))
    }
}
