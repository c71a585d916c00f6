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
            open.record.attach([key])
            slots[slot] = open
            take(keysOf: open.record, to: slot, into: &effects)
            conclude(slot, recording: true, now: now, into: &effects)
        } else if var record = pair?.settled[call], record.state == .settled {
            record.attach([key])
            pair?.remember(record)
            effects.append(.record(record))
        } else {
            return nil
        }
        return effects
    }

    /// Two alerts turn out to be of one call: nobody is told of the first one any more, and what was acknowledged of it
    /// counts for the other.
    ///
    /// - Parameters:
    ///   - loser: the key of an alert.
    ///   - primary: of any call of the alert that goes on. Nothing happens when it is not known.
    public mutating func unite(_ loser: RecordKey, into primary: RecordKey, now: Now) -> [AlertEffect] {
        var effects: [AlertEffect] = []
        guard let from = slotOfKey[loser] else { return attach(loser, to: primary, now: now) ?? [] }
        guard slots[from]?.record.key == loser else { return [] }
        if let to = slotOfKey[primary] {
            guard to != from else { return [] }
            absorb(from, into: to, &effects)
            goOn(to, now: now, into: &effects)
        } else if let kept = pair?.settled[primary], kept.state == .settled, kept.joinedInto == nil {
            end(from, joinedInto: primary, now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
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
        guard let key = slots[other]?.record.key, let lost = drop(slot, for: key), var kept = slots[other] else {
            return
        }
        effects.append(.record(lost))
        kept.record.attach([lost.key] + lost.attachedCalls)
        let before = kept.record.laterCalls
        kept.record.laterCalls = OutboxRecord.newest(before + lost.laterCalls)
        kept.record.count = max(kept.record.count, 1 + kept.record.laterCalls.count)
        kept.record.soundedThrough = max(kept.record.soundedThrough, lost.soundedThrough)
        kept.record.acknowledgements = OutboxRecord.first(kept.record.acknowledgements + lost.acknowledgements)
        slots[other] = kept
        for key in before { slotOfKey[key] = nil }
        for key in kept.record.laterCalls { slotOfKey[key] = other }
        take(keysOf: kept.record, to: other, into: &effects)
    }

    /// Nobody is told of an alert any more.
    private mutating func drop(_ slot: Int, for other: RecordKey) -> OutboxRecord? {
        guard var lost = slots[slot] else { return nil }
        for (position, stage) in lost.stages.enumerated() {
            if let stage { abandon(stage, on: lost.record.deliveries[position].channel) }
            if lost.record.deliveries[position].state == .owed { lost.record.deliveries[position].state = .dropped }
        }
        lost.record.state = .settled
        lost.record.joinedInto = other
        close(slot, lost)
        return lost.record
    }

    /// Has the calls that are attached to an alert found. One that has an alert of its own here becomes part of it.
    mutating func take(keysOf record: OutboxRecord, to slot: Int, into effects: inout [AlertEffect]) {
        for key in record.attachedCalls {
            if let other = slotOfKey[key], other != slot, slots[other]?.record.key == key {
                absorb(other, into: slot, &effects)
            } else if slotOfKey[key] == nil {
                slotOfKey[key] = slot
            }
        }
    }

    /// Each node may have joined another of two alerts into the other one. Then the earlier one stays.
    func staysOpen(_ key: RecordKey, beside other: RecordKey) -> Bool {
        pair?.settled[other]?.joinedInto == key && key.wasMadeBefore(other)
    }

    /// Tells those who are not, since their messages were dropped.
    mutating func tellAnew(_ slot: Int) {
        guard let record = slots[slot]?.record else { return }
        let told = record.deliveries.filter { $0.state == .delivered || $0.state == .owed }.map(\.target)
        add(configuration.targets(of: record.alert).filter { !told.contains($0) }, .first, to: slot)
    }
}

extension OutboxRecord {
    fileprivate mutating func attach(_ keys: [RecordKey]) {
        attachedCalls = Self.newest(attachedCalls + keys)
    }
}
