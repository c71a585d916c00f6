import E911Values

extension SeededGenerator {
    /// `true` with this probability. Draws nothing when the answer is certain.
    mutating func chance(_ probability: Double) -> Bool {
        if probability <= 0 { return false }
        if probability >= 1 { return true }
        return Double(next() >> 11) * 0x1p-53 < probability
    }

    /// A duration of the range, to the nanosecond.
    mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let low = range.lowerBound.wholeNanoseconds
        let high = range.upperBound.wholeNanoseconds
        guard high > low else { return range.lowerBound }
        return .nanoseconds(low + Int64(next() % UInt64(high - low + 1)))
    }

    /// A number from 0 to `bound - 1`.
    mutating func index(below bound: Int) -> Int {
        bound <= 1 ? 0 : Int(next() % UInt64(bound))
    }
}
