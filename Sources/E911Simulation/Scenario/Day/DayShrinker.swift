import E911Values

/// Finds a short list of events with which a seed still breaks the same invariant: delta debugging (Zeller, Hildebrandt:
/// "Simplifying and isolating failure-inducing input", 2002) over the events of a ``DayPlan``.
///
/// A day without some of its events draws other chances on its wires, so one run may fail by luck and the next not; what
/// comes out has failed as it stands, and does so each time it is run.
public struct DayShrinker {
    public struct Result: Equatable, Sendable {
        public var events: [DayEvent]
        /// What the events break.
        public var violation: Violation
        /// How many days were lived.
        public var runs: Int
        /// Whether no single one of the events can be left out.
        public var isMinimal: Bool
    }

    private let seed: UInt64
    private let plan: DayPlan
    private let limit: Int
    private let progress: (Int, Int) -> Void
    private var runs = 0
    private var invariant: Invariant?

    /// - Parameters:
    ///   - limit: most days to live.
    ///   - progress: called with the number of runs and of events after each step forward.
    public init(seed: UInt64, _ plan: DayPlan, limit: Int = 500, progress: @escaping (Int, Int) -> Void = { _, _ in }) {
        self.seed = seed
        self.plan = plan
        self.limit = limit
        self.progress = progress
    }

    /// `nil` when the seed breaks nothing.
    public mutating func shrink() -> Result? {
        let all = plan.schedule(seed: seed).filter { plan.events?.contains($0.number) ?? true }
        guard var violation = violation(of: all.map(\.number)) else { return nil }
        invariant = violation.invariant
        // What lies behind it has no part in it.
        var events = all.map(\.number)
        let before = all.filter { $0.at <= violation.time - MonotonicTime.zero }.map(\.number)
        if before.count < events.count, let found = self.violation(of: before) {
            (events, violation) = (before, found)
        }
        let isMinimal = reduce(&events, &violation)
        let left = Set(events)
        return Result(
            events: all.filter { left.contains($0.number) }, violation: violation, runs: runs, isMinimal: isMinimal)
    }

    /// Leaves out ever smaller pieces. Answers whether it came to its end within the limit.
    private mutating func reduce(_ events: inout [Int], _ violation: inout Violation) -> Bool {
        var pieces = 2
        while events.count > 1 {
            let size = max(1, events.count / pieces)
            var isShorter = false
            var start = 0
            while start < events.count {
                guard runs < limit else { return false }
                let rest = Array(events[..<start] + events[min(start + size, events.count)...])
                if let found = self.violation(of: rest) {
                    (events, violation) = (rest, found)
                    isShorter = true
                    progress(runs, events.count)
                } else {
                    start += size
                }
            }
            if size == 1, !isShorter { return true }
            pieces = isShorter ? max(2, pieces - 1) : min(pieces * 2, events.count)
        }
        return true
    }

    /// The first violation of the wanted invariant, or of any when none is known yet.
    private mutating func violation(of events: [Int]) -> Violation? {
        runs += 1
        var plan = plan
        plan.events = Set(events)
        plan.stopsAtFirst = true
        let found = SimulatedDay(seed: seed, plan).run().violations
        return invariant.map { wanted in found.first { $0.invariant == wanted } } ?? found.first
    }
}
