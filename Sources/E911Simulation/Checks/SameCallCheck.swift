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

    private struct Read: Hashable {
        let node: Int
        let key: RecordKey
    }

    private let server: HostID
    private let nodes: [SimulatedNode]
    private let store: SharedStore
    /// The SIP Server's number of the call of an INVITE.
    private var numbers = BoundedTable<String, Int>(limit: 20_000)
    private var decisions = BoundedTable<Int, [Decision]>(limit: 20_000)
    /// What a node has read of the other one's calls, as it was then, and when for the first time.
    private var known = BoundedTable<Read, (record: CallRecord, at: MonotonicTime)>(limit: 20_000)
    private var findings = Findings()
    /// 64*T1, less what lies between an INVITE and its decision.
    private static let window: Duration = .seconds(30)

    /// - Parameter nodes: two that share one store.
    public init?(_ site: SimulatedSite, _ nodes: [SimulatedNode]) {
        guard nodes.count == 2, let store = nodes[0].link?.store else { return nil }
        server = site.server.id
        self.nodes = nodes
        self.store = store
    }

    public func observe(_ entry: LogEntry) {
        switch entry.what {
        case .told(SIPServerEvent.attempt(let call, let callID) as SIPServerEvent):
            // A server that began anew counts from the first call again.
            numbers.put(callID, call + entry.host.incarnation << 32)
        case .told(NodeEffect.journal(let record, _) as NodeEffect):
            guard let index = nodes.firstIndex(where: { $0.host === entry.host }) else { return }
            decided(record, index, entry.time)
        case .commanded(NodeCommand.fetched(_, .rows(let rows, _)) as NodeCommand):
            guard let index = nodes.firstIndex(where: { $0.host === entry.host }) else { return }
            for row in rows { if case .call(let call) = row.row { read(call, index, entry.time) } }
        default: break
        }
    }

    private func read(_ record: CallRecord, _ index: Int, _ now: Now) {
        let read = Read(node: index, key: record.key)
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
            let (first, at) = known[Read(node: index, key: other.key)], at < now.monotonic,
            now.monotonic - other.at < Self.window, first.outcome == .answered || first.outcome == .unconfirmed
        else { return }
        if record.supersedes != other.key {
            findings.add(
                .oneCall,
                "call \(number) was answered by \(nodes[other.node].name) as \(other.key), and again by "
                    + "\(nodes[index].name) as \(record.key), which knew of it and does not say so", at: now)
        } else if record.location != first.location || record.kind != first.kind {
            findings.add(
                .oneCall,
                "\(record.key) goes on with \(first.key), and is at \(record.location) instead of \(first.location)",
                at: now)
        }
    }

    /// Of two answers to one call, of which the first led nowhere, one stands for the other.
    public func conclude(at now: Now) {
        var records: [RecordKey: CallRecord] = [:]
        for call in store.calls { records[call.key] = call }
        for (number, decisions) in decisions.all {
            for (place, later) in decisions.enumerated() {
                guard let earlier = decisions[..<place].last, earlier.node != later.node,
                    later.at - earlier.at < Self.window, let first = records[earlier.key],
                    let second = records[later.key],
                    first.outcome == .answered || first.outcome == .unconfirmed,
                    second.outcome != .abandoned, second.outcome != .refused,
                    first.supersedes != second.key, second.supersedes != first.key
                else { continue }
                findings.add(
                    .oneCall,
                    "call \(number) of \(first.callerDN) is on record twice, as \(first.key) (\(first.outcome)) and "
                        + "\(second.key) (\(second.outcome)), and neither stands for the other", at: now)
            }
        }
    }
}
