import Alerting
import E911Values
import SIPCore

/// Alerts of two nodes: who works one, and that each call is told of once.
extension E911Node {
    /// What the other node has written of an alert.
    mutating func takeOver(_ row: OutboxRow, now: Now) {
        guard let record = OutboxRecord(encoded: row.payload.span) else { return }
        handle(desk.merge(record, now: now), now: now)
        // One that is over here is told of as the other node has it, if that knows it too.
        if let told = desk[record.key] ?? (record.isSettled ? record : nil) { live(.alert(told)) }
        // The call may have been known as another one's before the alert was.
        uniteAlerts(of: record.key, now: now)
    }

    /// A call and the one that stands for it are told of once.
    mutating func uniteAlerts(of key: RecordKey, now: Now) {
        if let other = pair?.superseded[key] { handle(desk.unite(key, into: other, now: now), now: now) }
        if let before = (history[key] ?? peerHistory[key])?.supersedes {
            handle(desk.unite(before, into: key, now: now), now: now)
        }
    }

    /// Does what the other node owes, if it has gone, a slice a turn.
    mutating func takeOverAlerts(now: Now) {
        guard pair != nil else { return }
        releaseClaims(now: now)
        pair?.isTakingOver = false
        guard desk.watchedCount > 0, pair?.peer.isGone(at: now.monotonic) == true else { return }
        let mark = persistence.counter + 1000
        let effects = desk.takeOver(mark: mark)
        // What it looked at may have been of others that are over.
        pair?.isTakingOver = desk.hasMoreToTakeOver
        if !effects.isEmpty {
            handle(effects, now: now)
            persistence.follow(mark)
            pair?.takenOver += effects.count
        }
        guard let count = pair?.takenOver, count > 0, !desk.hasMoreToTakeOver else { return }
        pair?.takenOver = 0
        let hasEnded = pair?.peer.row?.state == .stopped
        note(
            hasEnded ? .notice : .alarm, "pair.takeover",
            "Alerts of the other node are taken over, since it \(hasEnded ? "has ended" : "is silent")",
            [.init("alerts", "\(count)")])
    }

    /// What was claimed is worked when the store has the claims: the other node can read them first.
    mutating func releaseClaims(now: Now) {
        guard let released = pair?.releasedThrough, persistence.storedOutboxCounter > released else { return }
        pair?.releasedThrough = persistence.storedOutboxCounter
        handle(desk.release(claimsThrough: persistence.storedOutboxCounter, now: now), now: now)
    }

    /// A node that has slept, or that starts, does not know what the other one has sent meanwhile: messages wait for that, but
    /// not long. Calls are answered.
    mutating func holdAlerts(now: Now) {
        guard pair != nil else { return }
        let last = pair?.lastToken
        pair?.heldSince = last
        pair?.hasReadAll = false
        desk.hold(until: now.monotonic + (pair?.limits.hold ?? .zero))
        for index in pair?.readers.indices ?? 0..<0 { pair?.readers[index].changed() }
    }

    /// Turns come with each heartbeat at least; one that is late by this much is none of a node that was awake. It is noticed
    /// before anything else is done, since whatever comes first may let a message leave.
    mutating func noticeSleep(now: Now) {
        fenceLead(now: now)
        if isReady, pair?.beginsHeld == true {
            pair?.beginsHeld = false
            holdAlerts(now: now)
        }
        guard let due = pair?.nextHeartbeat, due.nanoseconds > .min, isReady, pair?.hasEnded == false,
            now.monotonic - due > (pair?.limits.hold ?? .zero)
        else { return }
        note(
            .alarm, "pair.slept", "This node has stood still; messages wait until it knows what the other one has done",
            [.init("seconds", "\((now.monotonic - due).components.seconds)")])
        pair?.nextHeartbeat = now.monotonic
        holdAlerts(now: now)
    }

    /// What the other node had written when the messages began to wait has been taken over.
    mutating func endHold() {
        guard pair?.heldSince != nil, pair?.hasReadAll == true, pair?.incoming.isEmpty == true else { return }
        pair?.heldSince = nil
        desk.hold(until: nil)
    }
}
