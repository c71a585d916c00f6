/// What happened in a ``SimulatedDay``.
public struct DayReport: Equatable, Sendable, CustomStringConvertible {
    public var seed: UInt64 = 0
    /// How long it was, in virtual time.
    public var seconds = 0
    /// How the seed chose the site's ways.
    public var ways = ""
    /// Emergency and test calls that phones dialled; what was dialled again is the same call.
    public var dialled = 0
    public var redials = 0
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
    public var faults = 0
    /// Calls that were struck by each fault, in the order of `Fault.allCases`, and by any.
    public var struck = Fault.allCases.map { _ in 0 }
    public var struckByAny = 0
    /// Of a pair: alerts that a node took over from the other one, messages that came twice, and messages of one node that were
    /// acknowledged at the other one.
    public var takenOver = 0
    public var repeated = 0
    public var acknowledgedElsewhere = 0
    public var steps = 0
    public var effects = 0
    public var slowestAnswer: Duration = .zero
    public var hash = EffectHash()
    public var violations: [Violation] = []

    public init() {}

    public var description: String {
        let strikes = zip(Fault.allCases, struck).map { "\($0.rawValue) \($1)" }.joined(separator: ", ")
        let lines = [
            "seed \(seed): \(seconds) s, \(ways)",
            "calls: \(dialled) dialled, \(redials) dialled again, \(redirected) redirected, \(unassisted) without a node, "
                + "\(answered) answered by a gateway",
            "callbacks: \(callbacks) made, \(returned) answered by the caller; phones: \(moves) moves, "
                + "\(absences) absences",
            "faults: \(faults), striking \(struckByAny) calls: \(strikes)",
            "alerts: \(takenOver) taken over, \(repeated) messages repeated, \(acknowledgedElsewhere) acknowledged at the other node",
            "slowest answer: \(slowestAnswer)",
            "\(steps) steps, \(effects) effects, log hash \(hash)",
            violations.isEmpty ? "no violation" : "\(violations.count) violations",
        ]
        return (lines + violations.map { "  \($0)" }).joined(separator: "\n")
    }

    /// One line for runs of many seeds.
    public var summary: String {
        "seed \(seed): \(dialled) calls, \(struckByAny) struck, \(redirected) redirected, \(faults) faults, "
            + "log hash \(hash), \(violations.isEmpty ? "no violation" : "\(violations.count) violations")"
    }
}

/// The calls of many days, and how many of them each fault struck.
public struct DayTotals: Equatable, Sendable, CustomStringConvertible {
    public var days = 0
    public var calls = 0
    public var redirected = 0
    public var struck = Fault.allCases.map { _ in 0 }
    public var struckByAny = 0
    public var takenOver = 0
    public var repeated = 0
    public var acknowledgedElsewhere = 0

    public init() {}

    public mutating func add(_ report: DayReport) {
        days += 1
        calls += report.dialled
        redirected += report.redirected
        struckByAny += report.struckByAny
        takenOver += report.takenOver
        repeated += report.repeated
        acknowledgedElsewhere += report.acknowledgedElsewhere
        for index in struck.indices { struck[index] += report.struck[index] }
    }

    /// Faults of these that struck less than one call in a hundred.
    public func rare(of faults: [Fault]) -> [Fault] {
        zip(Fault.allCases, struck).filter { faults.contains($0) && $1 * 100 < calls }.map(\.0)
    }

    /// One line a figure: `total NAME COUNT`, so that those of several processes can be added.
    public var description: String {
        let figures =
            [
                ("days", days), ("calls", calls), ("redirected", redirected), ("struck", struckByAny),
                ("taken-over", takenOver), ("repeated", repeated), ("acknowledged-elsewhere", acknowledgedElsewhere),
            ]
            + zip(Fault.allCases, struck).map { ("struck-by-\($0.rawValue)", $1) }
        return figures.map { "total \($0) \($1)" }.joined(separator: "\n")
    }
}
