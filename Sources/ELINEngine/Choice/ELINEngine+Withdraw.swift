public import E911Values

extension ELINEngine {
    /// Takes back an ELIN that was chosen for a call and never sent: the caller cancelled before the answer.
    ///
    /// The ELIN stands again for whom it was taken from, if that window is still open, and where it stood in the order of
    /// use: a lease of an earlier run that comes back later finds it unused. What came of the other node in the meantime
    /// counts as if this call had not been.
    ///
    /// A renewed lease stays: the caller has it from an earlier call. In a pair it is as it was before, since the other
    /// node never learns of this call.
    public mutating func withdraw(_ assignment: ELINAssignment, now: Now) {
        guard !assignment.renewed || assignment.isShared, let slot = table.slotOfNumber[assignment.elin],
            table.slots[slot].lease?.call == assignment.lease.call
        else { return }
        reset(slot, to: assignment.before, lastUse: assignment.previousUse, now: now)
        if assignment.displaced != nil { table.slots[slot].usage.displacements -= 1 }
    }

    /// Brings a number back to a lease, or to the later one that was overtaken.
    mutating func reset(_ slot: Int, to lease: Lease?, lastUse: UseRank, now: Now) {
        var (lease, lastUse) = (lease, lastUse)
        let number = table.slots[slot].number
        if !overtaken.isEmpty, let other = overtaken[number], UseRank(other.call) >= lastUse {
            // Of one that came again, what it was given before counts.
            if UseRank(other.call) > lastUse { (lease, lastUse) = (other, UseRank(other.call)) }
            overtaken[number] = nil
        }
        let live = lease.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
        if live == nil { overtaken[number] = nil }
        table.slots[slot].lease = live
        table.slots[slot].lastUse = lastUse
        deadlines.set(slot, to: live?.deadline)
    }
}
