import Alerting
import E911Values
import ELINEngine
import SIPCore

/// Calls of the other node of a pair, and calls that come to both.
extension E911Node {
    /// What of a place's ELINs this node gives first; `nil` for one that is alone.
    func share(_ now: Now) -> ELINShare? {
        guard let pair else { return nil }
        return ELINShare(
            position: pair.position,
            seesOther: pair.peer.isSeen(house: pair.house(now.monotonic), at: now.monotonic))
    }

    /// How long ago a call was, by the time that both nodes count by. The counters of a node that was alone tell no time: the clock of
    /// its machine does.
    private func age(of key: RecordKey, now: Now) -> Duration {
        let told = UInt64(max(0, key.time.milliseconds)) &* 1000
        guard max(told, key.counter) - min(told, key.counter) < Self.mostSkew else {
            return max(now.wall - key.time, .zero)
        }
        let house = pair?.house(now.monotonic) ?? 0
        return house > key.counter ? .microseconds(Int64(clamping: house - key.counter)) : .zero
    }

    /// Further apart, in microseconds, no clocks of a pair are.
    private static let mostSkew: UInt64 = 60_000_000

    /// Whether a record is one of this node's.
    func isOwn(_ key: RecordKey) -> Bool { key.node == configuration.node }

    // MARK: Calls of the other node

    /// A call that the other node decided, or what became of it.
    mutating func takeOver(_ record: CallRecord, now: Now) {
        guard pair != nil, !isOwn(record.key) else { return }
        live(.call(record))
        peerHistory.append(record)
        let age = age(of: record.key, now: now)
        pair?.peerCalls.add(record, age: age, now: now.monotonic)
        takeOverLease(of: record, age: age, now: now)
        unite(with: record, now: now)
    }

    private mutating func takeOverLease(of record: CallRecord, age: Duration, now: Now) {
        guard let lease = record.lease else {
            // It may have been known as one that was answered.
            if record.outcome == .abandoned || record.isGivenUp, let elin = record.elin {
                dropLease(of: record.key, elin, now: now)
            }
            return
        }
        // What was dropped for a call of this node does not come back.
        if record.outcome == .unconfirmed, let other = pair?.superseded[record.key].flatMap({ history[$0] }),
            other.elin != record.elin
        {
            return
        }
        let merge = elins.merge(
            StoredLease(lease), window: .seconds(Int64(record.leaseSeconds)), age: age, now: now)
        let before: Lease? =
            switch merge {
            case .older: nil
            case .taken(from: let lease), .over(from: let lease): lease
            }
        guard let before, isConflict(record, before) else { return }
        note(
            .alarm, "elin.conflict", "Both nodes of the pair gave one ELIN; the later caller is called back",
            [
                .init("elin", "\(lease.elin)"), .init("from", before.callerDN, personal: true),
                .init("to", record.callerDN, personal: true),
            ])
        audit(
            AuditNote(
                who: "e911d", action: "elin conflict",
                detail:
                    "\(lease.elin) was given to \(before.callerDN) by \(configuration.node) and to \(record.callerDN) by "
                    + "\(record.key.node), which did not see each other; \(record.callerDN) is called back"), now: now)
    }

    /// A call that another one stands for was never acknowledged: nobody was told of its ELIN, if that is not the other's too.
    mutating func dropLeaseIfGivenUp(_ key: RecordKey, now: Now) {
        guard let record = history[key] ?? peerHistory[key], let elin = record.elin, record.outcome == .unconfirmed,
            let other = pair?.superseded[key], elin != (history[other] ?? peerHistory[other])?.elin
        else { return }
        dropLease(of: key, elin, now: now)
    }

    /// An ELIN is as if a call had never been: whoever was given it before is behind it again.
    private mutating func dropLease(of key: RecordKey, _ elin: TelephoneNumber, now: Now) {
        guard elins.drop(key, of: elin, now: now) else { return }
        let others = [history.latest(elin, besides: key), peerHistory.latest(elin, besides: key)].compactMap(\.self)
        guard let other = others.max(by: { $0.key.wasMadeBefore($1.key) }), let lease = other.lease else { return }
        _ = elins.merge(
            StoredLease(lease), window: .seconds(Int64(other.leaseSeconds)), age: age(of: other.key, now: now), now: now
        )
    }

