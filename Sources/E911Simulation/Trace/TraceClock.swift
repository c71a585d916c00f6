public import E911Values

/// Gives entries their times: to the microsecond, and in the order of the monotonic clock, where the wall clock alone is
/// coarse and may be set.
public struct TraceClock: Sendable {
    /// The wall time at the monotonic origin, in microseconds.
    private var origin: Int64?

    public init() {}

    public mutating func time(_ now: Now) -> TraceTime {
        let monotonic = now.monotonic.nanoseconds / 1000
        let origin = origin ?? now.wall.milliseconds * 1000 - monotonic
        self.origin = origin
        return TraceTime(microseconds: origin + monotonic)
    }
}
