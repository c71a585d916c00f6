/// One packet of a capture.
struct CapturedPacket: Equatable {
    var time: TraceTime
    /// What its octets begin with (LINKTYPE_… of pcap).
    var linkType: UInt32
    var octets: ArraySlice<UInt8>
    /// Octets that it had on the wire beside.
    var cut: Int

    var isCut: Bool { cut > 0 }
}

/// Damage of a capture.
public struct CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
    public var reason: String
    /// Octets before it.
    public var offset: Int

    public var description: String { "octet \(offset): \(reason)" }
}

/// Reads the packets of a file in the format pcap (draft-ietf-opsawg-pcap) or pcapng (draft-ietf-opsawg-pcapng), of either
/// octet order, with times to the microsecond or the nanosecond.
struct CaptureFile {
    private struct Interface {
        var linkType: UInt32
        /// Most octets that are kept of a packet; 0 for all.
        var snapLength: UInt32 = 0
        /// Of one second.
        var ticks: UInt64 = 1_000_000
        var offset: Int64 = 0
    }

    private enum Format {
        case pcap(Interface)
        case pcapng
    }

    /// The end of the year 9999: a trace has no later time. A file can name others, by damage or on purpose.
    private static let latest: Int64 = 253_402_300_799_999_999
    private let octets: [UInt8]
    private let format: Format
    private var at: Int
    private var isBigEndian: Bool
    private var interfaces: [Interface] = []
    private var last = TraceTime(microseconds: 0)

    /// Whether octets begin like a capture.
    static func isCapture(_ octets: some Collection<UInt8>) -> Bool {
        let first = Array(octets.prefix(4))
        return first == section || pcapOrder(first) != nil
    }

    /// - Throws: ``CaptureError`` when the file begins like neither.
    init(_ octets: [UInt8]) throws(CaptureError) {
        self.octets = octets
        let first = Array(octets.prefix(4))
        if first == Self.section {
            (format, at, isBigEndian) = (.pcapng, 0, false)
            return
        }
        guard let (isBigEndian, ticks) = Self.pcapOrder(first) else {
            throw CaptureError(reason: "the file is neither pcap nor pcapng", offset: 0)
        }
        self.isBigEndian = isBigEndian
        var header = PacketOctets(octets[4...], isBigEndian: isBigEndian)
        guard header.skip(16), let linkType = header.u32() else {
            throw CaptureError(reason: "the file's header is cut off", offset: octets.count)
        }
        // The upper bits say how long a frame's check sequence is.
        format = .pcap(Interface(linkType: linkType & 0xFFFF, ticks: ticks))
        at = 24
    }

    private static let section: [UInt8] = [0x0A, 0x0D, 0x0D, 0x0A]

    private static func pcapOrder(_ first: [UInt8]) -> (isBigEndian: Bool, ticks: UInt64)? {
        switch first {
        case [0xA1, 0xB2, 0xC3, 0xD4]: (true, 1_000_000)
        case [0xD4, 0xC3, 0xB2, 0xA1]: (false, 1_000_000)
        case [0xA1, 0xB2, 0x3C, 0x4D]: (true, 1_000_000_000)
        case [0x4D, 0x3C, 0xB2, 0xA1]: (false, 1_000_000_000)
        default: nil
        }
    }

    /// The next packet, `nil` at the end.
    mutating func next() throws(CaptureError) -> CapturedPacket? {
        switch format {
        case .pcap(let interface): return try nextRecord(interface)
        case .pcapng:
            while at < octets.count {
                if let packet = try nextBlock() { return packet }
            }
            return nil
        }
    }

    private func damage(_ reason: String) -> CaptureError { CaptureError(reason: reason, offset: at) }

    private mutating func nextRecord(_ interface: Interface) throws(CaptureError) -> CapturedPacket? {
        guard at < octets.count else { return nil }
        var record = PacketOctets(octets[at...], isBigEndian: isBigEndian)
        guard let seconds = record.u32(), let fraction = record.u32(), let kept = record.u32(),
            let length = record.u32(),
            let packet = record.take(Int(kept))
        else { throw damage("the packet is cut off") }
        let microseconds = Int64(fraction) / Int64(interface.ticks / 1_000_000)
        at = octets.count - record.rest.count
        return CapturedPacket(
            time: TraceTime(microseconds: Int64(seconds) * 1_000_000 + microseconds), linkType: interface.linkType,
            octets: packet, cut: max(0, Int(length) - Int(kept)))
    }

