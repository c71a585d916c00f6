import Alerting
import E911Values
import SIPCore

/// Messages that try a way to somebody, and who asked.
struct TestSends {
    struct Sent {
        var token: QueryToken
        var by: String
        var recipient: String
        var channel: AlertChannelKind
        var address: String
        /// Its answer is not waited for any longer.
        var until: MonotonicTime
    }

    /// So many may be under way.
    static let limit = 8

    /// In the order in which they were sent.
    private(set) var sent: [(id: DeliveryID, what: Sent)] = []

    var nextDeadline: MonotonicTime? { sent.first?.what.until }

    mutating func add(_ what: Sent, _ id: DeliveryID) { sent.append((id, what)) }

    mutating func remove(_ id: DeliveryID) -> Sent? {
        guard let index = sent.firstIndex(where: { $0.id == id }) else { return nil }
        return sent.remove(at: index).what
    }

    mutating func next() -> Sent? { sent.isEmpty ? nil : sent.removeFirst().what }

    mutating func overdue(_ now: MonotonicTime) -> Sent? {
        guard let first = sent.first, first.what.until <= now else { return nil }
        return sent.removeFirst().what
    }
}

extension E911Node {
    /// Sends somebody a message that is plainly a test. Nobody else is told and no alert is opened.
    mutating func testSend(
        to name: String, by channel: AlertChannelKind, who: String, token: QueryToken, now: Now
    ) {
        guard isReady, !isShuttingDown, let site else {
            return refuse(token, isShuttingDown ? "the node is shutting down" : "the node has no site yet")
        }
        guard let recipient = site.configuration.recipients.first(where: { $0.name == name }) else {
            return refuse(token, "there is no recipient '\(name)'")
        }
        if recipient.members != nil { return refuse(token, "'\(name)' is a group; name one of its members") }
        guard let address = Recipient(recipient).address(on: channel) else {
            return refuse(token, "recipient '\(name)' has no address for \(channel.rawValue)")
        }
        guard configuration.channels.contains(channel) else {
            return refuse(token, "this daemon has no way out by \(channel.rawValue)")
        }
        guard testSends.sent.count < TestSends.limit else {
            return refuse(token, "other test messages are under way; try again")
        }
        let id = DeliveryID(alert: nextKey(now), number: 1)
        testSends.add(
            .init(
                token: token, by: who, recipient: name, channel: channel, address: address,
                until: now.monotonic + AlertPolicy().attemptTimeout), id)
        audit(
            AuditNote(who: who, action: "test-send", detail: "\(name) by \(channel.rawValue) to \(address)"), now: now)
        let message = OutboxRecord(alert: site.sampleAlert(id.alert, zoneOffsetMinutes: zoneOffsetMinutes))
            .message(on: channel, reason: .test, texts: site.alertTexts)
        let delivery = Delivery(
            id: id, channel: channel, recipient: name, address: address, reason: .test, attempt: 1, message: message)
        out.append(.other(.deliver(delivery)))
    }

    private mutating func refuse(_ token: QueryToken, _ reason: String) {
        out.append(.other(.answer(.refused([reason]), token)))
    }

    /// What came of a message that tried a way; `false` if it was none.
    mutating func testSent(_ id: DeliveryID, _ result: DeliveryResult, now: Now) -> Bool {
        guard let sent = testSends.remove(id) else { return false }
        conclude(sent, result, now: now)
        return true
    }

    /// Those whose channel does not answer have failed.
    mutating func endOverdueTestSends(now: Now) {
        while let sent = testSends.overdue(now.monotonic) {
            conclude(sent, .temporary(reason: "the channel did not answer"), now: now)
        }
    }

    /// Nobody waits for their channels any longer.
    mutating func refuseTestSends() {
        while let sent = testSends.next() {
            out.append(.other(.answer(.refused(["the node is shutting down"]), sent.token)))
        }
    }

    private mutating func conclude(_ sent: TestSends.Sent, _ result: DeliveryResult, now: Now) {
        handle(desk.observe(result, on: sent.channel, now: now), now: now)
        let outcome: TestSendResult
        switch result {
        case .delivered(let answer): outcome = .init(isDelivered: true, answer: answer, address: sent.address)
        case .temporary(let reason), .permanent(let reason):
            outcome = .init(isDelivered: false, answer: reason, address: sent.address)
        }
        let word = outcome.isDelivered ? "delivered" : "failed"
        audit(
            AuditNote(
                who: sent.by, action: "test-send.\(word)",
                detail: "\(sent.recipient) by \(sent.channel.rawValue): \(outcome.answer.prefix(200))"),
            now: now)
        out.append(.other(.answer(.testSent(outcome), sent.token)))
    }

}

extension SiteModel {
    /// An alert of no call, for a message that tries a way.
    fileprivate func sampleAlert(_ key: RecordKey, zoneOffsetMinutes: Int) -> Alert {
        var alert = Alert(key: key, flags: .test)
        alert.callerName = "nobody, this is a test"
        alert.placeText = "no place, this is a test of how alerts reach you"
        alert.psapText = alert.placeText
        alert.rule = "none"
        alert.zoneOffsetMinutes = zoneOffsetMinutes
        alert.zoneName = configuration.timeZone
        return alert
    }
}
