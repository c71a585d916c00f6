import E911Values
import SIPCore

@testable import E911Simulation

/// Builds packets and capture files octet by octet.
enum PacketBuilder {
    static let site = Endpoint(IPAddress(v4: 0xC000_020A), 5060)  // 192.0.2.10
    static let server = Endpoint(IPAddress(v4: 0xC000_0214), 5070)  // 192.0.2.20
    static let site6 = Endpoint(IPAddress(v6: 0x2001_0db8 << 96 | 1), 5060)
    static let server6 = Endpoint(IPAddress(v6: 0x2001_0db8 << 96 | 2), 5070)

    static func big(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func udp(_ from: Endpoint, _ to: Endpoint, _ payload: [UInt8]) -> [UInt8] {
        big(from.port) + big(to.port) + big(UInt16(payload.count + 8)) + [0, 0] + payload
    }

    struct Flags: OptionSet {
        let rawValue: UInt8
        static let fin = Flags(rawValue: 1)
        static let syn = Flags(rawValue: 2)
        static let rst = Flags(rawValue: 4)
        static let ack = Flags(rawValue: 16)
    }

    static func tcp(
        _ from: Endpoint, _ to: Endpoint, _ sequence: UInt32, _ flags: Flags = .ack, acknowledges: UInt32 = 0,
        payload: [UInt8] = []
    ) -> [UInt8] {
        // Four octets of options: the header's length must be read.
        big(from.port) + big(to.port) + big(sequence) + big(acknowledges) + [0x60, flags.rawValue] + big(UInt16(512))
            + [0, 0, 0, 0] + [1, 1, 1, 0] + payload
    }

    static func ip(
        _ from: Endpoint, _ to: Endpoint, _ number: UInt8, _ payload: [UInt8], id: UInt16 = 7, offset: Int = 0,
        more: Bool = false
    ) -> [UInt8] {
        guard from.address.isIPv4 else {
            // A header for the hops, and one of a fragment if there is one.
            var headers: [UInt8] = [offset > 0 || more ? 44 : number, 0, 1, 4, 0, 0, 0, 0]
            if offset > 0 || more {
                headers += [number, 0] + big(UInt16(offset | (more ? 1 : 0))) + big(UInt32(id))
            }
            return [0x60, 0, 0, 0] + big(UInt16(headers.count + payload.count)) + [0, 64] + big(from.address.bits)
                + big(to.address.bits) + headers + payload
        }
        return [0x45, 0] + big(UInt16(payload.count + 20)) + big(id)
            + big(UInt16(offset / 8) | (more ? 0x2000 : 0)) + [64, number, 0, 0]
            + big(UInt32(truncatingIfNeeded: from.address.bits)) + big(UInt32(truncatingIfNeeded: to.address.bits))
            + payload
    }

    static func ethernet(_ packet: [UInt8], vlan: Bool = false) -> [UInt8] {
        let type: [UInt8] = packet[0] >> 4 == 4 ? [8, 0] : [0x86, 0xDD]
        return [UInt8](repeating: 2, count: 12) + (vlan ? [0x81, 0, 0, 5] : []) + type + packet
    }

    /// A file in the old format, one packet each millisecond from second 1,000 on.
    ///
    /// - Parameters:
    ///   - seconds: the time of each in place of that.
    ///   - kept: of each packet, most octets that the capture has.
    static func pcap(
        _ linkType: UInt32, _ packets: [[UInt8]], nanoseconds: Bool = false, isBig: Bool = false,
        seconds: [UInt32]? = nil, kept: Int = .max
    ) -> [UInt8] {
        func number(_ value: some FixedWidthInteger) -> [UInt8] { isBig ? big(value) : little(value) }
        var file = number(nanoseconds ? UInt32(0xA1B2_3C4D) : 0xA1B2_C3D4) + number(UInt16(2)) + number(UInt16(4))
        file += number(UInt32(0)) + number(UInt32(0)) + number(UInt32(65_535)) + number(linkType)
        for (index, packet) in packets.enumerated() {
            let fraction = seconds == nil ? UInt32(index * (nanoseconds ? 1_000_000 : 1000)) : 0
            file += number(seconds?[index] ?? 1000) + number(fraction)
            file += number(UInt32(min(kept, packet.count))) + number(UInt32(packet.count)) + packet.prefix(kept)
        }
        return file
    }

    static func options(_ number: Int) -> [UInt8] {
        Array(
            ("OPTIONS sip:a@192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.20:5070;branch=z9hG4bK\(number)\r\n"
                + "Max-Forwards: 70\r\nFrom: <sip:b@c>;tag=1\r\nTo: <sip:a@c>\r\nCall-ID: \(number)\r\n"
                + "CSeq: \(number) OPTIONS\r\nContent-Length: 0\r\n\r\n").utf8)
    }
}
