import E911Values

/// A call server's members as they are at present, and which of them makes the events.
struct Cluster: Equatable, Sendable {
    /// What changed, in the order in which it is to be told.
    enum Event: Equatable, Sendable {
        case failed(member: Int, reason: String)
        case recovered(member: Int)
        case source(EventSource.Change)
    }

    let name: String
    let members: [MemberConfiguration]
    let choices: ClusterChoices
    private(set) var health: [MemberHealth]
    private(set) var source: EventSource
    /// When the next OPTIONS are sent.
    private(set) var nextCheck: MonotonicTime?
    /// When the hold-down of a member ends that may change the source.
    private(set) var holdDownEnds: MonotonicTime?

    /// - Parameter old: the same call server before a change of the site: what is known of members that stay is kept.
    init(_ configuration: CallServerConfiguration, replacing old: Cluster?, now: MonotonicTime) {
        name = configuration.name
        members = configuration.members
        choices = configuration.cluster ?? ClusterChoices()
        health = members.map { old?.health(of: $0) ?? MemberHealth() }
        source = .untried(0)
        if let old, old.members.indices.contains(old.active),
            let active = members.firstIndex(of: old.members[old.active])
        {
            switch old.source {
            case .untried: source = .untried(active)
            case .steady: source = .steady(active)
            case .stranded: source = .stranded(active)
            }
        } else if let well = health.firstIndex(where: { $0.verdict == .well }) {
            source = .steady(well)
        }
        nextCheck = interval.map { min(old?.nextCheck ?? .distantFuture, now + $0) }
        plan(now)
    }

    private func health(of member: MemberConfiguration) -> MemberHealth? {
        members.firstIndex(of: member).map { health[$0] }
    }

    var active: Int { source.member }

    var rules: EventSource.Rules {
        EventSource.Rules(
            misses: max(1, choices.misses), holdDown: Self.duration(choices.holdDown), switchBack: choices.switchBack)
    }

    /// Time between two OPTIONS; `nil` when none are sent.
    var interval: Duration? {
        guard members.count > 1, choices.check > 0 else { return nil }
        return max(.milliseconds(100), Self.duration(choices.check))
    }

    /// It is asked for after each input of the node.
    var nextDeadline: MonotonicTime? {
        guard let nextCheck, let holdDownEnds else { return nextCheck ?? holdDownEnds }
        return min(nextCheck, holdDownEnds)
    }

    /// Whether OPTIONS are due; the next ones are an interval later.
    mutating func takeCheck(at now: MonotonicTime) -> Bool {
        guard let interval, let due = nextCheck, due <= now else { return false }
        nextCheck = now + interval
        return true
    }

    /// Something happened to a member.
    mutating func take(_ input: MemberHealth.Input, of member: Int, at now: MonotonicTime) -> [Event] {
        guard health.indices.contains(member) else { return [] }
        let before = health[member].verdict
        health[member].take(input, misses: rules.misses, at: now)
        var events: [Event] = []
        switch (before, health[member].verdict) {
        case (.unproven, .failed(let reason)), (.well, .failed(let reason)):
            events.append(.failed(member: member, reason: reason))
        case (.failed, .well): events.append(.recovered(member: member))
        case (.unproven, _), (.well, _), (.failed, _): break
        }
        return events + judge(at: now)
    }

    /// Time has passed.
    mutating func advance(to now: MonotonicTime) -> [Event] {
        guard let end = holdDownEnds, end <= now else { return [] }
        return judge(at: now)
    }

    private mutating func judge(at now: MonotonicTime) -> [Event] {
        let change = source.judge(health, rules, at: now)
        plan(now)
        return change.map { [.source($0)] } ?? []
    }

    private mutating func plan(_ now: MonotonicTime) {
        holdDownEnds = source.deadline(health, rules, after: now)
    }

    /// A day at most: whatever a site says, times can be added.
    private static func duration(_ seconds: Double) -> Duration {
        .milliseconds(seconds.isFinite ? Int64(max(0, min(seconds, 86_400)) * 1000) : 0)
    }
}
