/// When to look at which device: buckets of one second over 4,096 seconds. A deadline further away lies in the last
/// bucket and is put off from there, and one that moved later is found out when its second comes; so an entry is made
/// only when a deadline moves earlier. The record knows which entry of its counts (`wheelSecond`).
struct DeadlineWheel: Equatable, Sendable {
    static let horizon: UInt32 = 4096

    private var buckets: [[UInt32]]
    private var occupied: [UInt64]
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
        return at
    }

    /// The second of the next entry.
    var next: UInt32? {
        let start = Int(second % Self.horizon)
        for step in 0...occupied.count {
            let word = (start / 64 + step) % occupied.count
            var bits = occupied[word]
            if step == 0 { bits &= ~0 << UInt64(start % 64) }
            if step == occupied.count { bits &= ~(~0 << UInt64(start % 64)) }
            guard bits != 0 else { continue }
            let bucket = word * 64 + bits.trailingZeroBitCount
            return second + UInt32((bucket - start + Int(Self.horizon)) % Int(Self.horizon))
        }
        return nil
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
        }
        return (slot, at)
    }
}