    /// The packet of the next block, `nil` if it is of another kind.
    private mutating func nextBlock() throws(CaptureError) -> CapturedPacket? {
        var block = PacketOctets(octets[at...], isBigEndian: isBigEndian)
        if block.rest.starts(with: Self.section) {
            switch Array(block.rest.dropFirst(8).prefix(4)) {
            case [0x1A, 0x2B, 0x3C, 0x4D]: isBigEndian = true
            case [0x4D, 0x3C, 0x2B, 0x1A]: isBigEndian = false
            default: throw damage("the section has no octet order")
            }
            interfaces = []
            block.isBigEndian = isBigEndian
        }
        guard let type = block.u32(), let length = block.u32(), length >= 12, length % 4 == 0,
            let whole = block.take(Int(length) - 8)
        else { throw damage("the block is cut off, or its length is none") }
        var body = PacketOctets(whole.dropLast(4), isBigEndian: isBigEndian)
        switch type {
        case 1: interfaces.append(try interface(&body))
        case 2, 3, 6:
            guard let packet = packet(of: type, &body) else { throw damage("the packet does not fit into its block") }
            at += Int(length)
            return packet
        default: break
        }
        at += Int(length)
        return nil
    }

    private func interface(_ body: inout PacketOctets) throws(CaptureError) -> Interface {
        guard let linkType = body.u16(), body.skip(2), let snapLength = body.u32() else {
            throw damage("the interface's description is cut off")
        }
        var interface = Interface(linkType: UInt32(linkType), snapLength: snapLength)
        while let code = body.u16(), let length = body.u16(), code != 0, let value = body.take(Int(length)) {
            switch (code, value.count) {
            case (9, 1):
                // Powers of ten, or of two with the upper bit.
                let resolution = value.first ?? 6
                let exponent = Int(resolution & 0x7F)
                if resolution & 0x80 != 0 {
                    guard exponent < 64 else { throw damage("times of 2^-\(exponent) seconds are not read") }
                    interface.ticks = 1 << UInt64(exponent)
                } else {
                    guard exponent < 20 else { throw damage("times of 10^-\(exponent) seconds are not read") }
                    interface.ticks = (0..<exponent).reduce(1) { ticks, _ in ticks * 10 }
                }
            case (14, 8):
                var number = PacketOctets(value, isBigEndian: isBigEndian)
                let (first, second) = (UInt64(number.u32() ?? 0), UInt64(number.u32() ?? 0))
                interface.offset = Int64(bitPattern: isBigEndian ? first << 32 | second : second << 32 | first)
            default: break
            }
            _ = body.skip((4 - Int(length) % 4) % 4)
        }
        return interface
    }

    private mutating func packet(of type: UInt32, _ body: inout PacketOctets) -> CapturedPacket? {
        if type == 3 {
            // It has no time: the time of the packet before it is the best there is.
            guard let length = body.u32(), let interface = interfaces.first else { return nil }
            // Behind the octets stand others, up to a multiple of four.
            let most = interface.snapLength == 0 ? length : min(length, interface.snapLength)
            let kept = body.rest.prefix(Int(most))
            return CapturedPacket(
                time: last, linkType: interface.linkType, octets: kept, cut: Int(length) - kept.count)
        }
        // The obsolete packet block has a count of drops behind a shorter interface number.
        let number = type == 6 ? body.u32() : body.u16().map { UInt32($0) }
        if type == 2 { _ = body.u16() }
        guard let number, number < interfaces.count, let high = body.u32(), let low = body.u32(), let kept = body.u32(),
            let length = body.u32(), let packet = body.take(Int(kept))
        else { return nil }
        let interface = interfaces[Int(number)]
        let (seconds, rest) = (UInt64(high) << 32 | UInt64(low)).quotientAndRemainder(dividingBy: interface.ticks)
        let fraction = UInt128(rest) * 1_000_000 / UInt128(interface.ticks)
        let whole = Int64(clamping: seconds).addingReportingOverflow(interface.offset)
        let microseconds = (whole.overflow ? 0 : whole.partialValue).multipliedReportingOverflow(by: 1_000_000)
        let time = microseconds.overflow ? 0 : microseconds.partialValue &+ Int64(clamping: fraction)
        last = TraceTime(microseconds: min(max(time, 0), Self.latest))
        return CapturedPacket(
            time: last, linkType: interface.linkType, octets: packet, cut: max(0, Int(length) - Int(kept)))
    }
}
