public import E911Values

extension AlertDesk {
    /// What became of an attempt. Results of deliveries that are not known (any more) are ignored; one that comes after
    /// its time still counts when it says that the message has arrived.
    public mutating func handle(_ result: DeliveryResult, for id: DeliveryID, now: Now) -> [AlertEffect] {
        guard let slot = slotOfKey[id.alert], let open = slots[slot], open.record.key == id.alert,
            let position = open.position(of: id.number)
        else { return [] }
        let stage = open.stages[position]
        if stage == nil {
            // What this node does not work on is news only when it has arrived.
            guard !open.isWorked, open.record.deliveries[position].state == .owed, case .delivered = result else {
                return []
            }
            own(open.record.deliveries[position].channel)
        }
        var effects: [AlertEffect] = []
        let channel = open.record.deliveries[position].channel
        if case .inFlight = stage {
            release(channel)
        } else if case .temporary = result {
            return []
        }
        switch result {
        case .delivered(let answer):
            slots[slot]?.stages[position] = nil
            disown(channel)
            slots[slot]?.record.deliveries[position].state = .delivered
            slots[slot]?.record.deliveries[position].note(result, at: now.wall)
            effects.append(
                .event(.delivered(id, channel: channel, providerAnswer: answer)))
            // Who acknowledged before any message had reached him need not be reminded now that one has.
            if pair != nil, open.isWorked { _ = dropNeedless(slot) }
        case .temporary, .permanent:
            fail(slot, position, result, now: now, into: &effects)
        }
        observe(result, on: channel, at: now.wall, into: &effects)
        conclude(slot, recording: true, now: now, into: &effects)
        pump(now: now, into: &effects)
        return effects
    }

    /// Adds a message to each address, or makes one that has not gone out yet go out now in its place.
    mutating func add(_ targets: [Target], _ reason: DeliveryReason, to slot: Int) {
        for target in targets {
            guard let owed = slots[slot]?.owe(target, reason, at: pair?.position) else { return }
            if owed.isNew { own(target.channel) }
            if !owed.isQueued { enqueue(slot, owed.position) }
        }
    }

    mutating func enqueue(_ slot: Int, _ position: Int) {
        guard let waiting = slots[slot]?.queue(position) else { return }
        queues[waiting.channel.index].waiting.append(waiting.id)
    }

    mutating func release(_ channel: AlertChannelKind) {
        queues[channel.index].inFlight -= 1
    }

    /// One more delivery is to be made.
    mutating func own(_ channel: AlertChannelKind) { queues[channel.index].owed += 1 }

    /// A delivery is over.
    mutating func disown(_ channel: AlertChannelKind) { queues[channel.index].owed -= 1 }

    /// How many messages are made in one turn; each takes some tens of microseconds.
    static let messagesPerTurn = 8

    /// Gives each channel as much as it may work on, as far as one turn reaches.
    mutating func pump(now: Now, into effects: inout [AlertEffect]) {
        let policy = policy
        var left = Self.messagesPerTurn
        workSince = nil
        if pair != nil, isHeld(now: now, into: &effects) { return }
        for index in queues.indices {
            while queues.span[index].canTake(policy.inFlightPerChannel) {
                guard left > 0 else {
                    workSince = now.monotonic
                    return
                }
                guard let id = queues[index].waiting.popFirst(), let slot = slotOfKey[id.alert],
                    slots[slot]?.record.key == id.alert, let position = slots[slot]?.position(of: id.number),
                    slots[slot]?.stages[position] == .queued
                else { continue }
                left -= 1
                queues[index].inFlight += 1
                slots[slot]?.record.deliveries[position].attempts += 1
                slots[slot]?.stages[position] = .inFlight(until: now.monotonic + policy.attemptTimeout)
                deadlines.set(slot, to: slots[slot]?.nextDeadline)
                guard let record = slots[slot]?.record else { continue }
                let delivery = record.deliveries[position]
                effects.append(.deliver(attempt(delivery.attempts, delivery, of: record)))
            }
        }
        if pair != nil { mirror(limit: left, now: now, into: &effects) }
    }

