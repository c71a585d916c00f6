import E911Values
import SIPCore

/// Writes messages as a pcapng file (draft-ietf-opsawg-pcapng), which Wireshark and tshark open.
///
/// Link type 252, "Wireshark upper PDU": each packet is one SIP message with the addresses and ports between which it went,
/// whatever carried it. So a message that came in many pieces is one packet, and one that came over TLS can be read.
public enum PcapngFormat {
    /// Octets of one packet that Wireshark takes; of a longer one this much is written, with its true length.
    static let packetOctets = 262_144
    private static let upperPDU: UInt16 = 252

    /// What the file begins with: the section's header and one interface, whose times are in microseconds.
    public static func header(software: String) -> [UInt8] {
        var section = BlockWriter()
        section.put32(0x1A2B_3C4D)
        section.put16(1)
        section.put16(0)
        section.put64(UInt64.max)  // the section's length is not known
        section.option(4, Array(software.utf8))
        section.endOptions()
        var interface = BlockWriter()
        interface.put16(upperPDU)
        interface.put16(0)
        interface.put32(UInt32(packetOctets))
        interface.option(2, Array("SIP".utf8))
        interface.endOptions()
        return section.block(0x0A0D_0D0A) + interface.block(1)
    }

    /// One packet; nothing for an entry that carries no octets.
    public static func octets(of entry: TraceEntry) -> [UInt8] {
        let message: [UInt8]
        switch entry.what {
        case .received(let octets), .sent(let octets): message = octets
        case .accepted, .opened, .openFailed, .closed, .open, .close: return []
        }
        let packet = tags(of: entry) + message
        let kept = packet.prefix(packetOctets)
        var block = BlockWriter()
        block.put32(0)
        let time = UInt64(clamping: entry.time.microseconds)
        block.put32(UInt32(truncatingIfNeeded: time >> 32))
        block.put32(UInt32(truncatingIfNeeded: time))
        block.put32(UInt32(kept.count))
        block.put32(UInt32(clamping: packet.count))
        block.padded(kept)
        // Flags: 1 is inbound, 2 is outbound.
        block.option(2, [entry.isInward ? 1 : 2, 0, 0, 0])
        if entry.transport == .tls { block.option(1, Array("TLS".utf8)) }
        block.endOptions()
        return block.block(6)
    }

    /// A whole file.
    public static func octets(of trace: [TraceEntry], software: String) -> [UInt8] {
        trace.reduce(into: header(software: software)) { $0 += octets(of: $1) }
    }

    /// What stands before an upper PDU: its dissector and its addresses, each with a tag and a length, big-endian.
    private static func tags(of entry: TraceEntry) -> [UInt8] {
        let (from, to) = entry.isInward ? (entry.remote, entry.local) : (entry.local, entry.remote)
        var tags: [UInt8] = []
        func tag(_ number: UInt8, _ value: [UInt8]) {
            tags += [0, number, 0, UInt8(value.count)] + value
        }
        tag(12, Array("sip\0".utf8))
        for (endpoint, version4, version6) in [(from, UInt8(20), UInt8(22)), (to, 21, 23)] {
            let address = endpoint.address
            tag(address.isIPv4 ? version4 : version6, octets(of: address.bits, count: address.isIPv4 ? 4 : 16))
        }
        tag(24, [0, 0, 0, entry.transport == .udp ? 3 : 2])
        tag(25, [0, 0, UInt8(from.port >> 8), UInt8(truncatingIfNeeded: from.port)])
        tag(26, [0, 0, UInt8(to.port >> 8), UInt8(truncatingIfNeeded: to.port)])
        return tags + [0, 0, 0, 0]
    }

    private static func octets(of bits: UInt128, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
}

/// The body of one block; numbers are little-endian.
private struct BlockWriter {
    private var body: [UInt8] = []

    mutating func put16(_ value: UInt16) { put(value) }
    mutating func put32(_ value: UInt32) { put(value) }
    mutating func put64(_ value: UInt64) { put(value) }

    private mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) }
    }

    mutating func padded(_ octets: some Collection<UInt8>) {
        body += octets
        body += [UInt8](repeating: 0, count: (4 - octets.count % 4) % 4)
    }

    mutating func option(_ code: UInt16, _ value: [UInt8]) {
        put16(code)
        put16(UInt16(value.count))
        padded(value)
    }

    mutating func endOptions() { put32(0) }

    func block(_ type: UInt32) -> [UInt8] {
        var whole = BlockWriter()
        whole.put32(type)
        whole.put32(UInt32(body.count + 12))
        whole.body += body
        whole.put32(UInt32(body.count + 12))
        return whole.body
    }
}
