import E911Values
import SIPCore

/// What one packet carries between two ports.
struct CapturedSegment: Equatable {
    enum Kind: Equatable {
        case datagram
        /// TCP (RFC 9293 section 3.1).
        case tcp(sequence: UInt32, acknowledges: UInt32?, isFirst: Bool, isLast: Bool, isReset: Bool)
        /// A message of a stream that something else has put together (Wireshark's upper PDU).
        case message(SIPTransportKind)
    }

    var time: TraceTime
    var source: Endpoint
    var destination: Endpoint
    var kind: Kind
    var payload: ArraySlice<UInt8>
    /// Octets of it that the capture does not have.
    var cut = 0

    var isCut: Bool { cut > 0 }
}

/// Why a packet was left out.
enum PacketProblem: Error, Equatable {
    case linkType(UInt32)
    /// Neither UDP nor TCP over IP.
    case other
    case malformed
    /// A part of a datagram; the rest may come.
    case fragment
}

/// Finds UDP and TCP in packets: below Ethernet and Linux' "any" device, with or without VLAN tags, loopback, bare IP; IPv4
/// and IPv6, with fragments put together.
struct PacketDissector {
    private var fragments = FragmentTable()

    /// How many datagrams miss a fragment.
    var incomplete: Int { fragments.incomplete }

    mutating func segment(of packet: CapturedPacket) throws(PacketProblem) -> CapturedSegment {
        var octets = PacketOctets(packet.octets)
        switch packet.linkType {
        case 252:
            guard let segment = UpperPDU.segment(of: packet) else { throw .malformed }
            return segment
        case 0, 108: guard octets.skip(4) else { throw .malformed }
        case 1:
            guard octets.skip(12), let type = octets.u16() else { throw .malformed }
            try Self.passTags(type, &octets)
        case 113:
            guard octets.skip(14), let type = octets.u16() else { throw .malformed }
            try Self.passTags(type, &octets)
        case 276:
            guard let type = octets.u16(), octets.skip(18) else { throw .malformed }
            try Self.passTags(type, &octets)
        case 12, 14, 101, 228, 229: break
        default: throw .linkType(packet.linkType)
        }
        guard let version = octets.rest.first.map({ $0 >> 4 }) else { throw .malformed }
        guard version == 4 || version == 6 else { throw .other }
        guard var datagram = version == 4 ? Self.ipv4(octets) : Self.ipv6(octets) else {
            throw .malformed
        }
        // What stands for a length of its own cannot show that there was more.
        if datagram.isOfNoLength { datagram.cut = packet.cut }
        guard var whole = fragments.whole(datagram, packet.time) else { throw .fragment }
        if version == 6, whole.isFragment {
            // Behind the header of the fragments more of them may stand, which only the whole has.
            guard Self.skipHeaders(&whole), !whole.isFragment else { throw .malformed }
        }
        return try Self.transport(whole, packet.time)
    }

    /// Passes tags of VLANs (IEEE 802.1Q, and 802.1ad around it) up to IP.
    private static func passTags(_ first: UInt16, _ octets: inout PacketOctets) throws(PacketProblem) {
        var type = first
        while type == 0x8100 || type == 0x88A8 || type == 0x9100 {
            guard octets.skip(2), let next = octets.u16() else { throw .malformed }
            type = next
        }
        guard type == 0x0800 || type == 0x86DD else { throw .other }
    }

    // MARK: IP

    private static func ipv4(_ octets: PacketOctets) -> IPDatagram? {
        var header = octets
        guard let first = header.u8(), header.skip(1), let length = header.u16(), let identification = header.u16(),
            let place = header.u16(), header.skip(1), let number = header.u8(), header.skip(2),
            let source = header.u32(), let destination = header.u32(), header.skip(Int(first & 15) * 4 - 20)
        else { return nil }
        // With segmentation left to the card, the length of what is too long for the field is 0.
        let wanted = length == 0 ? header.rest.count : Int(length) - Int(first & 15) * 4
        guard wanted >= 0 else { return nil }
        return IPDatagram(
            source: IPAddress(v4: source), destination: IPAddress(v4: destination), number: number,
            identification: UInt32(identification), offset: Int(place & 0x1FFF) * 8, hasMore: place & 0x2000 != 0,
            payload: header.rest.prefix(wanted), cut: max(0, wanted - header.rest.count), isOfNoLength: length == 0)
    }

