public import E911Values

// What the ALI side knows of each number, and what it is owed.
extension ELINEngine {
    /// What is remembered of a number.
    public func row(of number: TelephoneNumber) -> ELINRow? { ledger[number] }

    /// All that is remembered, in an order that means nothing.
    public var rows: [ELINRow] { ledger.rows }

    /// The place that the ALI record of a number has to name; `nil` if there is to be none.
    public func wantedPlace(of number: TelephoneNumber) -> PlaceKey? {
        if let slot = table.slotOfNumber[number], table.slots[slot].isFixed { return table.slots[slot].place }
        guard let binding = ledger[number]?.binding, !binding.isLeaving, pools[binding.pool]?.needsRecord == true
        else { return nil }
        return binding.place
    }

    /// The numbers that the ALI side has, or is to have, a record of, page by page, in an order that means nothing. At most
    /// `limit` numbers are looked at; `next` is `nil` at the end.
    public func recordNumbers(from start: Int, limit: Int) -> (numbers: [TelephoneNumber], next: Int?) {
        let (numbers, next) = numbers(from: start, limit: limit)
        return (numbers.filter { ledger[$0].map { !$0.isUnpublished } ?? false || wantedPlace(of: $0) != nil }, next)
    }

    /// All numbers that something is known of, page by page: those with a slot, then those with no more than a row.
    func numbers(from start: Int, limit: Int) -> (numbers: [TelephoneNumber], next: Int?) {
        let slots = table.slots.count
        let all = slots + ledger.rows.count
        // Whoever asks may ask for any place.
        let start = min(max(0, start), all)
        let end = start + min(max(1, limit), all - start)
        var numbers: [TelephoneNumber] = []
        for index in start..<end {
            if index < slots {
                numbers.append(table.slots[index].number)
            } else if table.slotOfNumber[ledger.rows[index - slots].elin] == nil {
                numbers.append(ledger.rows[index - slots].elin)
            }
        }
        return (numbers, end < all ? end : nil)
    }

    /// How changes of a number's record reach the ALI side.
    public func publication(of number: TelephoneNumber) -> ELINConfiguration.Publication {
        let isFixed = table.slotOfNumber[number].map { table.slots[$0].isFixed } ?? false
        guard !isFixed, let owner = pools.owner(of: number),
            let pool = configuration.pools.first(where: { $0.name == pools.pools[owner].name })
        else { return configuration.fixedPublication }
        // A record that a pool needs no more is deleted by whatever way the others go.
        return pool.publication == .perCall ? configuration.fixedPublication : pool.publication
    }

    /// The change that the ALI side has to be told, so that it has `wanted` (or no record); `nil` when it is known to.
    ///
    /// A change that nobody has confirmed is told again. A delete that was told is confirmed before anything else is.
    public func owedFunction(of number: TelephoneNumber, wanted: ELINRecord?) -> RecordFunction? {
        guard let row = ledger[number] else { return wanted == nil ? nil : .insert }
        if row.isBeingDeleted { return .delete }
        guard let wanted else { return row.isUnpublished ? nil : .delete }
        guard let published = row.published else { return .insert }
        return published == wanted && row.offer == nil ? nil : .change
    }

    /// A change of a number's record is going to be pushed or exported. Send it when the row that comes of this is in the
    /// store: a start must know that the ALI side may have the record.
    ///
    /// - Returns: `false`, and nothing happened, before the store is known.
    public mutating func offer(_ offer: ELINOffer, of number: TelephoneNumber) -> Bool {
        guard isOpen else { return false }
        var row = ledger[number] ?? ELINRow(elin: number)
        row.offer = offer
        keep(row)
        if let slot = table.slotOfNumber[number] { refreshPlace(of: slot) }
        return true
    }

    /// The ALI side has what an export or a push told it of a number.
    ///
    /// - Returns: `false`, and nothing happened, if the number was told something else since, or never was told this.
    @discardableResult
    public mutating func confirm(_ number: TelephoneNumber, offer: UInt64, now: Now) -> Bool {
        guard isOpen, var row = ledger[number], let told = row.offer, told.number == offer else { return false }
        row.offer = nil
        row.published = told.function == .delete ? nil : told.record
        keep(row)
        if row.isEmpty, let pool = pools.freed(number) { relieve(pool, now: now) }
        guard let slot = table.slotOfNumber[number] else { return true }
        refreshPlace(of: slot)
        if told.function != .delete, let binding = row.binding, isSent(row) {
            effects.append(.event(.confirmed(number, binding.place)))
        }
        if let pool = settle(number) { relieve(pool, now: now) }
        return true
    }

    private mutating func refreshPlace(of slot: Int) {
        guard let key = table.slots[slot].place, let place = table.placeOfKey[key], table.places[place].bound == slot
        else { return }
        refresh(place)
    }
}
