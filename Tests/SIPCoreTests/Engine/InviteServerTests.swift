import E911Values
import Testing

@testable import SIPCore

/// The redirect of an emergency call, and everything that can go wrong around it.
@Suite struct InviteServerTests {
    let contact = "<sip:7911@192.0.2.10:5060>"

    func ack(_ bench: EngineBench, branch: String = "z9hG4bKone", uri: String = "sip:911@192.0.2.20") throws -> String {
        let to = try #require(bench.last("SIP/2.0 302")?.header(.to))
        return requestText("ACK", uri: uri, branch: branch, to: to)
    }

    @Test func aRedirectIsRepeatedUntilItsAck() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        bench.run(to: 15)
        try bench.respond(302, contact: contact)
        bench.run(to: 4000)
        #expect(bench.times("SIP/2.0 302") == [15, 515, 1515, 3515])
        let sent = try #require(bench.last("SIP/2.0 302"))
        #expect(Set(bench.sent.map(\.text)).count == 1)
        #expect(sent.flow == .datagram(local: EngineBench.ours, remote: EngineBench.peer))
        #expect(sent.header(.contact) == contact)
        #expect(sent.header(.via) == "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKone")
        #expect(try #require(sent.message).to().tag == SIPText(try #require(bench.lastRequest).toTag))
        bench.receive(try ack(bench))
        bench.run(to: 60_000)
        #expect(bench.times("SIP/2.0 302").count == 4)
        #expect(bench.events.map(\.name) == ["request", "acknowledged"])
        #expect(bench.leftovers == 0)
        #expect(bench.engine.counters.retransmissions == 3)
    }

    @Test func withoutAnAckTheUserIsTold() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(302, contact: contact)
        bench.run(to: 31_999)
        #expect(bench.times("SIP/2.0 302").count == 11)
        #expect(bench.events.map(\.name) == ["request"])
        bench.run(to: 32_000)
        #expect(bench.events.map(\.name) == ["request", "unacknowledged"])
        #expect(bench.leftovers == 0)
        #expect(bench.engine.counters.unacknowledged == 1)
    }

    @Test func theInviteAgainGetsTheSameOctets() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        bench.receive(requestText("INVITE"))
        #expect(bench.events.count == 1 && bench.sent.isEmpty)
        try bench.respond(302, contact: contact)
        bench.receive(requestText("INVITE"))
        bench.receive(requestText("INVITE"))
        #expect(bench.sent.count == 3 && Set(bench.sent.map(\.text)).count == 1)
        #expect(bench.events.count == 1)
        bench.receive(try ack(bench))
        // Timer I: repetitions of INVITE and ACK are absorbed.
        bench.receive(requestText("INVITE"))
        bench.receive(try ack(bench))
        #expect(bench.sent.count == 3 && bench.events.count == 2)
        #expect(bench.engine.counters.repeatedRequests == 4)
    }

    @Test func theRequestIsForgottenBehindTheAnswerAndTheAnswerBehindTheAck() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        let id = try #require(bench.lastRequest).transaction
        try bench.respond(302, contact: contact)
        #expect(bench.engine.servers[id.slot]?.request == nil)
        #expect(bench.engine.servers[id.slot]?.response != nil)
        bench.receive(try ack(bench))
        #expect(bench.engine.servers[id.slot]?.response == nil)
    }

    /// A client that puts the Contact of the 302 into the Request-URI of its ACK is still understood, in any case.
    @Test func theAckIsFoundByBranchAndSentBy() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(302, contact: contact)
        bench.receive(try ack(bench, branch: "z9hG4bKother"))
        #expect(bench.events.last?.name == "strayAck")
        bench.receive(try ack(bench, branch: "Z9HG4BKONE", uri: "sip:7911@192.0.2.10:5060"))
        #expect(bench.events.last?.name == "acknowledged")
        #expect(bench.engine.counters.strayAcks == 1)
    }

    @Test func tryingIsSentOnlyWhenTheUserIsSlow() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE", headers: ["Timestamp: 12"]))
        bench.run(to: 199)
        #expect(bench.sent.isEmpty)
        bench.run(to: 200)
        #expect(bench.times("SIP/2.0 100") == [200])
        let trying = try #require(bench.last("SIP/2.0 100"))
        #expect(trying.header(.to) == "<sip:911@192.0.2.20>" && trying.header(.timestamp) == "12")
        bench.receive(requestText("INVITE"))
        #expect(bench.times("SIP/2.0 100") == [200, 200])
        try bench.respond(302, contact: contact)
        #expect(bench.times("SIP/2.0 302") == [200])
        bench.receive(try ack(bench))

        var quick = EngineBench()
        quick.receive(requestText("INVITE"))
        quick.run(to: 50)
        try quick.respond(302, contact: contact)
        quick.receive(try ack(quick))
        quick.run(to: 1000)
        #expect(quick.times("SIP/2.0 100") == [])
    }

    @Test func aCancelBeforeTheAnswerIsTold() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        let request = try #require(bench.lastRequest)
        // Its CSeq number does not matter (RFC 3261 section 9.2).
        bench.receive(requestText("CANCEL", cseq: "7 CANCEL"))
        #expect(bench.times("SIP/2.0 200") == [0])
        #expect(bench.events.last == .cancelled(request.transaction))
        #expect(try #require(bench.last("SIP/2.0 200")?.message).to().tag == SIPText(request.toTag))
        bench.receive(requestText("CANCEL", cseq: "7 CANCEL"))
        #expect(bench.times("SIP/2.0 200") == [0, 0] && bench.events.count == 2)
        try bench.respond(487)
        #expect(bench.times("SIP/2.0 487") == [0])
        bench.receive(requestText("ACK", to: try #require(bench.last("SIP/2.0 487")?.header(.to))))
        #expect(bench.events.last?.name == "acknowledged")
        bench.run(to: 40_000)
        #expect(bench.leftovers == 0)
    }

    @Test func aCancelBehindTheAnswerChangesNothing() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(302, contact: contact)
        bench.receive(requestText("CANCEL"))
        #expect(bench.times("SIP/2.0 200") == [0])
        #expect(bench.events.map(\.name) == ["request"])
    }

    @Test func aCancelOfNothingIs481() {
        var bench = EngineBench()
        bench.receive(requestText("CANCEL"))
        #expect(bench.times("SIP/2.0 481") == [0])
        #expect(bench.events.isEmpty)
        // Whoever can forge an address must not be able to make us keep anything.
        #expect(bench.leftovers == 0 && bench.engine.nextDeadline == nil)
        bench.receive(requestText("CANCEL"))
        #expect(bench.times("SIP/2.0 481") == [0, 0])
    }

    /// One answer to each copy, and nothing kept: a forged source is not sent more than it seems to have asked for.
    @Test func anUnknownToTagIs481WithoutATransaction() {
        var bench = EngineBench()
        let invite = requestText("INVITE", to: "<sip:911@192.0.2.20>;tag=x")
        bench.receive(invite)
        #expect(bench.times("SIP/2.0 481") == [0])
        #expect(bench.leftovers == 0)
        bench.run(to: 32_000)
        #expect(bench.times("SIP/2.0 481") == [0])
        bench.receive(invite)
        #expect(bench.times("SIP/2.0 481") == [0, 32_000])
        #expect(Set(bench.sent.map(\.text)).count == 1)
        bench.receive(requestText("ACK", to: "<sip:911@192.0.2.20>;tag=x"))
        bench.receive(requestText("BYE", branch: "z9hG4bKtwo", to: "<sip:911@192.0.2.20>;tag=x", cseq: "2 BYE"))
        #expect(bench.times("SIP/2.0 481").count == 3)
        #expect(bench.events.map(\.name) == ["strayAck"])
        #expect(bench.engine.counters.unknownDialogs == 3)
    }

    @Test func anUnknownToTagThatLosesTheFramingIs481ThenTheStreamIsClosed() {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(
            requestText("INVITE", to: "<sip:911@192.0.2.20>;tag=x").replacing("Content-Length: 0", with: "l: -1"),
            on: connection)
        #expect(bench.times("SIP/2.0 481") == [0] && bench.closed == [connection])
    }

    /// No loop, version, extension, type or size is a reason to refuse a caller in need.
    @Test(arguments: [
        "Require: precondition", "Require: 100rel", "Max-Forwards: 0", "Content-Type: what/ever",
        "Content-Encoding: gzip",
        "Proxy-Require: x", "Accept: text/plain", "Contact: ;;", "Subject",
        "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKone",
        "Authorization: Digest x", "Route: nonsense", "P-Asserted-Identity: <<<",
    ])
    func anInviteIsNeverJudged(header: String) throws {
        var bench = EngineBench { $0.policy = RequestPolicy(methods: [.options]) }
        bench.receive(
            requestText("INVITE", uri: "weird:911", headers: [header], body: "?").replacing(
                " SIP/2.0\r\n", with: " SIP/7.0\r\n"))
        #expect(bench.events.map(\.name) == ["request"])
        try bench.respond(302, contact: contact)
        #expect(bench.times("SIP/2.0 302") == [0])
    }

    @Test(arguments: [
        ("From: <sip:1001@192.0.2.10>;tag=f1", "From: <sip:1001"),
        ("To: <sip:911@192.0.2.20>", "To: <sip:911@192.0.2.20>\r\nTo: <sip:912@192.0.2.20>"),
        ("CSeq: 1 INVITE", "CSeq: 4294967296 INVITE"), ("Call-ID: call-1", "Call-ID: "),
        ("INVITE sip:911@192.0.2.20", "INVITE 911"), ("Call-ID: call-1\r\n", ""),
    ])
    func whatCannotBeReadIs400(replaced: String, by: String) {
        var bench = EngineBench()
        bench.receive(requestText("INVITE").replacing(replaced, with: by))
        #expect(bench.times("SIP/2.0 400") == [0])
        #expect(bench.events.map(\.name) == ["malformed"])
        #expect(bench.engine.counters.malformed.total == 1)
        #expect(bench.leftovers == 0)
    }

    @Test func withoutAReadableTopViaThereIsSilence() {
        var bench = EngineBench()
        bench.receive(requestText("INVITE", via: "SIP/2.0/UDP"))
        bench.receive(requestText("INVITE").replacing("Via: ", with: "Vya: "))
        #expect(bench.sent.isEmpty)
        #expect(bench.engine.counters.malformed.total == 2)
    }

    /// RFC 2543: no magic cookie. The ACK has the To tag of the response.
    @Test(arguments: ["1", "", "z9hG4bK"])
    func oldBranchesAreMatchedByEverythingElse(branch: String) throws {
        var bench = EngineBench()
        let via = "SIP/2.0/UDP 192.0.2.10:5060" + (branch.isEmpty ? "" : ";branch=\(branch)")
        bench.receive(requestText("INVITE", via: via))
        bench.receive(requestText("INVITE", via: via))
        bench.receive(requestText("INVITE", via: via, callID: "call-2"))
        bench.receive(requestText("INVITE", via: via, cseq: "2 INVITE"))
        #expect(bench.events.map(\.name) == ["request", "request", "request"])
        try bench.respond(302, contact: contact)
        let to = try #require(bench.last("SIP/2.0 302")?.header(.to))
        bench.receive(requestText("ACK", via: via, to: to, cseq: "2 ACK"))
        #expect(bench.events.last?.name == "acknowledged")
        bench.receive(requestText("CANCEL", via: via))
        #expect(bench.events.last?.name == "cancelled")
    }

    @Test(arguments: ["z9hG4bKack", "z9hG4bKone"])
    func aSuccessIsRepeatedUntilItsAckForAUserAgent(branch: String) throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(200, contact: contact, untilAcknowledged: true)
        bench.run(to: 2000)
        #expect(bench.times("SIP/2.0 200") == [0, 500, 1500])
        let to = try #require(bench.last("SIP/2.0 200")?.header(.to))
        bench.receive(requestText("ACK", branch: branch, to: to))
        #expect(bench.events.last?.name == "acknowledged")
        bench.run(to: 40_000)
        #expect(bench.times("SIP/2.0 200").count == 3)
        #expect(bench.events.count == 2 && bench.leftovers == 0)
    }

    /// A proxy's 2xx is repeated by the one that it came from; the ACK is for the proxy to forward.
    @Test func theAckOfASuccessThatTheUserRepeatsIsTheUsers() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(200, contact: contact)
        bench.run(to: 1000)
        try bench.respond(200, contact: contact)
        #expect(bench.times("SIP/2.0 200") == [0, 1000])
        let source = Endpoint(EngineBench.peer.address, 7777)
        bench.receive(requestText("ACK", to: try #require(bench.sent[0].header(.to))), from: source)
        guard case .strayAck(_, let from, _)? = bench.events.last else {
            Issue.record("no ACK")
            return
        }
        #expect(from == source)
        bench.run(to: 32_000)
        #expect(bench.leftovers == 0)
    }

    @Test func aSuccessNobodyAcknowledgesIsTold() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(200, contact: contact, untilAcknowledged: true)
        bench.run(to: 32_000)
        #expect(bench.events.last?.name == "unacknowledged")
        #expect(bench.leftovers == 0)
    }

    @Test func aSecondAnswerIsOurError() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        try bench.respond(302, contact: contact)
        try bench.respond(200)
        #expect(bench.sent.count == 1)
        #expect(bench.engine.counters.misuses == 1)
    }

    @Test func whatIsDiscardedLeavesNothing() throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE"))
        bench.perform(bench.engine.discard(try #require(bench.lastRequest).transaction))
        bench.run(to: 60_000)
        #expect(bench.sent.isEmpty && bench.leftovers == 0)
    }

    @Test func aThousandCallsLeaveNothing() throws {
        var bench = EngineBench()
        for number in 0..<1_000 {
            let branch = "z9hG4bK\(number)"
            bench.receive(requestText("INVITE", branch: branch, callID: "call-\(number)"))
            try bench.respond(302, contact: contact)
            if number % 3 != 0 { bench.receive(try ack(bench, branch: branch)) }
            bench.sent.removeAll()
            if number % 100 == 0 { bench.run(for: 10) }
        }
        #expect(bench.engine.counters.received["INVITE"] == 1_000)
        bench.run(for: 64 * 500)
        #expect(bench.leftovers == 0)
        #expect(bench.engine.timers.count == 0 && bench.engine.nextDeadline == nil)
    }
}