    private static func ipv6(_ octets: PacketOctets) -> IPDatagram? {
        var header = octets
        guard header.skip(4), let length = header.u16(), let number = header.u8(), header.skip(1),
            let source = address(&header), let destination = address(&header)
        else { return nil }
        let wanted = length == 0 ? header.rest.count : Int(length)
        var datagram = IPDatagram(
            source: source, destination: destination, number: number, identification: 0, offset: 0, hasMore: false,
            payload: header.rest.prefix(wanted), cut: max(0, wanted - header.rest.count), isOfNoLength: length == 0)
        return skipHeaders(&datagram) ? datagram : nil
    }

    /// Passes the headers before the one of the transport (RFC 8200 section 4.1), up to that of a fragment.
    private static func skipHeaders(_ datagram: inout IPDatagram) -> Bool {
        var header = PacketOctets(datagram.payload)
        datagram.isFragment = false
        while true {
            switch datagram.number {
            case 0, 43, 60, 51:
                guard let next = header.u8(), let count = header.u8() else { return false }
                let octets = datagram.number == 51 ? (Int(count) + 2) * 4 : (Int(count) + 1) * 8
                guard header.skip(octets - 2) else { return false }
                datagram.number = next
            case 44:
                guard let next = header.u8(), header.skip(1), let place = header.u16(),
                    let identification = header.u32()
                else { return false }
                datagram.number = next
                datagram.identification = identification
                datagram.offset = Int(place & 0xFFF8)
                datagram.hasMore = place & 1 != 0
                datagram.isFragment = true
                datagram.payload = header.rest
                return true
            default:
                datagram.payload = header.rest
                return true
            }
        }
    }

    private static func address(_ octets: inout PacketOctets) -> IPAddress? {
        octets.take(16).map { IPAddress(v6: $0.reduce(0) { $0 << 8 | UInt128($1) }) }
    }

    // MARK: UDP and TCP

    private static func transport(
        _ datagram: IPDatagram, _ time: TraceTime
    ) throws(PacketProblem) -> CapturedSegment {
        guard datagram.number == 17 || datagram.number == 6 else { throw .other }
        var octets = PacketOctets(datagram.payload)
        guard let from = octets.u16(), let to = octets.u16() else { throw .malformed }
        var segment = CapturedSegment(
            time: time, source: Endpoint(datagram.source, from), destination: Endpoint(datagram.destination, to),
            kind: .datagram, payload: [], cut: datagram.cut)
        if datagram.number == 17 {
            guard let length = octets.u16(), octets.skip(2), length == 0 || length >= 8 else {
                throw .malformed
            }
            let wanted = length == 0 ? octets.rest.count : Int(length) - 8
            segment.payload = octets.rest.prefix(wanted)
            segment.cut = max(segment.cut, wanted - segment.payload.count)
            return segment
        }
        guard let sequence = octets.u32(), let acknowledged = octets.u32(), let offset = octets.u8(),
            let flags = octets.u8(), octets.skip(6), octets.skip(Int(offset >> 4) * 4 - 20)
        else { throw .malformed }
        segment.kind = .tcp(
            sequence: sequence, acknowledges: flags & 0x10 != 0 ? acknowledged : nil, isFirst: flags & 2 != 0,
            isLast: flags & 1 != 0, isReset: flags & 4 != 0)
        segment.payload = octets.rest
        return segment
    }
}

/// The packet that ``PcapngFormat`` writes: tags with addresses and ports, and the message.
private enum UpperPDU {
    static func segment(of packet: CapturedPacket) -> CapturedSegment? {
        var octets = PacketOctets(packet.octets)
        var addresses: [UInt16: IPAddress] = [:]
        var ports: [UInt16: UInt16] = [:]
        var isStream = false
        while let tag = octets.u16(), let length = octets.u16() {
            guard let value = octets.take(Int(length)) else { return nil }
            let number = value.count <= 16 ? value.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } : 0
            switch (tag, value.count) {
            case (0, 0):
                guard let from = addresses[0], let to = addresses[1], let fromPort = ports[0], let toPort = ports[1]
                else { return nil }
                return CapturedSegment(
                    time: packet.time, source: Endpoint(from, fromPort), destination: Endpoint(to, toPort),
                    kind: isStream ? .message(.tcp) : .datagram, payload: octets.rest, cut: packet.cut)
            case (20, 4), (21, 4): addresses[tag - 20] = IPAddress(v4: UInt32(truncatingIfNeeded: number))
            case (22, 16), (23, 16): addresses[tag - 22] = IPAddress(v6: number)
            case (24, 4): isStream = number == 2
            case (25, 4), (26, 4): ports[tag - 25] = UInt16(truncatingIfNeeded: number)
            default: break
            }
        }
        return nil
    }
}
