import E911Values
import Testing

@testable import SIPCore

/// Requests of ours.
@Suite struct ClientTests {
    let target = NextHop(kind: .udp, endpoint: EngineBench.peer)
    let streamTarget = NextHop(kind: .tcp, endpoint: EngineBench.peer)

    func options() -> RequestBuilder {
        var request = RequestBuilder(.options, "sip:192.0.2.10")
        request.add(.from, "<sip:e911d@192.0.2.20>")
        request.add(.to, "<sip:192.0.2.10>")
        return request
    }

    func invite() -> RequestBuilder {
        var request = options()
        request.method = .invite
        request.add(.route, "<sip:192.0.2.10;lr>")
        return request
    }

    func send(_ request: RequestBuilder, _ bench: inout EngineBench, to hop: NextHop? = nil) -> ClientTransactionID {
        let (id, effects) = bench.engine.send(request, to: hop ?? target, now: bench.now)
        bench.perform(effects)
        return id
    }

    @Test func aRequestGetsWhatItLacks() throws {
        var bench = EngineBench()
        let id = send(options(), &bench)
        let sent = try #require(bench.sent.first)
        let message = try #require(sent.message)
        #expect(sent.flow == .datagram(local: EngineBench.ours, remote: EngineBench.peer))
        #expect(try message.topVia().hasUniqueBranch && message.topVia().rport == .empty)
        #expect(try message.from().tag != nil && message.callID().count == 26 && message.maxForwards() == 70)
        #expect(try message.cseq() == CSeq(number: 1, method: .options))
        #expect(sent.header(.userAgent) == "e911d")
        #expect(RequestPolicy(methods: [.options]).refusal(of: message) == nil)
        bench.receive(try responseText(to: sent, 200))
        #expect(bench.events.map(\.name) == ["response"])
        if case .response(let answered, _)? = bench.events.first { #expect(answered == id) }
        bench.receive(try responseText(to: sent, 200))
        bench.run(to: 5000)
        #expect(bench.events.count == 1 && bench.leftovers == 0)
    }

    @Test func overDatagramsItIsRepeatedUntilTimerF() throws {
        var bench = EngineBench()
        _ = send(options(), &bench)
        bench.run(to: 40_000)
        #expect(bench.times("OPTIONS") == [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(bench.events.map(\.name) == ["clientTimeout"])
        #expect(bench.leftovers == 0 && bench.engine.counters.timeouts == 1)
    }

    /// A provisional response does not stop the repetitions of anything but an INVITE (pjproject issue 220).
    @Test func behindAProvisionalResponseItIsStillRepeated() throws {
        var bench = EngineBench()
        _ = send(options(), &bench)
        bench.receive(try responseText(to: bench.sent[0], 100))
        bench.run(to: 9000)
        #expect(bench.times("OPTIONS") == [0, 500, 4500, 8500])
        #expect(Set(bench.sent.map(\.text)).count == 1)

        var call = EngineBench()
        _ = send(invite(), &call)
        call.receive(try responseText(to: call.sent[0], 100))
        call.run(to: 9000)
        #expect(call.times("INVITE") == [0])
    }

    @Test func aTimeoutOfItsOwn() throws {
        var bench = EngineBench()
        let (_, effects) = bench.engine.send(options(), to: target, now: bench.now, timeout: .seconds(2))
        bench.perform(effects)
        bench.run(to: 1999)
        #expect(bench.events.isEmpty)
        bench.run(to: 2000)
        #expect(bench.events.map(\.name) == ["clientTimeout"])
    }

    @Test func strayResponsesAreDroppedAndCounted() throws {
        var bench = EngineBench()
        _ = send(options(), &bench)
        let sent = try #require(bench.sent.first)
        let good = try responseText(to: sent, 200)
        let via = try #require(sent.header(.via))
        bench.receive(good.replacing("branch=z9hG4bK", with: "branch=z9hG4bKx"))
        bench.receive(good.replacing("1 OPTIONS", with: "2 OPTIONS"))
        bench.receive(good.replacing("1 OPTIONS", with: "1 INVITE"))
        bench.receive(good.replacing("Via: \(via)", with: "Via: \(via)\r\nVia: SIP/2.0/UDP x"))
        bench.receive(good.replacing("SIP/2.0 200", with: "SIP/7.0 200"))
        bench.receive(good.replacing("From: ", with: "Form: "))
        bench.receive("SIP/2.0 99 X\r\n\r\n")
        #expect(bench.events.filter { $0.name == "response" }.isEmpty)
        #expect(bench.engine.counters.strayResponses == 5)
        #expect(bench.engine.counters.malformed.total == 2)
        // Case does not count in a branch.
        bench.receive(good.replacing("branch=z9hG4bK", with: "branch=Z9HG4BK"))
        #expect(bench.events.last?.name == "response")
    }

    @Test func theAckOfARefusalIsSentAgainWithEachRepetition() throws {
        var bench = EngineBench()
        _ = send(invite(), &bench)
        let sent = try #require(bench.sent.first)
        let refusal = try responseText(to: sent, 302, toTag: "peer")
        bench.receive(refusal)
        bench.receive(refusal)
        #expect(bench.events.map(\.name) == ["response"])
        let ack = try #require(bench.last("ACK"))
        #expect(bench.times("ACK").count == 2)
        #expect(ack.firstLine == "ACK sip:192.0.2.10 SIP/2.0")
        for name in [HeaderName.via, .from, .callID, .route] { #expect(ack.header(name) == sent.header(name)) }
        #expect(ack.header(.to) == "<sip:192.0.2.10>;tag=peer" && ack.header(.cseq) == "1 ACK")
        bench.run(to: 31_999)
        #expect(bench.engine.clients.count == 1)
        bench.run(to: 32_000)
        #expect(bench.leftovers == 0)
    }

    @Test func everySuccessIsDeliveredAndAcknowledgedByTheUser() throws {
        var bench = EngineBench()
        _ = send(invite(), &bench)
        let success = try responseText(to: bench.sent[0], 200, headers: ["Contact: <sip:gw@192.0.2.30:5070>"])
        bench.receive(success)
        bench.receive(success)
        #expect(bench.events.map(\.name) == ["response", "response"] && bench.times("ACK").isEmpty)
        guard case .response(_, let response)? = bench.events.last, let dialog = Dialog(client: response),
            let uri = dialog.nextHopURI, let hop = NextHop(uri)
        else {
            Issue.record("no dialog")
            return
        }
        bench.perform(bench.engine.send(stateless: dialog.ack(of: 1), to: hop, now: bench.now))
        let ack = try #require(bench.last("ACK"))
        #expect(ack.firstLine == "ACK sip:gw@192.0.2.30:5070 SIP/2.0")
        #expect(ack.flow == .datagram(local: EngineBench.ours, remote: Endpoint(IPAddress(v4: 0xc000_021e), 5070)))
        #expect(ack.header(.via) != bench.sent[0].header(.via))
        bench.run(to: 32_000)
        #expect(bench.leftovers == 0)
    }

    @Test func aCancelWaitsForAProvisionalResponse() throws {
        var bench = EngineBench()
        let id = send(invite(), &bench)
        bench.perform(bench.engine.cancel(id, now: bench.now))
        #expect(bench.times("CANCEL").isEmpty)
        bench.receive(try responseText(to: bench.sent[0], 180))
        let cancel = try #require(bench.last("CANCEL"))
        #expect(cancel.firstLine == "CANCEL sip:192.0.2.10 SIP/2.0")
        for name in [HeaderName.via, .from, .to, .callID, .route] {
            #expect(cancel.header(name) == bench.sent[0].header(name))
        }
        bench.receive(try responseText(to: cancel, 200))
        bench.receive(try responseText(to: bench.sent[0], 487))
        #expect(bench.events.map(\.name) == ["response", "response"])
        #expect(bench.times("ACK").count == 1)
        bench.perform(bench.engine.cancel(id, now: bench.now))
        bench.run(to: 40_000)
        #expect(bench.times("CANCEL").count == 1)
        #expect(bench.leftovers == 0)
    }

    /// The 200 and our CANCEL cross each other.
    @Test func aCancelThatComesTooLateLosesTheRace() throws {
        var bench = EngineBench()
        let id = send(invite(), &bench)
        bench.receive(try responseText(to: bench.sent[0], 180))
        bench.perform(bench.engine.cancel(id, now: bench.now))
        bench.receive(try responseText(to: bench.sent[0], 200))
        bench.receive(try responseText(to: try #require(bench.last("CANCEL")), 481))
        #expect(bench.events.map(\.name) == ["response", "response"])
        bench.run(to: 40_000)
        #expect(bench.leftovers == 0)
    }

    @Test func aCancelledRequestThatNobodyEndsIsGivenUp() throws {
        var bench = EngineBench()
        let id = send(invite(), &bench)
        bench.receive(try responseText(to: bench.sent[0], 180))
        bench.run(to: 100_000)
        #expect(bench.events.count == 1)
        bench.perform(bench.engine.cancel(id, now: bench.now))
        bench.run(for: 32_000)
        #expect(bench.events.map(\.name) == ["response", "clientTimeout"])
        #expect(bench.leftovers == 0)
    }

    @Test func withoutAnAddressToSendFromItFails() {
        var bench = EngineBench()
        _ = send(options(), &bench, to: NextHop(kind: .tls, endpoint: EngineBench.peer))
        #expect(bench.events.map(\.name) == ["clientTransportFailed"])
        #expect(bench.leftovers == 0)
    }

    // MARK: Streams

    @Test func requestsToOneEndpointShareAConnection() throws {
        var bench = EngineBench()
        _ = send(options(), &bench, to: streamTarget)
        _ = send(options(), &bench, to: streamTarget)
        #expect(bench.opened.count == 1 && bench.sent.isEmpty)
        let id = try #require(bench.opened.first).id
        #expect(id.rawValue % 2 == 1)
        bench.flow(.opened(id, local: Endpoint(EngineBench.ours.address, 33_333)))
        #expect(bench.times("OPTIONS") == [0, 0])
        #expect(bench.sent.allSatisfy { $0.flow == .stream(id) })
        #expect(bench.sent[0].header(.via)?.hasPrefix("SIP/2.0/TCP 192.0.2.20:5060;branch=") == true)
        bench.run(to: 31_999)
        #expect(bench.times("OPTIONS").count == 2)
        bench.receive(try responseText(to: bench.sent[0], 200), on: id)
        #expect(bench.events.map(\.name) == ["response"] && bench.engine.clients.count == 1)
        bench.run(to: 32_000)
        #expect(bench.events.map(\.name) == ["response", "clientTimeout"])
        _ = send(options(), &bench, to: streamTarget)
        #expect(bench.opened.count == 1 && bench.times("OPTIONS").count == 3)
    }

    @Test func aConnectionThatThePeerOpenedIsUsedToo() {
        var bench = EngineBench()
        let connection = bench.accept(2, from: EngineBench.peer)
        _ = send(options(), &bench, to: streamTarget)
        #expect(bench.opened.isEmpty && bench.sent.first?.flow == .stream(connection))
    }

    @Test func aConnectionThatCannotBeMadeFailsWhatWaited() throws {
        var bench = EngineBench()
        _ = send(options(), &bench, to: streamTarget)
        _ = send(invite(), &bench, to: streamTarget)
        bench.flow(.openFailed(try #require(bench.opened.first).id, reason: "refused"))
        #expect(bench.events.map(\.name) == ["clientTransportFailed", "clientTransportFailed"])
        #expect(bench.leftovers == 0 && bench.engine.connections.isEmpty && bench.engine.routes.isEmpty)
    }

    @Test func aConnectionLostFailsOnlyWhatWasNotHeardOf() throws {
        var bench = EngineBench()
        _ = send(invite(), &bench, to: streamTarget)
        _ = send(options(), &bench, to: streamTarget)
        let id = try #require(bench.opened.first).id
        bench.flow(.opened(id, local: Endpoint(EngineBench.ours.address, 33_333)))
        bench.receive(try responseText(to: bench.sent[0], 180), on: id)
        bench.flow(.closed(id, reason: "reset"))
        #expect(bench.events.map(\.name) == ["response", "clientTransportFailed"])
        // The final response comes by a connection that the peer makes; the ACK goes by a new one of ours.
        let other = bench.accept(2)
        bench.receive(try responseText(to: bench.sent[0], 486), on: other)
        #expect(bench.events.last?.name == "response")
        #expect(bench.opened.count == 2)
        bench.flow(.opened(bench.opened[1].id, local: Endpoint(EngineBench.ours.address, 33_334)))
        #expect(bench.times("ACK").count == 1)
        #expect(bench.leftovers == 0)
    }

    /// The peer is gone without a word: the next request does not wait for the network to notice.
    @Test func aConnectionWhereNothingCameIsGivenUpWithItsRequest() throws {
        var bench = EngineBench()
        _ = send(options(), &bench, to: streamTarget)
        let id = try #require(bench.opened.first).id
        bench.flow(.opened(id, local: Endpoint(EngineBench.ours.address, 33_333)))
        bench.run(to: 100)
        bench.receive("\r\n", on: id)
        bench.run(to: 200)
        _ = send(options(), &bench, to: streamTarget)
        // Something came since the first one was sent: the connection is alive.
        bench.run(to: 32_000)
        #expect(bench.events.map(\.name) == ["clientTimeout"] && bench.closed.isEmpty)
        bench.run(to: 32_200)
        #expect(bench.events.count == 2 && bench.closed == [id])
        _ = send(options(), &bench, to: streamTarget)
        #expect(bench.opened.count == 2)
    }

    @Test func whatWaitsForAConnectionIsCountedWhenItLeaves() throws {
        var bench = EngineBench()
        _ = send(options(), &bench, to: streamTarget)
        #expect(bench.engine.counters.sent.total == 0)
        bench.flow(.opened(try #require(bench.opened.first).id, local: EngineBench.ours))
        #expect(bench.engine.counters.sent["OPTIONS"] == 1)
    }

    @Test func moreThanMayWaitIsAFailure() {
        var bench = EngineBench { $0.octetsWaiting = 500 }
        _ = send(options(), &bench, to: streamTarget)
        _ = send(options(), &bench, to: streamTarget)
        #expect(bench.events.map(\.name) == ["clientTransportFailed"])
        #expect(bench.engine.clients.count == 1)
    }

    @Test func aForwardedRequestKeepsWhatItHas() throws {
        var bench = EngineBench()
        let received = try SIPMessage(parsing: Array(requestText("INVITE", headers: ["X-Own:  as it was"]).utf8))
        var request = try #require(RequestBuilder(forwarding: received))
        request.set(.maxForwards, "69")
        _ = send(request, &bench)
        let sent = try #require(bench.sent.first)
        #expect(try sent.message?.vias().count == 2)
        #expect(sent.text.contains("X-Own:  as it was\r\n") && !sent.text.contains("User-Agent"))
        bench.receive(try responseText(to: sent, 180))
        #expect(bench.events.map(\.name) == ["response"])
    }
}
