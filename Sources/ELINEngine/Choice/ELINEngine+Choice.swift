public import E911Values

extension ELINEngine {
    /// Gives an emergency call its ELIN, by the rules of contract.md section 4 within the place that serves it:
    ///
    /// 1. The same device with a live lease keeps its ELIN, and the lease is renewed.
    /// 2. Otherwise the free ELIN that was used longest ago; those never used come first, in their order.
    /// 3. None free: the oldest lease is displaced.
    /// 4. The place has none: the call server's default ELIN.
    ///
    /// An ELIN is free when no callback to it would reach anybody. A node of a pair looks for a free one in its own share
    /// first, then in the other's; rule 3 displaces the oldest lease of its own share, unless one of the other's is ten seconds
    /// older.
    ///
    /// - Returns: `nil` only when the place has no ELIN and the call server is unknown.
    public mutating func take(_ request: ELINRequest, now: Now) -> ELINAssignment? {
        let server = table.server(named: request.callServer)
        let slot: Int
        let place: PlaceKey
        let source: ELINSource
        if let serving = table.servingIndex(of: request.place),
            let (chosen, callers) = choose(
                from: table.places[serving].slots, for: request.device, share: request.share, now: now.monotonic)
        {
            let key = table.places[serving].key
            (slot, place, source) = (chosen, key, key == request.place ? .own : .ancestor)
            // The most callers that a place had at once, this one included.
            table.places[serving].mostCallers = max(table.places[serving].mostCallers, callers)
        } else if let server {
            (slot, place, source) = (server.defaultSlot, server.defaultPlace, .callServerDefault)
        } else {
            return nil
        }
        let timeout = server?.timeout ?? Lease.longestWindow
        let window = timeout == .zero ? Lease.matchingWindow : timeout
        let lease = Lease(
            elin: table.slots[slot].number, call: request.call, device: request.device, callerDN: request.callerDN,
            callerContact: request.callerContact, callServer: request.callServer, place: place, takenAt: now.wall,
            expiresAt: now.wall + window, deadline: now.monotonic + window, mapsCallback: timeout > .zero)
        let previous = table.slots[slot].lease.flatMap { $0.isLive(at: now.monotonic) ? $0 : nil }
        let renewed = previous?.device == request.device
        var displaced: Lease?
        if let previous, previous.mapsCallback, !renewed, source != .callServerDefault { displaced = previous }
        let previousUse = table.slots[slot].lastUse
        put(lease, in: slot)
        table.slots[slot].usage.leases += 1
        table.slots[slot].usage.lastUsed = now.wall
        if displaced != nil { table.slots[slot].usage.displacements += 1 }
        postponeReturn(of: slot)
        return ELINAssignment(
            lease: lease, source: source, renewed: renewed, displaced: displaced, before: previous,
            previousUse: previousUse, isShared: request.share != nil)
    }

    /// The ELIN for a test call, which takes and renews nothing (contract.md section 3): a free one of the place that
    /// serves the caller, else the call server's test ELIN, else none. One with a live lease is never sent, since the
    /// SIP Server's own map would give that caller's callback to the tester; the default ELIN is never sent either,
    /// whose callers can be anywhere.
    ///
    /// - Parameter share: a node of a pair takes one of the other's share only while it sees that node's leases.
    public func lookUpForTest(
        place: PlaceKey?, callServer: String, share: ELINShare? = nil, now: Now
    ) -> UnleasedELIN? {
        if let serving = table.servingPlace(of: place),
            let slot = unleased(serving.slots, share: share, now: now.monotonic)
        {
            return UnleasedELIN(
                elin: table.slots[slot].number, place: serving.key, source: serving.key == place ? .own : .ancestor)
        }
        guard let server = table.server(named: callServer), let slot = server.testSlot,
            !table.slots[slot].hasLiveLease(at: now.monotonic)
        else { return nil }
        return UnleasedELIN(elin: table.slots[slot].number, place: server.defaultPlace, source: .test)
    }

    /// The default ELIN, without a lease: for an untrusted source (contract.md invariant 1).
    public func unleasedDefault(callServer: String) -> UnleasedELIN? {
        table.server(named: callServer).map {
            UnleasedELIN(
                elin: table.slots[$0.defaultSlot].number, place: $0.defaultPlace, source: .callServerDefault)
        }
    }

