import E911Values
import SIPCore
import Testing

@testable import E911Simulation

/// Real captures are read in the integration tests.
@Suite struct CaptureReaderTests {
    private typealias Build = PacketBuilder
    private let site = PacketBuilder.site
    private let server = PacketBuilder.server

    private func trace(_ file: [UInt8], of local: Endpoint = PacketBuilder.site) -> CapturedTrace {
        CaptureReader(file).trace(of: local)
    }

    /// One line an entry.
    private func lines(_ trace: CapturedTrace) -> [String] {
        trace.entries.map { entry in
            "\(entry.verb) \(entry.remote)\(entry.connection.map { " #\($0.rawValue)" } ?? "") "
                + String(decoding: entry.payload, as: UTF8.self)
        }
    }

    @Test(arguments: [0, 1, 12, 100, 101, 108, 113, 228, 276])
    func datagramsAreFoundBelowEachLink(_ link: UInt32) {
        let packets = [
            Build.ip(server, site, 17, Build.udp(server, site, Array("hello".utf8))),
            Build.ip(site, server, 17, Build.udp(site, server, Array("you".utf8))),
            // To nobody whom the trace is of, and to another port of the same address.
            Build.ip(server, server, 17, Build.udp(server, server, Array("no".utf8))),
            Build.ip(server, site, 17, Build.udp(server, Endpoint(site.address, 53), Array("no".utf8))),
        ].map { packet in
            switch link {
            case 0: [2, 0, 0, 0] + packet
            case 1: Build.ethernet(packet)
            case 100: Build.ethernet(packet, vlan: true)
            case 108: [0, 0, 0, 2] + packet
            case 113: [0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0] + packet
            case 276: [8, 0, 0, 0, 0, 0, 0, 1, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0] + packet
            default: packet
            }
        }
        // 100 stands for Ethernet with a VLAN.
        for (nanoseconds, isBig) in [(false, false), (true, true)] {
            let trace = trace(
                Build.pcap(link == 100 ? 1 : link, packets, nanoseconds: nanoseconds, isBig: isBig))
            #expect(lines(trace) == ["in 192.0.2.20:5070 hello", "out 192.0.2.20:5070 you"])
            #expect(trace.entries.map(\.time.microseconds) == [1_000_000_000, 1_000_001_000])
            #expect(trace.notes == [] && trace.damage == nil)
        }
    }

