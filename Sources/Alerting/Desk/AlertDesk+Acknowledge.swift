public import E911Values

extension AlertDesk {
    /// Somebody has taken note. When everybody who has to did, no reminder and no escalation follows; until then those who
    /// did are not reminded any more. Who has not been told at all is told all the same.
    ///
    /// - Parameters:
    ///   - key: of any call of the alert.
    ///   - who: in words.
    ///   - recipient: who that is among those who were told; `nil` where that is not known. Then `who` is taken for one of
    ///     them if it is a recipient's name.
    /// - Returns: `nil` when there is no open alert of this key. Of one person the first acknowledgement stays, and of an alert
    ///   that is acknowledged all.
    public mutating func acknowledge(
        _ key: RecordKey, by who: String, recipient: String? = nil, comment: String, now: Now
    ) -> [AlertEffect]? {
        guard let slot = slotOfKey[key], var open = slots[slot] else { return nil }
        guard !open.record.isAcknowledged else { return [] }
        let told = open.record.toldPeople
        let named = recipient ?? who
        let isKnown = told.contains(named) || recipient != nil && configuration.recipients.contains { $0.name == named }
        let recipient = isKnown ? named : nil
        guard open.record.take(.init(by: who, recipient: recipient, at: now.wall, comment: comment)) else { return [] }
        let missing = missing(open.record)
        var effects: [AlertEffect] = []
        if open.record.acknowledgedBy == .all, !missing.isEmpty {
            effects.append(.event(.acknowledgedInPart(open.record.key, by: who, missing: missing.count)))
        }
        slots[slot] = open
        if let recipient { dropRepetitions(slot) { $0 == recipient } }
        conclude(slot, recording: true, now: now, into: &effects)
        return effects
    }

    /// Who was told and has to acknowledge as well; empty when nobody has to any more. Whoever the site does not know any
    /// more cannot be reminded, and is not waited for.
    public func missing(_ record: OutboxRecord) -> [String] {
        guard !record.isAcknowledged else { return [] }
        return record.toldPeople.filter { name in
            !record.hasAcknowledged(name) && configuration.recipients.contains { $0.name == name }
        }
    }

    /// Sees whether everybody who has to acknowledge did: the last one may have, or no way to the last one is left.
    ///
    /// - Returns: whether they just did.
    @discardableResult
    mutating func completeAcknowledgement(_ slot: Int, into effects: inout [AlertEffect]) -> Bool {
        guard var open = slots[slot], !open.record.isAcknowledged, let last = open.record.acknowledgements.last,
            open.record.acknowledgedBy == .one || missing(open.record).isEmpty
        else { return false }
        open.record.isAcknowledged = true
        open.record.isQuiet = true
        open.remindAt = nil
        slots[slot] = open
        dropRepetitions(slot) { _ in true }
        effects.append(.event(.acknowledged(open.record.key, by: last.by)))
        return true
    }

    /// Drops what would only repeat to some recipients what has reached them.
    mutating func dropRepetitions(_ slot: Int, to isMeant: (String) -> Bool) {
        guard var open = slots[slot] else { return }
        for position in open.stages.indices {
            let delivery = open.record.deliveries[position]
            switch open.stages[position] {
            case .queued, .waiting:
                guard delivery.isRepetition, isMeant(delivery.recipient), open.record.wasReached(delivery.recipient)
                else { continue }
                open.stages[position] = nil
                open.record.deliveries[position].state = .dropped
                disown(delivery.channel)
            case .inFlight, nil: continue
            }
        }
        slots[slot] = open
    }

    /// Not everybody who has to has acknowledged in time: those who have not are told again, from some reminder on others
    /// too, and at last it is said that nobody did.
    mutating func remind(_ slot: Int, now: Now, into effects: inout [AlertEffect]) {
        // Some who were told may be gone from the site since.
        guard !completeAcknowledgement(slot, into: &effects), var open = slots[slot] else { return }
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
        open.forgetOldDeliveries(ofPair: pair != nil)
        slots[slot] = open
        let record = open.record
        let told = targets(of: record.alert)
        let asked = told.filter { !record.hasAcknowledged($0.recipient) }
        let isTold = told.contains(where: \.isForPeople)
        effects.append(.event(isTold ? .reminded(key, reminder: record.reminders) : .nobodyToTell(key)))
        add(asked, .reminder, to: slot)
        let step = record.reminders - policy.escalateWithReminder + 1
        func others(_ steps: Int) -> [Target] {
            configuration.escalationTargets(of: record.alert, steps: steps)
                .filter { !told.contains($0) && !record.hasAcknowledged($0.recipient) }
        }
        let escalated = others(step)
        guard !escalated.isEmpty else { return }
        if escalated != others(step - 1) { effects.append(.event(.escalated(key))) }
        add(escalated, .escalation, to: slot)
    }
}

extension OutboxRecord {
    /// Whether any message of this alert has reached the recipient.
    func wasReached(_ recipient: String) -> Bool {
        deliveries.contains { $0.recipient == recipient && $0.channel.isForPeople && $0.state == .delivered }
    }

    /// Whether a delivery would only say again what somebody knows who has acknowledged. A redial is news to him, unless
    /// nobody is waited for any more.
    func isNeedless(_ delivery: DeliveryRecord) -> Bool {
        let hasAcknowledged = isAcknowledged || (delivery.reason != .redial && hasAcknowledged(delivery.recipient))
        return delivery.isRepetition && hasAcknowledged && wasReached(delivery.recipient)
    }

    /// Keeps an acknowledgement, unless it is known or there are too many.
    fileprivate mutating func take(_ acknowledgement: Acknowledgement) -> Bool {
        if let recipient = acknowledgement.recipient {
            guard !hasAcknowledged(recipient) else { return false }
        } else {
            let others = acknowledgements.filter { $0.recipient == nil }
            guard others.count < Self.keptAcknowledgements, !others.contains(where: { $0.by == acknowledgement.by })
            else { return false }
        }
        acknowledgements.append(acknowledgement)
        return true
    }
}

extension DeliveryRecord {
    /// Whether it tells somebody what he was to be told before.
    var isRepetition: Bool {
        switch reason {
        case .redial, .reminder, .escalation: true
        case .first, .fallback, .test: false
        }
    }
}
