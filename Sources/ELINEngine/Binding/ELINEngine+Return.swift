import E911Values

// How a number goes back to its pool: after ``ELINConfiguration/idleTime`` without device or lease, and when the ALI
// side has no record of it.
extension ELINEngine {
    /// The place of a bound number has no device any more.
    mutating func beginReturn(of slot: Int, now: Now) {
        guard var row = ledger[table.slots[slot].number], var binding = row.binding, !binding.isLeaving,
            binding.idleSince == nil
        else { return }
        let lease = table.slots[slot].lease.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
        let since = lease?.expiresAt ?? now.wall
        binding.idleSince = since
        row.binding = binding
        keep(row)
        setIdleDeadline(slot, (lease?.deadline ?? now.monotonic) + configuration.idleTime)
    }

    /// A device has come to a place whose number was on its way back. A delete that was offered is carried through.
    mutating func cancelReturn(from place: Int) {
        guard let slot = table.places[place].bound, var row = ledger[table.slots[slot].number],
            var binding = row.binding, binding.idleSince != nil || binding.isLeaving
        else { return }
        setIdleDeadline(slot, nil)
        guard !binding.isLeaving || !row.isBeingDeleted else { return }
        binding.idleSince = nil
        binding.isLeaving = false
        row.binding = binding
        keep(row)
        refresh(place)
    }

    /// A call was given the number: it is idle from the end of the lease on.
    mutating func postponeReturn(of slot: Int) {
        guard isOpen, table.slots[slot].idleDeadline != nil, let lease = table.slots[slot].lease,
            var row = ledger[table.slots[slot].number], var binding = row.binding
        else { return }
        binding.idleSince = lease.expiresAt
        row.binding = binding
        keep(row)
        setIdleDeadline(slot, lease.deadline + configuration.idleTime)
    }

    mutating func endIdleBindings(now: Now, limit: Int) {
        guard isOpen else { return }
        var left = limit
        var freed: [Int] = []
        while left > 0, let slot = returns.popDue(now.monotonic) {
            left -= 1
            table.slots[slot].idleDeadline = nil
            if let lease = table.slots[slot].lease, lease.isLive(at: now.monotonic) {
                setIdleDeadline(slot, lease.deadline + configuration.idleTime)
                continue
            }
            beginLeaving(slot)
            if let pool = settle(table.slots[slot].number), !freed.contains(pool) { freed.append(pool) }
        }
        for pool in freed.sorted() { relieve(pool, now: now) }
    }

    /// The number is not sent any more, and goes back when it can.
    mutating func beginLeaving(_ slot: Int) {
        guard var row = ledger[table.slots[slot].number], var binding = row.binding, !binding.isLeaving else { return }
        setIdleDeadline(slot, nil)
        binding.isLeaving = true
        row.binding = binding
        keep(row)
        effects.append(.event(.leaving(row.elin, binding.place)))
        if let place = table.placeOfKey[binding.place], table.places[place].bound == slot { refresh(place) }
    }

    /// Lets a number that is leaving go if the ALI side has no record of it, unless a device has come in the meantime.
    ///
    /// - Returns: the pool that has it again; see ``relieve(_:now:)``.
    mutating func settle(_ number: TelephoneNumber) -> Int? {
        guard isOpen, var row = ledger[number], var binding = row.binding, binding.isLeaving, row.isUnpublished,
            let slot = table.slotOfNumber[number]
        else { return nil }
        let place = place(of: binding).flatMap { table.places[$0].bound == slot ? $0 : nil }
        if let place, table.devices[place] > 0 {
            binding.isLeaving = false
            binding.idleSince = nil
            row.binding = binding
            keep(row)
            refresh(place)
            return nil
        }
        row.binding = nil
        keep(row)
        table.slots[slot].place = nil
        setIdleDeadline(slot, nil)
        if let place {
            table.places[place].bound = nil
            refresh(place)
        }
        effects.append(.event(.returned(number, pool: binding.pool)))
        return pools.freed(number)
    }
}
