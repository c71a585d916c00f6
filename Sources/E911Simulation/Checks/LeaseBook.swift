import E911Service
import E911Values

/// Who holds which ELIN of one node, by the journal's records and the rules of contract section 4 alone: a plain model to
/// hold the ELIN engine against.
struct LeaseBook {
    struct Holder {
        let key: RecordKey
        let caller: String
        let device: String
        /// The place whose list the ELIN stands in.
        let place: String
        let from: MonotonicTime
        var until: MonotonicTime
        /// How far the node's wall clock was ahead.
        let wallOffset: Duration
        /// The node has taken it back from its disk, so its order and its end are known by the wall clock only.
        var isRestored = false
        /// It ends at an unknown time: the wall clock was set between its beginning and a start of the node.
        var endsAnyTime = false
        /// Nobody can tell whether the node has it: it read of it in this very moment, or another call stands for this one.
        var isDoubtful = false
        /// The node does not know of it yet: the store that has it could not be opened.
        var isAway = false

        /// How much earlier or later it may end: a node of a pair that starts counts by its own clock until the store has told the
        /// time.
        var slack: Duration = .zero

        /// It has not ended before, and has behind that.
        var earliestEnd: MonotonicTime { until - slack }
        var latestEnd: MonotonicTime { until + slack }

        var isUncertain: Bool { endsAnyTime || isDoubtful }
        /// In the order of the calls of all nodes.
        func isLater(than other: Holder) -> Bool { (key.counter, key.node) > (other.key.counter, other.key.node) }
    }

    /// The latest holder last. Earlier ones stand here because a call can be withdrawn, or lost with its process.
    private var holders: [TelephoneNumber: [Holder]] = [:]
    /// The keys of ``holders`` in the order of their first use.
    private var elins: [TelephoneNumber] = []
    private static let depth = 16
    /// What was read of the other node, and when.
    private var doubtful: [(elin: TelephoneNumber, key: RecordKey, at: MonotonicTime)] = []

    var all: [(elin: TelephoneNumber, holder: Holder)] {
        elins.compactMap { elin in holders[elin]?.last.map { (elin, $0) } }
    }

    func holder(of elin: TelephoneNumber) -> Holder? { holders[elin]?.last }

    /// The one of these ELINs that a device holds, the one taken last if there are several.
    func held(by device: String, among elins: [TelephoneNumber], at now: MonotonicTime) -> (
        elin: TelephoneNumber, holder: Holder
    )? {
        elins.compactMap { elin in holder(of: elin).map { (elin, $0) } }
            .filter { $0.1.device == device && $0.1.earliestEnd > now }.max { $1.1.isLater(than: $0.1) }
    }

    mutating func put(_ elin: TelephoneNumber, _ holder: Holder) {
        if holders[elin] == nil { elins.append(elin) }
        holders[elin, default: []].append(holder)
        if let count = holders[elin]?.count, count > Self.depth { holders[elin]?.removeFirst(count - Self.depth) }
    }

    /// The same with one that the other node of a pair gave: the latest call holds, whenever it is read.
    mutating func merge(_ elin: TelephoneNumber, _ holder: Holder, at now: MonotonicTime) {
        guard !knows(elin, holder.key) else { return }
        put(elin, holder)
        // Never the last one that is left out for want of room.
        holders[elin]?.sort { $1.isLater(than: $0) }
        if holder.isDoubtful { doubtful.append((elin, holder.key, now)) }
    }

    func knows(_ elin: TelephoneNumber, _ key: RecordKey) -> Bool { holders[elin]?.contains { $0.key == key } ?? false }

    /// What was read before this moment has been taken in.
    mutating func settle(before now: MonotonicTime) {
        while let first = doubtful.first, first.at < now {
            change(first.elin, first.key) { $0.isDoubtful = false }
            doubtful.removeFirst()
        }
    }

    /// Another call stands for this one: the ELIN may be as if it had never been.
    mutating func doubt(_ key: RecordKey) {
        doubtful.removeAll { $0.key == key }
        for elin in elins { change(elin, key) { $0.isDoubtful = true } }
    }

    private mutating func change(_ elin: TelephoneNumber, _ key: RecordKey, _ body: (inout Holder) -> Void) {
        guard let index = holders[elin]?.lastIndex(where: { $0.key == key }), var holder = holders[elin]?[index] else {
            return
        }
        body(&holder)
        holders[elin]?[index] = holder
    }

    /// The caller of this record cancelled before the answer: who held the ELIN before holds it again. A renewed lease
    /// stays as it was renewed.
    mutating func withdraw(_ elin: TelephoneNumber, _ key: RecordKey) {
        guard let index = holders[elin]?.lastIndex(where: { $0.key == key }),
            let gone = holders[elin]?.remove(at: index), index > 0, let before = holders[elin]?[index - 1]
        else { return }
        if before.device == gone.device, before.until > gone.from { holders[elin]?[index - 1].until = gone.until }
    }

    /// The process has started anew: what its disk has is in force, by the wall clock.
    ///
    /// - Parameters:
    ///   - slack: what the node's clock may be off, where leases end by the time that a pair counts by.
    ///   - isKnown: whether the call is on record.
    ///   - isAtHand: whether the node can read it now.
    mutating func restart(
        wallOffset: Duration, slack: Duration, isKnown: (RecordKey) -> Bool, isAtHand: (RecordKey) -> Bool
    ) {
        for elin in elins {
            guard let before = holders[elin] else { continue }
            holders[elin] = before.filter { isKnown($0.key) }.map { holder in
                var holder = holder
                holder.isRestored = true
                holder.slack = slack
                if holder.wallOffset != wallOffset { holder.endsAnyTime = true }
                holder.isAway = !isAtHand(holder.key)
                return holder
            }
        }
    }

    /// The store has been opened.
    mutating func comeBack(wallOffset: Duration) {
        for elin in elins {
            for index in holders[elin]?.indices ?? 0..<0 where holders[elin]?[index].isAway == true {
                holders[elin]?[index].isAway = false
                if holders[elin]?[index].wallOffset != wallOffset { holders[elin]?[index].endsAnyTime = true }
            }
        }
    }
}
