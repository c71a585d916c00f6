import E911Values
import Testing

@testable import SIPCore

/// RFC 3261 section 18.1.1: what is longer than 1,300 octets goes by TCP, and by UDP where there is none.
@Suite struct LongRequestTests {
    private let target = NextHop(kind: .udp, endpoint: EngineBench.peer)

    private func message(octets: Int) -> RequestBuilder {
        var request = RequestBuilder(.message, "sip:192.0.2.10")
        request.add(.from, "<sip:e911d@192.0.2.20>")
        request.add(.to, "<sip:192.0.2.10>")
        request.setBody(SIPText(bytes: [UInt8](repeating: 65, count: octets)), contentType: "text/plain")
        return request
    }

    /// A body with which the whole request has so many octets by UDP.
    private func message(whole: Int) throws -> RequestBuilder {
        var bench = EngineBench()
        bench.perform(bench.engine.send(message(octets: 900), to: target, now: bench.now).1)
        let head = try #require(bench.sent.first).text.utf8.count - 900
        return message(octets: whole - head)
    }

    @Test func aLongRequestBeginsByTCP() throws {
        var bench = EngineBench()
        let (id, effects) = bench.engine.send(try message(whole: 1301), to: target, now: bench.now)
        bench.perform(effects)
        #expect(bench.sent.isEmpty && bench.engine.counters.longRequests == 1)
        let wanted = try #require(bench.opened.first)
        #expect(wanted.hop.kind == .tcp && wanted.hop.endpoint == EngineBench.peer)
        bench.flow(.opened(wanted.id, local: Endpoint(EngineBench.ours.address, 40_000)))
        let sent = try #require(bench.sent.first)
        #expect(sent.flow == .stream(wanted.id) && sent.header(.via)?.hasPrefix("SIP/2.0/TCP ") == true)
        bench.receive(try responseText(to: sent, 200), on: wanted.id)
        #expect(bench.events.map(\.name) == ["response"])
        if case .response(let answered, _)? = bench.events.first { #expect(answered == id) }
        bench.run(to: 40_000)
        #expect(bench.leftovers == 0 && bench.sent.count == 1)
    }

    @Test func oneThatFitsDoesNot() throws {
        var bench = EngineBench()
        bench.perform(bench.engine.send(try message(whole: 1300), to: target, now: bench.now).1)
        #expect(
            bench.opened.isEmpty
                && bench.sent.first?.flow == .datagram(local: EngineBench.ours, remote: EngineBench.peer))
    }

    @Test func whereTCPIsRefusedItGoesByUDP() throws {
        var bench = EngineBench()
        bench.perform(bench.engine.send(message(octets: 2000), to: target, now: bench.now).1)
        bench.flow(.openFailed(try #require(bench.opened.first).id, reason: "Connection refused"))
        let sent = try #require(bench.sent.first)
        #expect(sent.flow == .datagram(local: EngineBench.ours, remote: EngineBench.peer))
        #expect(sent.header(.via)?.hasPrefix("SIP/2.0/UDP ") == true)
        #expect(bench.events.allSatisfy { $0.name != "clientTransportFailed" })
        bench.receive(try responseText(to: sent, 200))
        #expect(bench.events.contains { $0.name == "response" })
    }

    @Test func whereTCPIsSilentItGoesByUDPAfterAWhile() throws {
        var bench = EngineBench()
        bench.perform(bench.engine.send(message(octets: 2000), to: target, now: bench.now).1)
        bench.run(to: 3999)
        #expect(bench.sent.isEmpty)
        bench.run(to: 4000)
        #expect(bench.sent.count == 1)
        bench.run(to: 60_000)
        #expect(bench.events.map(\.name).filter { $0 == "clientTimeout" } == ["clientTimeout"])
        #expect(bench.leftovers == 0)
    }

    @Test func withoutAListenerOrTheSettingItGoesByUDPAtOnce() throws {
        for configure: (inout EngineConfiguration) -> Void in [
            { $0.datagramRequestOctets = nil }, { $0.listeners.removeAll { $0.kind == .tcp } },
        ] {
            var bench = EngineBench(configure: configure)
            bench.perform(bench.engine.send(message(octets: 2000), to: target, now: bench.now).1)
            #expect(bench.opened.isEmpty && bench.sent.count == 1)
        }
    }
}
