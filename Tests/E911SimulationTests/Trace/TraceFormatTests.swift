import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct TraceFormatTests {
    static let local = Endpoint(IPAddress(v4: 0x7f00_0001), 15_060)
    static let remote = Endpoint(IPAddress(v6: 0x2001_0db8 << 96 | 1), 15_062)
    static let time = TraceTime(microseconds: 1_795_524_214_250_123)

    static func entry(
        _ what: TraceEntry.What, _ transport: SIPTransportKind = .udp, at microseconds: Int64 = 0
    ) -> TraceEntry {
        TraceEntry(
            time: TraceTime(microseconds: time.microseconds + microseconds), transport: transport, local: local,
            remote: remote, connection: transport == .udp ? nil : ConnectionID(rawValue: 3), what: what)
    }

    static let trace: [TraceEntry] = [
        entry(.received(Array("OPTIONS sip:a SIP/2.0\r\n\r\n".utf8))),
        entry(.sent([]), at: 1),
        entry(.sent((0...255).map { UInt8($0) }), at: 2),
        entry(.open, .tcp, at: 3),
        entry(.openFailed(reason: "connection refused"), .tcp, at: 999_999),
        entry(.accepted, .tls, at: 1_000_000),
        entry(.opened, .tcp, at: 1_000_001),
        entry(.received([10, 10, 13, 10]), .tcp, at: 1_000_002),
        entry(.sent(Array("\n2026-11-24T12:43:34.250123Z in udp".utf8)), .tls, at: 2_000_000),
        entry(.close, .tcp, at: 3_000_000),
        entry(.closed(reason: ""), .tcp, at: 4_000_000),
    ]

    @Test func anEntryIsWrittenAsTheFormatSays() {
        let octets = TraceFormat.octets(of: Self.entry(.received([65, 0, 66])))
        #expect(
            String(decoding: octets, as: UTF8.self)
                == "2026-11-24T12:43:34.250123Z in udp [2001:db8::1]:15062 > 127.0.0.1:15060 3\nA\u{0}B\n")
        let segment = TraceFormat.octets(of: Self.entry(.sent([65]), .tcp))
        #expect(
            String(decoding: segment, as: UTF8.self)
                == "2026-11-24T12:43:34.250123Z out tcp 127.0.0.1:15060 > [2001:db8::1]:15062 1 #3\nA\n")
    }

    @Test func everyEntryIsReadAsItWasWritten() {
        let (entries, _, damage) = TraceReader.read(TraceFormat.octets(of: Self.trace))
        #expect(entries == Self.trace)
        #expect(damage == nil)
    }

    @Test func commentsAndEmptyLinesAreSkipped() {
        let octets =
            TraceFormat.headerLine + Array("; recorded by hand\n\n".utf8) + TraceFormat.octets(of: Self.trace[0])
            + Array("\n;\n".utf8)
        let (entries, _, damage) = TraceReader.read(octets)
        #expect(entries == [Self.trace[0]])
        #expect(damage == nil)
    }

    @Test func aTraceCutAnywhereGivesWhatIsWholeAndSaysWhereItEnds() {
        let whole = TraceFormat.octets(of: Self.trace)
        var ends = [TraceFormat.headerLine.count]
        for entry in Self.trace { ends.append(ends[ends.count - 1] + TraceFormat.octets(of: entry).count) }
        for length in 0..<whole.count {
            let (entries, _, damage) = TraceReader.read(Array(whole[..<length]))
            let complete = ends.count { $0 <= length } - 1
            #expect(entries == Array(Self.trace[..<max(0, complete)]), "cut at \(length)")
            if ends.contains(length) {
                #expect(damage == nil, "cut at \(length)")
            } else {
                #expect(damage?.offset == (complete >= 0 ? ends[complete] : 0), "cut at \(length)")
            }
        }
    }

    @Test(arguments: [
        ("", "no time"),
        ("2026-13-24T12:43:34.250123Z in udp 127.0.0.1:1 > 127.0.0.1:2 1\nA\n", "no time"),
        ("2026-11-24T12:43:34.250123Z in quic 127.0.0.1:1 > 127.0.0.1:2 1\nA\n", "'quic' is no transport"),
        ("2026-11-24T12:43:34.250123Z in udp 127.0.0.1:1 < 127.0.0.1:2 1\nA\n", "no addresses"),
        ("2026-11-24T12:43:34.250123Z in udp localhost:1 > 127.0.0.1:2 1\nA\n", "no addresses"),
        (
            "2026-11-24T12:43:34.250123Z in udp 127.0.0.1:1 > 127.0.0.1:2 9\nA\n",
            "the length is no number, or more than the file holds"
        ),
        (
            "2026-11-24T12:43:34.250123Z in udp 127.0.0.1:1 > 127.0.0.1:2 -1\nA\n",
            "the length is no number, or more than the file holds"
        ),
        (
            "2026-11-24T12:43:34.250123Z in udp 127.0.0.1:1 > 127.0.0.1:2 99999999999999999999\nA\n",
            "more than an entry on the line"
        ),
        ("2026-11-24T12:43:34.250123Z in udp 127.0.0.1:1 > 127.0.0.1:2 1 x\nA\n", "more than an entry on the line"),
        ("2026-11-24T12:43:34.250123Z in tcp 127.0.0.1:1 > 127.0.0.1:2 1 #x\nA\n", "no connection number"),
        (
            "2026-11-24T12:43:34.250123Z in tcp 127.0.0.1:1 > 127.0.0.1:2 1\nA\n",
            "a stream has a connection number, a datagram has none"
        ),
        ("2026-11-24T12:43:34.250123Z in udp 127.0.0.1:1 > 127.0.0.1:2 1\nAB\n", "no line end behind the 1 octets"),
        ("2026-11-24T12:43:34.250123Z up udp 127.0.0.1:1 > 127.0.0.1:2 1\nA\n", "'up' is nothing that happens"),
    ])
    func damageIsNamedWithItsLine(text: String, reason: String) throws {
        let before = TraceFormat.octets(of: Self.entry(.received(Array("one\ntwo\n".utf8))))
        let text = text.isEmpty ? "nonsense\n" : text
        let (entries, _, damage) = TraceReader.read(TraceFormat.headerLine + before + Array(text.utf8))
        #expect(entries.count == 1)
        let found = try #require(damage)
        // The length of 99999999999999999999 is cut to nine digits, which the file does not hold.
        let expected =
            text.contains("99999") ? "the length is no number, or more than the file holds" : reason
        #expect(found == TraceError(reason: expected, line: 6, offset: TraceFormat.headerLine.count + before.count))
    }

    @Test func aFileThatIsNoTraceIsRefused() {
        #expect(TraceReader.read(Array("INVITE sip:a SIP/2.0\r\n".utf8)).damage?.line == 1)
        #expect(TraceReader.read([]).damage != nil)
    }

    @Test(arguments: [
        ("2026-11-24T12:43:34.250123Z", "2026-11-24T12:43:34.250123Z"),
        ("2026-11-24 12:43:34.25", "2026-11-24T12:43:34.250000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ("1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00.000001Z"),
    ])
    func timesAreReadAndWritten(text: String, written: String) {
        #expect(TraceTime(text)?.description == written)
    }

    @Test(arguments: ["", "2026-11-24", "2026-11-24T24:00:00Z", "2026-11-24T12:43:34.1234567Z", "2026-11-24T12:43:3"])
    func whatIsNoTimeIsNone(text: String) {
        #expect(TraceTime(text) == nil)
    }
}
