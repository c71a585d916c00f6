/// A hash table of chains by linear hashing: it grows by one bucket with each entry, so that no insertion stands for
/// the rehash of a million. The chains run through the records; the table holds their heads only, four octets each.
///
/// Its user walks and links the chains; the table says which bucket a hash has, and which bucket is to be divided.
struct ChainIndex: Equatable, Sendable {
    private(set) var heads = SegmentedArray<UInt32>()
    private var count = 0
    /// The table has `1 << level` buckets and those that were divided in this round.
    private var level = 0

    init() {
        heads.append(DeviceSlot.none)
    }

    func bucket(_ hash: UInt64) -> Int {
        let bucket = Int(truncatingIfNeeded: hash & UInt64((2 << level) - 1))
        return bucket < heads.count ? bucket : Int(truncatingIfNeeded: hash & UInt64((1 << level) - 1))
    }

    func head(_ bucket: Int) -> UInt32 { heads[bucket] }

    mutating func setHead(_ bucket: Int, _ slot: UInt32) { heads[bucket] = slot }

    /// Counts an entry, and answers the bucket that must be divided into itself and a new last one before the next
    /// insertion, if any.
    mutating func inserted() -> (divided: Int, new: Int)? {
        count += 1
        guard count > heads.count else { return nil }
        let new = heads.count
        heads.append(DeviceSlot.none)
        let divided = new - (1 << level)
        if new + 1 == 2 << level { level += 1 }
        return (divided, new)
    }

    mutating func removed() {
        count -= 1
    }
}
