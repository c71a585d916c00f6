import E911Values
import Testing

@testable import SIPCore

/// Where responses go, and what streams may do.
@Suite struct TransportTests {
    let contact = "<sip:7911@192.0.2.10:5060>"

    @Test(arguments: [
        // With rport: to the port that it came from; both are noted.
        (
            "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa;rport", 6000, "192.0.2.10:6000",
            ";received=192.0.2.10;rport=6000"
        ),
        // Without: to the port of the Via.
        ("SIP/2.0/UDP 192.0.2.10:5070;branch=z9hG4bKa", 6000, "192.0.2.10:5070", ""),
        ("SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKa", 6000, "192.0.2.10:5060", ""),
        // Another address in the Via than the real one.
        ("SIP/2.0/UDP 10.1.1.1:5070;branch=z9hG4bKa", 6000, "192.0.2.10:5070", ";received=192.0.2.10"),
        ("SIP/2.0/UDP phone.example;branch=z9hG4bKa;received=1.2.3.4", 6000, "192.0.2.10:5060", ";received=192.0.2.10"),
        // The Via speaks of another transport, and of another receiver.
        ("SIP/2.0/TCP 192.0.2.10:5070;branch=z9hG4bKa;maddr=203.0.113.1", 6000, "192.0.2.10:5070", ""),
    ])
    func aDatagramIsAnswered(via: String, port: UInt16, to: String, added: String) throws {
        var bench = EngineBench()
        bench.receive(requestText("INVITE", via: via), from: Endpoint(EngineBench.peer.address, port))
        try bench.respond(302, contact: contact)
        let sent = try #require(bench.last("SIP/2.0 302"))
        #expect(sent.flow == .datagram(local: EngineBench.ours, remote: try #require(Endpoint(to))))
        let stamped = try #require(sent.header(.via))
        #expect(added.isEmpty ? stamped == via : stamped.hasSuffix("\(added);branch=z9hG4bKa"))
    }