    @Test func fragmentsArePutTogetherInAnyOrder() {
        for (from, to) in [(server, site), (Build.server6, Build.site6)] {
            let payload = (0..<3000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let datagram = Build.udp(from, to, payload)
            func piece(_ start: Int, _ end: Int, id: UInt16 = 7) -> [UInt8] {
                Build.ip(
                    from, to, 17, Array(datagram[start..<end]), id: id, offset: start, more: end < datagram.count)
            }
            let file = Build.pcap(
                101,
                [piece(1480, 2960), piece(2960, 3008), piece(0, 1480, id: 8), piece(0, 1480), piece(0, 1480, id: 9)])
            let trace = trace(file, of: to)
            #expect(trace.entries.map(\.what) == [.received(payload)])
            #expect(trace.notes == ["2 datagrams of which a fragment is missing"])
        }
    }

    @Test(
        arguments: [[0x81, 0, 0, 5], [0x88, 0xA8, 0, 9, 0x81, 0, 0, 5], [0x91, 0, 0, 9, 0x81, 0, 0, 5]] as [[UInt8]])
    func tagsOfNetworksAreFoundBelowEachLink(_ tags: [UInt8]) {
        let packet = Build.ip(server, site, 17, Build.udp(server, site, Array("hello".utf8)))
        let type: [UInt8] = [8, 0]
        let head = [UInt8](repeating: 2, count: 12)
        let (first, rest) = (tags[..<2], tags[2...])
        for (link, frame) in [
            (1, head + tags + type + packet), (113, head + [0, 0] + tags + type + packet),
            (276, first + [UInt8](repeating: 0, count: 18) + rest + type + packet),
        ] as [(UInt32, [UInt8])] {
            #expect(lines(trace(Build.pcap(link, [frame]))) == ["in 192.0.2.20:5070 hello"], "\(link)")
        }
    }

    /// Headers may stand behind that of the fragments: they travel in the first piece, and what is told of the others is theirs.
    @Test func headersBehindTheOneOfAFragmentAreRead() {
        let (from, to) = (Build.server6, Build.site6)
        let payload = (0..<2000).map { UInt8(truncatingIfNeeded: $0) }
        let datagram: [UInt8] = [17, 0, 1, 4, 0, 0, 0, 0] + Build.udp(from, to, payload)
        let pieces = [
            Build.ip(from, to, 60, Array(datagram[..<1200]), more: true),
            Build.ip(from, to, 60, Array(datagram[1200...]), offset: 1200),
        ]
        for packets in [pieces, pieces.reversed()] {
            #expect(trace(Build.pcap(101, packets), of: to).entries.map(\.what) == [.received(payload)])
        }
    }

    /// What two pieces both have is taken once, as the one says that began before.
    @Test func piecesThatOverlapAreTakenOnce() {
        let payload = (0..<2000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let datagram = Build.udp(server, site, payload)
        let other = [UInt8](repeating: 0xEE, count: datagram.count)
        func piece(_ octets: [UInt8], _ start: Int, _ end: Int) -> [UInt8] {
            Build.ip(server, site, 17, Array(octets[start..<end]), offset: start, more: end < datagram.count)
        }
        let trace = trace(
            Build.pcap(
                101,
                [piece(datagram, 0, 1480), piece(other, 0, 800), piece(other, 800, 1480), piece(datagram, 1400, 2008)]))
        #expect(trace.entries.map(\.what) == [.received(payload)] && trace.notes == [])
    }

    /// Identifiers are used again: pieces of an hour ago belong to another datagram.
    @Test func piecesOfLongAgoAreOfAnotherDatagram() {
        let payloads = [1, 2].map { [UInt8](repeating: $0, count: 2000) }
        let pieces = payloads.map { payload in
            let datagram = Build.udp(server, site, payload)
            return [
                Build.ip(server, site, 17, Array(datagram[..<1480]), more: true),
                Build.ip(server, site, 17, Array(datagram[1480...]), offset: 1480),
            ]
        }
        let file = Build.pcap(101, [pieces[0][0], pieces[1][1], pieces[1][0]], seconds: [1000, 4600, 4601])
        let trace = trace(file)
        #expect(trace.entries.map(\.what) == [.received(payloads[1])])
        #expect(trace.notes == ["1 datagrams of which a fragment is missing"])
    }

    @Test func moreFragmentsThanAreKeptAreToldAndCostLittle() {
        let alone = (0..<1500).map { Build.ip(server, site, 17, [1, 2, 3, 4, 5, 6, 7, 8], id: UInt16($0), more: true) }
        #expect(trace(Build.pcap(101, alone)).notes == ["1500 datagrams of which a fragment is missing"])
        // All of one datagram, which never ends.
        let same = Build.ip(server, site, 17, [1, 2, 3, 4, 5, 6, 7, 8], offset: 8, more: true)
        let last = Build.ip(server, site, 17, [1], offset: 16)
        let trace = trace(Build.pcap(101, [last] + Array(repeating: same, count: 40_000)))
        #expect(trace.entries == [] && trace.notes.count == 1)
        // No datagram is that long.
        let long = [
            Build.ip(server, site, 17, [UInt8](repeating: 0, count: 65_504), more: true),
            Build.ip(server, site, 17, [UInt8](repeating: 0, count: 64), offset: 65_504),
        ]
        #expect(self.trace(Build.pcap(101, long)).entries == [])
    }

    @Test func whatTheCaptureHasCutOffIsTold() {
        let hello = Build.ip(server, site, 17, Build.udp(server, site, Array("hello".utf8)))
        let hop = Build.ip(Build.server6, Build.site6, 17, Build.udp(Build.server6, Build.site6, [65]))
        for kept in [10, 25, 30] {
            let trace = trace(Build.pcap(101, [hello], kept: kept))
            #expect(trace.entries == [] && trace.notes == ["1 packets that the capture has cut off"], "\(kept)")
        }
        // In the middle of a header before that of the transport.
        #expect(
            trace(Build.pcap(101, [hop], kept: 43), of: Build.site6).notes == [
                "1 packets that the capture has cut off"
            ])
        // With a length that the card was to fill in.
        var large = hello
        large.replaceSubrange(2..<4, with: [0, 0])
        #expect(lines(trace(Build.pcap(101, [large]))) == ["in 192.0.2.20:5070 hello"])
        large.replaceSubrange(24..<26, with: [0, 0])
        #expect(trace(Build.pcap(101, [large], kept: 30)).entries == [])
    }

    /// Where only one direction was captured nothing confirms that a segment is lost.
    @Test func aLostSegmentIsNotWaitedForWithoutEnd() {
        let count = 20_000
        let packets = (0..<count).filter { $0 != 1 }.map { index in
            Build.ip(
                server, site, 6, Build.tcp(server, site, UInt32(index), payload: [UInt8(truncatingIfNeeded: index)]))
        }
        let trace = trace(Build.pcap(101, packets))
        #expect(trace.entries.count == count && trace.notes.count == 1)
        #expect(trace.entries[2].time < TraceTime(microseconds: 1_002_000_000))
    }

    @Test func whoHasEndedItsSideIsAnsweredStill() {
        let packets = [
            Build.ip(server, site, 6, Build.tcp(server, site, 1, .syn)),
            Build.ip(site, server, 6, Build.tcp(site, server, 1, [.syn, .ack], acknowledges: 2)),
            Build.ip(server, site, 6, Build.tcp(server, site, 2, [.ack, .fin], payload: Array("a".utf8))),
            Build.ip(site, server, 6, Build.tcp(site, server, 2, payload: Array("b".utf8))),
            Build.ip(site, server, 6, Build.tcp(site, server, 3, [.ack, .fin])),
        ]
        #expect(trace(Build.pcap(101, packets)).entries.map(\.verb) == ["accepted", "in", "out", "closed"])
    }

    /// The end stands behind what the capture does not have, be it of the same segment.
    @Test func whatIsCutOffBeforeAnEndIsTold() {
        let packets = [
            Build.ip(server, site, 6, Build.tcp(server, site, 1, .syn)),
            Build.ip(site, server, 6, Build.tcp(site, server, 1, [.syn, .ack], acknowledges: 2)),
            Build.ip(
                server, site, 6, Build.tcp(server, site, 2, [.ack, .fin], payload: [UInt8](repeating: 65, count: 20))),
            Build.ip(site, server, 6, Build.tcp(site, server, 2, acknowledges: 23)),
        ]
        let trace = trace(Build.pcap(101, packets, kept: 60))
        #expect(trace.entries.map(\.verb) == ["accepted", "in", "closed"])
        #expect(trace.entries[1].payload.count == 16 && trace.entries[2].time.microseconds == 1_000_003_000)
        #expect(trace.notes.count == 2 && trace.notes[1].contains(" 4 octets from 192.0.2.20:5070"))
    }

    @Test func aClockThatIsSetBackChangesNoOrder() {
        let packets = [
            Build.ip(server, site, 6, Build.tcp(server, site, 1, .syn)),
            Build.ip(site, server, 6, Build.tcp(site, server, 1, [.syn, .ack], acknowledges: 2)),
            Build.ip(server, site, 6, Build.tcp(server, site, 2, payload: Array("a".utf8))),
            Build.ip(site, server, 6, Build.tcp(site, server, 2, payload: Array("b".utf8))),
        ]
        let trace = trace(Build.pcap(101, packets, seconds: [1000, 1000, 990, 995]))
        #expect(trace.entries.map(\.verb) == ["accepted", "in", "out"])
    }

    @Test func aStreamIsPutIntoItsOrder() {
        let packets: [[UInt8]] = [
            Build.tcp(server, site, 0xFFFF_FFF0, .syn),
            Build.tcp(site, server, 99, [.syn, .ack], acknowledges: 0xFFFF_FFF1),
            Build.tcp(server, site, 0xFFFF_FFF1, payload: Array("0123456789".utf8)),
            // Sent again with more, before its turn, and across the end of the numbers.
            Build.tcp(server, site, 15, payload: Array("uvw".utf8)),
            Build.tcp(server, site, 0xFFFF_FFF6, payload: Array("56789abcdefghijklmno".utf8)),
            Build.tcp(server, site, 0xFFFF_FFF1, payload: Array("0123456789".utf8)),
            Build.tcp(server, site, 10, payload: Array("pqrst".utf8)),
            Build.tcp(site, server, 100, payload: Array("ANSWER".utf8)),
            Build.tcp(server, site, 18, [.fin, .ack]),
            Build.tcp(site, server, 106, [.fin, .ack]),
        ]
        let frames = packets.enumerated().map { index, segment in
            [1, 7, 9].contains(index) ? Build.ip(site, server, 6, segment) : Build.ip(server, site, 6, segment)
        }
        let trace = trace(Build.pcap(101, frames))
        #expect(
            lines(trace) == [
                "accepted 192.0.2.20:5070 #1 ", "in 192.0.2.20:5070 #1 0123456789",
                "in 192.0.2.20:5070 #1 abcdefghijklmno", "in 192.0.2.20:5070 #1 pqrst", "in 192.0.2.20:5070 #1 uvw",
                "out 192.0.2.20:5070 #1 ANSWER", "closed 192.0.2.20:5070 #1 closed",
            ])
        #expect(trace.notes == [])
        #expect(
            lines(self.trace(Build.pcap(101, frames), of: server)).map { $0.split(separator: " ")[0] } == [
                "open", "opened", "out", "out", "out", "out", "in", "close",
            ])
    }

    /// What the other end has confirmed does not come any more; what is missing at the end neither.
    @Test func whatTheCaptureDoesNotHaveIsTold() {
        let packets = [
            Build.ip(server, site, 6, Build.tcp(server, site, 100, payload: Array("abc".utf8))),
            Build.ip(server, site, 6, Build.tcp(server, site, 113, payload: Array("def".utf8))),
            Build.ip(site, server, 6, Build.tcp(site, server, 5, acknowledges: 116)),
            Build.ip(server, site, 6, Build.tcp(server, site, 117, payload: Array("ghi".utf8))),
        ]
        let trace = trace(Build.pcap(228, packets))
        #expect(lines(trace).map { $0.suffix(4) } == [" #1 ", " abc", " def", " ghi"])
        #expect(trace.entries.map(\.time.microseconds).suffix(2) == [1_000_002_000, 1_000_003_000])
        #expect(trace.notes.count == 2 && trace.notes[0].contains(" 10 octets from 192.0.2.20:5070"))
        #expect(trace.notes.last?.contains(" 1 octets") == true)
    }

    @Test func connectionsAreToldApart() {
        func ip(_ segment: [UInt8], isOurs: Bool = false) -> [UInt8] {
            isOurs ? Build.ip(site, server, 6, segment) : Build.ip(server, site, 6, segment)
        }
        let refused = Endpoint(site.address, 40_000)
        let packets = [
            ip(Build.tcp(server, site, 1, .syn)),
            ip(Build.tcp(site, server, 1, [.syn, .ack], acknowledges: 2), isOurs: true),
            ip(Build.tcp(server, site, 2, payload: Array("a".utf8))), ip(Build.tcp(server, site, 3, .rst)),
            // The same ports again.
            ip(Build.tcp(server, site, 9001, .syn)),
            ip(Build.tcp(site, server, 77, [.syn, .ack], acknowledges: 9002), isOurs: true),
            ip(Build.tcp(server, site, 9002, payload: Array("b".utf8))),
            // One of ours from another port, which is refused, and one that is encrypted.
            Build.ip(refused, server, 6, Build.tcp(refused, server, 5, .syn)),
            Build.ip(server, refused, 6, Build.tcp(server, refused, 0, [.rst, .ack], acknowledges: 6)),
            Build.ip(server, site, 6, Build.tcp(Endpoint(server.address, 9), site, 1, payload: [0x16, 3, 1, 0, 5])),
        ]
        let trace = trace(Build.pcap(101, packets))
        #expect(
            lines(trace) == [
                "accepted 192.0.2.20:5070 #1 ", "in 192.0.2.20:5070 #1 a", "closed 192.0.2.20:5070 #1 reset",
                "accepted 192.0.2.20:5070 #2 ", "in 192.0.2.20:5070 #2 b", "open 192.0.2.20:5070 #3 ",
                "failed 192.0.2.20:5070 #3 refused",
            ])
        #expect(trace.notes == ["192.0.2.10:5060 and 192.0.2.20:9: encrypted, and not read"])
    }

    /// On loopback both ends may have the same address.
    @Test func theViaSaysWhoseAConnectionIs() {
        let manager = Endpoint(server.address, 5070)
        let (peer, port) = (Endpoint(server.address, 5080), Endpoint(server.address, 40_001))
        let packets = [
            Build.ip(port, peer, 6, Build.tcp(port, peer, 1, .syn)),
            Build.ip(peer, port, 6, Build.tcp(peer, port, 1, [.syn, .ack], acknowledges: 2)),
            Build.ip(port, peer, 6, Build.tcp(port, peer, 2, payload: Build.options(1))),
        ]
        let reader = CaptureReader(Build.pcap(101, packets))
        #expect(reader.trace(of: manager).entries.map(\.verb) == ["open", "opened", "out"])
        #expect(reader.trace(of: Endpoint(server.address, 5071)).entries == [])
        #expect(reader.endpoints.map(\.packets) == [1, 1] && reader.endpoints.first?.endpoint == port)
    }

    /// What `trace write` writes.
    @Test func ourOwnFilesAreRead() throws {
        let isMessage = { (entry: TraceEntry) in ["in", "out"].contains(entry.verb) && !entry.payload.isEmpty }
        let messages = TraceFormatTests.trace.filter(isMessage)
        let reader = CaptureReader(PcapngFormat.octets(of: TraceFormatTests.trace, software: "e911d 1"))
        for local in Set(messages.map(\.local)) {
            let wanted = messages.filter { $0.local == local }
            let entries = reader.trace(of: local).entries.filter(isMessage)
            #expect(entries.map(\.payload) == wanted.map(\.payload) && entries.map(\.verb) == wanted.map(\.verb))
            #expect(entries.map(\.time) == wanted.map(\.time) && entries.map(\.remote) == wanted.map(\.remote))
        }
    }
}

