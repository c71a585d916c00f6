import Alerting
import E911Service
import E911Values

/// What a node owes that has gone, and what is on record in the end.
extension AlertCheck {
    /// A node of which nothing has come to the store for so long has gone, to another one that reaches the store:
    /// silence, the time until that is noticed, and some for the claims to be written.
    static let gone = PairLimits().takeover + PairLimits().heartbeat + .seconds(3)
    /// How long a node waits at most before it works what it has claimed.
    private static let working = PairLimits().hold + PairLimits().heartbeat + .seconds(2)
    /// How often it is looked again while a node stays gone.
    private static let pause: Duration = .seconds(5)

    /// Looks at both, again and again.
    func look(at now: Now) {
        for index in nodes.indices { lookAtOther(of: index, now) }
        lookAtClaims(now)
    }

    /// Of all alerts in the store that somebody still has to do something for, none is left to a node that has gone.
    private func lookAtOther(of index: Int, _ now: Now) {
        let (gone, other) = (nodes[index], nodes[1 - index])
        guard let heard = store.heardAnything(of: gone.name),
            now.monotonic - max(heard, other.lastTrouble) > Self.gone
        else { return judged[index] = nil }
        if let last = judged[index], now.monotonic - last < Self.pause { return }
        judged[index] = now.monotonic
        for key in store.openAlertKeys {
            guard let record = store.alert(key), !record.isSettled, record.holder == gone.name else { continue }
            findings.add(
                .takeover,
                "\(key) is still left to \(gone.name), of which nothing has come for "
                    + "\((now.monotonic - heard).components.seconds) s, and \(other.name) reaches the store", at: now)
            return
        }
    }

    /// What a node has claimed it sends.
    private func lookAtClaims(_ now: Now) {
        guard claims.contains(where: { now.monotonic - $0.at > Self.working }) else { return }
        let due = claims.filter { now.monotonic - $0.at > Self.working }
        claims.removeAll { now.monotonic - $0.at > Self.working }
        // Messages of many alerts wait for each other.
        guard due.count <= 16 else { return }
        for claim in due {
            let node = nodes[claim.node]
            guard node.lastTrouble + Self.aftermath < claim.at, let record = knowledge(claim.node, claim.key),
                !record.isSettled, record.holder == node.name,
                let owed = record.deliveries.first(where: { delivery in
                    delivery.state == .owed && delivery.channel != .screenPop
                        && !hasSent(DeliveryID(alert: claim.key, number: delivery.number), claim.node)
                })
            else { continue }
            findings.add(
                .takeover, "\(node.name) has claimed \(claim.key), and does not send message \(owed.number) of it",
                at: now)
        }
    }

    /// Every call is in an alert.
    func judgeStore(at now: Now) {
        var told: Set<RecordKey> = []
        var crowded: Set<String> = []
        for key in store.alertKeys {
            guard let record = store.alert(key) else {
                findings.add(.sharing, "the alert \(key) of the store cannot be read", at: now)
                continue
            }
            // Its oldest calls are not remembered.
            if record.count > OutboxRecord.rememberedCalls { crowded.insert(record.alert.callerDN) }
            told.formUnion([key] + record.laterCalls + record.attachedCalls)
        }
        for call in store.calls where call.kind != .callback && call.outcome != .refused && !told.contains(call.key) {
            guard !crowded.contains(call.callerDN) else { continue }
            findings.add(.oneAlert, "nobody is told of \(call.key), a call of \(call.callerDN)", at: now)
        }
    }
}
