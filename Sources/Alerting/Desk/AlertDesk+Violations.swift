import E911Values

extension AlertDesk {
    /// What is wrong with the state, in words; empty unless the desk has an error. For tests and simulations.
    public func violations() -> [String] {
        var found: [String] = []
        var inFlight = AlertChannelKind.allCases.map { _ in 0 }
        var owed = inFlight
        var open = 0
        for (slot, state) in slots.enumerated() {
            guard let state else {
                if !freeSlots.contains(slot) { found.append("slot \(slot) is empty and not free") }
                if deadlines[slot] != nil { found.append("slot \(slot) is empty and has a deadline") }
                continue
            }
            open += 1
            found += violations(of: state, in: slot)
            for (delivery, stage) in zip(state.record.deliveries, state.stages) {
                if case .inFlight = stage { inFlight[delivery.channel.index] += 1 }
                if stage != nil { owed[delivery.channel.index] += 1 }
            }
        }
        let watched = slots.count { $0?.standing == .watched }
        if watched != watchedCount { found.append("\(watchedCount) are watched by count, \(watched) by looking") }
        if slotOfKey.slots.contains(where: { slots[$0] == nil }) { found.append("a key is of a slot that is empty") }
        if open != openCount { found.append("\(openCount) alerts are open by count, \(open) by looking") }
        for channel in AlertChannelKind.allCases {
            let queue = queues[channel.index]
            if queue.inFlight != inFlight[channel.index] {
                found.append("\(queue.inFlight) on \(channel.rawValue) by count, \(inFlight[channel.index]) by looking")
            }
            if queue.owed != owed[channel.index] {
                found.append("\(queue.owed) owed by \(channel.rawValue) by count, \(owed[channel.index]) by looking")
            }
            if queue.health.isFailing != (queue.health.consecutiveFailures >= ChannelHealth.alarmAt) {
                found.append(
                    "\(channel.rawValue) has failed \(queue.health.consecutiveFailures) times, and is not so told")
            }
            if queue.inFlight > policy.inFlightPerChannel { found.append("too many on \(channel.rawValue)") }
        }
        return found
    }

    private func violations(of open: OpenAlert, in slot: Int) -> [String] {
        let record = open.record
        var found: [String] = []
        func check(_ holds: Bool, _ what: String) { if !holds { found.append("\(record.key): \(what)") } }
        check(record.state == .open || open.standing == .watched, "is open and its record is \(record.state)")
        check(open.stages.count == record.deliveries.count, "has not a stage for each delivery")
        for (delivery, stage) in zip(record.deliveries, open.stages) {
            let isOwed = delivery.state == .owed
            if open.isWorked {
                check((stage != nil) == isOwed, "\(delivery.number) is \(delivery.state) and not over")
            } else if let stage {
                let isInFlight = if case .inFlight = stage { true } else { false }
                check(isOwed && isInFlight, "\(delivery.number) waits, and the other node works it")
            }
        }
        for (a, b) in zip(record.deliveries, record.deliveries.dropFirst()) {
            check(a.number < b.number, "deliveries are not in order")
        }
        check(slotOfKey[record.key] == slot, "\(record.key) is not found")
        for key in record.laterCalls where slotOfKey[key] != slot {
            // An earlier alert goes on.
            let other = slotOfKey[key].flatMap { slots[$0]?.record.key }
            check(pair != nil && other == key && !record.key.wasMadeBefore(key), "\(key) is not found")
        }
        if let pair {
            let isOurs = record.holder == pair.position.node
            check((open.standing != .watched) == isOurs, "is \(open.standing) and held by \(record.holder)")
        } else {
            check(open.isWorked, "is worked by nobody")
        }
        check(open.isWorked || open.remindAt == nil, "reminds, and the other node works it")
        check(record.count > record.laterCalls.count, "knows more calls than it counts")
        check(deadlines[slot] == open.nextDeadline, "has not the deadline that it needs")
        check(open.remindAt == nil || !record.isAcknowledged, "reminds after its acknowledgement")
        check(!record.isAcknowledged || !record.acknowledgements.isEmpty, "is acknowledged by nobody")
        let recipients = record.acknowledgements.compactMap(\.recipient)
        check(Set(recipients).count == recipients.count, "was acknowledged twice by one recipient")
        if record.acknowledgedBy == .one {
            check(record.isAcknowledged == !record.acknowledgements.isEmpty, "was acknowledged by one, and is not")
        }
        for (delivery, stage) in zip(record.deliveries, open.stages) where delivery.isRepetition {
            let waits = if case .inFlight = stage { false } else { stage != nil }
            check(
                !waits || !record.isNeedless(delivery),
                "\(delivery.number) reminds \(delivery.recipient), who has acknowledged")
        }
        return found
    }
}