    /// Both nodes gave one ELIN, and the later call does not say that it displaced the earlier one.
    private func isConflict(_ record: CallRecord, _ before: Lease) -> Bool {
        isOwn(before.call) && before.device.rawValue != record.device && record.displacedDN != before.callerDN
            && !record.flags.contains(.defaultELIN) && record.supersedes != before.call
    }

    /// Calls of the store are this node's and the other's.
    mutating func restoreCalls(_ calls: [CallRecord], now: Now) {
        guard pair != nil else { return history.restore(calls) }
        // A journal tells of a call as it was answered; the store, which may be read later, knows what became of it.
        for call in calls where call.outcome != .answered {
            _ = history.update(call.key) { if $0.outcome == .answered { $0.outcome = call.outcome } }
        }
        history.restore(calls.filter { isOwn($0.key) })
        peerHistory.restore(calls.filter { !isOwn($0.key) })
        for call in calls {
            let age = age(of: call.key, now: now)
            if isOwn(call.key) {
                pair?.ownCalls.add(call, age: age, now: now.monotonic)
            } else {
                pair?.peerCalls.add(call, age: age, now: now.monotonic)
            }
        }
    }

    /// The leases that a start takes back. A row of the store stays when another call has come to stand for its own, and of two
    /// rows of one ELIN the store has one; the calls tell more. Which time they have left is counted as the other node does, not
    /// by the clock of either machine.
    func leasesOfPair(_ leases: [LeaseRecord], of calls: [CallRecord], now: Now) -> [LeaseRecord] {
        let ended = Set(calls.filter { $0.outcome == .abandoned || $0.isGivenUp }.map(\.key))
        return (leases + calls.compactMap(\.lease)).filter { !ended.contains($0.call) }.map { lease in
            var lease = lease
            let window = max(lease.expiresAt - lease.takenAt, .zero)
            lease.expiresAt = now.wall + max(window - age(of: lease.call, now: now), .zero)
            return lease
        }
    }

    /// A start finds calls that both nodes decided as a node does that runs: no row tells of them again.
    ///
    /// - Parameter recovered: those that only this node's journal had.
    mutating func uniteRestored(_ calls: [CallRecord], _ recovered: [CallRecord], now: Now) {
        guard pair != nil else { return }
        for call in recovered {
            let age = age(of: call.key, now: now)
            pair?.ownCalls.add(call, age: age, now: now.monotonic)
        }
        for call in calls where !isOwn(call.key) && age(of: call.key, now: now) < RecentCalls.window {
            unite(with: call, now: now)
        }
    }

    /// The newest calls of both nodes first, those that were made before `before`.
    func calls(before: RecordKey?, limit: Int) -> (calls: [CallRecord], more: Bool) {
        let own = history.page(before: before, limit: limit)
        guard peerHistory.count > 0 else { return own }
        let other = peerHistory.page(before: before, limit: limit)
        let all = (own.calls + other.calls).sorted { $1.key < $0.key }
        return (Array(all.prefix(limit)), own.more || other.more || all.count > limit)
    }

    // MARK: One call at both nodes

    /// The call of the other node that this INVITE goes on with: the SIP Server tried the other one first, and tries again here.
    func continued(_ call: IncomingCall, callServer: String, now: Now) -> CallRecord? {
        guard let pair else { return nil }
        let dn = call.caller?.dn ?? ""
        let same = pair.peerCalls.call(callID: call.callID, fromTag: call.fromTag).map { [($0, true)] } ?? []
        let others = pair.peerCalls.calls(callServer: callServer, callerDN: dn, dialled: call.dialled)
        for (key, isSameDialog) in same + others.map({ ($0, false) }) {
            guard let record = peerHistory[key], age(of: key, now: now) < CallBook.sameCallWindow,
                record.outcome != .abandoned, record.outcome != .refused,
                isSameDialog || record.outcome != .acknowledged
            else { continue }
            return record
        }
        return nil
    }

