public import E911Values

extension ELINEngine {
    /// Takes back an ELIN that was chosen for a call and never sent: the caller cancelled before the answer.
    ///
    /// The ELIN stands again for whom it was taken from, if that window is still open, and where it stood in the order of
    /// use: a lease of an earlier run that comes back later finds it unused. A renewed lease stays: the caller has it from
    /// an earlier call.
    public mutating func withdraw(_ assignment: ELINAssignment, now: Now) {
        guard !assignment.renewed, let slot = table.slotOfNumber[assignment.elin],
            table.slots[slot].lease?.call == assignment.lease.call
        else { return }
        let previous = assignment.previous.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
        table.slots[slot].lease = previous
        table.slots[slot].lastUse = assignment.previousUse
        deadlines.set(slot, to: previous?.deadline)
        if assignment.displaced != nil { table.slots[slot].usage.displacements -= 1 }
    }
}
