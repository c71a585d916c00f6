import E911Values

extension ELINEngine {
    /// Gives a place a number of a pool, or lets it wait for one.
    mutating func bind(_ place: Int, from pool: Int, now: Now) {
        guard let number = freeNumber(of: pool, now: now.monotonic) else {
            table.places[place].awaitedPool = pool
            waiting.append(place)
            guard !pools.pools[pool].isExhausted else { return }
            pools.pools[pool].isExhausted = true
            effects.append(.event(.exhausted(pool: pools.pools[pool].name, table.places[place].key)))
            return
        }
        bind(place, to: number, of: pool, now: now)
    }

    private mutating func bind(_ place: Int, to number: TelephoneNumber, of pool: Int, now: Now) {
        let key = table.places[place].key
        let name = pools.pools[pool].name
        keep(ELINRow(elin: number, binding: ELINBinding(place: key, pool: name, boundAt: now.wall)))
        let slot = table.slot(of: number, place: key)
        table.slots[slot].place = key
        table.places[place].bound = slot
        effects.append(.event(.bound(number, key, pool: name)))
        refresh(place)
    }

    /// Gives places that wait for a number of a pool what it has.
    mutating func relieve(_ pool: Int, now: Now) {
        while let turn = waiting.firstIndex(where: { table.places[$0].awaitedPool == pool }),
            let number = freeNumber(of: pool, now: now.monotonic)
        {
            let place = waiting.remove(at: turn)
            table.places[place].awaitedPool = nil
            bind(place, to: number, of: pool, now: now)
        }
        guard pools.pools[pool].isExhausted, !waiting.contains(where: { table.places[$0].awaitedPool == pool }) else {
            return
        }
        pools.pools[pool].isExhausted = false
        effects.append(.event(.relieved(pool: pools.pools[pool].name)))
    }

    /// The first number of a pool that is not bound, that the ALI side knows nothing of, that the configuration gives to
    /// nobody else, and that no caller has at present.
    private mutating func freeNumber(of pool: Int, now: MonotonicTime) -> TelephoneNumber? {
        guard pools.pools.indices.contains(pool) else { return nil }
        var cursor = pools.pools[pool].first
        var seesOnlyHeld = true
        while let number = pools.number(of: pool, at: &cursor) {
            let slot = table.slotOfNumber[number].map { table.slots[$0] }
            let isHeld = ledger[number] != nil || slot?.isFixed == true || pools.owner(of: number) != pool
            // A lease ends by itself, and nobody tells the pool.
            if !isHeld {
                if slot?.hasLiveLease(at: now) != true { return number }
                seesOnlyHeld = false
            }
            cursor.offset += 1
            if seesOnlyHeld { pools.pools[pool].first = cursor }
        }
        return nil
    }

    /// Puts what is remembered to the present places. What the configuration has taken from a binding ends it, as soon
    /// as bindings may change.
    mutating func attachBindings(now: Now) {
        returns = DeadlineQueue()
        let bound = ledger.rows.filter { $0.binding != nil }.sorted { $0.elin < $1.elin }
        // Of two numbers of a place the one that stays goes first.
        for row in bound where row.binding?.isLeaving == false { attachBinding(of: row.elin, now: now) }
        for row in bound where row.binding?.isLeaving == true { attachBinding(of: row.elin, now: now) }
    }

    private mutating func attachBinding(of number: TelephoneNumber, now: Now) {
        guard var row = ledger[number], var binding = row.binding else { return }
        if let slot = table.slotOfNumber[number], table.slots[slot].isFixed {
            guard isOpen else { return }
            row.binding = nil
            keep(row)
            setIdleDeadline(slot, nil)
            return
        }
        let owner = pools.owner(of: number)
        if isOpen, let owner, binding.pool != pools.pools[owner].name {
            binding.pool = pools.pools[owner].name
            row.binding = binding
            keep(row)
        }
        let slot = table.slot(of: number, place: binding.place)
        table.slots[slot].place = binding.place
        var isAttached = false
        if let place = place(of: binding), owner != nil, table.places[place].bound == nil {
            table.places[place].bound = slot
            isAttached = true
            refresh(place)
        }
        guard isOpen else { return }
        if let since = binding.idleSince, !binding.isLeaving {
            let left = min(max(since + configuration.idleTime - now.wall, .zero), configuration.idleTime)
            setIdleDeadline(slot, table.slots[slot].idleDeadline ?? now.monotonic + left)
        }
        // Its pool is gone, or (a damaged store) its place has another one. No place waits for a number yet.
        if owner == nil || (!isAttached && place(of: binding) != nil) { beginLeaving(slot) }
        _ = settle(number)
    }

    /// Whether the number that is bound to a place is sent for it: its confirmed record names the place, or the pool
    /// needs none.
    func isSent(_ row: ELINRow) -> Bool {
        guard let binding = row.binding, !binding.isLeaving, let pool = pools[binding.pool] else { return false }
        return !pool.needsRecord || (!row.isBeingDeleted && row.published?.place == binding.place)
    }

    /// Brings the numbers that are sent for a place up to date.
    mutating func refresh(_ place: Int) {
        guard table.places[place].usesPool else { return }
        let slot = table.places[place].bound
        let isSent = slot.flatMap { ledger[table.slots[$0].number] }.map { self.isSent($0) } ?? false
        table.places[place].slots = isSent ? [slot].compactMap(\.self) : []
    }

    /// Keeps a row, in memory and in the store.
    mutating func keep(_ row: ELINRow) {
        ledger.set(row)
        effects.append(row.isEmpty ? .forget(row.elin) : .keep(row))
    }

    mutating func setIdleDeadline(_ slot: Int, _ deadline: MonotonicTime?) {
        table.slots[slot].idleDeadline = deadline
        returns.set(slot, to: deadline)
    }
}
