import E911Values

/// Which member of a call server is the source of events (contract section 7).
///
/// ```
///     untried --well--> steady --failed, none to take over--> stranded
///        |                ^                                     |
///        '---- failed, another is well: untried/steady/stranded of that one
/// ```
///
/// The member stays the source while it is well. When it fails, the next one in the order of the configuration, round in
/// a circle, takes over at once: one that is well, has missed no OPTIONS, and, if it had failed before, has been well for
/// the hold-down, so that two members that come and go do not make the source flap. If there is none, the source stays
/// where it is. It goes back to an earlier member by itself only if the site says so.
enum EventSource: Equatable, Sendable {
    /// Nothing was heard of the member yet.
    case untried(Int)
    /// It is well.
    case steady(Int)
    /// It has failed, and no other can take over.
    case stranded(Int)

    struct Rules: Equatable, Sendable {
        var misses = 3
        var holdDown: Duration = .seconds(30)
        var switchBack = false
    }

    enum Change: Equatable, Sendable {
        /// Another member is the source now.
        case switched(from: Int, to: Int)
        /// The source has failed, and there is no other.
        case stranded(Int)
        /// It is well again, before another one took over.
        case rescued(Int)
    }

    var member: Int {
        switch self {
        case .untried(let member), .steady(let member), .stranded(let member): member
        }
    }

    /// Looks at the members, and decides.
    mutating func judge(_ members: [MemberHealth], _ rules: Rules, at now: MonotonicTime) -> Change? {
        let active = member
        guard members.indices.contains(active) else { return nil }
        switch members[active].verdict {
        case .unproven:
            // A subscription that is made anew in good order is no failure.
            return nil
        case .well:
            if rules.switchBack, let better = (0..<active).first(where: { members[$0].mayTakeOver(rules, at: now) }) {
                self = .steady(better)
                return .switched(from: active, to: better)
            }
            defer { self = .steady(active) }
            if case .stranded = self { return .rescued(active) }
            return nil
        case .failed:
            let order = (1..<max(1, members.count)).map { (active + $0) % members.count }
            if let next = order.first(where: { members[$0].mayTakeOver(rules, at: now) }) {
                self = .steady(next)
                return .switched(from: active, to: next)
            }
            if case .stranded = self { return nil }
            self = .stranded(active)
            return .stranded(active)
        }
    }

    /// When a hold-down ends that may change something.
    func deadline(_ members: [MemberHealth], _ rules: Rules, after now: MonotonicTime) -> MonotonicTime? {
        let candidates: Range<Int>
        switch self {
        case .untried: return nil
        case .steady(let active): candidates = rules.switchBack ? 0..<active : 0..<0
        case .stranded: candidates = members.indices
        }
        return candidates.clamped(to: members.indices).lazy
            .compactMap { members[$0].eligible(after: rules.holdDown) }.filter { $0 > now }.min()
    }
}

extension MemberHealth {
    fileprivate func mayTakeOver(_ rules: EventSource.Rules, at now: MonotonicTime) -> Bool {
        eligible(after: rules.holdDown).map { $0 <= now } ?? false
    }
}