    /// A call that both nodes decided since they did not see each other is one: the one that the SIP Server went on with. Its
    /// node says so in its record.
    private mutating func unite(with record: CallRecord, now: Now) {
        // One that was cancelled stands for no other.
        guard record.outcome != .abandoned, record.outcome != .refused else { return }
        let standing = pair?.superseded[record.key].flatMap { history[$0] }
        let known = record.supersedes.flatMap { history[$0] } ?? standing
        // One that another call stands for already has found its own: whoever called again made another call.
        let same = standing == nil ? sameCall(as: record, besides: known?.key) : nil
        if known == nil, same == nil, let superseded = record.supersedes {
            supersede(superseded, by: record.key, now: now)
        }
        if let known { unite(known, with: record, now: now) }
        // A third answer may have been given without knowing of the second one.
        if let same { unite(same, with: record, now: now) }
    }

    private mutating func unite(_ own: CallRecord, with record: CallRecord, now: Now) {
        // An ACK says with which one; of two that were or were not acknowledged it is the later one. So an ACK that is late can
        // turn it over once, and both nodes come to the same.
        let isOwn =
            (own.outcome == .acknowledged) == (record.outcome == .acknowledged)
            ? record.key.wasMadeBefore(own.key) : own.outcome == .acknowledged
        change(own.key, now: now) {
            if isOwn {
                $0.supersedes = record.key
                $0.flags.remove(.answeredByPeer)
            } else {
                if $0.supersedes == record.key { $0.supersedes = nil }
                $0.flags.insert(.answeredByPeer)
            }
        }
        supersede(isOwn ? record.key : own.key, by: isOwn ? own.key : record.key, now: now)
    }

    /// An ACK has come for a call that another one was to stand for.
    mutating func uniteAgain(_ key: RecordKey, now: Now) {
        guard let other = pair?.superseded[key], let record = peerHistory[other] else { return }
        unite(with: record, now: now)
    }

    /// The call of this node that is the same as one of the other node.
    private func sameCall(as record: CallRecord, besides known: RecordKey?) -> CallRecord? {
        guard let pair, record.kind != .callback, record.outcome != .abandoned, record.outcome != .refused else {
            return nil
        }
        if let key = pair.ownCalls.call(callID: record.callID, fromTag: record.fromTag), let own = history[key],
            key != known
        {
            return own.outcome == .abandoned || own.outcome == .refused ? nil : own
        }
        func distance(_ own: CallRecord) -> UInt64 {
            max(own.key.counter, record.key.counter) - min(own.key.counter, record.key.counter)
        }
        // The caller may have called again meanwhile: of several the nearest one.
        return pair.ownCalls.calls(
            callServer: record.callServer, callerDN: record.callerDN, dialled: record.dialled
        ).compactMap { history[$0] }.filter { own in
            guard own.key != known, own.outcome != .abandoned, own.outcome != .refused,
                distance(own) < Self.sameCallCounters
            else {
                return false
            }
            // Whoever calls again behind an answer that was acknowledged makes another call; and whether it was is known only
            // when no ACK can come any more. Which of two at nearly the same time was the earlier one no clock tells.
            return (record.key.wasMadeBefore(own.key) ? record : own).outcome == .unconfirmed
                || distance(own) < Self.clockError && (record.outcome == .unconfirmed || own.outcome == .unconfirmed)
        }.min { distance($0) < distance($1) }
    }

    /// What the counters of two nodes may be apart at one moment, in microseconds.
    private static let clockError: UInt64 = 2_000_000

    /// 64*T1 in microseconds, which counters of a pair count in.
    private static let sameCallCounters: UInt64 = 32_000_000

    /// A call is told of no more: another record stands for it. When no ACK can come for it any more, its caller was never
    /// given its ELIN, and that is free again.
    private mutating func supersede(_ key: RecordKey, by other: RecordKey, now: Now) {
        pair?.supersede(key, by: other)
        dropLeaseIfGivenUp(key, now: now)
        handle(desk.unite(key, into: other, now: now), now: now)
    }
}
