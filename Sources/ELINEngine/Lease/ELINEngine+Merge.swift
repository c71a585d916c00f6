public import E911Values

// Two nodes that share a site: each takes in what the other one gave.
extension ELINEngine {
    /// What a lease of the other node of a pair did.
    public enum Merge: Equatable, Sendable {
        /// Nothing: the ELIN was given to this call or a later one already.
        case older
        /// The ELIN stands for this caller now.
        ///
        /// - Parameter from: the lease of another device that was live and ends with it. If that was given by this node, and
        ///   the call says nothing of whom it displaced, the nodes did not see each other.
        case taken(from: Lease?)
        /// The ELIN was given to this caller last, and the window is over already.
        ///
        /// - Parameter from: as of ``taken(from:)``.
        case over(from: Lease?)
    }

    /// Takes in a lease that the other node of a pair gave. Of all leases of an ELIN that a node knows, its own included, the
    /// one of the latest call holds, in whatever order and however often they come.
    ///
    /// - Parameters:
    ///   - window: how long the ELIN stands for the caller from the call on; held to 0 and ``Lease/longestWindow``.
    ///   - age: how long ago the call was, by a clock that both nodes have in common. One that is negative counts as 0.
    public mutating func merge(_ stored: StoredLease, window: Duration, age: Duration, now: Now) -> Merge {
        let window = min(max(window, .zero), Lease.longestWindow)
        let left = max(window - max(age, .zero), .zero)
        var stored = stored
        stored.expiresAt = stored.takenAt + window
        let mapsCallback = times(of: stored.callServer).timeout > .zero
        if let slot = table.slotOfNumber[stored.elin], let lease = table.slots[slot].lease,
            UseRank(lease.call) > UseRank(stored.call)
        {
            let other = overtaken[stored.elin]
            if other.map({ UseRank($0.call) < UseRank(stored.call) }) ?? true {
                overtaken[stored.elin] = Lease(
                    stored, deadline: now.monotonic + left, mapsCallback: mapsCallback)
            }
            return .older
        }
        let merge = accept(stored, left: left, mapsCallback: mapsCallback, now: now)
        guard case .taken = merge, let slot = table.slotOfNumber[stored.elin] else { return merge }
        let last = table.slots[slot].usage.lastUsed
        if last.map({ $0 < stored.takenAt }) ?? false { table.slots[slot].usage.lastUsed = stored.takenAt }
        postponeReturn(of: slot)
        return merge
    }

    /// Takes away the lease of a call that another call stands for, which the SIP Server went on with: the ELIN is as if
    /// the call had never been. An ELIN that was given to a later call stays as it is.
    ///
    /// The engine does not remember the call before it: ``merge(_:window:age:now:)`` the latest other lease of the ELIN
    /// then, and never this one again.
    ///
    /// - Returns: whether the ELIN was given to this call last.
    @discardableResult
    public mutating func drop(_ call: RecordKey, of elin: TelephoneNumber, now: Now) -> Bool {
        if overtaken[elin]?.call == call { overtaken[elin] = nil }
        guard let slot = table.slotOfNumber[elin], table.slots[slot].lastUse == UseRank(call) else { return false }
        reset(slot, to: nil, lastUse: .never, now: now)
        if table.slots[slot].lease == nil, let pool = awaitedPool(of: slot) { relieve(pool, now: now) }
        return true
    }

    /// Takes a lease over if its call is later than what is known of its ELIN.
    @discardableResult
    mutating func accept(
        _ stored: StoredLease, left: Duration, mapsCallback: Bool, now: Now
    ) -> Merge {
        let known = table.slotOfNumber[stored.elin]
        // A number that has left the configuration is ours as long as it has a caller.
        guard left > .zero || known != nil else { return .over(from: nil) }
        let slot = known ?? table.slot(of: stored.elin, place: nil)
        guard UseRank(stored.call) > table.slots[slot].lastUse else { return .older }
        let before = table.slots[slot].lease.flatMap {
            $0.isLive(at: now.monotonic) && $0.device != stored.device ? $0 : nil
        }
        if !overtaken.isEmpty { overtaken[stored.elin] = nil }
        guard left > .zero else {
            // An older live lease of this ELIN has lost its callback to this one all the same.
            table.slots[slot].lease = nil
            table.slots[slot].lastUse = UseRank(stored.call)
            deadlines.set(slot, to: nil)
            return .over(from: before)
        }
        put(Lease(stored, deadline: now.monotonic + left, mapsCallback: mapsCallback), in: slot)
        return .taken(from: before)
    }
}

extension Lease {
    init(_ stored: StoredLease, deadline: MonotonicTime, mapsCallback: Bool) {
        self.init(
            elin: stored.elin, call: stored.call, device: stored.device, callerDN: stored.callerDN,
            callerContact: stored.callerContact, callServer: stored.callServer, place: stored.place,
            takenAt: stored.takenAt, expiresAt: stored.expiresAt, deadline: deadline, mapsCallback: mapsCallback)
    }
}
