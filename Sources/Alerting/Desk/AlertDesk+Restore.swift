public import E911Values

extension AlertDesk {
    /// Goes on with the open alerts of an earlier run: what was not delivered is delivered, at once. Records that are
    /// settled, or known already, change nothing.
    public mutating func restore(_ records: [OutboxRecord], now: Now) -> [AlertEffect] {
        var effects: [AlertEffect] = []
        for record in records where record.state == .open && slotOfKey[record.key] == nil {
            var record = record
            for position in record.deliveries.indices where record.deliveries[position].state == .owed {
                if record.isNeedless(record.deliveries[position]) { record.deliveries[position].state = .dropped }
            }
            /// What is left of a time by the wall clock, whichever way it was set since.
            func left(of whole: Duration, since start: WallTime) -> Duration {
                whole - min(max(now.wall - start, .zero), whole)
            }
            let reminds = !record.isQuiet && !record.isAcknowledged
            let slot = insert(
                OpenAlert(
                    record: record, stages: record.deliveries.map { _ in nil },
                    giveUpAt: now.monotonic + left(of: policy.giveUpAfter, since: record.lastCall),
                    remindAt: reminds
                        ? now.monotonic + left(of: policy.reminderInterval, since: record.lastSounded) : nil,
                    joinUntil: now.monotonic + left(of: policy.coalescingWindow, since: record.lastCall)))
            for (position, delivery) in record.deliveries.enumerated() where delivery.state == .owed {
                own(delivery.channel)
                enqueue(slot, position)
            }
            conclude(slot, recording: false, now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
    }
}
