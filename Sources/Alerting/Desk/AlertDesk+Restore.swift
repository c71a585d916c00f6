public import E911Values

extension AlertDesk {
    /// Goes on with the open alerts of an earlier run: what was not delivered is delivered, at once. Records that are
    /// settled, or known already, change nothing.
    ///
    /// - Parameters:
    ///   - records: of this node.
    ///   - others: of a pair, those of the other node. Then what is known already is joined with them.
    public mutating func restore(
        _ records: [OutboxRecord], ofOther others: [OutboxRecord] = [], now: Now
    ) -> [AlertEffect] {
        guard pair == nil else { return restorePair(records, others, now: now) }
        var effects: [AlertEffect] = []
        for record in records where record.state == .open && slotOfKey[record.key] == nil {
            var record = record
            for position in record.deliveries.indices where record.deliveries[position].state == .owed {
                if record.isNeedless(record.deliveries[position]) { record.deliveries[position].state = .dropped }
            }
            let slot = insert(goingOn(record, now: now))
            for (position, delivery) in record.deliveries.enumerated() where delivery.state == .owed {
                own(delivery.channel)
                enqueue(slot, position)
            }
            conclude(slot, recording: false, now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
    }

    /// An alert that goes on with what is left of its times by the wall clock, whichever way that was set since.
    func goingOn(_ record: OutboxRecord, now: Now) -> OpenAlert {
        func left(of whole: Duration, since start: WallTime) -> Duration {
            whole - min(max(now.wall - start, .zero), whole)
        }
        let reminds = !record.isQuiet && !record.isAcknowledged
        return OpenAlert(
            record: record, device: OpenAlert.device(of: record.alert), stages: record.deliveries.map { _ in nil },
            giveUpAt: now.monotonic + left(of: policy.giveUpAfter, since: record.lastCall),
            remindAt: reminds ? now.monotonic + left(of: policy.reminderInterval, since: record.lastSounded) : nil,
            joinUntil: now.monotonic + left(of: policy.coalescingWindow, since: record.lastCall))
    }
}
