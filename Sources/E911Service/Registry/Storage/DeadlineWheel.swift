/// When to look at which device: buckets of one second over 4,096 seconds. A deadline further away lies in the last
/// bucket and is put off from there, and one that moved later is found out when its second comes; so an entry is made
/// only when a deadline moves earlier. The record knows which entry of its counts (`wheelSecond`).
struct DeadlineWheel: Equatable, Sendable {
    static let horizon: UInt32 = 4096

    private var buckets: [[UInt32]]
    /// A bit for each bucket that has entries, and one for each word of these that is not 0.
    private var occupied: [UInt64]
    private var words: UInt64 = 0
    /// All seconds before this one are done.
    private(set) var second: UInt32

    init(second: UInt32) {
        self.second = second
        buckets = Array(repeating: [], count: Int(Self.horizon))
        occupied = Array(repeating: 0, count: Int(Self.horizon) / 64)
    }

    /// Puts a slot into the bucket of a second, or the nearest that there is; answers which.
    mutating func add(_ slot: UInt32, at wanted: UInt32) -> UInt32 {
        let at = min(max(wanted, second), second + Self.horizon - 1)
        let bucket = Int(at % Self.horizon)
        buckets[bucket].append(slot)
        occupied[bucket / 64] |= 1 << UInt64(bucket % 64)
        words |= 1 << UInt64(bucket / 64)
        return at
    }

    /// The second of the next entry.
    var next: UInt32? {
        guard words != 0 else { return nil }
        let start = Int(second % Self.horizon)
        let here = occupied[start / 64] & ~0 << UInt64(start % 64)
        let bucket: Int
        if here != 0 {
            bucket = start / 64 * 64 + here.trailingZeroBitCount
        } else {
            // The next word behind this one, or the first of all, which may be this one again.
            let behind = start / 64 == 63 ? 0 : words & ~0 << UInt64(start / 64 + 1)
            let word = (behind != 0 ? behind : words).trailingZeroBitCount
            bucket = word * 64 + occupied[word].trailingZeroBitCount
        }
        return second + UInt32((bucket - start + Int(Self.horizon)) % Int(Self.horizon))
    }

    /// Takes one entry whose second is not after `now`, and moves on to `now` when there is none left.
    mutating func pop(until now: UInt32) -> (slot: UInt32, second: UInt32)? {
        guard let at = next, at <= now else {
            second = max(second, now)
            return nil
        }
        second = at
        let bucket = Int(at % Self.horizon)
        guard let slot = buckets[bucket].popLast() else { return nil }
        if buckets[bucket].isEmpty {
            buckets[bucket] = []
            occupied[bucket / 64] &= ~(1 << UInt64(bucket % 64))
            if occupied[bucket / 64] == 0 { words &= ~(1 << UInt64(bucket / 64)) }
        }
        return (slot, at)
    }
}
