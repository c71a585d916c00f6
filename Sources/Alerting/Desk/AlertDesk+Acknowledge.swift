public import E911Values

extension AlertDesk {
    /// Somebody has taken note: no reminder and no escalation follows. Who has not been told at all is told all the
    /// same.
    ///
    /// - Parameter key: of any call of the alert.
    /// - Returns: `nil` when there is no open alert of this key. The first acknowledgement stays.
    public mutating func acknowledge(
        _ key: RecordKey, by who: String, comment: String, now: Now
    ) -> [AlertEffect]? {
        guard let slot = slotOfKey[key], var open = slots[slot] else { return nil }
        guard open.record.acknowledgement == nil else { return [] }
        open.record.acknowledgement = .init(by: who, at: now.wall, comment: comment)
        open.record.isQuiet = true
        open.remindAt = nil
        for position in open.stages.indices {
            switch (open.stages[position], open.record.deliveries[position].reason) {
            case (.queued, .redial), (.queued, .reminder), (.queued, .escalation), (.waiting, .redial),
                (.waiting, .reminder), (.waiting, .escalation):
                guard open.record.wasReached(open.record.deliveries[position].recipient) else { continue }
                open.stages[position] = nil
                open.record.deliveries[position].state = .dropped
            case (.queued, .first), (.queued, .fallback), (.waiting, .first), (.waiting, .fallback), (.inFlight, _),
                (nil, _):
                continue
            }
        }
        slots[slot] = open
        var effects: [AlertEffect] = [.event(.acknowledged(open.record.key, by: who))]
        conclude(slot, recording: true, now: now, into: &effects)
        return effects
    }

    /// Nobody has acknowledged in time: everybody is told again, from some reminder on others too, and at last it is
    /// said that nobody did.
    mutating func remind(_ slot: Int, now: Now, into effects: inout [AlertEffect]) {
        guard var open = slots[slot] else { return }
        let key = open.record.key
        guard open.record.reminders < configuration.reminders(of: open.record.alert) else {
            open.remindAt = nil
            open.record.isQuiet = true
            slots[slot] = open
            effects.append(.event(.unacknowledged(key)))
            return
        }
        open.record.reminders += 1
        open.record.lastSounded = now.wall
        open.remindAt = now.monotonic + policy.reminderInterval
        open.forgetOldDeliveries()
        slots[slot] = open
        let told = configuration.targets(of: open.record.alert)
        let isTold = told.contains(where: \.isForPeople)
        effects.append(.event(isTold ? .reminded(key, reminder: open.record.reminders) : .nobodyToTell(key)))
        add(told, .reminder, to: slot)
        let step = open.record.reminders - policy.escalateWithReminder + 1
        let others = configuration.escalationTargets(of: open.record.alert, steps: step).filter { !told.contains($0) }
        guard !others.isEmpty else { return }
        if others
            != configuration.escalationTargets(of: open.record.alert, steps: step - 1).filter({ !told.contains($0) })
        {
            effects.append(.event(.escalated(key)))
        }
        add(others, .escalation, to: slot)
    }
}

extension OutboxRecord {
    /// Whether any message of this alert has reached the recipient.
    fileprivate func wasReached(_ recipient: String) -> Bool {
        deliveries.contains { $0.recipient == recipient && $0.channel.isForPeople && $0.state == .delivered }
    }
}
