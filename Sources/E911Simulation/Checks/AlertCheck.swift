import Alerting
import E911Service
public import E911Values

/// Alerts of a pair (contract section 7). One node sends an alert: each message goes out once, and one call that came to both nodes
/// is told of once. The other one does what a node owes that has gone.
///
/// What comes twice is excused only by trouble: a node's process was down or stopped, or the store was cut off from it, slow or lost
/// its answers, between the first message and the second one, or so shortly before that a node may have had to take the other one
/// for gone. Nothing excuses a node that sends again what it knows to have arrived.
public final class AlertCheck: InvariantChecker {
    public var violations: [Violation] { findings.all }
    /// Messages that somebody got again.
    public private(set) var repeated = 0
    /// Alerts that a node took over.
    public private(set) var takenOver = 0

    /// A message that left a node.
    private struct Sending {
        let node: Int
        let at: MonotonicTime
        /// Until when each node was troubled, as it was known then.
        let troubles: [MonotonicTime]
        let alert: RecordKey
    }

    private struct Attempt: Hashable {
        let node: Int
        let id: DeliveryID
    }

    /// A call and somebody who is told of it.
    private struct Told: Hashable {
        let call: Int
        let channel: AlertChannelKind
        let address: String
    }

    private struct Decision {
        let node: Int
        let call: Int?
        let at: MonotonicTime
    }

    /// Of two calls one stands for the other, as a node knows.
    private struct Standing {
        let other: RecordKey
        let isLast: Bool
        let since: MonotonicTime
    }

    /// An alert, or a call, as a process of a node knows it.
    struct Knowledge: Hashable {
        let node: Int
        let incarnation: Int
        let key: RecordKey
    }

    struct Claim {
        let node: Int
        let key: RecordKey
        let at: MonotonicTime
    }

    let nodes: [SimulatedNode]
    let store: SharedStore
    private var places: [HostID: Int] = [:]
    private var numbers: CallNumbers
    private var decisions = BoundedTable<RecordKey, Decision>(limit: 20_000)
    private var sent = BoundedTable<Attempt, Sending>(limit: 20_000)
    private var taken = BoundedTable<DeliveryID, Sending>(limit: 20_000)
    private var first = BoundedTable<Told, Sending>(limit: 20_000)
    private var reached = BoundedTable<RecordKey, MonotonicTime>(limit: 20_000)
    private var acknowledged = BoundedTable<RecordKey, MonotonicTime>(limit: 20_000)
    var known = BoundedTable<Knowledge, OutboxRecord>(limit: 20_000)
    /// In which alert each call is.
    private var alertOf = BoundedTable<Knowledge, RecordKey>(limit: 20_000)
    private var standing = BoundedTable<Knowledge, Standing>(limit: 20_000)
    /// What nodes claimed lately.
    var claims: [Claim] = []
    /// When the other node was found to have taken over what each one owes.
    var judged: [MonotonicTime?]
    var findings = Findings()

    /// So long trouble may have its consequences: until the other node is taken for gone, and until what was read of it counts.
    static let aftermath = PairLimits().takeover + PairLimits().heartbeat
    /// So long two nodes may not know of each other's decisions although nothing is wrong.
    private static let lag = PairLimits().heartbeat * 2

    /// - Parameter nodes: two that share one store.
    public init?(_ site: SimulatedSite, _ nodes: [SimulatedNode]) {
        guard nodes.count == 2, let store = nodes[0].link?.store else { return nil }
        self.nodes = nodes
        self.store = store
        numbers = CallNumbers(site)
        judged = nodes.map { _ in nil }
        for (index, node) in nodes.enumerated() {
            places[node.host.id] = index
            node.onTaken = { [unowned self, unowned node] in took($0, index, node.host.world.now) }
        }
    }