    /// An attempt of a delivery, the first one being 1.
    func attempt(_ attempt: Int, _ delivery: DeliveryRecord, of record: OutboxRecord) -> Delivery {
        Delivery(
            id: DeliveryID(alert: record.key, number: delivery.number), channel: delivery.channel,
            recipient: delivery.recipient, address: delivery.address, reason: delivery.reason,
            attempt: attempt, message: message(of: record, delivery))
    }

    /// What a recipient reads of an alert.
    private func message(of record: OutboxRecord, _ delivery: DeliveryRecord) -> RenderedMessage {
        let link = delivery.channel.isForPeople ? links?.link(to: record.key, for: delivery.recipient) : nil
        return record.message(on: delivery.channel, reason: delivery.reason, link: link, texts: configuration.texts)
    }

    /// An attempt failed: it is tried again later, or given up and the other ways to the recipient are tried.
    mutating func fail(
        _ slot: Int, _ position: Int, _ result: DeliveryResult, now: Now, into effects: inout [AlertEffect]
    ) {
        guard var open = slots[slot] else { return }
        let delivery = open.record.deliveries[position]
        let id = DeliveryID(alert: open.record.key, number: delivery.number)
        open.record.deliveries[position].note(result, at: now.wall)
        guard open.isWorked else {
            // The other node goes on with it, whatever came of it here.
            open.stages[position] = nil
            disown(delivery.channel)
            slots[slot] = open
            return
        }
        switch result {
        case .delivered:
            return
        case .temporary where open.record.isNeedless(delivery):
            open.stages[position] = nil
            disown(delivery.channel)
            open.record.deliveries[position].state = .dropped
            slots[slot] = open
        case .temporary(let reason) where now.monotonic < open.giveUpAt:
            let pause = backOff(attempts: delivery.attempts)
            open.stages[position] = .waiting(until: now.monotonic + pause)
            slots[slot] = open
            effects.append(.event(.retrying(id, channel: delivery.channel, reason: reason, after: pause)))
            if delivery.attempts == policy.fallBackAfterAttempts { tryOtherWays(than: delivery, slot) }
        case .temporary(let reason), .permanent(let reason):
            open.stages[position] = nil
            disown(delivery.channel)
            open.record.deliveries[position].state = .failed
            slots[slot] = open
            effects.append(.event(.failed(id, channel: delivery.channel, reason: reason)))
            tryOtherWays(than: delivery, slot)
            guard let after = slots[slot], after.hasFailedEverybody else { return }
            let used = after.record.deliveries.map(\.target)
            let others = fallbackTargets(of: after.record.alert).filter { !used.contains($0) }
            if others.isEmpty {
                effects.append(.event(.nobodyReached(after.record.key)))
            } else {
                add(others, .fallback, to: slot)
            }
        }
    }

    /// The first retry's time, doubled with each further attempt up to the longest.
    func backOff(attempts: Int) -> Duration {
        var pause = policy.firstRetry
        for _ in 1..<max(attempts, 1) {
            guard pause < policy.longestRetry else { break }
            pause += pause
        }
        return min(pause, policy.longestRetry)
    }

    private mutating func tryOtherWays(than delivery: DeliveryRecord, _ slot: Int) {
        guard let open = slots[slot] else { return }
        let used = open.record.deliveries.map(\.target)
        add(configuration.otherTargets(for: delivery.recipient, beside: used), .fallback, to: slot)
    }
}

extension AlertChannelKind {
    /// Place in `allCases`.
    var index: Int {
        switch self {
        case .screenPop: 0
        case .email: 1
        case .sms: 2
        case .webhook: 3
        case .syslog: 4
        }
    }
}

extension DeliveryRecord {
    init(number: UInt32, target: Target, reason: DeliveryReason) {
        self.init(
            number: number, channel: target.channel, recipient: target.recipient, address: target.address,
            reason: reason)
    }

    var target: Target { Target(channel: channel, recipient: recipient, address: address) }
}

extension OpenAlert {
    /// How many deliveries are kept; of more, the oldest that are over go.
    static let keptDeliveries = 128

    mutating func forgetOldDeliveries(ofPair isOfPair: Bool) {
        while stages.count > Self.keptDeliveries, let position = stages.firstIndex(where: { $0 == nil }) {
            stages.remove(at: position)
            let forgotten = record.deliveries.remove(at: position)
            if isOfPair { record.forgotten.add(forgotten.number) }
        }
    }
}
