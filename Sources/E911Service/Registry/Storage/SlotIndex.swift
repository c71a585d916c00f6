/// Slots by the hash of a key that any number of them may share, by linear hashing: it grows by one bucket with each
/// entry, so that no insertion stands for the rehash of a million. The chains are linked both ways, so that an entry is
/// taken out in the same time however many share its key, and remember the hashes, so that a bucket is divided without a
/// look at the keys.
///
/// Sixteen octets a slot. A slot is in the index once at most; ``addSlot()`` makes room for the next one.
struct SlotIndex: Equatable, Sendable {
    private struct Link: Equatable, Sendable {
        var next = DeviceSlot.none
        var previous = DeviceSlot.none
        var hash: UInt32 = 0
    }

    /// The first slot of each bucket: there are `1 << level` buckets and those that were divided in this round.
    private var heads = SegmentedArray<UInt32>()
    private var links = SegmentedArray<Link>()
    private var count = 0
    private var level = 0

    init() {
        heads.append(DeviceSlot.none)
    }

    mutating func addSlot() {
        links.append(Link())
    }

    /// The first slot of a hash, ``DeviceSlot/none`` if there is none; go on with ``next(_:)``. Different keys may have
    /// one hash.
    func first(_ hash: UInt64) -> UInt32 {
        let hash = UInt32(truncatingIfNeeded: hash)
        return find(hash, from: heads[bucket(hash)])
    }

    /// The next slot of the same hash.
    func next(_ slot: UInt32) -> UInt32 {
        let link = links[Int(slot)]
        return find(link.hash, from: link.next)
    }

    private func find(_ hash: UInt32, from start: UInt32) -> UInt32 {
        var slot = start
        while slot != DeviceSlot.none {
            let link = links[Int(slot)]
            if link.hash == hash { break }
            slot = link.next
        }
        return slot
    }

    mutating func insert(_ slot: UInt32, _ hash: UInt64) {
        count += 1
        if count > heads.count { divide() }
        links[Int(slot)].hash = UInt32(truncatingIfNeeded: hash)
        push(slot)
    }

    mutating func remove(_ slot: UInt32) {
        count -= 1
        let link = links[Int(slot)]
        if link.previous == DeviceSlot.none {
            heads[bucket(link.hash)] = link.next
        } else {
            links[Int(link.previous)].next = link.next
        }
        if link.next != DeviceSlot.none { links[Int(link.next)].previous = link.previous }
        links[Int(slot)] = Link()
    }

    /// Puts a slot, which is in the index already or not, to a hash or takes it out.
    mutating func put(_ slot: UInt32, _ hash: UInt64?, isIn: Bool) {
        if isIn { remove(slot) }
        if let hash { insert(slot, hash) }
    }

    private func bucket(_ hash: UInt32) -> Int {
        let bucket = Int(hash) & ((2 << level) - 1)
        return bucket < heads.count ? bucket : Int(hash) & ((1 << level) - 1)
    }

    private mutating func push(_ slot: UInt32) {
        let bucket = bucket(links[Int(slot)].hash)
        let head = heads[bucket]
        links[Int(slot)].next = head
        links[Int(slot)].previous = DeviceSlot.none
        if head != DeviceSlot.none { links[Int(head)].previous = slot }
        heads[bucket] = slot
    }

    /// Divides the next bucket of the round into itself and a new last one.
    private mutating func divide() {
        let divided = heads.count - (1 << level)
        heads.append(DeviceSlot.none)
        var rest = heads[divided]
        heads[divided] = DeviceSlot.none
        while rest != DeviceSlot.none {
            let next = links[Int(rest)].next
            push(rest)
            rest = next
        }
        // The round is over: all buckets were divided.
        if heads.count == 2 << level { level += 1 }
    }
}
