import E911Values
import SIPCore
import Testing

@testable import E911Simulation

@Suite struct RecordingTests {
    private let local = Endpoint(IPAddress(v4: 0x7f00_0001), 15_062)
    private let remote = Endpoint(IPAddress(v4: 0x7f00_0001), 15_060)

    @Test func aMessageTraceOfSIPpNeedsBothSides() throws {
        let octets = try Fixtures.octets("traces/sipp/e2e-tcp-manager911.txt")
        #expect(throws: RecordingProblem.self) { try Recording(octets, local: local) }
        let recording = try Recording(octets, local: local, remote: remote)
        #expect(recording.entries.count == 8 && recording.entries.first?.what == .accepted)
        #expect(recording.local == local && recording.site == nil && recording.seed == nil)
        let turned = recording.turned()
        #expect(turned.entries.prefix(3).map(\.verb) == ["open", "opened", "out"])
        #expect(turned.entries.allSatisfy { $0.local == remote && $0.remote == local })
    }

    @Test func aCaptureSaysWhoSpeaks() throws {
        let (site, server) = (PacketBuilder.site, PacketBuilder.server)
        let packet = PacketBuilder.ip(
            server, site, 17, PacketBuilder.udp(server, site, PacketBuilder.options(1)))
        let file = PacketBuilder.pcap(101, [packet])
        let problem = #expect(throws: RecordingProblem.self) { try Recording(file, local: nil) }
        #expect(problem?.reason.contains("192.0.2.10:5060 (1 packets)") == true)
        #expect(try Recording(file, local: site).entries.map(\.verb) == ["in"])
        let silence = #expect(throws: RecordingProblem.self) { try Recording(PacketBuilder.pcap(101, []), local: nil) }
        #expect(silence?.reason == "there is no SIP in the capture")
    }

    /// A port that was mistyped must not make a replay of nothing that is as expected.
    @Test func aSideThatSaysAndHearsNothingIsAProblem() {
        let (site, server) = (PacketBuilder.site, PacketBuilder.server)
        let datagram = PacketBuilder.udp(server, site, PacketBuilder.options(1))
        let encrypted = PacketBuilder.tcp(server, site, 1, payload: [0x16, 3, 1, 0, 5])
        let file = PacketBuilder.pcap(
            101, [17, 6].map { PacketBuilder.ip(server, site, $0, $0 == 6 ? encrypted : datagram) })
        let mistyped = Endpoint(IPAddress(v4: 0xC000_020B), 5060)
        let problem = #expect(throws: RecordingProblem.self) { try Recording(file, local: mistyped) }
        #expect(problem?.reason.hasPrefix("nothing in the capture is read of 192.0.2.11:5060: ") == true)
        #expect(problem?.reason.contains("192.0.2.10:5060 (1 packets)") == true)
        let hidden = #expect(throws: RecordingProblem.self) {
            try Recording(PacketBuilder.pcap(101, [PacketBuilder.ip(server, site, 6, encrypted)]), local: site)
        }
        #expect(hidden?.reason.contains("encrypted, and not read") == true)
    }

    @Test func commentsNameTheSiteTheSideAndTheSeed() throws {
        let comments = Array("; site: a b.yaml\n; local: 192.0.2.1:5060\n; seed: 7\n".utf8)
        let recording = try Recording(
            TraceFormat.headerLine + comments + TraceFormat.octets(of: TraceFormatTests.trace[0]), local: nil)
        #expect(recording.site == "a b.yaml" && recording.seed == 7)
        #expect(recording.local == Endpoint("192.0.2.1:5060"))
        #expect(throws: RecordingProblem.self) { try Recording(Array("hello".utf8), local: local) }
    }

    @Test func aReportIsXML() {
        let report = ReplayReport.junit([
            .init(name: "a&b.trace", problem: nil), .init(name: "c", problem: "one <x>\u{1}\ntwo \"y\""),
        ])
        #expect(report.contains("tests=\"2\" failures=\"1\"") && report.contains("name=\"a&amp;b.trace\"/>"))
        #expect(report.contains("message=\"one &lt;x&gt;?\">one &lt;x&gt;?\ntwo &quot;y&quot;</failure>"))
    }
}
