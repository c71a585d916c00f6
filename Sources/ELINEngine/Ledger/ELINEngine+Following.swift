public import E911Values

// Of two nodes that share a site one binds numbers and tells the ALI side; the other follows what it has stored.
extension ELINEngine {
    /// Begins or ends to bind numbers, to give them back and to tell the ALI side of them.
    ///
    /// At the beginning every place has no device: count them anew. At the end no place waits for a number any more, and what
    /// is bound stays.
    public mutating func setOpen(_ isOpen: Bool, now: Now) {
        guard isOpen != self.isOpen else { return }
        if isOpen { return restore(ledger.rows, isComplete: true, now: now) }
        self.isOpen = false
        for place in waiting { table.places[place].awaitedPool = nil }
        waiting = []
        for slot in table.slots.indices { table.slots[slot].idleDeadline = nil }
        returns = DeadlineQueue()
    }

    /// Takes in what the other node has stored of a number, in place of what is known here; nothing is to be stored for it.
    ///
    /// In an engine that is open every place has no device then: count them anew.
    public mutating func merge(_ row: ELINRow, now: Now) {
        let before = ledger[row.elin]?.binding
        ledger.set(row)
        guard !isOpen else { return restore(ledger.rows, isComplete: true, now: now) }
        // Most changes are of what the ALI side was told.
        if before?.place != row.binding?.place, let slot = table.slotOfNumber[row.elin], !table.slots[slot].isFixed {
            table.slots[slot].place = row.binding?.place
        }
        if row.binding != nil, table.slotOfNumber[row.elin] == nil {
            _ = table.slot(of: row.elin, place: row.binding?.place)
        }
        for place in [before, row.binding].compactMap({ $0.flatMap { place(of: $0) } }) { attach(place, row.elin) }
    }

    /// The other node has no row of a number any more.
    public mutating func forget(_ number: TelephoneNumber, now: Now) {
        merge(ELINRow(elin: number), now: now)
    }

    /// Finds the number that stands for a place, after the row of one that is or was bound to it has changed.
    private mutating func attach(_ place: Int, _ changed: TelephoneNumber) {
        let key = table.places[place].key
        let present = table.places[place].bound.map { table.slots[$0].number }
        // Only where a place has lost its number can it be any of all.
        let isLost = present == changed && ledger[changed]?.binding.map { $0.place == key && !$0.isLeaving } != true
        var numbers = [changed]
        if let present, present != changed { numbers.append(present) }
        if isLost { numbers = ledger.rows.map(\.elin) }
        let bound = numbers.compactMap { number -> (order: (Int, TelephoneNumber), slot: Int)? in
            guard let binding = ledger[number]?.binding, binding.place == key, pools.owner(of: number) != nil,
                let slot = table.slotOfNumber[number], !table.slots[slot].isFixed
            else { return nil }
            // Of two numbers of a place the one that stays goes first.
            return ((binding.isLeaving ? 1 : 0, number), slot)
        }
        table.places[place].bound = bound.min { $0.order < $1.order }?.slot
        refresh(place)
    }
}