@Suite struct CaptureFileTests {
    private typealias Build = PacketBuilder

    private func block(_ type: UInt32, _ body: [UInt8], isBig: Bool) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] { isBig ? Build.big(value) : Build.little(value) }
        let length = number(UInt32(body.count + 12))
        return number(type) + length + body + length
    }

    /// Sections of both octet orders, times of several resolutions with an offset, packets of all three kinds.
    @Test func sectionsHaveTheirOwnOrderAndInterfaces() throws {
        var octets: [UInt8] = []
        for isBig in [true, false] {
            func number(_ value: some FixedWidthInteger) -> [UInt8] { isBig ? Build.big(value) : Build.little(value) }
            let section = block(
                0x0A0D_0D0A, number(UInt32(0x1A2B_3C4D)) + number(UInt16(1)) + [0, 0] + Build.big(-1), isBig: isBig)
            octets += section
            // Nanoseconds, and a 1,024th of a second, 100 s later.
            octets += block(
                1,
                number(UInt16(101)) + [0, 0] + number(UInt32(0)) + number(UInt16(9)) + number(UInt16(1)) + [9, 0, 0, 0]
                    + number(UInt32(0)), isBig: isBig)
            octets += block(
                1,
                number(UInt16(1)) + [0, 0] + number(UInt32(0)) + number(UInt16(9)) + number(UInt16(1))
                    + [0x8A, 0, 0, 0] + number(UInt16(14)) + number(UInt16(8)) + number(Int64(100)), isBig: isBig)
            octets += block(99, [1, 2, 3, 4], isBig: isBig)
            let time = UInt64(5_000_001_999)
            octets += block(
                6,
                number(UInt32(0)) + number(UInt32(time >> 32)) + number(UInt32(truncatingIfNeeded: time))
                    + number(UInt32(2)) + number(UInt32(9)) + [7, 8, 0, 0], isBig: isBig)
            octets += block(
                2,
                number(UInt16(1)) + number(UInt16(3)) + number(UInt32(0)) + number(UInt32(1536)) + number(UInt32(4))
                    + number(UInt32(4)) + [1, 2, 3, 4], isBig: isBig)
            octets += block(3, number(UInt32(3)) + [5, 6, 7, 0], isBig: isBig)
            // Of five octets, with no room for more than three.
            octets += section
            octets += block(1, number(UInt16(101)) + [0, 0] + number(UInt32(3)), isBig: isBig)
            octets += block(3, number(UInt32(5)) + [5, 6, 7, 0], isBig: isBig)
        }
        var file = try CaptureFile(octets)
        var packets: [CapturedPacket] = []
        while let packet = try file.next() { packets.append(packet) }
        let wanted: [(Int64, UInt32, [UInt8], Bool)] = [
            (5_000_001, 101, [7, 8], true), (101_500_000, 1, [1, 2, 3, 4], false),
            (101_500_000, 101, [5, 6, 7], false), (101_500_000, 101, [5, 6, 7], true),
        ]
        try #require(packets.count == 8)
        for (packet, wanted) in zip(packets, wanted + wanted) {
            #expect(packet.time.microseconds == wanted.0 && packet.linkType == wanted.1)
            #expect(Array(packet.octets) == wanted.2 && packet.isCut == wanted.3)
        }
    }

    /// What was read is written and read again, whatever a file says of its times.
    @Test(
        arguments: [(UInt64.max, 0), (0, Int64.min), (0, .max), (0, -9_223_372_036_854), (1 << 60, 1)]
            as [(UInt64, Int64)])
    func timesThatNoTraceHasAreHeldToThoseThatOneHas(_ ticks: UInt64, _ offset: Int64) {
        let packet = Build.ip(Build.server, Build.site, 17, Build.udp(Build.server, Build.site, [65, 66]))
        var octets = block(
            0x0A0D_0D0A, Build.little(UInt32(0x1A2B_3C4D)) + [1, 0, 0, 0] + Build.little(Int64(-1)), isBig: false)
        octets += block(
            1, [101, 0, 0, 0, 0, 0, 0, 0, 14, 0, 8, 0] + Build.little(offset) + [0, 0, 0, 0], isBig: false)
        let count = Build.little(UInt32(packet.count))
        let time = Build.little(UInt32(ticks >> 32)) + Build.little(UInt32(truncatingIfNeeded: ticks))
        octets += block(6, [0, 0, 0, 0] + time + count + count + packet + [0, 0], isBig: false)
        let entries = CaptureReader(octets).trace(of: Build.site).entries
        #expect(entries.count == 1)
        let again = TraceReader.read(TraceFormat.octets(of: entries))
        #expect(again.damage == nil && again.entries == entries)
    }

    @Test func damageIsToldAndWhatIsBeforeItIsRead() {
        let (site, server) = (Build.site, Build.server)
        let packet = Build.ip(server, site, 17, Build.udp(server, site, [65, 66]))
        let file = Build.pcap(101, [packet, packet])
        let cut = CaptureReader(Array(file.dropLast())).trace(of: site)
        #expect(cut.entries.count == 1)
        #expect(cut.damage == CaptureError(reason: "the packet is cut off", offset: file.count - 16 - packet.count))
        #expect(CaptureReader([1, 2, 3]).trace(of: site).damage?.reason == "the file is neither pcap nor pcapng")
        #expect(CaptureReader(Array(file.prefix(20))).trace(of: site).damage?.reason == "the file's header is cut off")
        #expect(
            CaptureReader(Build.pcap(147, [packet])).trace(of: site).notes == [
                "1 packets of link type 147, which is not read"
            ])
    }

    /// Nothing that a file holds can trap the reader: each octet of a file with everything in it changed, in several ways.
    @Test func noOctetTrapsIt() {
        let (site, server, server6, site6) = (Build.site, Build.server, Build.server6, Build.site6)
        let datagram = Build.udp(server6, site6, Array("hello".utf8))
        let packets = [
            Build.ip(server, site, 17, Build.udp(server, site, Array("hello".utf8))),
            Build.ip(server6, site6, 17, Array(datagram[..<8]), more: true),
            Build.ip(server6, site6, 17, Array(datagram[8...]), offset: 8),
            Build.ip(server, site, 6, Build.tcp(server, site, 1, .syn)),
            Build.ip(server, site, 6, Build.tcp(server, site, 2, payload: Build.options(1))),
            Build.ip(server, site, 6, Build.tcp(server, site, 900, [.fin, .ack], acknowledges: 3)),
        ].map { Build.ethernet($0, vlan: true) }
        let files = [
            Build.pcap(1, packets), PcapngFormat.octets(of: TraceFormatTests.trace, software: "e911d"),
        ]
        var entries = 0
        for file in files {
            for index in file.indices {
                for change: UInt8 in [0x01, 0x80, 0xFF, file[index]] {
                    var changed = file
                    changed[index] ^= change
                    entries += CaptureReader(changed).trace(of: site).entries.count
                }
                entries += CaptureReader(Array(file[..<index])).trace(of: site).entries.count
            }
        }
        #expect(entries > files[0].count)
    }
}
