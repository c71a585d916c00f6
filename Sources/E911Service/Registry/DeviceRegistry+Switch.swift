import E911Values

// Another member has become the source of events.
extension DeviceRegistry {
    /// A device that the new source sees and the one before did not is new, or has moved meanwhile. One that only the one
    /// before saw stays: nobody has said that it is gone.
    mutating func compare(
        _ slot: UInt32, callServer: Int, from: Int?, to: Int, _ events: inout [RegistryEvent]
    ) {
        let record = table[slot]
        guard record.callServer == callServer, table.epoch(slot, to) != 0 else { return }
        let wasRetired = record.state == .retired
        if wasRetired {
            setState(slot, .active)
            setMark(slot, 0)
        }
        guard !record.flags.contains(.filtered) else { return }
        // What was told of it is not known: the store is to have it.
        guard let from else { return events.append(.confirmed(table.id(slot))) }
        guard table.epoch(slot, from) == 0 else { return }
        guard let old = counterpart(of: slot, seenBy: from, notBy: to) else {
            return events.append(wasRetired ? .confirmed(table.id(slot)) : .added(table.id(slot)))
        }
        let before = self.record(old)
        let id = table.id(old)
        unseenMoves[slot] = nil
        events.append(.moved(table.id(slot), from: before))
        unsight(old, callServer: callServer, member: from)
        guard !table.isSeen(old) else { return }
        erase(old)
        events.append(.removed(id, before))
    }

    /// The same device where only the other member sees it: same address of record, and the same instance or MAC; or the
    /// one that the member itself saw go from there to here.
    private func counterpart(of slot: UInt32, seenBy from: Int, notBy to: Int) -> UInt32? {
        func isLeft(_ other: UInt32) -> Bool {
            other != slot && table[other].callServer == table[slot].callServer && table.epoch(other, from) != 0
                && table.epoch(other, to) == 0
        }
        if let old = unseenMoves[slot].flatMap({ table.slot($0) }), isLeft(old) { return old }
        let instance = table.text(.instance, of: slot)
        let mac = table[slot].mac
        guard !instance.isEmpty || mac != nil else { return nil }
        let aor = table.text(.aor, of: slot)
        return aor.withUnsafeBufferPointer { aor in
            instance.withUnsafeBufferPointer { instance in
                var other = table.first(ofUser: URIParts.userHash(of: aor))
                while other != DeviceSlot.none {
                    if isLeft(other), table.isEqual(.aor, of: other, to: aor),
                        !instance.isEmpty && table.isEqual(.instance, of: other, to: instance)
                            || mac != nil && table[other].mac == mac
                    {
                        return other
                    }
                    other = table.next(ofUser: other)
                }
                return nil
            }
        }
    }
}
