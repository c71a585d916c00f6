import Alerting
import E911Service
import E911Values

/// Tells in lines what the nodes of a ``SimulatedDay`` decided, wrote and read of one thing, and what its peers saw of it, for whoever
/// looks for the cause of a violation: the key of a call, an ELIN, an extension, the code of a note.
struct DayWatch {
    let texts: [String]
    let print: (String) -> Void

    /// A fault begins; these are told whatever is looked for.
    func begin(_ fault: Fault, _ duration: Duration, of node: SimulatedNode, choice: UInt64, at now: Now) {
        tell(now, node.name, "fault \(fault.rawValue) for \(duration), choice \(choice % 6) of 6")
    }

    func observe(_ entry: LogEntry, of nodes: [SimulatedNode]) {
        let name = nodes.first { $0.host === entry.host }?.name ?? entry.host.name
        for line in lines(of: entry.what) where texts.contains(where: { line.contains($0) }) {
            tell(entry.time, name, line)
        }
    }

    private func tell(_ now: Now, _ node: String, _ line: String) {
        print("\(now.monotonic.nanoseconds / 1_000_000) ms \(node): \(line)")
    }

    private func lines(of what: LogEntry.What) -> [String] {
        switch what {
        case .told(let effect as NodeEffect): lines(of: effect)
        case .commanded(let command as NodeCommand): lines(of: command)
        case .told(let event): ["\(event)"]
        default: []
        }
    }

    private func lines(of effect: NodeEffect) -> [String] {
        switch effect {
        case .journal(let call, let token): ["journal \(token.rawValue): \(text(of: call))"]
        case .persist(let batch, let token):
            batch.calls.map { "persist \(token.rawValue), row \($0.counter): \(text(of: $0.row))" }
                + batch.leases.map { "persist \(token.rawValue), row \($0.counter): \(text(of: $0.row))" }
                + batch.outbox.map { "persist \(token.rawValue), row \($0.counter): \(text(of: $0.row))" }
                + batch.nodes.map { "persist \(token.rawValue), row \($0.counter): \(text(of: $0.row))" }
        case .fetch(let feed, let since, _, let token):
            ["fetch \(token.rawValue): \(feed) behind \(since.map { "\($0.counter) of \($0.node)" })"]
        case .deliver(let delivery):
            ["deliver \(delivery.id) to \(delivery.recipient) by \(delivery.channel): \(delivery.reason)"]
        case .live(.alert(let record)): [text(of: record)]
        case .note(let note):
            ["note \(note.code): \(note.text); \(note.fields.map { "\($0.name) \($0.value)" }.joined(separator: ", "))"]
        default: []
        }
    }

    private func lines(of command: NodeCommand) -> [String] {
        switch command {
        case .fetched(let token, .rows(let rows, _)):
            ["fetched \(token.rawValue): \(rows.count) rows"]
                + rows.compactMap { row in
                    text(of: row.row).map { "fetched \(token.rawValue), row \(row.counter) of \(row.node): \($0)" }
                }
        case .fetched(let token, let answer): ["fetched \(token.rawValue): \(answer)"]
        case .restore(let state, let isOpen):
            ["restore, the store \(isOpen ? "open" : "away")"]
                + state.calls.map { "restore: \(text(of: $0))" } + state.journal.map { "recover: \(text(of: $0))" }
                + state.leases.map { "restore: \(text(of: $0))" }
                + (state.outbox + state.peerOutbox).map { "restore: \(text(of: $0))" }
        case .delivered(let id, let result): ["delivered \(id): \(result)"]
        case .persisted(let token, let failure): ["persisted \(token.rawValue): \(failure ?? "all of it")"]
        case .journaled(let token, let failure): ["journaled \(token.rawValue): \(failure ?? "all of it")"]
        default: []
        }
    }

    private func text(of row: StoredRow) -> String? {
        switch row {
        case .call(let call): text(of: call)
        case .lease(let lease): text(of: lease)
        case .outbox(let alert): text(of: alert)
        case .node(let node): text(of: node)
        default: nil
        }
    }

    private func text(of call: CallRecord) -> String {
        "call \(call.key), \(call.kind) of \(call.callerDN) to \(call.dialled), \(call.outcome), flags \(call.flags.rawValue)"
            + (call.elin.map { ", \($0) of \(call.elinLocation) for \(call.leaseSeconds) s" } ?? "")
            + (call.displacedDN.isEmpty ? "" : ", taken from \(call.displacedDN)")
            + (call.supersedes.map { ", stands for \($0)" } ?? "") + ", \(call.callID)"
    }

    private func text(of lease: LeaseRecord) -> String {
        "lease of \(lease.elin) for \(lease.callerDN) by \(lease.call), until \(lease.expiresAt)"
    }

    private func text(of row: OutboxRow) -> String {
        OutboxRecord(encoded: row.payload.span).map(text) ?? "alert \(row.key), which cannot be read"
    }

    private func text(of alert: OutboxRecord) -> String {
        let deliveries = alert.deliveries.map { "\($0.number) \($0.channel) \($0.reason) \($0.state)" }
        return "alert \(alert.key), \(alert.state), \(alert.alert.callerDN), \(alert.count) calls"
            + (alert.claim.map { ", claimed by \($0.holder) as \($0.stamp)" } ?? "")
            + (alert.joinedInto.map { ", joined into \($0)" } ?? "")
            + (alert.isAcknowledged ? ", acknowledged" : "") + ", later \(alert.laterCalls)"
            + (alert.attachedCalls.isEmpty ? "" : ", attached \(alert.attachedCalls)") + ", \(deliveries)"
    }

    private func text(of node: NodeRow) -> String {
        "heartbeat of \(node.name), \(node.state), complete through \(node.completeThrough), seen through \(node.seenThrough)"
    }
}
