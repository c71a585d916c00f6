import E911Values
import SIPCore
import Testing

/// RFC 6665 section 4.2.
@Suite struct NotifierSubscriptionTests {
    private let policy = NotifierPolicy(package: "reg", expires: 60...7200, defaultExpires: 3761)

    private func subscribe(
        cseq: Int = 1, toTag: String? = nil, contact: String = "<sip:w@192.0.2.10:5060>", _ more: String...
    ) throws -> SIPMessage {
        let lines =
            [
                "SUBSCRIBE sip:2001@example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK\(cseq)",
                "From: <sip:w@example.com>;tag=w", "To: <sip:2001@example.com>\(toTag.map { ";tag=\($0)" } ?? "")",
                "Call-ID: c", "CSeq: \(cseq) SUBSCRIBE", "Contact: \(contact)",
            ] + more + ["", ""]
        return try SIPMessage(parsing: Array(lines.joined(separator: "\r\n").utf8))
    }

    private func make(_ more: String = "Event: reg;id=7") throws -> NotifierSubscription {
        try #require(NotifierSubscription(subscribe: subscribe(more), localTag: "n", kind: .udp, now: at(0)))
    }

    private func notify(_ subscription: inout NotifierSubscription, at milliseconds: Int = 0) throws -> SIPMessage? {
        var request = subscription.nextNotify(contact: "<sip:n@h>", contentType: "a/b", now: at(milliseconds))
        request?.add(.via, "SIP/2.0/UDP h;branch=z9hG4bKx")
        return try request.map { try SIPMessage(parsing: $0.build()) }
    }

    @Test(arguments: [
        ("Event: reg", "Expires: 100", UInt32(100)), ("o: REG;id=1", "Expires: 0", 0), ("Event: reg", "X: y", 3761),
        ("Event: reg", "Expires: 60", 60), ("Event: reg", "Expires: 99999999", 7200),
    ])
    func whatIsAskedForIsGrantedWithinBounds(event: String, expires: String, seconds: UInt32) throws {
        guard case .granted(let granted) = policy.judge(try subscribe(event, expires)) else {
            Issue.record("refused")
            return
        }
        #expect(granted == seconds)
    }

    @Test(arguments: [
        ("Event: presence", "Expires: 100", 489, HeaderName.allowEvents, "reg"),
        ("X: y", "X: y", 489, .allowEvents, "reg"),
        ("Event: reg", "Expires: 59", 423, .minExpires, "60"),
    ])
    func whatIsRefusedHasItsHeader(
        event: String, expires: String, status: Int, header: HeaderName, value: String
    ) throws {
        guard case .refused(let response) = policy.judge(try subscribe(event, expires)) else {
            Issue.record("granted")
            return
        }
        #expect(response.status == status)
        #expect(response.headers.first(header)?.description == value)
    }

    @Test func oneNotifyAtATimeIsUnderWay() throws {
        var subscription = try make()
        subscription.extend(seconds: 100, now: at(0))
        subscription.tell([Array("one".utf8), Array("two".utf8)])
        let first = try #require(try notify(&subscription, at: 40_000))
        #expect(first.first(.event) == "reg;id=7")
        #expect(first.first(.subscriptionState) == "active;expires=60")
        #expect(first.first(.contentType) == "a/b" && first.body == "one")
        #expect(try first.cseq().number == 1 && first.requestURIText == "sip:w@192.0.2.10:5060")
        #expect(try notify(&subscription) == nil)
        #expect(subscription.answered(status: 100) == .waiting)
        #expect(subscription.answered(status: 200) == .delivered(octets: 3))
        #expect(try notify(&subscription)?.body == "two")
        #expect(subscription.answered(status: 202) == .delivered(octets: 3))
        #expect(try notify(&subscription) == nil && !subscription.isOver)
    }

    @Test func aStateThatIsOutOfDateIsNotSent() throws {
        var subscription = try make()
        subscription.tell([Array("old".utf8)])
        subscription.replaceWaiting(with: [Array("new".utf8)])
        #expect(try notify(&subscription)?.body == "new")
    }

    @Test func itEndsWithANotifyThatSaysWhy() throws {
        var subscription = try make()
        subscription.extend(seconds: 100, now: at(0))
        subscription.tell([Array("one".utf8)])
        subscription.end(reason: "noresource")
        let last = try #require(try notify(&subscription))
        #expect(last.first(.subscriptionState) == "terminated;reason=noresource" && last.body.isEmpty)
        #expect(!subscription.isOver)
        #expect(subscription.answered(status: 200) == .delivered(octets: 0))
        #expect(subscription.isOver)
    }

    /// RFC 6665 section 4.2.1.4: the state once more, and the end with it.
    @Test func aSubscribeOfNoTimeIsAnsweredWithTheStateAndTheEnd() throws {
        var subscription = try make()
        subscription.replaceWaiting(with: [Array("one".utf8), Array("two".utf8)])
        subscription.extend(seconds: 0, now: at(0))
        #expect(try notify(&subscription)?.first(.subscriptionState) == "active;expires=0")
        _ = subscription.answered(status: 200)
        #expect(try notify(&subscription)?.first(.subscriptionState) == "terminated;reason=timeout")
        var bare = try make()
        bare.extend(seconds: 0, now: at(0))
        #expect(try notify(&bare)?.first(.subscriptionState) == "terminated;reason=timeout")
    }

    @Test(arguments: [481, 404, 500, 408, nil]) func aNotifyThatFailsIsTheEnd(status: Int?) throws {
        var subscription = try make()
        subscription.tell([[]])
        _ = try notify(&subscription)
        #expect(subscription.answered(status: status) == .ended(status: status))
    }

    @Test func aRefreshMovesTheTargetAndAnOldOneDoesNot() throws {
        var subscription = try make()
        let refresh = try subscribe(cseq: 3, toTag: "n", contact: "<sip:w@192.0.2.11>", "Event: reg;id=7")
        #expect(subscription.contains(refresh) && subscription.takes(refresh))
        let old = try subscribe(cseq: 2, toTag: "n", contact: "<sip:w@192.0.2.12>", "Event: reg;id=7")
        #expect(subscription.contains(old) && !subscription.takes(old))
        #expect(subscription.dialog.remoteTarget == "sip:w@192.0.2.11")
        #expect(!subscription.contains(try subscribe(cseq: 4, toTag: "other")))
    }

    @Test func whatADialogNeedsMustBeThere() throws {
        let subscription = NotifierSubscription(
            subscribe: try subscribe("Subject: no event"), localTag: "n", kind: .udp, now: at(0))
        #expect(subscription == nil)
    }
}
