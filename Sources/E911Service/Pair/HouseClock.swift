import E911Values

/// The time that both nodes of a pair count by, in microseconds: the store's clock, as far as it is known, carried on by the
/// monotonic clock. What the clocks of the machines say does not matter for the order of calls then.
///
/// It gives counters, never deadlines, so no time of people becomes one of the monotonic clock here.
struct HouseClock: Equatable, Sendable {
    private struct Sample: Equatable, Sendable {
        var offset: Int64
        var error: Int64
    }

    /// The newest samples; the one with the smallest error counts.
    private static let kept = 16

    /// House time less the monotonic clock.
    private(set) var offset: Int64
    /// How far it may be wrong; `nil` before the store has told its time.
    private(set) var error: Int64?
    private var samples: [Sample] = []

    /// Before the store has told anything there is this machine's clock.
    init(_ now: Now) {
        offset = now.wall.milliseconds.clampedThousandfold - now.monotonic.microseconds
    }

    func now(_ time: MonotonicTime) -> UInt64 { UInt64(max(0, time.microseconds &+ offset)) }

    /// A start has read the store, whose clock showed `time` when it was read, nobody knows how long before. Taken as if that had been
    /// now: a clock that is behind goes forward with the first answer, where one that is ahead would stand still, and make the
    /// other node believe that it knows more than it does.
    mutating func begin(_ time: WallTime, at now: MonotonicTime) {
        take(Sample(offset: time.milliseconds.clampedThousandfold &- now.microseconds, error: Self.startError))
    }

    /// How long reading the store takes at most, where it does not take so long that nothing is known of it.
    private static let startError: Int64 = 2_000_000

    /// The store's clock showed `time` at some moment between question and answer.
    mutating func take(_ time: WallTime, asked: MonotonicTime, answered: MonotonicTime) {
        let trip = max(0, answered.microseconds &- asked.microseconds)
        let middle = asked.microseconds &+ trip / 2
        // The store's time has milliseconds.
        take(Sample(offset: time.milliseconds.clampedThousandfold &- middle, error: trip / 2 &+ 1000))
    }

    private mutating func take(_ sample: Sample) {
        samples.append(sample)
        if samples.count > Self.kept { samples.removeFirst() }
        guard let best = samples.min(by: { $0.error < $1.error }) else { return }
        (offset, error) = (best.offset, best.error)
    }
}

extension MonotonicTime {
    fileprivate var microseconds: Int64 { nanoseconds / 1000 }
}

extension Int64 {
    /// Of a store's clock that tells any time at all.
    fileprivate var clampedThousandfold: Int64 { Swift.min(Swift.max(self, 0), Int64.max / 4000) &* 1000 }
}
