import E911Service
import E911Values

/// What a node of a pair reads of the other one: a call that it has read is known to it as its own are.
extension LeaseCheck {
    /// Rows that come from the store while the node runs.
    func takeOver(_ rows: [Stamped<StoredRow>], _ index: Int, _ entry: LogEntry) {
        states[index].book.settle(before: entry.time.monotonic)
        for row in rows {
            if case .call(let call) = row.row, call.key.node != nodes[index].name { takeOver(call, index, entry) }
        }
    }

    private func takeOver(_ record: CallRecord, _ index: Int, _ entry: LogEntry) {
        if let superseded = record.supersedes { states[index].book.doubt(superseded) }
        // It may be the same call as one of this node's, of which one will stand for both.
        for own in states[index].recent
        where own.caller == record.callerDN && entry.time.monotonic - own.at < Self.sameCallWindow {
            states[index].book.doubt(own.key)
            states[index].shared.put(record.key, true)
        }
        guard record.kind == .emergency, record.leaseSeconds > 0, let elin = record.elin else { return }
        guard record.outcome != .abandoned else { return states[index].book.withdraw(elin, record.key) }
        // When no ACK can come for it any more, a call that another one stands for leaves its ELIN.
        let isAnsweredElsewhere = record.flags.contains(.answeredByPeer)
        if isAnsweredElsewhere, record.outcome == .unconfirmed { return states[index].book.doubt(record.key) }
        let now = entry.time
        // Counters are the time that both nodes count by, in microseconds.
        let age = max(.zero, Duration.microseconds(now.wall.milliseconds * 1000 - Int64(clamping: record.key.counter)))
        states[index].book.merge(
            elin,
            LeaseBook.Holder(
                key: record.key, caller: record.callerDN, device: record.device, place: record.elinLocation,
                from: now.monotonic - age,
                until: now.monotonic + max(.zero, .seconds(Int64(record.leaseSeconds)) - age),
                wallOffset: otherOffset(index), isDoubtful: true, slack: Self.clockError), at: now.monotonic)
        if isAnsweredElsewhere || states[index].shared[record.key] != nil { states[index].book.doubt(record.key) }
    }

    /// How wrong the time of the store may be to a node that a slow store has told it once.
    private static let clockError: Duration = .seconds(2)

    /// Calls of one caller that both nodes decided within this time may be one.
    private static let sameCallWindow: Duration = .seconds(70)

    /// A call that the node decides itself.
    func note(_ record: CallRecord, _ index: Int, _ now: Now) {
        guard plan.isPaired else { return }
        if let superseded = record.supersedes { states[index].book.doubt(superseded) }
        states[index].recent.removeAll { now.monotonic - $0.at >= Self.sameCallWindow }
        states[index].recent.append((record.key, record.callerDN, now.monotonic))
    }

    /// Leases that a start has read, and calls, which tell of those that others came behind. How long those of the other node
    /// last it knows by two clocks.
    func takeOver(_ state: StoredState, _ index: Int, _ entry: LogEntry) {
        guard plan.isPaired else { return }
        let ended = Set(
            state.calls.filter {
                $0.outcome == .abandoned || $0.flags.contains(.answeredByPeer) && $0.outcome == .unconfirmed
            }.map(\.key))
        for lease in state.leases where !ended.contains(lease.call) { takeOver(lease, index, entry) }
        for call in state.calls where !ended.contains(call.key) {
            guard call.kind == .emergency, call.leaseSeconds > 0, let elin = call.elin else { continue }
            takeOver(
                LeaseRecord(
                    elin: elin, call: call.key, callServer: call.callServer, device: call.device,
                    callerDN: call.callerDN, place: call.elinLocation, takenAt: call.key.time,
                    expiresAt: call.key.time + .seconds(Int64(call.leaseSeconds))), index, entry)
        }
    }

    private func takeOver(_ lease: LeaseRecord, _ index: Int, _ entry: LogEntry) {
        guard lease.call.node != nodes[index].name else { return }
        let left = lease.expiresAt - nodes[index].host.now.wall
        states[index].book.merge(
            lease.elin,
            LeaseBook.Holder(
                key: lease.call, caller: lease.callerDN, device: lease.device, place: lease.place,
                from: entry.time.monotonic, until: entry.time.monotonic + left, wallOffset: otherOffset(index),
                isRestored: true, endsAnyTime: true, isDoubtful: true), at: entry.time.monotonic)
    }

    private func otherOffset(_ index: Int) -> Duration {
        nodes.indices.contains(1 - index) ? nodes[1 - index].host.wallOffset : .zero
    }

    /// A node gives of its own share of a place first: every other number of the list.
    func judgeShare(_ record: CallRecord, _ elin: TelephoneNumber, _ list: [TelephoneNumber], _ index: Int, _ now: Now)
    {
        guard let place = list.firstIndex(of: elin), place % 2 != index else { return }
        let book = states[index].book
        if let holder = book.holder(of: elin), holder.device == record.device { return }
        for own in stride(from: index, to: list.count, by: 2) {
            let holder = book.holder(of: list[own])
            guard holder.map({ !$0.isUncertain && !$0.isAway && $0.latestEnd < now.monotonic - Self.margin }) ?? true
            else {
                continue
            }
            findings.add(
                .share,
                "\(nodes[index].name) gave \(elin) of the other's share to \(record.callerDN) while its own \(list[own]) was free",
                at: now)
            return
        }
    }
}
