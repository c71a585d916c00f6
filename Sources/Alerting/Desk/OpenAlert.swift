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

    /// The sums of a device and its call server. A test call never joins an emergency call. The sums are SipHash with the
    /// key of the process, two of them: no two devices are alike.
    struct Device: Hashable, Sendable {
        private let index: Int
        private let check: Int

        fileprivate init(_ alert: Alert) {
            var hasher = Hasher()
            hasher.combine(alert.device)
            hasher.combine(alert.callServer)
            hasher.combine(alert.isTest)
            var other = hasher
            index = hasher.finalize()
            other.combine(0)
            check = other.finalize()
        }

        func hash(into hasher: inout Hasher) { hasher.combine(index) }
    }

    var record: OutboxRecord
    /// The device that called first, whose redials coalesce; `nil` for an unknown one.
    let device: Device?
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

    /// - Parameter device: ``device(of:)`` of the alert.
    init(
        record: OutboxRecord, device: Device?, stages: [Stage?], giveUpAt: MonotonicTime, remindAt: MonotonicTime?,
        joinUntil: MonotonicTime
    ) {
        self.record = record
        self.device = device
        self.stages = stages
        self.giveUpAt = giveUpAt
        self.remindAt = remindAt
        self.joinUntil = joinUntil
    }

    static func device(of alert: Alert) -> Device? { alert.device.isEmpty ? nil : Device(alert) }

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

    /// It is this node that settles it, now.
    func canClose(at now: MonotonicTime) -> Bool { isWorked && isOver(at: now) }

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

    /// Adds a message to an address, or gives the one that has not gone out yet its reason.
    ///
    /// - Parameter node: the node's place in its pair; `nil` without one.
    /// - Returns: its place, whether it is new, and whether it waits for its turn already.
    mutating func owe(
        _ target: Target, _ reason: DeliveryReason, at node: PairPosition?
    ) -> (position: Int, isNew: Bool, isQueued: Bool) {
        let pending = record.deliveries.indices.last { index in
            guard record.deliveries[index].target == target else { return false }
            switch stages[index] {
            case .queued, .waiting: return true
            case .inFlight, nil: return false
            }
        }
        if let pending {
            // In a pair the weightier reason stays, so that both nodes end with the same one.
            if node == nil || record.deliveries[pending].reason.weight < reason.weight {
                record.deliveries[pending].reason = reason
            }
            return (pending, false, stages[pending] == .queued)
        }
        let number = record.nextNumber(at: node)
        record.deliveries.append(DeliveryRecord(number: number, target: target, reason: reason))
        stages.append(.queued)
        return (stages.count - 1, true, false)
    }

    /// Has a delivery wait for its turn.
    mutating func queue(_ position: Int) -> (channel: AlertChannelKind, id: DeliveryID) {
        stages[position] = .queued
        let delivery = record.deliveries[position]
        return (delivery.channel, DeliveryID(alert: record.key, number: delivery.number))
    }

    /// The place of a delivery by its number.
    func position(of number: UInt32) -> Int? {
        // By its span, since the array itself gives a copy of each.
        let deliveries = record.deliveries.span
        return deliveries.indices.first { deliveries[$0].number == number }
    }
}