    public func observe(_ entry: LogEntry) {
        numbers.observe(entry)
        guard let index = places[entry.host.id] else { return }
        switch entry.what {
        case .told(NodeEffect.journal(let record, _) as NodeEffect):
            guard decisions[record.key] == nil else { return }
            decisions.put(
                record.key, Decision(node: index, call: numbers[record.callID], at: entry.time.monotonic))
        case .told(NodeEffect.live(.alert(let record)) as NodeEffect): learn(record, index, entry)
        case .told(NodeEffect.deliver(let delivery) as NodeEffect): sends(delivery, index, entry)
        case .told(NodeEffect.persist(let batch, _) as NodeEffect):
            for row in batch.calls { learn(row.row, index, entry) }
        case .commanded(NodeCommand.restore(let state, _) as NodeCommand):
            for row in state.outbox + state.peerOutbox {
                if let record = OutboxRecord(encoded: row.payload.span) { learn(record, index, entry) }
            }
        case .commanded(let command as NodeCommand):
            for row in nodes[index].taken(from: command) ?? [] {
                if case .call(let call) = row.row { learn(call, index, entry) }
            }
        default: break
        }
    }

    // MARK: What nodes know

    private func learn(_ record: OutboxRecord, _ index: Int, _ entry: LogEntry) {
        let knowledge = Knowledge(node: index, incarnation: entry.host.incarnation, key: record.key)
        if let claim = record.claim, claim.holder == nodes[index].name, record.state == .open,
            known[knowledge]?.claim != claim, record.key.node != claim.holder
        {
            takenOver += 1
            claims.append(Claim(node: index, key: record.key, at: entry.time.monotonic))
        }
        known.put(knowledge, record)
        for call in [record.key] + record.laterCalls + record.attachedCalls {
            alertOf.put(self.knowledge(index, of: call), record.joinedInto ?? record.key)
        }
        if record.isAcknowledged, acknowledged[record.key] == nil {
            acknowledged.put(record.key, entry.time.monotonic)
        }
    }

    private func learn(_ call: CallRecord, _ index: Int, _ entry: LogEntry) {
        guard let first = call.supersedes else { return }
        for (key, other) in [(first, call.key), (call.key, first)] where standing[knowledge(index, of: key)] == nil {
            standing.put(
                knowledge(index, of: key),
                Standing(other: other, isLast: key == call.key, since: entry.time.monotonic))
        }
    }

    private func knowledge(_ index: Int, of key: RecordKey) -> Knowledge {
        Knowledge(node: index, incarnation: nodes[index].host.incarnation, key: key)
    }

    func knowledge(_ index: Int, _ key: RecordKey) -> OutboxRecord? { known[knowledge(index, of: key)] }

    func hasSent(_ id: DeliveryID, _ index: Int) -> Bool { sent[Attempt(node: index, id: id)] != nil }

    // MARK: Messages

    /// Pages of a browser belong to one node: what both show there is no repetition.
    private func sends(_ delivery: Delivery, _ index: Int, _ entry: LogEntry) {
        guard delivery.channel != .screenPop else { return }
        let id = delivery.id
        if knowledge(index, id.alert)?.deliveries.contains(where: { $0.number == id.number && $0.state == .delivered })
            ?? false
        {
            findings.add(
                .oneAlert, "\(nodes[index].name) sends \(id) again, and knows that it has arrived", at: entry.time)
        }
        let sending = Sending(
            node: index, at: entry.time.monotonic, troubles: nodes.map(\.lastTrouble), alert: id.alert)
        judgeReminder(delivery, sending, entry.time)
        judgeStanding(id, sending, entry.time)
        sent.put(Attempt(node: index, id: id), sending)
    }

