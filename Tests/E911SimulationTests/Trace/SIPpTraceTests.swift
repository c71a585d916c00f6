import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct SIPpTraceTests {
    private let local = Endpoint(IPAddress(v4: 0x7f00_0001), 15_060)
    private let remote = Endpoint(IPAddress(v4: 0x7f00_0001), 15_061)

    @Test(arguments: [
        ("e2e-udp-manager911", SIPTransportKind.udp, 7), ("e2e-tcp-manager911", .tcp, 7), ("e2e-udp-watcher", .udp, 22),
        ("e2e-tcp-call911-2001", .tcp, 7), ("e2e-udp-callback", .udp, 7), ("e2e-udp-gw1", .udp, 24),
    ])
    func everyMessageOfARecordedConversationIsRead(name: String, transport: SIPTransportKind, count: Int) throws {
        let octets = try Fixtures.octets("traces/sipp/\(name).txt")
        let entries = try SIPpTrace.entries(octets, local: local, remote: remote)
        #expect(entries.count == count)
        #expect(entries.map(\.time) == entries.map(\.time).sorted())
        for entry in entries {
            #expect(entry.transport == transport)
            guard case .received(let octets) = entry.what else {
                guard case .sent(let octets) = entry.what else {
                    Issue.record("neither sent nor received")
                    continue
                }
                #expect(try SIPMessage(parsing: octets).bytes == octets)
                continue
            }
            #expect(try SIPMessage(parsing: octets).bytes == octets)
        }
        #expect(TraceReader.read(TraceFormat.octets(of: entries)).entries == entries)
    }

    @Test func aTraceThatIsCutSaysWhere() throws {
        let octets = try Fixtures.octets("traces/sipp/e2e-udp-callback.txt")
        #expect(throws: TraceError.self) {
            try SIPpTrace.entries(Array(octets[..<300]), local: local, remote: remote)
        }
    }

    /// What was checked in as text, or went through an editor.
    @Test(arguments: ["e2e-udp-manager911", "e2e-udp-watcher", "e2e-udp-gw1", "e2e-tcp-manager911"])
    func lostCarriageReturnsArePutBack(name: String) throws {
        let octets = try Fixtures.octets("traces/sipp/\(name).txt")
        let stripped = octets.filter { $0 != 13 }
        try #require(stripped.count < octets.count && SIPpTrace.isTrace(stripped))
        let entries = try SIPpTrace.entries(octets, local: local, remote: remote)
        #expect(try SIPpTrace.entries(stripped, local: local, remote: remote) == entries)
    }

    @Test func whatIsNoTraceHasNoEntries() throws {
        #expect(try SIPpTrace.entries([], local: local, remote: remote) == [])
        #expect(
            try SIPpTrace.entries(Array("UDP message sent (4 bytes):\n\nABCD".utf8), local: local, remote: remote) == []
        )
    }
}
