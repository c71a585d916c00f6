public import E911Values

/// Which node of a pair works an alert. Whoever raised it does, until the other one claims it. A claim is a record like any
/// other, and the greatest one counts; messages leave only when the store has it, so that whoever comes back can read first
/// that somebody else has taken over.
extension AlertDesk {
    /// The other node has gone: this one claims the alerts that it worked, the longest known first. Called once a turn while
    /// there are any (``watchedCount``).
    ///
    /// - Parameters:
    ///   - mark: not lower than with the last call. ``release(claimsThrough:now:)`` says by it which claims the store has.
    ///   - limit: how many alerts at most.
    /// - Returns: the records with the claims, and nothing else.
    public mutating func takeOver(mark: UInt64, limit: Int = 64) -> [AlertEffect] {
        var effects: [AlertEffect] = []
        var looks = 4 * limit
        while effects.count < limit, looks > 0, let key = pair?.watched.popFirst() {
            looks -= 1
            guard let slot = slotOfKey[key], var open = slots[slot], open.standing == .watched, open.record.key == key
            else { continue }
            claim(&open.record)
            open.standing = .claimed(mark: mark)
            open.isRecorded = true
            slots[slot] = open
            pair?.watchedCount -= 1
            pair?.claims.append(.init(key: key, mark: mark))
            effects.append(.record(open.record))
        }
        return effects
    }

    /// ``takeOver(mark:limit:)`` has more to look at.
    public var hasMoreToTakeOver: Bool { watchedCount > 0 && (pair?.watched.count ?? 0) > 0 }

    /// The store has the records of all claims up to a mark: what was claimed is worked, 64 alerts a turn.
    public mutating func release(claimsThrough mark: UInt64, now: Now) -> [AlertEffect] {
        guard let pair else { return [] }
        self.pair?.releasedThrough = max(pair.releasedThrough ?? 0, mark)
        var effects: [AlertEffect] = []
        pump(now: now, into: &effects)
        return effects
    }

    mutating func workOnReleased(now: Now, into effects: inout [AlertEffect]) {
        var left = 64
        while let claimed = pair?.claims.next, let through = pair?.releasedThrough, claimed.mark <= through {
            guard left > 0 else {
                workSince = now.monotonic
                return
            }
            left -= 1
            _ = pair?.claims.popFirst()
            guard let slot = slotOfKey[claimed.key], let open = slots[slot], open.record.key == claimed.key,
                open.standing == .claimed(mark: claimed.mark)
            else { continue }
            let grew = work(slot, now: now)
            conclude(slot, recording: grew, now: now, into: &effects)
        }
    }

    /// Makes an alert this node's, and opens it if it was over.
    func claim(_ record: inout OutboxRecord) {
        guard let pair else { return }
        record.claim = .init(holder: pair.position.node, stamp: (record.claim?.stamp ?? 0) &+ 1)
        record.state = .open
        record.joinedInto = nil
    }

    /// Does for an alert of this node what its record says: from the beginning, if the other node worked it until now.
    ///
    /// - Returns: whether the record says more than before.
    mutating func work(_ slot: Int, now: Now) -> Bool {
        guard var open = slots[slot] else { return false }
        if !open.isWorked {
            let before = open
            if before.standing == .watched { pair?.watchedCount -= 1 }
            open = goingOn(open.record, now: now)
            open.stages = before.stages
            open.isRecorded = before.isRecorded
            arrivals.append(open.record.key)
        }
        if open.record.isAcknowledged || open.record.isQuiet { open.remindAt = nil }
        slots[slot] = open
        let hasDropped = dropNeedless(slot)
        guard let open = slots[slot] else { return hasDropped }
        for (position, delivery) in open.record.deliveries.enumerated()
        where delivery.state == .owed && open.stages[position] == nil {
            own(delivery.channel)
            enqueue(slot, position)
        }
        guard open.record.isUnsounded else { return hasDropped }
        var alert = open.record.alert
        alert.key = open.record.newestCall
        sound(slot, as: alert, now: now)
        return true
    }

    /// Drops what would only say again what somebody knows who has acknowledged.
    mutating func dropNeedless(_ slot: Int) -> Bool {
        guard var open = slots[slot], !open.record.acknowledgements.isEmpty else { return false }
        var hasDropped = false
        for (position, delivery) in open.record.deliveries.enumerated() where delivery.state == .owed {
            if case .inFlight = open.stages[position] { continue }
            guard open.record.isNeedless(delivery) else { continue }
            if open.stages[position] != nil { disown(delivery.channel) }
            open.stages[position] = nil
            open.record.deliveries[position].state = .dropped
            hasDropped = true
        }
        if hasDropped { slots[slot] = open }
        return hasDropped
    }

    /// The other node works the alert from now on. What is in flight here stays so until its result.
    mutating func watch(_ slot: Int) {
        guard var open = slots[slot], open.standing != .watched else { return }
        open.standing = .watched
        open.remindAt = nil
        for (position, stage) in open.stages.enumerated() {
            switch stage {
            case .queued, .waiting:
                open.stages[position] = nil
                disown(open.record.deliveries[position].channel)
            case .inFlight, nil: continue
            }
        }
        slots[slot] = open
        pair?.watchedCount += 1
        pair?.watched.append(open.record.key)
    }
}
