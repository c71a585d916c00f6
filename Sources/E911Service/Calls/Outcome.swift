import Alerting
import E911Values
import ELINEngine
import SIPCore

/// What happens to a call after it was decided.
extension E911Node {
    /// The journal has the record, or says that it cannot have it: either way the answer leaves.
    mutating func journaled(_ token: JournalToken, failure: String?, now: Now) {
        if let failure {
            note(.alarm, "journal.failed", "The journal could not be written", [.init("reason", failure)])
        }
        guard let call = pending.remove(token) else { return }
        release(call, recorded: failure == nil, now: now)
    }

    /// Lets those answers go whose deadline has come: no disk delays an emergency call.
    mutating func answerOverdue(now: Now) {
        while let call = pending.overdue(now.monotonic) {
            release(call, recorded: false, now: now)
        }
    }

    private mutating func release(_ call: PendingAnswers.Pending, recorded: Bool, now: Now) {
        // The answer is handed to the transport before anything else is done with the call (invariant 2).
        for request in call.waiting { answer(request, call.answer, of: call.record.key, now: now) }
        var record = call.record
        if !recorded {
            counters.unrecorded += 1
            record.flags.insert(.unrecorded)
            note(.alarm, "call.unrecorded", "A call was answered before the journal had it")
        }
        settle(record, journal: call.token, now: now)
    }

    /// Hands a call that was answered (or abandoned) to the store, and tells people.
    private mutating func settle(_ record: CallRecord, journal: JournalToken, now: Now) {
        history.append(record)
        live(.call(record))
        persistence.put(record, journal: journal)
        if let lease = record.lease { persistence.put(lease) }
        note(
            .notice, record.outcome == .abandoned ? "call.abandoned" : "call.answered",
            record.outcome == .abandoned ? "A call was cancelled before its answer" : "A call was answered",
            [
                .init("call", record.key), .init("kind", record.kind.name),
                .init("call-server", record.callServer), .init("status", Int(record.status)),
                .init("location", record.location), .init("rule", record.rule),
                .init("elin", record.elin), .init("contact", record.contact),
                .init("caller", record.callerDN, personal: true),
            ])
        tell(record, now: now)
    }

    /// Raises the alert of a call that people are told of.
    mutating func tell(_ record: CallRecord, now: Now) {
        guard record.kind != .callback, record.outcome != .refused else { return }
        guard let site else {
            untold.append(record)
            return
        }
        // It is one call with that of the other node, of which people were told.
        let seesOther = share(now)?.seesOther ?? true
        if let first = record.supersedes, seesOther, let effects = desk.attach(record.key, to: first, now: now) {
            handle(effects, now: now)
            return
        }
        let alert = site.alert(for: record, zoneOffsetMinutes: zoneOffsetMinutes)
        // An alert that the other node works is joined only where that node learns of it.
        handle(desk.submit(alert, seesOther: seesOther, now: now), now: now)
    }

    mutating func handle(_ effects: [AlertEffect], now: Now) {
        for effect in effects {
            switch effect {
            case .deliver(let delivery), .mirror(let delivery): out.append(.other(.deliver(delivery)))
            case .record(let record):
                live(.alert(record))
                persistence.put(OutboxRow(record))
            case .event(let event): note(event)
            }
        }
    }

    // MARK: The INVITE transaction

    mutating func acknowledged(_ transaction: ServerTransactionID, now: Now) {
        guard let key = open.remove(transaction) else { return }
        book.acknowledge(key, at: now.monotonic)
        change(key, now: now) { if $0.outcome == .answered { $0.outcome = .acknowledged } }
        uniteAgain(key, now: now)
    }

    mutating func unacknowledged(_ transaction: ServerTransactionID, now: Now) {
        guard let key = open.remove(transaction) else { return }
        // The SIP Server went on with it at the other node, and needs no answer of this one.
        if history[key]?.flags.contains(.answeredByPeer) == true {
            change(key, now: now) { if $0.outcome == .answered { $0.outcome = .unconfirmed } }
            dropLeaseIfGivenUp(key, now: now)
            return
        }
        counters.unconfirmed += 1
        note(
            .alarm, "call.unconfirmed", "No ACK came for the answer to a call; the call stands",
            [.init("call", key)])
        change(key, now: now) { if $0.outcome == .answered { $0.outcome = .unconfirmed } }
        handle(desk.mark(key, .unconfirmed, now: now), now: now)
    }

    /// A CANCEL came before the final response; the engine has answered it.
    mutating func cancelled(_ transaction: ServerTransactionID, now: Now) {
        guard let cancelled = pending.cancel(transaction) else { return }
        let terminated = CallAnswer(status: 487, headers: [])
        respond(cancelled.request, terminated, now: now)
        guard let call = cancelled.call else { return }
        counters.cancelled += 1
        // The caller was never given the ELIN: it stands for whom it stood before.
        if let assignment = call.assignment { elins.withdraw(assignment, now: now) }
        book.cancel(call.record.key, terminated)
        var record = call.record
        record.outcome = .abandoned
        record.status = 487
        record.leaseSeconds = 0
        // The journal has the call as one that was answered; a later record of the same key replaces it.
        let token = persistence.nextJournalToken()
        out.append(.other(.journal(record, token)))
        settle(record, journal: token, now: now)
    }

    /// Changes the record of a call, in memory and in the store, if that makes a difference.
    mutating func change(_ key: RecordKey, now: Now, _ change: (inout CallRecord) -> Void) {
        guard let before = history[key], let after = history.update(key, change), after != before else { return }
        live(.call(after))
        // One that waits for the journal is given to the store when it has left, with its lease and its alert.
        if pending.update(key, change) { return }
        persistence.put(after)
    }
}

extension CallRecord {
    /// The other node's record stands for it, and no ACK came for this one's answer: its caller is not behind its ELIN.
    var isGivenUp: Bool { flags.contains(.answeredByPeer) && outcome == .unconfirmed }

    /// The lease that follows from the call.
    var lease: LeaseRecord? {
        guard let elin, leaseSeconds > 0, outcome != .abandoned, !isGivenUp else { return nil }
        return LeaseRecord(
            elin: elin, call: key, callServer: callServer, device: device, callerDN: callerDN, place: elinLocation,
            takenAt: key.time, expiresAt: key.time + .seconds(Int64(leaseSeconds)))
    }
}
