/// Slots by the hash of a key that any number of them may share.
///
/// A hash table with open addressing in 256 parts, which double one by one: no insertion stands for the rehash of a
/// million, and each costs one look into memory far away. The table has the first slot of a hash; the others are linked
/// to it both ways, so that one is taken out in the same time however many share its key. (All devices behind one proxy
/// may share an address.)
///
/// Twenty octets or so an entry. A slot is in the index once at most; ``grow(to:)`` makes room for more.
struct SlotIndex: Equatable, Sendable {
    private struct Link: Equatable, Sendable {
        var next = DeviceSlot.none
        var previous = DeviceSlot.none
    }

    private var parts = Array(repeating: Part(), count: 256)
    private var links = SegmentedArray(Link())

    /// Makes room for so many slots.
    mutating func grow(to slots: Int) { links.grow(to: slots) }

    /// The first slot of a hash, ``DeviceSlot/none`` if there is none; go on with ``next(_:)``. Different keys may have
    /// one hash.
    func first(_ hash: UInt64) -> UInt32 {
        let hash = UInt32(truncatingIfNeeded: hash)
        return parts[Int(hash >> 24)].find(hash)?.slot ?? DeviceSlot.none
    }

    /// Something of where a hash is, read for the sake of reading: the processor fetches from memory far away whatever
    /// does not depend on what it fetched before, so that looking for many hashes takes not much longer than for one, once
    /// each was glanced at.
    func glance(_ hash: UInt64) -> UInt64 {
        let hash = UInt32(truncatingIfNeeded: hash)
        return parts[Int(hash >> 24)].glance(hash)
    }

    /// Whether no other slot has the hash of this one, which is in the index.
    func isAlone(_ slot: UInt32) -> Bool { links[Int(slot)] == Link() }

    /// The next slot of the same hash.
    func next(_ slot: UInt32) -> UInt32 { links[Int(slot)].next }

    mutating func insert(_ slot: UInt32, _ hash: UInt64) {
        let hash = UInt32(truncatingIfNeeded: hash)
        guard let first = parts[Int(hash >> 24)].insert(slot, hash) else { return }
        let next = links[Int(first)].next
        links[Int(slot)] = Link(next: next, previous: first)
        links[Int(first)].next = slot
        if next != DeviceSlot.none { links[Int(next)].previous = slot }
    }

    /// Takes out a slot that was put in with this hash.
    mutating func remove(_ slot: UInt32, _ hash: UInt64) {
        let hash = UInt32(truncatingIfNeeded: hash)
        let link = links[Int(slot)]
        links[Int(slot)] = Link()
        if link.next != DeviceSlot.none { links[Int(link.next)].previous = link.previous }
        if link.previous != DeviceSlot.none {
            links[Int(link.previous)].next = link.next
        } else if link.next != DeviceSlot.none {
            parts[Int(hash >> 24)].replace(hash, by: link.next)
        } else {
            parts[Int(hash >> 24)].remove(hash)
        }
    }

    /// Puts a slot to another hash, from one that it may have had.
    mutating func move(_ slot: UInt32, from old: UInt64?, to new: UInt64?) {
        if let old { remove(slot, old) }
        if let new { insert(slot, new) }
    }
}

extension SlotIndex {
    /// A table by linear probing, at most three quarters full.
    private struct Part: Equatable, Sendable {
        private static let smallest = 16
        private static let empty = UInt64.max

        /// Hash and slot, or `empty`; as many as a power of two, or none.
        private var entries: [UInt64] = []
        private var count = 0

        func glance(_ hash: UInt32) -> UInt64 {
            entries.isEmpty ? 0 : entries[Int(hash) & (entries.count - 1)]
        }

        func find(_ hash: UInt32) -> (place: Int, slot: UInt32)? {
            guard count > 0 else { return nil }
            let mask = entries.count - 1
            var place = Int(hash) & mask
            while entries[place] != Self.empty {
                if UInt32(truncatingIfNeeded: entries[place] >> 32) == hash {
                    return (place, UInt32(truncatingIfNeeded: entries[place]))
                }
                place = (place + 1) & mask
            }
            return nil
        }

        /// Puts a hash in unless it is there; then answers its slot.
        mutating func insert(_ slot: UInt32, _ hash: UInt32) -> UInt32? {
            if (count + 1) * 4 > entries.count * 3 { grow() }
            let mask = entries.count - 1
            var place = Int(hash) & mask
            while true {
                let entry = entries[place]
                if entry == Self.empty { break }
                if UInt32(truncatingIfNeeded: entry >> 32) == hash { return UInt32(truncatingIfNeeded: entry) }
                place = (place + 1) & mask
            }
            entries[place] = UInt64(hash) << 32 | UInt64(slot)
            count += 1
            return nil
        }

        mutating func replace(_ hash: UInt32, by slot: UInt32) {
            guard let found = find(hash) else { return }
            entries[found.place] = UInt64(hash) << 32 | UInt64(slot)
        }

        /// Takes a hash out, and moves what was put behind it for want of room.
        mutating func remove(_ hash: UInt32) {
            guard let found = find(hash) else { return }
            count -= 1
            let mask = entries.count - 1
            var hole = found.place
            var place = hole
            while true {
                place = (place + 1) & mask
                let entry = entries[place]
                guard entry != Self.empty else { break }
                let wanted = Int(entry >> 32) & mask
                // It may not be moved before the place that it wants.
                if (place - wanted) & mask >= (place - hole) & mask {
                    entries[hole] = entry
                    hole = place
                }
            }
            entries[hole] = Self.empty
        }

        private mutating func grow() {
            let old = entries
            entries = Array(repeating: Self.empty, count: max(Self.smallest, old.count * 2))
            entries.withUnsafeMutableBufferPointer { entries in
                let mask = entries.count - 1
                for entry in old where entry != Self.empty {
                    var place = Int(entry >> 32) & mask
                    while entries[place] != Self.empty { place = (place + 1) & mask }
                    entries[place] = entry
                }
            }
        }
    }
}
