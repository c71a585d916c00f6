import E911Values

extension ELINEngine {
    /// What is wrong with the state, in words; empty unless the engine has an error. For tests and simulations.
    public func violations() -> [String] {
        violationsOfNumbers() + violationsOfPlaces() + (isOpen ? violationsOfBindings() : [])
    }

    private func violationsOfNumbers() -> [String] {
        var found: [String] = []
        var leases = 0
        var ranks: Set<UseRank> = []
        for (slot, state) in table.slots.enumerated() {
            let number = state.number
            if table.slotOfNumber[number] != slot { found.append("\(number) is not found at its slot") }
            if table.slotsOfLastTen[number.lastTen]?.contains(slot) != true {
                found.append("\(number) is not found by its last ten digits")
            }
            if state.lastUse != .never, !ranks.insert(state.lastUse).inserted {
                found.append("\(number) was given to the same call as another ELIN")
            }
            if deadlines[slot] != state.lease?.deadline { found.append("\(number) has not the deadline of its lease") }
            if returns[slot] != state.idleDeadline { found.append("\(number) has not the deadline of its return") }
            guard let lease = state.lease else {
                if overtaken[number] != nil { found.append("\(number) has an overtaken lease and no other") }
                continue
            }
            leases += 1
            found += violations(of: lease, in: state)
        }
        if leases != deadlines.count { found.append("\(deadlines.count) deadlines for \(leases) leases") }
        return found
    }

    private func violations(of lease: Lease, in slot: NumberTable.Slot) -> [String] {
        var found: [String] = []
        if lease.elin != slot.number { found.append("\(slot.number) holds the lease of \(lease.elin)") }
        if slot.lastUse != UseRank(lease.call) {
            found.append("\(slot.number) is leased to a call that is not the last it was given to")
        }
        if let other = overtaken[slot.number], UseRank(other.call) >= slot.lastUse {
            found.append("\(slot.number) was overtaken by an earlier call")
        }
        if lease.window > Lease.longestWindow || lease.window < .zero {
            found.append("\(slot.number) is leased for \(lease.window)")
        }
        return found
    }

    /// No ELIN is sent for a place other than the one that its confirmed record names.
    private func violationsOfPlaces() -> [String] {
        var found: [String] = []
        for (index, place) in table.places.enumerated() {
            if table.devices[index] < 0 { found.append("'\(place.key)' has \(table.devices[index]) devices") }
            if (place.awaitedPool != nil) != waiting.contains(index) { found.append("'\(place.key)' waits in part") }
            for slot in place.slots {
                let state = table.slots[slot]
                if state.place != place.key {
                    found.append("\(state.number) stands in the list of '\(place.key)' but names another place")
                }
                if !state.isFixed, ledger[state.number].map({ isSent($0) }) != true {
                    found.append("\(state.number) is sent for '\(place.key)' without a record that is confirmed")
                }
            }
            guard let bound = place.bound else { continue }
            let number = table.slots[bound].number
            if ledger[number]?.binding?.place != place.key {
                found.append("\(number) is bound to '\(place.key)' by nothing that is remembered")
            }
            if place.awaitedPool != nil { found.append("'\(place.key)' has a number and waits for one") }
            if ledger[number].map({ isSent($0) }) == true, !place.slots.contains(bound) {
                found.append("\(number) could be sent for '\(place.key)' and is not")
            }
        }
        return found
    }

    private func violationsOfBindings() -> [String] {
        var found: [String] = []
        var places: Set<PlaceKey> = []
        var idle = 0
        for row in ledger.rows {
            if ledger[row.elin] != row || row.isEmpty { found.append("\(row.elin) has a row that is none") }
            guard let binding = row.binding else { continue }
            if !binding.isLeaving, !places.insert(binding.place).inserted {
                found.append("'\(binding.place)' has two numbers of pools")
            }
            guard let slot = table.slotOfNumber[row.elin] else {
                found.append("\(row.elin) is bound and has no slot")
                continue
            }
            let state = table.slots[slot]
            if state.isFixed { found.append("\(row.elin) is bound and belongs to somebody else") }
            if state.idleDeadline != nil { idle += 1 }
            if (binding.idleSince != nil && !binding.isLeaving) != (state.idleDeadline != nil) {
                found.append("\(row.elin) is idle in part")
            }
            if binding.isLeaving, row.isUnpublished { found.append("\(row.elin) is leaving and could be gone") }
            guard !isCounting, !binding.isLeaving else { continue }
            let devices = place(of: binding).map { table.devices[$0] } ?? 0
            if (devices == 0) != (binding.idleSince != nil) {
                found.append("\(row.elin) is idle at '\(binding.place)', where \(devices) devices are, or the reverse")
            }
        }
        if idle != returns.count { found.append("\(returns.count) deadlines for \(idle) idle numbers") }
        return found
    }
}
