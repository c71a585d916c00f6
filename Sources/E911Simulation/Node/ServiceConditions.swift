public import E911Values

/// How a disk, a database or a provider behaves.
public struct ServiceConditions: Equatable, Sendable {
    /// From when to when it does nothing, on the world's clock.
    public struct Stall: Equatable, Sendable {
        public var from: MonotonicTime
        public var to: MonotonicTime

        public init(from: MonotonicTime, to: MonotonicTime) {
            self.from = from
            self.to = to
        }
    }

    /// How long one piece of work takes, evenly spread.
    public var delay: ClosedRange<Duration>
    /// Probability that it fails.
    public var failure: Double = 0
    /// What falls into one of these waits for its end.
    public var stalls: [Stall] = []

    public init(delay: ClosedRange<Duration>, failure: Double = 0, stalls: [Stall] = []) {
        self.delay = delay
        self.failure = failure
        self.stalls = stalls
    }

    /// A journal on a good disk.
    public static let fast = ServiceConditions(delay: .microseconds(20)...(.microseconds(200)))
    /// A database that commits with fsync.
    public static let database = ServiceConditions(delay: .milliseconds(1)...(.milliseconds(10)))
    /// A mail server or a web service.
    public static let remote = ServiceConditions(delay: .milliseconds(50)...(.seconds(2)))

    /// The end of the stall that lies at this time; `nil` when it works.
    public func stalled(at time: MonotonicTime) -> MonotonicTime? {
        stalls.filter { $0.from <= time && time < $0.to }.map(\.to).max()
    }
}

/// One thing at a time, in order: a thread with a disk behind it.
struct SerialService {
    var conditions: ServiceConditions
    /// When what it was given is done.
    private var busyUntil: MonotonicTime = .zero
    private var slowness: (delay: ClosedRange<Duration>, until: MonotonicTime) = (.zero ... .zero, .zero)
    private var failsUntil = MonotonicTime.zero

    init(_ conditions: ServiceConditions) {
        self.conditions = conditions
    }

    /// When a piece of work that is given now is done, and whether it fails.
    mutating func take(_ now: MonotonicTime, _ generator: inout SeededGenerator) -> (done: MonotonicTime, fails: Bool) {
        var done = max(now, busyUntil)
        if let end = conditions.stalled(at: done) { done = end }
        done = done + generator.duration(in: now < slowness.until ? slowness.delay : conditions.delay)
        if let end = conditions.stalled(at: done) { done = end }
        busyUntil = done
        return (done, now < failsUntil || generator.chance(conditions.failure))
    }

    /// When a question that is asked now is answered: questions do not wait for each other.
    func read(
        _ now: MonotonicTime, _ delay: ClosedRange<Duration>, _ generator: inout SeededGenerator
    ) -> MonotonicTime {
        let start = conditions.stalled(at: now) ?? now
        return start + generator.duration(in: start < slowness.until ? slowness.delay : delay)
    }

    mutating func stall(_ from: MonotonicTime, _ to: MonotonicTime) {
        conditions.stalls.removeAll { $0.to <= from }
        conditions.stalls.append(.init(from: from, to: to))
    }

    mutating func slow(to delay: ClosedRange<Duration>, until: MonotonicTime) { slowness = (delay, until) }

    mutating func fail(until: MonotonicTime) { failsUntil = max(failsUntil, until) }

    /// A new thread: what the old one was given is lost.
    mutating func restart() { busyUntil = .zero }
}
