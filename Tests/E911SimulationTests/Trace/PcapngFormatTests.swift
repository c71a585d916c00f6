import E911Simulation
import SIPCore
import Testing

/// What Wireshark makes of it, the integration tests show.
@Suite struct PcapngFormatTests {
    private struct Block: Equatable {
        var type: UInt32
        var body: [UInt8]
    }

    private func number(_ octets: some Collection<UInt8>) -> UInt32 {
        octets.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Every block has its length on both sides, a multiple of four.
    private func blocks(_ octets: [UInt8]) throws -> [Block] {
        var blocks: [Block] = []
        var at = 0
        while at < octets.count {
            let length = Int(number(octets[(at + 4)..<(at + 8)]))
            try #require(length % 4 == 0 && length >= 12 && at + length <= octets.count)
            #expect(Int(number(octets[(at + length - 4)..<(at + length)])) == length)
            blocks.append(
                Block(type: number(octets[at..<(at + 4)]), body: Array(octets[(at + 8)..<(at + length - 4)])))
            at += length
        }
        return blocks
    }

    @Test func aFileHasASectionAnInterfaceAndAPacketForEachMessage() throws {
        let blocks = try blocks(PcapngFormat.octets(of: TraceFormatTests.trace, software: "e911d 1"))
        #expect(blocks.map(\.type) == [0x0A0D_0D0A, 1] + [UInt32](repeating: 6, count: 5))
        #expect(number(blocks[1].body[0..<2]) == 252)
        let packet = blocks[2].body
        let time = UInt64(number(packet[4..<8])) << 32 | UInt64(number(packet[8..<12]))
        #expect(time == UInt64(TraceFormatTests.time.microseconds))
        #expect(number(packet[12..<16]) == number(packet[16..<20]))
    }

    @Test func aMessageThatIsTooLongIsCutAndSaysSo() throws {
        let long = TraceFormatTests.entry(.received([UInt8](repeating: 65, count: 500_000)), .tcp)
        let packet = try #require(try blocks(PcapngFormat.octets(of: [long], software: "")).last).body
        #expect(number(packet[12..<16]) == 262_144)
        #expect(number(packet[16..<20]) > 500_000)
    }
}
