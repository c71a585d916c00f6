public import E911Values

extension AlertDesk {
    /// A call was made: tell people. A call that is known already (a journal that is replayed) changes nothing.
    ///
    /// - Parameter seesOther: of a pair, whether a redial may join an alert that the other node works, which then sounds
    ///   again. An alert of a node that cannot be seen is joined by nobody.
    public mutating func submit(_ alert: Alert, seesOther: Bool = true, now: Now) -> [AlertEffect] {
        guard slotOfKey[alert.key] == nil else { return [] }
        var effects: [AlertEffect] = []
        guard configuration.callServer(named: alert.callServer)?.onsiteNotification ?? true else {
            return shelve(alert, .suppressed(alert.key))
        }
        let device = OpenAlert.device(of: alert)
        if let slot = openAlert(ofRedial: alert, device, seesOther: seesOther) {
            join(alert, slot, now: now, into: &effects)
        } else if openCount >= policy.alertLimit {
            return shelve(alert, .overloaded(alert.key))
        } else {
            raise(alert, device, now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
    }

    /// Marks an alert with what became known after it was raised. People see it with the next message.
    public mutating func mark(_ key: RecordKey, _ flags: Alert.Flags, now: Now) -> [AlertEffect] {
        guard let slot = slotOfKey[key], var open = slots[slot], !open.record.alert.flags.isSuperset(of: flags) else {
            return []
        }
        open.record.alert.flags.formUnion(flags)
        slots[slot] = open
        slots[slot]?.isRecorded = true
        return [.record(open.record)]
    }

    /// Recorded, and nobody is told.
    private func shelve(_ alert: Alert, _ event: AlertEvent) -> [AlertEffect] {
        var record = OutboxRecord(alert: alert)
        record.state = .suppressed
        return [.event(event), .record(record)]
    }

    private mutating func raise(
        _ alert: Alert, _ device: OpenAlert.Device?, now: Now, into effects: inout [AlertEffect]
    ) {
        let reminds = !alert.isTest && policy.reminders > 0
        var record = OutboxRecord(alert: alert)
        record.lastSounded = now.wall
        if pair != nil { record.soundedThrough = alert.key.counter }
        record.isQuiet = !reminds
        record.acknowledgedBy = configuration.acknowledgementRule(of: alert)
        let slot = insert(
            OpenAlert(
                record: record, device: device, stages: [], giveUpAt: now.monotonic + policy.giveUpAfter,
                remindAt: reminds ? now.monotonic + policy.reminderInterval : nil,
                joinUntil: now.monotonic + policy.coalescingWindow))
        let targets = targets(of: alert)
        add(targets, .first, to: slot)
        let isTold = targets.contains(where: \.isForPeople)
        effects.append(.event(isTold ? .raised(alert.key, messages: targets.count) : .nobodyToTell(alert.key)))
        conclude(slot, recording: true, now: now, into: &effects)
        relieve(now: now, into: &effects)
    }

    /// The open alert that a call belongs to as a redial of the same device.
    private func openAlert(ofRedial alert: Alert, _ device: OpenAlert.Device?, seesOther: Bool) -> Int? {
        guard let device, let slot = slotOfDevice[device], let open = slots[slot], !open.record.isAcknowledged,
            open.standing != .watched || seesOther
        else { return nil }
        // By the times of the calls, so that a journal replayed after a restart joins what belonged together.
        let gap = alert.time - open.record.lastCall
        return gap <= policy.coalescingWindow && .zero - gap <= policy.coalescingWindow ? slot : nil
    }

    private mutating func join(_ alert: Alert, _ slot: Int, now: Now, into effects: inout [AlertEffect]) {
        guard var open = slots[slot] else { return }
        let key = open.record.key
        let abandoned = open.record.alert.flags.contains(.abandoned)
        // The newest call knows best where its caller is. Only if all were abandoned, the alert is.
        open.record.alert = alert
        open.record.alert.key = key
        if !abandoned { open.record.alert.flags.remove(.abandoned) }
        open.record.count += 1
        open.record.laterCalls.append(alert.key)
        // A call of the journal may come behind later ones of the other node.
        if pair != nil { open.record.laterCalls.sort { $0.wasMadeBefore($1) } }
        if open.record.laterCalls.count > OutboxRecord.rememberedCalls {
            slotOfKey[open.record.laterCalls.removeFirst()] = nil
        }
        open.record.lastCall = max(open.record.lastCall, alert.time)
        open.record.reminders = 0
        if configuration.acknowledgementRule(of: alert) == .all { open.record.acknowledgedBy = .all }
        open.record.isQuiet = alert.isTest || policy.reminders <= 0
        slots[slot] = open
        if pair == nil || open.record.laterCalls.contains(alert.key) { slotOfKey[alert.key] = slot }
        if open.isWorked { sound(slot, as: alert, now: now) }
        effects.append(.event(.coalesced(alert.key, into: key, count: open.record.count)))
        conclude(slot, recording: true, now: now, into: &effects)
    }

    /// A later call has everybody told again, and reminders and escalation begin anew. To those who have acknowledged
    /// already it is news like the first one.
    ///
    /// - Parameter alert: of that call; who is told depends on when it was made.
    mutating func sound(_ slot: Int, as alert: Alert, now: Now) {
        guard var open = slots[slot] else { return }
        if pair != nil {
            open.record.soundedThrough = open.record.laterCalls.reduce(open.record.soundedThrough) {
                max($0, $1.counter)
            }
        }
        open.record.lastSounded = now.wall
        open.giveUpAt = now.monotonic + policy.giveUpAfter
        open.remindAt =
            open.record.isQuiet || open.record.isAcknowledged ? nil : now.monotonic + policy.reminderInterval
        open.joinUntil = now.monotonic + policy.coalescingWindow
        open.forgetOldDeliveries(ofPair: pair != nil)
        slots[slot] = open
        add(targets(of: alert), open.record.isAcknowledged ? .first : .redial, to: slot)
    }

    /// Makes room: the oldest alert whose messages have gone out gives up its reminders. Those that still owe one go to
    /// the end of the line.
    private mutating func relieve(now: Now, into effects: inout [AlertEffect]) {
        var tries = 16
        while openCount - watchedCount > policy.openAlerts, tries > 0, let key = arrivals.popFirst() {
            guard let slot = slotOfKey[key], var open = slots[slot], open.remindAt != nil else { continue }
            guard open.owesNothing else {
                arrivals.append(key)
                tries -= 1
                continue
            }
            open.remindAt = nil
            open.record.isQuiet = true
            slots[slot] = open
            effects.append(.event(.unacknowledged(key)))
            conclude(slot, recording: true, now: now, into: &effects)
            return
        }
    }
}
