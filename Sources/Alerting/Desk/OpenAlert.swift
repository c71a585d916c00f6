import E911Values

/// An alert at work: its record, and what runs on the monotonic clock.
struct OpenAlert: Equatable, Sendable {
    /// What a delivery that is still owed waits for.
    enum Stage: Equatable, Sendable {
        /// Its turn in the channel's queue.
        case queued
        /// The channel's answer, until the time is over.
        case inFlight(until: MonotonicTime)
        /// The next attempt.
        case waiting(until: MonotonicTime)
    }

    /// Who does what there is to do. Without a pair, this node.
    enum Standing: Equatable, Sendable {
        case worked
        /// This node has claimed it, and works it once the store has the claim: those that came with this mark.
        case claimed(mark: UInt64)
        /// The other node works it. Nothing is queued, nobody is reminded; a delivery may still be in flight from before.
        case watched
    }

    var record: OutboxRecord
    /// Beside `record.deliveries`; `nil` for those that are over.
    var stages: [Stage?]
    /// Deliveries are given up then.
    var giveUpAt: MonotonicTime
    /// The next reminder; `nil` when none is due any more.
    var remindAt: MonotonicTime?
    /// Until then redials join.
    var joinUntil: MonotonicTime
    var standing = Standing.worked
    /// This node has given a record of its own to the store.
    var isRecorded = true

    var isWorked: Bool { standing == .worked }

    /// Everything was delivered or given up.
    var owesNothing: Bool { stages.allSatisfy { $0 == nil } }

    /// No way to people is left to be tried, and none has worked.
    var hasFailedEverybody: Bool {
        zip(record.deliveries, stages).allSatisfy { delivery, stage in
            !delivery.channel.isForPeople || stage == nil && delivery.state != .delivered
        }
    }

    /// Nothing is left to do but to wait.
    func isOver(at now: MonotonicTime) -> Bool {
        owesNothing && remindAt == nil && (record.isAcknowledged || joinUntil <= now)
    }

    var nextDeadline: MonotonicTime? {
        var next: MonotonicTime?
        func consider(_ time: MonotonicTime) { if next.map({ time < $0 }) ?? true { next = time } }
        if let remindAt { consider(remindAt) }
        if isWorked, owesNothing, remindAt == nil { consider(joinUntil) }
        for stage in stages {
            switch stage {
            case .inFlight(let until), .waiting(let until): consider(until)
            case .queued, nil: break
            }
        }
        return next
    }

    /// The place of a delivery by its number.
    func position(of number: UInt32) -> Int? {
        record.deliveries.firstIndex { $0.number == number }
    }
}
