import E911Values
import Testing

@testable import SIPCore

/// What strangers may take up, and what is reserved.
@Suite struct LimitTests {
    let stranger = Endpoint(IPAddress(v4: 0xcb00_7109), 40_000)  // 203.0.113.9

    func bench(reserving: Bool = true, configure: (inout EngineConfiguration) -> Void = { _ in }) throws -> EngineBench
    {
        var bench = EngineBench {
            $0.streamIdleTimeout = .seconds(600)
            configure(&$0)
        }
        if reserving {
            let length = EngineBench.peer.address.bitWidth
            bench.engine.reserve(for: [try #require(IPPrefix(address: EngineBench.peer.address, length: length))])
        }
        return bench
    }

    @Test func aMessageThatDoesNotEndCostsTheConnection() throws {
        var bench = try bench()
        let connection = bench.accept(2, from: stranger)
        bench.run(to: 10_000)
        for octet in "INVITE sip:911@192.0.2.20 SIP/2.0\r\nVia: ".unicodeScalars {
            bench.receive(String(octet), on: connection)
            bench.run(for: 800)
        }
        #expect(bench.closed == [connection])
        #expect(bench.engine.connections.isEmpty && bench.engine.counters.streamTimeouts == 1)
    }

    @Test func itIsClosedThirtySecondsBehindTheFirstOctet() throws {
        var bench = try bench()
        let connection = bench.accept(2, from: stranger)
        bench.run(to: 10_000)
        bench.receive("INV", on: connection)
        bench.run(to: 39_999)
        #expect(bench.closed.isEmpty)
        bench.run(to: 40_000)
        #expect(bench.closed == [connection])
    }

    /// Each message has its own time, however many follow one another without a gap.
    @Test func aPeerThatTalksOnIsNotSlow() throws {
        var bench = try bench()
        let connection = bench.accept(2, from: stranger)
        for number in 0..<20 {
            let text = requestText("OPTIONS", branch: "z9hG4bK\(number)")
            // The rest of the one that began last, and the beginning of the next one.
            bench.receive((number == 0 ? text : String(text.dropFirst(9))) + "OPTIONS s", on: connection)
            bench.run(for: 20_000)
        }
        #expect(bench.closed.isEmpty)
    }

    @Test func aConnectionOnWhichNothingComesIsClosed() throws {
        var bench = try bench()
        let silent = bench.accept(2, from: stranger)
        let pinging = bench.accept(4, from: Endpoint(stranger.address, 40_001))
        bench.run(to: 400_000)
        bench.receive("\r\n\r\n", on: pinging)
        bench.run(to: 599_999)
        #expect(bench.closed.isEmpty)
        bench.run(to: 600_000)
        #expect(bench.closed == [silent])
        bench.run(to: 1_000_000)
        #expect(bench.closed == [silent, pinging])
        bench.run(for: 30_000)
        #expect(bench.engine.nextDeadline == nil)
    }

    @Test func aReservedSourceMayBeSlowAndSilent() throws {
        var bench = try bench()
        let slow = bench.accept(2)
        let silent = bench.accept(4, from: Endpoint(EngineBench.peer.address, 40_001))
        bench.receive("INVITE", on: slow)
        bench.run(to: 3_600_000)
        #expect(bench.closed.isEmpty)
        // One that is none any more is like others.
        bench.engine.reserve(for: [])
        bench.run(for: 31_000)
        #expect(Set(bench.closed) == [slow, silent])
    }

    @Test func aLargeBodyIsForReservedSources() throws {
        let large = requestText("INVITE", body: String(repeating: "x", count: 70_000))
        var bench = try bench(reserving: false)
        let before = bench.accept(2, from: stranger)
        bench.engine.reserve(for: [try #require(IPPrefix("192.0.2.0/24"))])
        bench.receive(large, on: before)
        #expect(bench.events.map(\.name) == ["request", "malformed"], "answered, and then closed")
        let ours = bench.accept(4)
        bench.receive(large.replacing("z9hG4bKone", with: "z9hG4bKtwo"), on: ours)
        #expect(bench.events.map(\.name) == ["request", "malformed", "request"])
    }

    @Test func aFloodOfStrangersRefusesNothingOfAReservedSource() throws {
        var bench = try bench { $0.serverTransactions = 2 }
        for number in 0..<4 { bench.receive(requestText("MESSAGE", branch: "z9hG4bK\(number)"), from: stranger) }
        bench.receive(requestText("INVITE", branch: "z9hG4bKstranger"), from: stranger)
        #expect(bench.events.count == 2 && bench.times("SIP/2.0 503").count == 2)
        #expect(bench.engine.counters.overload == 3)
        bench.receive(requestText("OPTIONS", branch: "z9hG4bKoos"))
        bench.receive(requestText("INVITE"))
        #expect(bench.events.map(\.name) == ["request", "request", "request", "request"])
        #expect(bench.times("SIP/2.0 503").count == 2)
    }
}
