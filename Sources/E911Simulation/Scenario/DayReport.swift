/// What happened in a ``SimulatedDay``.
public struct DayReport: Equatable, Sendable, CustomStringConvertible {
    public var seed: UInt64 = 0
    public var minutes = 0
    /// How the seed chose the site's ways.
    public var ways = ""
    /// Emergency and test calls that phones dialled.
    public var dialled = 0
    /// Those that a gateway answered.
    public var answered = 0
    /// INVITEs that the nodes answered 302.
    public var redirected = 0
    /// Those that went to the gateway without ELIN, since no node answered.
    public var unassisted = 0
    /// Calls to an ELIN, and how often its owner answered.
    public var callbacks = 0
    public var returned = 0
    public var moves = 0
    public var absences = 0
    public var kills = 0
    public var partitions = 0
    public var stalls = 0
    public var steps = 0
    public var effects = 0
    public var slowestAnswer: Duration = .zero
    public var hash = EffectHash()
    public var violations: [String] = []

    public init() {}

    public var description: String {
        let lines = [
            "seed \(seed): \(minutes) minutes, \(ways)",
            "calls: \(dialled) dialled, \(redirected) redirected, \(unassisted) without a node, "
                + "\(answered) answered by a gateway",
            "callbacks: \(callbacks) made, \(returned) answered by the caller",
            "phones: \(moves) moves, \(absences) absences",
            "failures: \(kills) kills, \(partitions) partitions, \(stalls) stalls",
            "slowest answer: \(slowestAnswer)",
            "\(steps) steps, \(effects) effects, log hash \(hash)",
            violations.isEmpty ? "no violation" : "\(violations.count) violations",
        ]
        return (lines + violations.map { "  \($0)" }).joined(separator: "\n")
    }
}
