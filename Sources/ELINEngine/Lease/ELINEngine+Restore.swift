public import E911Values

extension ELINEngine {
    /// Takes back the leases of an earlier run, from store and journal, in any order.
    ///
    /// What is left of a window is the difference of the wall clocks, held to 0 and the call server's timeout, so that
    /// a clock that was set makes no lease immortal. The latest lease of an ELIN counts, also if the clock was set back
    /// before it; one taken since the start stays. A lease whose window is over still says that its ELIN was used.
    public mutating func restore(_ leases: [StoredLease], now: Now) {
        // Looked up, never iterated.
        var latest: [TelephoneNumber: StoredLease] = [:]
        for stored in leases {
            if let other = latest[stored.elin], !stored.isLater(than: other) { continue }
            latest[stored.elin] = stored
        }
        let winners = leases.filter { latest[$0.elin] == $0 }
        for stored in winners.sorted(by: { ($0.takenAt, $0.call) < ($1.takenAt, $1.call) }) {
            let server = table.server(named: stored.callServer)
            let timeout = server?.timeout ?? Lease.longestWindow
            let window = timeout == .zero ? Lease.matchingWindow : timeout
            let left = min(max(stored.expiresAt - now.wall, .zero), window)
            let known = table.slotOfNumber[stored.elin]
            guard left > .zero || known != nil else { continue }
            let slot = known ?? table.slot(of: stored.elin, place: nil)
            // Used by this process already: the restored use is older.
            guard table.slots[slot].lastUse <= 0 else { continue }
            // A later one was taken back before, from the journal alone.
            if let lease = table.slots[slot].lease, StoredLease(lease).isLater(than: stored) { continue }
            restoredUses += 1
            guard left > .zero else {
                // An older live lease of this ELIN has lost its callback to this one all the same.
                table.slots[slot].lease = nil
                table.slots[slot].lastUse = restoredUses
                deadlines.set(slot, to: nil)
                continue
            }
            let lease = Lease(
                elin: stored.elin, call: stored.call, device: stored.device, callerDN: stored.callerDN,
                callerContact: stored.callerContact, callServer: stored.callServer, place: stored.place,
                takenAt: stored.takenAt, expiresAt: stored.expiresAt, deadline: now.monotonic + left,
                mapsCallback: timeout > .zero)
            put(lease, in: slot, use: restoredUses)
        }
    }
}

extension StoredLease {
    /// Whether it was taken after the other. The calls of one node are counted, whatever its clock says; those of two
    /// nodes have the clocks alone.
    public func isLater(than other: StoredLease) -> Bool {
        if call.node == other.call.node, call.counter != other.call.counter { return call.counter > other.call.counter }
        return takenAt > other.takenAt
    }
}
