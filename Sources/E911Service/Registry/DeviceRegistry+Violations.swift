import E911Values

extension DeviceRegistry {
    /// What is wrong with the state, in words; empty unless the registry has an error. For tests and simulations: it looks
    /// at every device.
    public func violations() -> [String] {
        var found: [String] = []
        var counts = callServers.map { _ in DeviceCounts() }
        var present = callServers.map { $0.members.map { _ in 0 } }
        var devices = 0
        for slot in 0..<UInt32(table.slots.count) where !table[slot].isFree {
            let record = table[slot]
            devices += 1
            let callServer = Int(record.callServer)
            guard counts.indices.contains(callServer) else {
                found.append("device \(slot) is of a call server that does not exist")
                continue
            }
            counts[callServer][record.state] += 1
            if record.flags.contains(.filtered) { counts[callServer].filtered += 1 }
            for member in present[callServer].indices where table.epoch(slot, member) != 0 {
                present[callServer][member] += 1
                if table.epoch(slot, member) > callServers[callServer].members[member].epoch {
                    found.append("device \(slot) was listed by a download that has not begun")
                }
            }
            if record.state == .retired, table.epoch(slot, callServers[callServer].active) != 0 {
                found.append("device \(slot) is retired, and the active member sees it")
            }
            if !isFound(slot) { found.append("device \(slot) is not found by its user and its address") }
        }
        if devices != table.count { found.append("\(table.count) devices by count, \(devices) by looking") }
        for (index, state) in callServers.enumerated() where !state.isRemoved {
            if state.counts != counts[index] {
                found.append("\(state.configuration.name) counts \(state.counts), and has \(counts[index])")
            }
            for (member, state) in state.members.enumerated() where state.present != present[index][member] {
                found.append("member \(member) sees \(state.present) by count, \(present[index][member]) by looking")
            }
        }
        return found
    }

    /// Whether the indexes lead to a device.
    private func isFound(_ slot: UInt32) -> Bool {
        func leads(from first: UInt32, by next: (UInt32) -> UInt32) -> Bool {
            var other = first
            var left = table.count
            while other != slot {
                guard other != DeviceSlot.none, left > 0 else { return false }
                left -= 1
                other = next(other)
            }
            return true
        }
        let user = table.text(.aor, of: slot).withUnsafeBufferPointer { URIParts.userHash(of: $0) }
        guard leads(from: table.first(ofUser: user), by: table.next(ofUser:)) else { return false }
        if let mac = table[slot].mac, !leads(from: table.first(ofMAC: mac), by: table.next(ofMAC:)) { return false }
        guard let address = table[slot].address else { return true }
        return leads(from: table.first(ofAddress: address), by: table.next(ofAddress:))
    }
}
