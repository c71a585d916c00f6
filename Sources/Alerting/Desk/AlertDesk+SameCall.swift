public import E911Values

/// One call that both nodes of a pair answered is one alert.
extension AlertDesk {
    /// A call is one with a call that people were told of: it is found by its key, and neither counted nor sounded.
    ///
    /// - Parameter call: of any call of the alert.
    /// - Returns: `nil` when no alert of that call is known; then this one is to be submitted.
    public mutating func attach(_ key: RecordKey, to call: RecordKey, now: Now) -> [AlertEffect]? {
        var effects: [AlertEffect] = []
        if let slot = slotOfKey[call], var open = slots[slot] {
            guard slotOfKey[key] == nil else { return [] }
            let before = open.record.attachedCalls
            open.record.attach([key])
            slots[slot] = open
            take(keysOf: open.record, inPlaceOf: before, to: slot, into: &effects)
            conclude(slot, recording: true, now: now, into: &effects)
        } else if var record = pair?.settledAlert(of: call) {
            guard key != record.key, !record.laterCalls.contains(key), !record.attachedCalls.contains(key) else {
                return []
            }
            record.attach([key])
            pair?.remember(record)
            effects.append(.record(record))
        } else {
            return nil
        }
        return effects
    }

    /// Two alerts turn out to be of one call. The earlier one goes on, whichever node decides, so that never each is dropped
    /// for the other; nobody is told of the later one any more, and what was acknowledged of it counts.
    ///
    /// - Parameters:
    ///   - loser: the key of an alert.
    ///   - primary: of any call of the other one. Its facts are what people are told from now on. Nothing happens when it is
    ///     not known.
    public mutating func unite(_ loser: RecordKey, into primary: RecordKey, now: Now) -> [AlertEffect] {
        guard let second = known(primary) else { return [] }
        guard let first = known(loser) else {
            return second.record.key.wasMadeBefore(loser) ? attach(loser, to: primary, now: now) ?? [] : []
        }
        guard first.record.key == loser, second.record.key != loser else { return [] }
        let isFirst = loser.wasMadeBefore(second.record.key)
        let (kept, lost) = isFirst ? (first, second) : (second, first)
        var effects: [AlertEffect] = []
        var chosen = second.record
        chosen.factsOf = primary
        if let slot = kept.slot {
            slots[slot]?.record.joinFacts(chosen.renamed(kept.record.key))
            if let other = lost.slot {
                absorb(other, into: slot, &effects)
            } else {
                absorb(lost.record, into: slot, &effects)
            }
            goOn(slot, now: now, into: &effects)
        } else if let slot = lost.slot {
            end(slot, joinedInto: kept.record.key, now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
    }

    /// An alert that is open, by any of its calls, or one that is over.
    private func known(_ call: RecordKey) -> (slot: Int?, record: OutboxRecord)? {
        if let slot = slotOfKey[call] { return slots[slot].map { (slot, $0.record) } }
        guard let record = pair?.settledAlert(of: call), record.joinedInto == nil else { return nil }
        return (nil, record)
    }

    /// An alert is over, since another one of the same call goes on.
    mutating func end(_ slot: Int, joinedInto other: RecordKey, now: Now, into effects: inout [AlertEffect]) {
        if let to = slotOfKey[other], to != slot, slots[to]?.record.key == other {
            absorb(slot, into: to, &effects)
            goOn(to, now: now, into: &effects)
        } else if let lost = drop(slot, for: other) {
            effects.append(.record(lost))
        }
    }

    private mutating func goOn(_ slot: Int, now: Now, into effects: inout [AlertEffect]) {
        if slots[slot]?.isWorked == true { _ = work(slot, now: now) }
        conclude(slot, recording: true, now: now, into: &effects)
    }

    /// Makes one alert of two. The other one is to be gone on with.
    private mutating func absorb(_ slot: Int, into other: Int, _ effects: inout [AlertEffect]) {
        guard let key = slots[other]?.record.key, let lost = drop(slot, for: key) else { return }
        effects.append(.record(lost))
        absorb(lost, into: other, &effects)
    }

    mutating func absorb(_ lost: OutboxRecord, into slot: Int, _ effects: inout [AlertEffect]) {
        guard var kept = slots[slot] else { return }
        let (before, attached) = (kept.record.laterCalls, kept.record.attachedCalls)
        // What a redial has become part of has sounded for it, or will.
        let isRedial = before.contains(lost.key)
        kept.record.joinFacts(lost.renamed(kept.record.key))
        kept.record.attach(([lost.key] + lost.attachedCalls).filter { !before.contains($0) })
        kept.record.laterCalls = OutboxRecord.newest(before + lost.laterCalls)
        kept.record.count = max(kept.record.count, 1 + kept.record.laterCalls.count)
        if !isRedial { kept.record.soundedThrough = max(kept.record.soundedThrough, lost.soundedThrough) }
        kept.record.acknowledgements = OutboxRecord.first(kept.record.acknowledgements + lost.acknowledgements)
        // Whoever was told of the other one is not told of this one for the first time.
        for (position, delivery) in kept.record.deliveries.enumerated()
        where delivery.state == .owed && delivery.reason == .first && lost.hasReached(delivery) {
            if let stage = kept.stages[position] { abandon(stage, on: delivery.channel) }
            kept.stages[position] = nil
            kept.record.deliveries[position].state = .dropped
        }
        if !kept.isWorked, kept.record.acknowledgedBy == .one, !kept.record.acknowledgements.isEmpty {
            kept.record.isAcknowledged = true
            kept.record.isQuiet = true
        }
        slots[slot] = kept
        find(kept.record.laterCalls, inPlaceOf: before, in: slot)
        take(keysOf: kept.record, inPlaceOf: attached, to: slot, into: &effects)
    }

    /// Has the later calls of an alert found in it, but those that have an alert of their own here: that one is to be absorbed.
    ///
    /// - Parameter before: those that it had until now.
    mutating func find(_ laterCalls: [RecordKey], inPlaceOf before: [RecordKey], in slot: Int) {
        for key in before where slotOfKey[key] == slot { slotOfKey[key] = nil }
        for key in laterCalls {
            if pair != nil, let other = slotOfKey[key], other != slot, slots[other]?.record.key == key { continue }
            slotOfKey[key] = slot
        }
    }

    /// Nobody is told of an alert any more.
    private mutating func drop(_ slot: Int, for other: RecordKey) -> OutboxRecord? {
        guard var lost = slots[slot] else { return nil }
        for (position, stage) in lost.stages.enumerated() {
            if let stage { abandon(stage, on: lost.record.deliveries[position].channel) }
        }
        lost.record.drop(for: other)
        close(slot, lost)
        return lost.record
    }

    /// Has the calls that are attached to an alert found. One that has an alert of its own here becomes part of it, and so does a
    /// redial that was raised anew by a node that started without the store, and did not know what it was a redial of.
    ///
    /// - Parameter before: those that were attached until now.
    /// - Returns: whether one did.
    @discardableResult
    mutating func take(
        keysOf record: OutboxRecord, inPlaceOf before: [RecordKey], to slot: Int, into effects: inout [AlertEffect]
    ) -> Bool {
        for key in before where slotOfKey[key] == slot { slotOfKey[key] = nil }
        var hasAbsorbed = false
        for key in record.attachedCalls + (pair == nil ? [] : record.laterCalls) {
            if let other = slotOfKey[key], other != slot, slots[other]?.record.key == key {
                guard record.key.wasMadeBefore(key) else { continue }
                absorb(other, into: slot, &effects)
                hasAbsorbed = true
            } else if slotOfKey[key] == nil {
                slotOfKey[key] = slot
            }
        }
        return hasAbsorbed
    }
}

extension OutboxRecord {
    /// Whether the same recipient has had a message by the same way.
    fileprivate func hasReached(_ other: DeliveryRecord) -> Bool {
        deliveries.contains {
            $0.state == .delivered && $0.channel == other.channel && $0.recipient == other.recipient
                && $0.address == other.address
        }
    }

    /// Nobody is told of this alert any more, since another one of the same call goes on.
    mutating func drop(for other: RecordKey) {
        joinedInto = other
        state = .settled
        for index in deliveries.indices where deliveries[index].state == .owed { deliveries[index].state = .dropped }
    }

    fileprivate mutating func attach(_ keys: [RecordKey]) {
        attachedCalls = Self.newest(attachedCalls + keys)
    }

    /// The same of another alert.
    fileprivate func renamed(_ key: RecordKey) -> OutboxRecord {
        var record = self
        record.alert.key = key
        return record
    }
}
