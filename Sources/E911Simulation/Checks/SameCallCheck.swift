import E911Service
public import E911Values

/// One call that comes to both nodes of a pair (contract section 3): the SIP Server's number for it says which INVITEs are one
/// call's. A node that has read of the other's answer goes on with that call; where each answered without knowing of the other,
/// one record stands for both at the end.
public final class SameCallCheck: InvariantChecker {
    public var violations: [Violation] { findings.all }

    /// What a node decided for a call.
    private struct Decision {
        let key: RecordKey
        let node: Int
        let at: MonotonicTime
    }

    /// A process of a node that has read a call.
    private struct Read: Hashable {
        let node: Int
        let incarnation: Int
        let key: RecordKey
    }

    private let nodes: [SimulatedNode]
    private let store: SharedStore
    private var numbers: CallNumbers
    private var decisions = BoundedTable<Int, [Decision]>(limit: 20_000)
    /// What a node has read of the other one's calls, as it was then, and when for the first time.
    private var known = BoundedTable<Read, (record: CallRecord, at: MonotonicTime)>(limit: 20_000)
    private var findings = Findings()
    /// 64*T1, less what lies between an INVITE and its decision.
    private static let window: Duration = .seconds(30)
    /// Rows that have come are taken over a slice a turn.
    private static let takingOver: Duration = .milliseconds(100)

    /// - Parameter nodes: two that share one store.
    public init?(_ site: SimulatedSite, _ nodes: [SimulatedNode]) {
        guard nodes.count == 2, let store = nodes[0].link?.store else { return nil }
        numbers = CallNumbers(site)
        self.nodes = nodes
        self.store = store
    }

    public func observe(_ entry: LogEntry) {
        numbers.observe(entry)
        switch entry.what {
        case .told(NodeEffect.journal(let record, _) as NodeEffect):
            guard let index = nodes.firstIndex(where: { $0.host === entry.host }) else { return }
            decided(record, index, entry.time)
        case .commanded(NodeCommand.restore(let state, _) as NodeCommand):
            guard let index = nodes.firstIndex(where: { $0.host === entry.host }) else { return }
            for call in state.calls where call.key.node != nodes[index].name { read(call, index, entry.time) }
        case .commanded(let command as NodeCommand):
            guard let index = nodes.firstIndex(where: { $0.host === entry.host }),
                let rows = nodes[index].taken(from: command)
            else { return }
            for row in rows { if case .call(let call) = row.row { read(call, index, entry.time) } }
        default: break
        }
    }

    private func reading(_ index: Int, _ key: RecordKey) -> Read {
        Read(node: index, incarnation: nodes[index].host.incarnation, key: key)
    }

    private func read(_ record: CallRecord, _ index: Int, _ now: Now) {
        let read = reading(index, record.key)
        known.put(read, (record, known[read]?.at ?? now.monotonic))
    }

    private func decided(_ record: CallRecord, _ index: Int, _ now: Now) {
        guard record.kind != .callback, record.outcome != .abandoned, record.outcome != .refused,
            let number = numbers[record.callID]
        else { return }
        let before = decisions[number] ?? []
        guard !before.contains(where: { $0.key == record.key }) else { return }
        decisions.put(number, before + [Decision(key: record.key, node: index, at: now.monotonic)])
        // What the other node decided last, if this one had read that before and it can still be the same call.
        guard let other = before.last(where: { $0.node != index }), !before.contains(where: { $0.node == index }),
            let (first, at) = known[reading(index, other.key)], at + Self.takingOver < now.monotonic,
            now.monotonic - other.at < Self.window, first.outcome == .answered || first.outcome == .unconfirmed
        else { return }
        if record.supersedes != other.key {
            findings.add(
                .oneCall,
                "call \(number) was answered by \(nodes[other.node].name) as \(other.key), and again by "
                    + "\(nodes[index].name) as \(record.key), which knew of it and does not say so: \(first.outcome), "
                    + "read \(now.monotonic - at) before, \(first.callerDN) to \(first.dialled), and \(record.callerDN) to \(record.dialled)",
                at: now)
        } else if record.location != first.location || record.kind != first.kind {
            findings.add(
                .oneCall,
                "\(record.key) goes on with \(first.key), and is at \(record.location) instead of \(first.location)",
                at: now)
        }
    }

    /// Of two answers to one call, of which the first led nowhere, one stands for the other. Whether it did is known when no ACK
    /// can come any more; of a process that ended before that nobody will know, unless both answers are of one dialog.
    public func conclude(at now: Now) {
        for (number, decisions) in decisions.all {
            let records = decisions.map { store.call($0.key) }
            for (place, later) in decisions.enumerated() {
                guard place > 0, decisions[place - 1].node != later.node,
                    later.at - decisions[place - 1].at < Self.window, let first = records[place - 1],
                    let second = records[place], second.outcome != .abandoned, second.outcome != .refused,
                    first.outcome == .unconfirmed || first.outcome == .answered && isOneDialog(first, second),
                    // A node that was tried by two of its addresses has two records, of which one is enough.
                    !isLinked(first, decisions, records, beside: later.node),
                    !isLinked(second, decisions, records, beside: decisions[place - 1].node)
                else { continue }
                findings.add(
                    .oneCall,
                    "call \(number) of \(first.callerDN) is on record twice, as \(first.key) (\(first.outcome)) and "
                        + "\(second.key) (\(second.outcome)), and neither stands for the other", at: now)
            }
        }
    }

    private func isOneDialog(_ a: CallRecord, _ b: CallRecord) -> Bool {
        a.callID == b.callID && a.fromTag == b.fromTag
    }

    /// Whether a record stands for one that this node decided for the same call, or one of those for it.
    private func isLinked(
        _ record: CallRecord, _ decisions: [Decision], _ records: [CallRecord?], beside node: Int
    ) -> Bool {
        zip(decisions, records).contains { decision, other in
            decision.node == node && (other?.supersedes == record.key || record.supersedes == decision.key)
        }
    }
}
