import E911Values
import Testing

@testable import SIPCore

/// The next server when one does not serve (RFC 3263 section 4.3).
@Suite struct FailoverTests {
    private static let first = Endpoint(IPAddress(v4: 0xc000_0201), 5060)
    private static let second = Endpoint(IPAddress(v4: 0xc000_0202), 5060)
    private static let third = Endpoint(IPAddress(v4: 0xc000_0203), 5060)

    private func hop(_ endpoint: Endpoint, _ kind: SIPTransportKind = .udp) -> NextHop {
        NextHop(kind: kind, endpoint: endpoint)
    }

    private func send(
        _ bench: inout EngineBench, _ method: Method = .options, to hops: [NextHop], timeout: Duration? = nil
    ) throws -> ClientTransactionID {
        var request = RequestBuilder(method, "sip:example.com")
        request.add(.from, "<sip:e911d@192.0.2.20>")
        request.add(.to, "<sip:example.com>")
        let (id, effects) = bench.engine.send(
            request, to: try #require(hops.first), orElse: Array(hops.dropFirst()), now: bench.now, timeout: timeout)
        bench.perform(effects)
        return id
    }

    private func remote(_ sent: EngineBench.Sent) -> Endpoint? {
        if case .datagram(_, let remote) = sent.flow { remote } else { nil }
    }

    /// What the user learnt, in short.
    private func story(_ bench: EngineBench) -> [String] {
        bench.events.map { event in
            switch event {
            case .hop(let hop, .answered): "\(hop) answered"
            case .hop(let hop, .failed(let pause)):
                "\(hop) failed" + (pause.map { " for \($0.components.seconds)" } ?? "")
            case .response(_, let message): "\(message.status ?? 0)"
            case let other: other.name
            }
        }
    }

    /// A request that has its answer is not sent again elsewhere.
    @Test func aRefusalBehindTheAnswerChangesNothing() throws {
        var bench = EngineBench()
        _ = try send(&bench, to: [hop(Self.first), hop(Self.second)])
        let sent = try #require(bench.sent.first)
        bench.receive(try responseText(to: sent, 200), from: Self.first)
        bench.receive(try responseText(to: sent, 503), from: Self.first)
        bench.run(to: 60_000)
        #expect(story(bench) == ["UDP 192.0.2.1:5060 answered", "200"])
        #expect(bench.sent.count == 1 && bench.engine.counters.failovers == 0 && bench.leftovers == 0)
    }

    @Test func aSilentHopIsGivenUpAfterFourSeconds() throws {
        var bench = EngineBench()
        let id = try send(&bench, to: [hop(Self.first), hop(Self.second)])
        bench.run(to: 4500)
        #expect(bench.times("OPTIONS") == [0, 500, 1500, 3500, 4000, 4500])
        #expect(bench.sent.map(remote) == [Self.first, Self.first, Self.first, Self.first, Self.second, Self.second])
        let (before, after) = (try #require(bench.sent.first?.message), try #require(bench.sent.last?.message))
        #expect(try before.topVia().branch != after.topVia().branch && after.vias().count == 1)
        #expect(try before.callID() == after.callID() && before.cseq() == after.cseq())
        #expect(before.first(.from) == after.first(.from))
        bench.receive(try responseText(to: bench.sent[5], 200), from: Self.second)
        #expect(story(bench) == ["UDP 192.0.2.1:5060 failed", "UDP 192.0.2.2:5060 answered", "200"])
        if case .response(let answered, _)? = bench.events.last { #expect(answered == id) }
        // The first one answers after all.
        bench.receive(try responseText(to: bench.sent[0], 200), from: Self.first)
        #expect(bench.events.count == 3 && bench.engine.counters.strayResponses == 1)
        bench.run(for: 40_000)
        #expect(bench.events.count == 3 && bench.leftovers == 0 && bench.engine.counters.failovers == 1)
    }

    @Test func theLastHopHasAllTheTime() throws {
        var bench = EngineBench()
        _ = try send(&bench, to: [hop(Self.first), hop(Self.second), hop(Self.third)])
        bench.run(to: 8000 + 31_999)
        #expect(bench.events.count == 2)
        bench.run(to: 8000 + 32_000)
        #expect(
            story(bench) == [
                "UDP 192.0.2.1:5060 failed", "UDP 192.0.2.2:5060 failed", "UDP 192.0.2.3:5060 failed",
                "clientTimeout",
            ])
        #expect(bench.leftovers == 0 && bench.engine.counters.timeouts == 1)
    }

    @Test func aRefusedConnectionLeadsOnAtOnce() throws {
        var bench = EngineBench()
        _ = try send(&bench, to: [hop(Self.first, .tcp), hop(Self.second, .tcp), hop(Self.third)])
        bench.flow(.openFailed(bench.opened[0].id, reason: "refused"))
        #expect(bench.opened.map(\.hop.endpoint) == [Self.first, Self.second] && bench.milliseconds == 0)
        bench.flow(.opened(bench.opened[1].id, local: EngineBench.ours))
        #expect(bench.times("OPTIONS") == [0])
        bench.flow(.closed(bench.opened[1].id, reason: "reset"))
        #expect(bench.last("OPTIONS").flatMap(remote) == Self.third)
        bench.receive(try responseText(to: try #require(bench.last("OPTIONS")), 200), from: Self.third)
        #expect(
            story(bench) == [
                "TCP 192.0.2.1:5060 failed", "TCP 192.0.2.2:5060 failed", "UDP 192.0.2.3:5060 answered", "200",
            ])
        bench.run(for: 40_000)
        #expect(bench.leftovers == 0)
    }

    /// A connection that is being opened is not waited for, and what comes of it later does no harm.
    @Test func aConnectionThatNeverStandsIsGivenUp() throws {
        var bench = EngineBench()
        _ = try send(&bench, to: [hop(Self.first, .tcp), hop(Self.second)])
        bench.run(to: 4000)
        #expect(bench.closed == [bench.opened[0].id])
        #expect(bench.last("OPTIONS").flatMap(remote) == Self.second)
        bench.flow(.openFailed(bench.opened[0].id, reason: "closed"))
        bench.receive(try responseText(to: try #require(bench.last("OPTIONS")), 200), from: Self.second)
        #expect(story(bench) == ["TCP 192.0.2.1:5060 failed", "UDP 192.0.2.2:5060 answered", "200"])
        bench.run(for: 40_000)
        #expect(bench.leftovers == 0 && bench.engine.counters.connections == 0)
    }

    @Test func a503LeadsOn() throws {
        var bench = EngineBench()
        _ = try send(&bench, to: [hop(Self.first), hop(Self.second)])
        bench.receive(try responseText(to: bench.sent[0], 503, headers: ["Retry-After: 30"]), from: Self.first)
        #expect(bench.sent.map(remote) == [Self.first, Self.second])
        bench.receive(try responseText(to: bench.sent[0], 503), from: Self.first)
        // The last one's 503 is the answer.
        bench.receive(try responseText(to: bench.sent[1], 503), from: Self.second)
        #expect(
            story(bench) == ["UDP 192.0.2.1:5060 failed for 30", "UDP 192.0.2.2:5060 failed", "503"])
        #expect(bench.engine.counters.strayResponses == 0)
        bench.run(for: 40_000)
        #expect(bench.leftovers == 0)
    }

    @Test func anInvitesRefusalIsAcknowledgedEachTime() throws {
        var bench = EngineBench()
        _ = try send(&bench, .invite, to: [hop(Self.first), hop(Self.second)])
        for _ in 0..<2 { bench.receive(try responseText(to: bench.sent[0], 503), from: Self.first) }
        let acks = bench.sent.filter { $0.text.hasPrefix("ACK") }
        #expect(acks.count == 2 && acks.allSatisfy { remote($0) == Self.first })
        #expect(try acks[0].message?.topVia().branch == bench.sent[0].message?.topVia().branch)
        let invite = try #require(bench.last("INVITE"))
        #expect(remote(invite) == Self.second)
        bench.receive(try responseText(to: invite, 486), from: Self.second)
        #expect(story(bench) == ["UDP 192.0.2.1:5060 failed", "UDP 192.0.2.2:5060 answered", "486"])
        bench.run(for: 40_000)
        #expect(bench.leftovers == 0)
    }

    /// Who has said something has all the time to say the rest.
    @Test func aProvisionalResponseKeepsTheHop() throws {
        for method in [Method.invite, .options] {
            var bench = EngineBench()
            _ = try send(&bench, method, to: [hop(Self.first), hop(Self.second)])
            bench.receive(try responseText(to: bench.sent[0], 100), from: Self.first)
            bench.run(to: 20_000)
            #expect(bench.sent.allSatisfy { remote($0) == Self.first })
            bench.receive(try responseText(to: bench.sent[0], 404), from: Self.first)
            #expect(story(bench) == ["UDP 192.0.2.1:5060 answered", "100", "404"])
        }
    }

    @Test func aCancelledRequestGoesNowhereElse() throws {
        var bench = EngineBench()
        let id = try send(&bench, .invite, to: [hop(Self.first), hop(Self.second)])
        bench.perform(bench.engine.cancel(id, now: bench.now))
        bench.run(to: 70_000)
        #expect(bench.sent.allSatisfy { remote($0) == Self.first })
        #expect(story(bench) == ["UDP 192.0.2.1:5060 failed", "clientTimeout"] && bench.leftovers == 0)
    }

    @Test func hopsThatWeHaveNoAddressForAreLeftOut() throws {
        var bench = EngineBench()
        let v6 = NextHop(kind: .udp, endpoint: Endpoint(try #require(IPAddress("2001:db8::1")), 5060))
        _ = try send(&bench, to: [v6, hop(Self.second), v6])
        #expect(bench.sent.map(remote) == [Self.second])
        _ = try send(&bench, to: [v6, v6])
        #expect(story(bench) == ["clientTransportFailed"])
    }

    // MARK: Subscriptions

    @Test func aSubscriptionGoesToTheNextHop() throws {
        var world = SubscriptionBench { $0.alternatives = [NextHop(kind: .tcp, endpoint: Self.second)] }
        world.bench.run(to: 4000)
        #expect(world.story == ["subscribe"])
        world.bench.flow(.opened(world.bench.opened[0].id, local: EngineBench.ours))
        let subscribes = world.subscribes
        #expect(subscribes.count == 2 && subscribes[0].header(.callID) == subscribes[1].header(.callID))
        #expect(subscribes[0].header(.cseq) == subscribes[1].header(.cseq))
        #expect(subscribes[1].header(.contact) == "<sip:e911d@192.0.2.20:5060;transport=tcp>")
        world.bench.receive(
            try responseText(to: subscribes[1], 200, headers: ["Expires: 3600"]), on: world.bench.opened[0].id)
        #expect(world.story == ["subscribe", "accepted 3600"])
    }

    @Test func aSubscriptionThatNoHopTakesFailsOnce() throws {
        var world = SubscriptionBench { $0.alternatives = [NextHop(kind: .udp, endpoint: Self.second)] }
        world.bench.run(to: 36_000)
        #expect(world.story == ["subscribe", "failed 0 later"])
        // The next one begins where it is told.
        world.bench.engine.retarget(world.id, to: hop(Self.third))
        _ = try world.runToNextSubscribe()
        #expect(world.subscribes.last.flatMap(remote) == Self.third)
        world.bench.run(for: 5000)
        #expect(world.subscribes.count == 3)
    }

    /// The hop of a dialog is known as one of several, and the next dialog begins elsewhere, without waiting for the end
    /// of the one that its server has left.
    @Test func aRefreshThatFailsLeadsToAnotherServer() throws {
        var world = SubscriptionBench { $0.alternatives = [NextHop(kind: .udp, endpoint: Self.second)] }
        try world.accept(expires: 600)
        try world.notify(1)
        _ = try world.runToNextSubscribe()
        world.bench.run(for: 32_000)
        #expect(world.bench.events.contains(.hop(hop(EngineBench.peer), .failed(retryAfter: nil))))
        #expect(world.bench.sent.allSatisfy { remote($0) == EngineBench.peer })
        world.bench.engine.retarget(world.id, to: hop(Self.second), orElse: [hop(EngineBench.peer)])
        let before = try #require(world.subscribes.first)
        world.bench.run(for: 4000)
        let after = try #require(world.subscribes.last)
        #expect(remote(after) == Self.second && after.header(.callID) != before.header(.callID))
        #expect(world.story.suffix(3) == ["refresh", "failed 0 at once", "subscribe"])
    }
}