    /// Whoever was reached and has acknowledged is not reminded any more, by neither node.
    private func judgeReminder(_ delivery: Delivery, _ sending: Sending, _ now: Now) {
        guard delivery.reason == .reminder || delivery.reason == .escalation,
            !nodes.indices.contains(where: { hasSent(delivery.id, $0) }),
            let acknowledged = acknowledged[delivery.id.alert], now.monotonic - acknowledged > Self.lag,
            let reached = reached[delivery.id.alert], reached < acknowledged,
            isWell(sending, since: acknowledged)
        else { return }
        findings.add(
            .alerting,
            "\(nodes[sending.node].name) sends \(delivery.id), a \(delivery.reason), although somebody acknowledged "
                + "\((now.monotonic - acknowledged).components.seconds) s before", at: now)
    }

    /// Two alerts of one call are one as soon as the node knows of it. A call that was told of as a redial stays where it is.
    private func judgeStanding(_ id: DeliveryID, _ sending: Sending, _ now: Now) {
        guard let standing = standing[knowledge(sending.node, of: id.alert)],
            now.monotonic - standing.since > Self.lag, isWell(sending, since: sending.at + (.zero - Self.lag)),
            let key = alertOf[knowledge(sending.node, of: standing.other)], key != id.alert,
            !standing.isLast || key == standing.other,
            alertOf[knowledge(sending.node, of: id.alert)] == id.alert,
            let other = knowledge(sending.node, key), !other.isSettled
        else { return }
        findings.add(
            .oneAlert,
            "\(nodes[sending.node].name) sends \(id), though it knows that the call is one with \(standing.other), which is in "
                + "the alert \(key)", at: now)
    }

    private func isWell(_ sending: Sending, since start: MonotonicTime) -> Bool {
        sending.troubles.allSatisfy { $0 + Self.aftermath < start }
    }

    /// Somebody got a message.
    private func took(_ delivery: Delivery, _ index: Int, _ now: Now) {
        guard delivery.channel != .screenPop, let sending = sent[Attempt(node: index, id: delivery.id)] else { return }
        if reached[delivery.id.alert] == nil { reached.put(delivery.id.alert, now.monotonic) }
        if let before = taken[delivery.id] {
            repeated += 1
            let (earlier, later) = before.at < sending.at ? (before, sending) : (sending, before)
            if isWell(later, since: earlier.at) {
                findings.add(
                    .oneAlert,
                    "\(delivery.id) was sent by \(nodes[earlier.node].name), and \((later.at - earlier.at).milliseconds) ms "
                        + "later by \(nodes[later.node].name), while nothing was wrong", at: now)
            }
        }
        taken.put(delivery.id, sending)
        if delivery.reason == .first { judgeCall(delivery, sending, now) }
    }

    /// The first message of an alert: nobody gets another one of the same call.
    private func judgeCall(_ delivery: Delivery, _ sending: Sending, _ now: Now) {
        guard let decision = decisions[delivery.id.alert], let call = decision.call else { return }
        let told = Told(call: call, channel: delivery.channel, address: delivery.address)
        guard let before = first[told] else { return first.put(told, sending) }
        guard before.alert != sending.alert, let other = decisions[before.alert], other.node != decision.node else {
            return
        }
        let (earlier, later) = before.at < sending.at ? (before, sending) : (sending, before)
        let since = min(other.at, decision.at)
        let (one, next) = since == other.at ? (before.alert, sending.alert) : (sending.alert, before.alert)
        guard max(other.at, decision.at) - since > Self.lag, isWell(later, since: since), !isAnother(one, next)
        else { return }
        repeated += 1
        findings.add(
            .oneAlert,
            "\(delivery.recipient) was told of call \(call) as \(earlier.alert), and again as \(later.alert), while nothing "
                + "was wrong", at: now)
    }

    /// Behind an answer that was acknowledged, a new dialog of one caller is another call to whoever cannot know better.
    private func isAnother(_ earlier: RecordKey, _ later: RecordKey) -> Bool {
        guard let earlier = store.call(earlier), let later = store.call(later) else { return false }
        return earlier.outcome == .acknowledged && (earlier.callID != later.callID || earlier.fromTag != later.fromTag)
    }

    public func conclude(at now: Now) { judgeStore(at: now) }
}

extension Duration {
    fileprivate var milliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}
