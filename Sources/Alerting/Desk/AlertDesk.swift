public import E911Values

/// Sees to it that people hear of each emergency call: at least once, again while nobody acknowledges, and over restarts
/// (contract.md section 6).
///
/// The desk owns the alerts that are open. Each has deliveries, one message to one address; a delivery waits for its
/// turn in the channel's queue, is in flight, waits for its next attempt, or is over. An alert is settled, and
/// forgotten, when every delivery is over, nobody needs a reminder any more and no redial can join it.
///
/// ```
/// owed: queued -> in flight -> delivered
///          ^          |  \---> failed (refused for good, or given up): the recipient's other ways are tried
///          \-- waiting (back-off)
/// ```
///
/// A record stands before the deliveries that follow from it, so a crash can repeat a message and never lose one.
public struct AlertDesk: Equatable, Sendable {
    public internal(set) var configuration: AlertConfiguration {
        didSet { fallbackTargets = configuration.fallbackTargets }
    }
    /// Of each call server; looked up only.
    private var fallbackTargets: [String: [Target]]
    /// Where people acknowledge; `nil` where there is no such place.
    let links: AcknowledgementLinks?
    var slots: [OpenAlert?] = []
    var freeSlots: [Int] = []
    /// Keys of first and later calls.
    var slotOfKey = SlotsByKey()
    var slotOfDevice: [OpenAlert.Device: Int] = [:]
    var deadlines = DeadlineQueue()
    /// By channel, in the order of `AlertChannelKind.allCases`.
    var queues = AlertChannelKind.allCases.map { _ in ChannelQueue() }
    /// Set while messages wait that the last turn had no time for.
    var workSince: MonotonicTime?
    /// Keys of the alerts in about the order in which they came, and of some that are settled.
    var arrivals = WaitingLine<RecordKey>()
    /// What a pair asks for beside; `nil` without one.
    var pair: PairWork?

    /// - Parameter position: the node's place in its pair; `nil` for a node that has no other beside it.
    public init(
        configuration: AlertConfiguration, links: AcknowledgementLinks? = nil, position: PairPosition? = nil
    ) {
        self.configuration = configuration
        self.links = links
        pair = position.map { PairWork(position: $0) }
        fallbackTargets = configuration.fallbackTargets
    }

    /// Who would be told of an alert first, and by which way: `security by email`.
    public func recipients(of alert: Alert) -> [String] {
        targets(of: alert).map { "\($0.recipient) by \($0.channel.rawValue)" }
    }

    /// Whom an alert goes to: what its location and the subscriptions say, and if that is nobody, the call server's fallback
    /// recipients. A log server is nobody. No address twice, in the order of the configuration.
    func targets(of alert: Alert) -> [Target] {
        let named = configuration.namedTargets(of: alert)
        guard !named.contains(where: \.isForPeople) else { return named }
        let fallback = fallbackTargets(of: alert)
        return named.isEmpty ? fallback : named + fallback.filter { !named.contains($0) }
    }

    func fallbackTargets(of alert: Alert) -> [Target] { fallbackTargets[alert.callServer] ?? [] }

    /// Goes over to another configuration. Deliveries that are owed stay owed, to the addresses that they have.
    public mutating func apply(_ configuration: AlertConfiguration) {
        self.configuration = configuration
    }

    var policy: AlertPolicy { configuration.policy }

    // MARK: What is open

    public var openCount: Int { slots.count - freeSlots.count }

    /// The open alerts, the oldest first.
    public var openAlerts: [OutboxRecord] {
        slots.compactMap { $0?.record }.sorted { $0.key < $1.key }
    }

    /// The open alert of a call.
    public subscript(key: RecordKey) -> OutboxRecord? {
        slotOfKey[key].flatMap { slots[$0]?.record }
    }

    // MARK: Time

    /// When ``advance(to:limit:)`` is wanted.
    public var nextDeadline: MonotonicTime? {
        guard let workSince else { return deadlines.first?.time }
        return deadlines.first.map { min($0.time, workSince) } ?? workSince
    }

    /// Does what is due, for at most `limit` alerts; the rest stays due.
    public mutating func advance(to now: Now, limit: Int = 256) -> [AlertEffect] {
        var effects: [AlertEffect] = []
        var left = limit
        while left > 0, let slot = deadlines.popDue(now.monotonic) {
            left -= 1
            expire(slot, now: now, into: &effects)
        }
        pump(now: now, into: &effects)
        return effects
    }

    private static let noAnswer = DeliveryResult.temporary(reason: "the channel did not answer")

    private mutating func expire(_ slot: Int, now: Now, into effects: inout [AlertEffect]) {
        guard let open = slots[slot] else { return }
        var changed = false
        for (position, stage) in open.stages.enumerated() {
            switch stage {
            case .inFlight(let until) where until <= now.monotonic:
                changed = true
                let (channel, result) = (open.record.deliveries[position].channel, Self.noAnswer)
                release(channel)
                fail(slot, position, result, now: now, into: &effects)
                observe(result, on: channel, at: now.wall, into: &effects)
            case .waiting(let until) where until <= now.monotonic:
                enqueue(slot, position)
            case .inFlight, .waiting, .queued, nil:
                break
            }
        }
        if let remindAt = slots[slot]?.remindAt, remindAt <= now.monotonic {
            changed = true
            remind(slot, now: now, into: &effects)
        }
        conclude(slot, recording: changed, now: now, into: &effects)
    }

    // MARK: Slots

    mutating func insert(_ open: OpenAlert) -> Int {
        let slot: Int
        let key = open.record.key
        if let free = freeSlots.popLast() {
            slot = free
            slots[slot] = open
        } else {
            slot = slots.count
            slots.append(open)
        }
        slotOfKey[key] = slot
        find(open.record.laterCalls, inPlaceOf: [], in: slot)
        if let device = open.device, open.isWorked || slotOfDevice[device] == nil { slotOfDevice[device] = slot }
        if open.isWorked { arrivals.append(key) }
        return slot
    }

    /// Settles the alert when it is over, writes its record when that is due or asked for, and sets its deadline.
    mutating func conclude(_ slot: Int, recording: Bool, now: Now, into effects: inout [AlertEffect]) {
        let recording = completeAcknowledgement(slot, into: &effects) || recording
        guard let canClose = slots[slot]?.canClose(at: now.monotonic) else { return }
        guard canClose, var open = slots[slot] else {
            if recording, let record = slots[slot]?.record {
                effects.append(.record(record))
                if pair != nil { slots[slot]?.isRecorded = true }
            }
            deadlines.set(slot, to: slots[slot]?.nextDeadline)
            return
        }
        open.record.state = .settled
        effects.append(.record(open.record))
        close(slot, open)
    }

    /// Forgets an alert that is over.
    mutating func close(_ slot: Int, _ open: OpenAlert) {
        slots[slot] = nil
        freeSlots.append(slot)
        deadlines.set(slot, to: nil)
        slotOfKey[open.record.key] = nil
        for key in open.record.laterCalls where slotOfKey[key] == slot { slotOfKey[key] = nil }
        if let device = open.device, slotOfDevice[device] == slot { slotOfDevice[device] = nil }
        if pair != nil { forgetPairWork(open, slot) }
        // Settled ones are cleared away when they are the most.
        guard arrivals.count > 64, arrivals.count > 2 * openCount else { return }
        var left = WaitingLine<RecordKey>()
        while let key = arrivals.popFirst() { if slotOfKey[key] != nil { left.append(key) } }
        arrivals = left
    }
}
