import E911Values
import Testing

@testable import SIPCore

/// Pings of ours, and what their answers say (RFC 5626 section 3.5.1).
@Suite struct KeepAliveTests {
    let ping = "\r\n\r\n"
    let pong = "\r\n"

    /// A bench with one connection that it opened, at 0.
    private func bench(
        _ kind: SIPTransportKind = .tcp, configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> (EngineBench, ConnectionID) {
        var bench = EngineBench {
            $0.keepAlive = .seconds(100)
            $0.listeners.append(.init(.tls, Endpoint(EngineBench.ours.address, 5061)))
            configure(&$0)
        }
        let hop = NextHop(kind: kind, endpoint: EngineBench.peer, domain: kind == .tls ? "sip.example.com" : nil)
        bench.perform(bench.engine.send(octets: [1], to: hop, now: bench.now))
        let id = try #require(bench.opened.first).id
        bench.flow(.opened(id, local: Endpoint(EngineBench.ours.address, 33_333)))
        bench.sent = []
        return (bench, id)
    }

    @Test(arguments: [SIPTransportKind.tcp, .tls])
    func aConnectionOfOursIsPinged(kind: SIPTransportKind) throws {
        var (bench, id) = try bench(kind)
        bench.run(to: 1_000_000)
        let times = bench.times(ping)
        #expect((10...12).contains(times.count))
        for (earlier, later) in zip([0] + times, times) { #expect((80_000...100_000).contains(later - earlier)) }
        #expect(Set(zip([0] + times, times).map { $1 - $0 }).count > 3)
        #expect(bench.sent.allSatisfy { $0.flow == .stream(id) })
        // The peer has never answered one: it knows nothing of them.
        #expect(bench.closed.isEmpty)
        #expect(bench.engine.counters.pings == UInt64(times.count) && bench.engine.counters.pongsMissed == 0)
    }

    @Test func aPeerThatStopsAnsweringIsClosed() throws {
        var (bench, id) = try bench()
        bench.run(to: 100_000)
        #expect(bench.times(ping).count == 1)
        bench.receive(pong, on: id)
        let first = try #require(bench.times(ping).first)
        while bench.times(ping).count < 2 { bench.run(for: 1000) }
        let second = try #require(bench.times(ping).last)
        #expect(second > first)
        bench.run(to: second + 9_999)
        #expect(bench.closed.isEmpty)
        bench.run(to: second + 10_000)
        #expect(bench.closed == [id])
        #expect(bench.engine.counters.pongsMissed == 1 && bench.engine.connections.isEmpty)
    }

    @Test func aRequestOnAConnectionThatIsClosedSoFailsAtOnce() throws {
        var (bench, id) = try bench()
        bench.run(to: 100_000)
        bench.receive(pong, on: id)
        while bench.times(ping).count < 2 { bench.run(for: 100) }
        let (_, effects) = bench.engine.send(
            optionsRequest(), to: NextHop(kind: .tcp, endpoint: EngineBench.peer), now: bench.now)
        bench.perform(effects)
        bench.run(for: 10_000)
        guard case .clientTransportFailed(_, reason: "a ping was not answered")? = bench.events.last else {
            Issue.record("\(bench.events)")
            return
        }
    }

    /// Whatever comes shows that the peer is there.
    @Test func aPeerThatTalksInsteadIsThere() throws {
        var (bench, id) = try bench()
        bench.run(to: 100_000)
        bench.receive(pong, on: id)
        while bench.times(ping).count < 2 { bench.run(for: 100) }
        bench.receive(requestText("OPTIONS"), on: id)
        bench.run(for: 60_000)
        #expect(bench.closed.isEmpty && bench.events.count == 1)
    }

    @Test func pongsAreNotTakenForPings() throws {
        var (bench, id) = try bench()
        for round in 1...3 {
            while bench.times(ping).count < round { bench.run(for: 100) }
            // In two pieces, as any octets may come.
            bench.receive("\r", on: id)
            bench.receive("\n", on: id)
        }
        #expect(bench.engine.counters.keepAlives == 0 && bench.sent.count == 3)
        // Its own ping is answered all the same.
        bench.receive(ping, on: id)
        #expect(bench.engine.counters.keepAlives == 1 && bench.sent.last?.text == pong)
        bench.run(for: 50_000)
        #expect(bench.closed.isEmpty)
    }

    @Test func connectionsOfPeersAreNotPinged() {
        var bench = EngineBench { $0.keepAlive = .seconds(100) }
        _ = bench.accept(2)
        bench.run(to: 600_000)
        #expect(bench.sent.isEmpty && bench.engine.counters.pings == 0)
    }

    @Test func noneIsSentUnlessItIsAskedFor() throws {
        var (bench, _) = try bench { $0.keepAlive = nil }
        bench.run(to: 600_000)
        #expect(bench.sent.isEmpty)
    }
}
