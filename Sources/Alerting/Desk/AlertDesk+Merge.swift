public import E911Values

/// What the other node of a pair knows. Taking it in is no news to anybody, so it makes no record; only what this node does
/// because of it does. So two desks never answer each other without end.
extension AlertDesk {
    /// The other node's record of an alert. Old ones and those that come again change nothing.
    public mutating func merge(_ record: OutboxRecord, now: Now) -> [AlertEffect] {
        guard pair != nil else { return [] }
        var effects: [AlertEffect] = []
        take(record, isStored: false, isOpenInStore: false, now: now, into: &effects)
        pump(now: now, into: &effects)
        return effects
    }

    /// What both nodes have in the store, each alert as a whole before anything is done with it.
    mutating func restorePair(_ own: [OutboxRecord], _ others: [OutboxRecord], now: Now) -> [AlertEffect] {
        var records: [OutboxRecord] = []
        var places: [RecordKey: Int] = [:]
        for record in own + others {
            if let place = places[record.key] {
                records[place] = records[place].joined(record)
            } else {
                places[record.key] = records.count
                records.append(record)
            }
        }
        let stored = Set(own.map(\.key))
        let open = Set(own.filter { !$0.isSettled }.map(\.key))
        var effects: [AlertEffect] = []
        for record in records {
            let key = record.key
            take(
                record, isStored: stored.contains(key), isOpenInStore: open.contains(key), now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
    }

    /// - Parameters:
    ///   - isStored: the store has a record of this node's.
    ///   - isOpenInStore: and that one is not settled.
    private mutating func take(
        _ record: OutboxRecord, isStored: Bool, isOpenInStore: Bool, now: Now, into effects: inout [AlertEffect]
    ) {
        var record = record
        if record.soundedThrough == 0 {
            record.soundedThrough = record.laterCalls.reduce(record.key.counter) { max($0, $1.counter) }
        }
        if let slot = slotOfKey[record.key], let open = slots[slot], open.record.key == record.key {
            if isStored { slots[slot]?.isRecorded = true }
            return update(slot, open, with: record, now: now, into: &effects)
        }
        if let slot = slotOfKey[record.key], let open = slots[slot], open.record.laterCalls.contains(record.key) {
            return become(partOf: slot, open, record, isOpenInStore: isOpenInStore, now: now, into: &effects)
        }
        let known = pair?.settled[record.key]
        // One record joined with itself is in good order, whoever wrote it.
        record = (known ?? record).joined(record)
        guard !record.isDone else {
            pair?.remember(record)
            if isOpenInStore { effects.append(.record(record)) }
            return
        }
        guard openCount < policy.alertLimit else {
            effects.append(.event(.overloaded(record.key)))
            return
        }
        let isForeign = pair?.position.adopts(record.holder) ?? false
        let isOver = isForeign || record.holder == pair?.position.node && record.isSettled
        if isOver { claim(&record) }
        let isOurs = record.holder == pair?.position.node
        var open = goingOn(record, now: now)
        open.isRecorded = isStored || known != nil
        if !isOurs { open.standing = .claimed(mark: 0) }
        let slot = insert(open)
        let grew = take(keysOf: record, inPlaceOf: [], to: slot, into: &effects)
        settle(slot, since: nil, recording: isOver || grew, now: now, into: &effects)
    }

    /// A record of a call that is known as a redial of another alert: that one goes on.
    private mutating func become(
        partOf slot: Int, _ before: OpenAlert, _ record: OutboxRecord, isOpenInStore: Bool, now: Now,
        into effects: inout [AlertEffect]
    ) {
        absorb(record, into: slot, &effects)
        if isOpenInStore {
            var lost = record.joined(record)
            lost.drop(for: before.record.key)
            effects.append(.record(lost))
        }
        guard let open = slots[slot], open.record != before.record else { return }
        settle(slot, since: before.record, recording: true, now: now, into: &effects)
    }

    private mutating func update(
        _ slot: Int, _ before: OpenAlert, with record: OutboxRecord, now: Now, into effects: inout [AlertEffect]
    ) {
        guard var open = slots[slot] else { return }
        open.record = before.record.joined(record)
        guard open.record != before.record else { return }
        restage(&open, before)
        slots[slot] = open
        find(open.record.laterCalls, inPlaceOf: before.record.laterCalls, in: slot)
        let grew = take(
            keysOf: open.record, inPlaceOf: before.record.attachedCalls, to: slot, into: &effects)
        guard var open = slots[slot] else { return }
        let isOver = open.record.holder == pair?.position.node && open.record.isSettled
        if open.record.isDone {
            if let other = open.record.joinedInto { return end(slot, joinedInto: other, now: now, into: &effects) }
            close(slot, open)
            if open.isRecorded || grew { effects.append(.record(open.record)) }
            return
        }
        if isOver {
            claim(&open.record)
            slots[slot] = open
        }
        settle(slot, since: before.record, recording: isOver || grew, now: now, into: &effects)
    }

    /// Has the right node go on with an alert after something was learnt of it.
    private mutating func settle(
        _ slot: Int, since before: OutboxRecord?, recording: Bool, now: Now, into effects: inout [AlertEffect]
    ) {
        guard let open = slots[slot] else { return }
        guard open.record.holder == pair?.position.node else {
            watch(slot)
            mirror(open.record, since: before)
            deadlines.set(slot, to: slots[slot]?.nextDeadline)
            if recording { conclude(slot, recording: true, now: now, into: &effects) }
            return
        }
        var grew = recording
        if case .claimed = open.standing {
            guard grew else { return deadlines.set(slot, to: open.nextDeadline) }
        } else if work(slot, now: now) {
            grew = true
        }
        conclude(slot, recording: grew, now: now, into: &effects)
    }

    /// Puts what deliveries wait for in place after a join; those that the other node has brought to an end wait for nothing.
    private mutating func restage(_ open: inout OpenAlert, _ before: OpenAlert) {
        var owed: [UInt32: AlertChannelKind] = [:]
        for delivery in open.record.deliveries where delivery.state == .owed {
            owed[delivery.number] = delivery.channel
        }
        var stages: [UInt32: OpenAlert.Stage] = [:]
        for (delivery, stage) in zip(before.record.deliveries, before.stages) {
            guard let stage else { continue }
            if owed[delivery.number] == delivery.channel {
                stages[delivery.number] = stage
            } else {
                abandon(stage, on: delivery.channel)
            }
        }
        open.stages = open.record.deliveries.map { $0.state == .owed ? stages[$0.number] : nil }
    }

    /// A delivery waits for nothing any more.
    mutating func abandon(_ stage: OpenAlert.Stage, on channel: AlertChannelKind) {
        if case .inFlight = stage { release(channel) }
        disown(channel)
    }

    /// Those who look at the pages of this node see each attempt of the other one that there is to know of.
    private mutating func mirror(_ record: OutboxRecord, since before: OutboxRecord?) {
        for delivery in record.deliveries where delivery.channel == .screenPop && delivery.state == .owed {
            let known = before?.deliveries.first { $0.number == delivery.number }
            if let known, known.attempts >= delivery.attempts { continue }
            pair?.mirrors.append(DeliveryID(alert: record.key, number: delivery.number))
        }
    }
}
