package import E911Values

/// The order of NOTIFYs in a dialog by CSeq (RFC 3261 section 12.2.2), with room for those that overtook each other.
///
/// A CSeq that fills a gap less than two seconds old is still taken: over UDP two NOTIFYs pass each other easily, and
/// an error answer would cost the subscription. What lies before the first one of a dialog is such a gap too: where a
/// notifier begins to count is its own choice.
package struct NotifyOrder: Equatable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// The next one; or the first.
        case next
        /// Numbers were left out before it.
        case behindGap
        /// It fills a young gap.
        case fillsGap
        /// The highest number once more: a repetition by another transaction.
        case repeated
        /// Too late.
        case stale
    }

    /// How long a gap is waited for.
    package static let patience: Duration = .seconds(2)
    /// More gaps than this at a time are not kept.
    static let mostGaps = 32

    private struct Gap: Equatable, Sendable {
        var numbers: ClosedRange<UInt32>
        var since: MonotonicTime
    }

    private var highest: UInt32?
    private var gaps: [Gap] = []

    package init() {}

    package mutating func take(_ number: UInt32, at now: MonotonicTime) -> Verdict {
        guard let highest else {
            self.highest = number
            if number > 0 { gaps.append(Gap(numbers: 0...(number - 1), since: now)) }
            return .next
        }
        if number > highest {
            self.highest = number
            guard number - highest > 1 else { return .next }
            gaps.append(Gap(numbers: (highest + 1)...(number - 1), since: now))
            if gaps.count > Self.mostGaps { gaps.removeFirst() }
            return .behindGap
        }
        if number == highest { return .repeated }
        gaps.removeAll { now - $0.since >= Self.patience }
        guard let index = gaps.firstIndex(where: { $0.numbers.contains(number) }) else { return .stale }
        let gap = gaps.remove(at: index)
        if number < gap.numbers.upperBound {
            gaps.insert(Gap(numbers: (number + 1)...gap.numbers.upperBound, since: gap.since), at: index)
        }
        if number > gap.numbers.lowerBound {
            gaps.insert(Gap(numbers: gap.numbers.lowerBound...(number - 1), since: gap.since), at: index)
        }
        return .fillsGap
    }
}