    /// The ELINs that callers at a place can be given, the one first that the next new caller there would get.
    public func candidates(
        place: PlaceKey?, callServer: String, share: ELINShare? = nil, now: Now
    ) -> [TelephoneNumber] {
        guard let serving = table.servingPlace(of: place) else {
            return unleasedDefault(callServer: callServer).map { [$0.elin] } ?? []
        }
        func rank(_ index: Int) -> (Int, UInt64, UseRank, Int) {
            let slot = table.slots[serving.slots[index]]
            let isOwn = share?.owns(index) ?? true
            guard slot.isTaken(at: now.monotonic) else { return (isOwn ? 0 : 1, 0, slot.lastUse, index) }
            let late: UInt64 = isOwn ? 0 : share?.seesOther == true ? ELINShare.preference : .max
            return (2, late > .max - slot.lastUse.counter ? .max : slot.lastUse.counter + late, slot.lastUse, index)
        }
        return serving.slots.indices.sorted { rank($0) < rank($1) }.map { table.slots[serving.slots[$0]].number }
    }

    /// The ELIN that stands for a place whoever calls: its first one, that of the nearest place around it, or the default.
    public func standing(at place: PlaceKey, callServer: String) -> TelephoneNumber? {
        if let slot = table.servingPlace(of: place)?.slots.first { return table.slots[slot].number }
        return unleasedDefault(callServer: callServer)?.elin
    }

    /// Rules 1 to 3, and how many callers have an ELIN of these with this one. One walk: a place can have hundreds.
    func choose(
        from slots: [Int], for device: DeviceKey, share: ELINShare?, now: MonotonicTime
    ) -> (slot: Int, callers: Int)? {
        let sum = device.hashValue
        var own: Int?
        var free = LongestUnused()
        var freeOfOther = LongestUnused()
        var taken = LongestUnused()
        var takenOfOther = LongestUnused()
        var others = 0
        for (index, slot) in slots.enumerated() {
            // Nearly all that are another's show it by the sum.
            let isOwn = table.slots[slot].deviceSum == sum && table.slots[slot].isHeld(by: device, at: now)
            // It can hold two after a change of the configuration; the later one is where a callback is expected.
            if isOwn, own.map({ table.slots[$0].lastUse < table.slots[slot].lastUse }) ?? true { own = slot }
            if table.slots[slot].isTaken(at: now) {
                if !isOwn { others += 1 }
                if share?.owns(index) ?? true {
                    taken.look(at: slot, of: table)
                } else {
                    takenOfOther.look(at: slot, of: table)
                }
            } else if share?.owns(index) ?? true {
                free.look(at: slot, of: table)
            } else {
                freeOfOther.look(at: slot, of: table)
            }
        }
        let oldest = takenOfOther.isOlder(than: taken, share) ? takenOfOther.slot : taken.slot
        return (own ?? free.slot ?? freeOfOther.slot ?? oldest).map { ($0, others + 1) }
    }

    /// The one without a lease that was used longest ago, of the own share if there is any.
    private func unleased(_ slots: [Int], share: ELINShare?, now: MonotonicTime) -> Int? {
        var own = LongestUnused()
        var other = LongestUnused()
        for (index, slot) in slots.enumerated() where !table.slots[slot].hasLiveLease(at: now) {
            if share?.owns(index) ?? true {
                own.look(at: slot, of: table)
            } else if share?.seesOther == true {
                other.look(at: slot, of: table)
            }
        }
        return own.slot ?? other.slot
    }
}

/// Of the slots that it is shown the one that was used longest ago; of those never used the first.
private struct LongestUnused {
    private var best = -1
    private var counter: UInt64 = 0

    var slot: Int? { best < 0 ? nil : best }

    /// Whether the lease of the other's share is displaced rather than the own one.
    func isOlder(than own: LongestUnused, _ share: ELINShare?) -> Bool {
        guard best >= 0, own.best >= 0 else { return own.best < 0 }
        return share?.seesOther == true && counter < own.counter && own.counter - counter > ELINShare.preference
    }

    mutating func look(at slot: Int, of table: NumberTable) {
        // The counters nearly always tell, and are compared without a look at the names of the nodes.
        let counter = table.slots[slot].lastUse.counter
        guard
            counter < self.counter || best < 0
                || counter == self.counter && counter != 0 && table.slots[slot].lastUse < table.slots[best].lastUse
        else { return }
        (best, self.counter) = (slot, counter)
    }
}
