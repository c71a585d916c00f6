import E911Values

extension ELINEngine {
    /// What is wrong with the state, in words; empty unless the engine has an error. For tests and simulations.
    public func violations() -> [String] {
        var found: [String] = []
        var leases = 0
        var ranks: Set<Int64> = []
        for (slot, state) in table.slots.enumerated() {
            let number = state.number
            if table.slotOfNumber[number] != slot { found.append("\(number) is not found at its slot") }
            if table.slotsOfLastTen[number.lastTen]?.contains(slot) != true {
                found.append("\(number) is not found by its last ten digits")
            }
            if state.lastUse != NumberTable.neverUsed, !ranks.insert(state.lastUse).inserted {
                found.append("\(number) was used at the same moment as another ELIN")
            }
            if deadlines[slot] != state.lease?.deadline { found.append("\(number) has not the deadline of its lease") }
            guard let lease = state.lease else { continue }
            leases += 1
            found += violations(of: lease, in: state)
        }
        if leases != deadlines.count { found.append("\(deadlines.count) deadlines for \(leases) leases") }
        for place in table.places {
            for slot in place.slots where table.slots[slot].place != place.key {
                found.append("\(table.slots[slot].number) stands in the list of '\(place.key)' but names another place")
            }
        }
        return found
    }

    private func violations(of lease: Lease, in slot: NumberTable.Slot) -> [String] {
        var found: [String] = []
        if lease.elin != slot.number { found.append("\(slot.number) holds the lease of \(lease.elin)") }
        if slot.lastUse == NumberTable.neverUsed { found.append("\(slot.number) is leased and was never used") }
        if lease.window > Lease.longestWindow || lease.window < .zero {
            found.append("\(slot.number) is leased for \(lease.window)")
        }
        return found
    }
}