    @Test func onlyTheTopViaIsStamped() throws {
        var bench = EngineBench()
        bench.receive(
            requestText(
                "INVITE", via: "SIP/2.0/UDP proxy.example;branch=z9hG4bKa;rport, SIP/2.0/UDP phone.example;rport"))
        try bench.respond(302, contact: contact)
        #expect(
            bench.sent[0].header(.via)
                == "SIP/2.0/UDP proxy.example;received=192.0.2.10;rport=5060;branch=z9hG4bKa, "
                + "SIP/2.0/UDP phone.example;rport")
    }

    @Test func aStreamIsAnsweredOnItsConnectionAndNothingIsRepeated() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(requestText("INVITE"), on: connection)
        try bench.respond(302, contact: contact)
        bench.run(to: 31_999)
        #expect(bench.sent.map(\.flow) == [.stream(connection)])
        // The ACK comes by another connection.
        let other = bench.accept(4)
        bench.receive(requestText("ACK", to: try #require(bench.sent[0].header(.to))), on: other)
        #expect(bench.events.last?.name == "acknowledged")
        #expect(bench.leftovers == 0)
    }

    @Test func anAnswerWhoseConnectionIsGoneGetsANewOne() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(requestText("INVITE", via: "SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bKa"), on: connection)
        bench.flow(.closed(connection, reason: "reset"))
        try bench.respond(302, contact: contact)
        #expect(bench.sent.isEmpty)
        // To the real address, and the port of the Via, not the port that the connection came from.
        #expect(bench.opened.map(\.hop.endpoint) == [Endpoint(EngineBench.peer.address, 5070)])
        bench.flow(.opened(bench.opened[0].id, local: Endpoint(EngineBench.ours.address, 33_333)))
        #expect(bench.times("SIP/2.0 302") == [0])
        bench.receive(
            requestText("ACK", via: "SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bKa", to: bench.sent[0].header(.to) ?? ""),
            on: bench.opened[0].id)
        #expect(bench.events.last?.name == "acknowledged")
    }

    @Test func anAnswerThatCannotBeSentIsTold() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(requestText("INVITE"), on: connection)
        bench.flow(.closed(connection, reason: "reset"))
        try bench.respond(302, contact: contact)
        bench.flow(.openFailed(bench.opened[0].id, reason: "refused"))
        #expect(bench.events.last?.name == "transportFailed")
        #expect(bench.leftovers == 0)
    }

    @Test func aRepeatedRequestByAnotherConnectionIsAnsweredThere() throws {
        var bench = EngineBench()
        let first = bench.accept(2)
        bench.receive(requestText("INVITE"), on: first)
        try bench.respond(302, contact: contact)
        let second = bench.accept(4)
        bench.receive(requestText("INVITE"), on: second)
        #expect(bench.sent.map(\.flow) == [.stream(first), .stream(second)])
        #expect(bench.events.count == 1)
    }

    @Test func severalMessagesInOnePieceAndOneInMany() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        let both = requestText("OPTIONS", branch: "z9hG4bKa") + requestText("OPTIONS", branch: "z9hG4bKb")
        bench.receive("\r\n" + both, on: connection)
        #expect(bench.events.count == 2)
        for piece in requestText("OPTIONS", branch: "z9hG4bKc").unicodeScalars {
            bench.receive(String(piece), on: connection)
        }
        #expect(bench.events.count == 3)
    }

    @Test func aPingIsAnsweredAPong() {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive("\r\n", on: connection)
        #expect(bench.sent.isEmpty)
        bench.receive("\r\n\r\n\r\n", on: connection)
        #expect(bench.sent.map(\.text) == ["\r\n", "\r\n"])
        #expect(bench.engine.counters.keepAlives == 2 && bench.events.isEmpty)
    }

    @Test(arguments: ["", "\r\n\r\n", "\r\n\0", "\0\0\0\0", "hello", "0", "\u{80}\u{ff}"])
    func datagramsThatAreNoMessageAreIgnored(text: String) {
        var bench = EngineBench()
        bench.receive(text)
        #expect(bench.sent.isEmpty && bench.events.isEmpty)
    }

    @Test func anInviteThatLosesTheFramingIsAnsweredThenTheStreamIsClosed() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(
            requestText("INVITE").replacing("Content-Length: 0", with: "Content-Length: -1"), on: connection)
        #expect(bench.events.map(\.name) == ["request", "malformed"] && bench.closed.isEmpty)
        bench.receive(requestText("OPTIONS"), on: connection)
        #expect(bench.events.count == 2)
        bench.run(to: 200)
        #expect(bench.times("SIP/2.0 100") == [200] && bench.closed.isEmpty)
        try bench.respond(302, contact: contact)
        #expect(bench.times("SIP/2.0 302") == [200])
        #expect(bench.closed == [connection])
    }

    @Test func anInviteWithTooManyOctetsOfHeadersIsAnsweredThenTheStreamIsClosed() throws {
        var bench = EngineBench()
        let connection = bench.accept(2)
        let large = (0..<20).map { "X-Large-\($0): " + String(repeating: "x", count: 4000) }
        bench.receive(requestText("INVITE", headers: large), on: connection)
        #expect(bench.events.map(\.name) == ["request", "malformed"] && bench.closed.isEmpty)
        try bench.respond(302, contact: contact)
        #expect(bench.times("SIP/2.0 302") == [0])
        #expect(bench.closed == [connection])
    }

    /// Never 413 or the like: what is wrong with it for us is that it cannot be read.
    @Test func anUnreadableInviteThatLosesTheFramingIs400() {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(
            requestText("INVITE").replacing("Content-Length: 0", with: "Content-Length: 99999999")
                .replacing("Call-ID: call-1\r\n", with: ""), on: connection)
        #expect(bench.sent.map(\.firstLine) == ["SIP/2.0 400 header-missing (Call-ID): missing"])
        #expect(bench.closed == [connection])
    }

    @Test func aResponseWithAnImpossibleStatusIsDroppedAndTheStreamStays() {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive("SIP/2.0 700 Never\r\nCall-ID: x\r\nContent-Length: 0\r\n\r\n", on: connection)
        bench.receive(requestText("OPTIONS"), on: connection)
        #expect(bench.closed.isEmpty && bench.events.map(\.name) == ["malformed", "request"])
        #expect(bench.engine.counters.malformed["status-code"] == 1)
    }

    @Test func anotherRequestThatLosesTheFramingIsRefusedAndTheStreamClosed() {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive(
            requestText("OPTIONS").replacing("Content-Length: 0", with: "Content-Length: x"), on: connection)
        #expect(bench.times("SIP/2.0 400") == [0] && bench.closed == [connection])
        #expect(bench.events.map(\.name) == ["malformed"])
        #expect(bench.engine.connections.isEmpty)
    }

    @Test func junkOnAStreamClosesIt() {
        var bench = EngineBench()
        let connection = bench.accept(2)
        bench.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n", on: connection)
        #expect(bench.sent.isEmpty && bench.closed == [connection])
        bench.receive("more", on: connection)
        bench.flow(.closed(connection, reason: "by us"))
        #expect(bench.engine.connections.isEmpty)
    }

    @Test func aDeclaredLengthBeyondTheDatagramIsNoReasonToRefuseAnInvite() {
        var bench = EngineBench { $0.policy = RequestPolicy(methods: [.options]) }
        bench.receive(requestText("INVITE").replacing("Content-Length: 0", with: "Content-Length: 999"))
        #expect(bench.events.map(\.name) == ["request"])
        bench.receive(
            requestText("OPTIONS", branch: "z9hG4bKo").replacing("Content-Length: 0", with: "Content-Length: 999"))
        #expect(bench.times("SIP/2.0 400") == [0])
    }

    @Test func otherRequestsAreJudgedByThePolicy() {
        var bench = EngineBench { $0.policy = RequestPolicy(methods: [.options]) }
        bench.receive(requestText("REGISTER", branch: "z9hG4bK1"))
        bench.receive(requestText("FOO", branch: "z9hG4bK2"))
        bench.receive(requestText("OPTIONS", branch: "z9hG4bK3", headers: ["Require: x"]))
        bench.receive(requestText("OPTIONS", branch: "z9hG4bK4").replacing(" SIP/2.0\r\n", with: " SIP/7.0\r\n"))
        bench.receive(requestText("OPTIONS", branch: "z9hG4bK5"))
        #expect(
            bench.sent.map { String($0.text.prefix(11)) } == [
                "SIP/2.0 405", "SIP/2.0 501", "SIP/2.0 420", "SIP/2.0 505",
            ])
        #expect(bench.sent[0].header(.allow) == "OPTIONS" && bench.sent[2].header(.unsupported) == "x")
        #expect(bench.events.map(\.name) == ["request"])
    }

    @Test func tooManyTransactionsRefuseAllButCalls() throws {
        var bench = EngineBench { $0.serverTransactions = 2 }
        for number in 0..<4 { bench.receive(requestText("OPTIONS", branch: "z9hG4bK\(number)")) }
        bench.receive(requestText("INVITE"))
        bench.receive(requestText("CANCEL"))
        #expect(bench.events.map(\.name) == ["request", "request", "request", "cancelled"])
        #expect(bench.times("SIP/2.0 503").count == 2 && bench.times("SIP/2.0 200").count == 1)
        #expect(bench.engine.counters.overload == 2)
    }
}
