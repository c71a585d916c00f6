/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address, and a zone id is
/// dropped, so that one host is one value whichever way a peer wrote it.
public struct IPAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    // Two halves, not one UInt128: an enum with such a payload that is passed in registers is read by what Swift 6.3.1
    // makes without optimisation from a place on the stack that is not aligned for it, and the process ends.
    private let high: UInt64
    private let low: UInt64
    public let isIPv4: Bool

    /// The 128 bits in network order; an IPv4 address lies in the low 32 bits.
    public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    public init(v4: UInt32) {
        high = 0
        low = UInt64(v4)
        isIPv4 = true
    }

    public init(v6: UInt128) {
        isIPv4 = v6 >> 32 == 0xffff
        high = UInt64(truncatingIfNeeded: v6 >> 64)
        low = UInt64(truncatingIfNeeded: isIPv4 ? v6 & 0xffff_ffff : v6)
    }

    /// Reads a dotted quad or an IPv6 address, with or without brackets and zone id. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        self.init(utf8: text.utf8)
    }

    /// The same from UTF-8 octets.
    public init?(utf8: some Collection<UInt8>) {
        // Read where they lie: octet by octet through a generic collection takes a hundred times as long.
        let address =
            utf8.withContiguousStorageIfAvailable { Self(octets: $0.prefix(65)) }
            ?? Array(utf8.prefix(65)).withUnsafeBufferPointer { Self(octets: $0[...]) }
        guard let address else { return nil }
        self = address
    }

    private init?(octets: Slice<UnsafeBufferPointer<UInt8>>) {
        var octets = octets
        if octets.first == UInt8(ascii: "[") {
            guard let close = octets.firstIndex(of: UInt8(ascii: "]")), octets.index(after: close) == octets.endIndex
            else { return nil }
            octets = octets[..<close].dropFirst()
        }
        if let zone = octets.firstIndex(of: UInt8(ascii: "%")) { octets = octets[..<zone] }
        if octets.contains(UInt8(ascii: ":")) {
            guard let v6 = Self.parseV6(Array(octets)) else { return nil }
            self.init(v6: v6)
        } else {
            guard let v4 = Self.parseV4(octets) else { return nil }
            self.init(v4: v4)
        }
    }

    /// 32 or 128.
    public var bitWidth: Int { isIPv4 ? 32 : 128 }

    public var isLoopback: Bool { isIPv4 ? bits >> 24 == 127 : bits == 1 }

    public var isUnspecified: Bool { bits == 0 }

    /// IPv4 before IPv6, then by value.
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        a.isIPv4 == b.isIPv4 ? a.bits < b.bits : a.isIPv4
    }

    /// Dotted quad, or the form of RFC 5952.
    public var description: String {
        if isIPv4 {
            // By hand, since a hundred thousand are written for the store.
            return String(unsafeUninitializedCapacity: 15) { buffer in
                var end = 0
                func put(_ octet: UInt8) {
                    buffer[end] = octet
                    end += 1
                }
                for shift in stride(from: UInt64(24), through: 0, by: -8) {
                    let value = UInt8(truncatingIfNeeded: low >> shift)
                    if shift < 24 { put(UInt8(ascii: ".")) }
                    if value > 99 { put(48 + value / 100) }
                    if value > 9 { put(48 + value / 10 % 10) }
                    put(48 + value % 10)
                }
                return end
            }
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func hex(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty
            ? hex(groups[...]) : "\(hex(groups[..<best.lowerBound]))::\(hex(groups[best.upperBound...]))"
    }

    /// As in a URI or Via: an IPv6 address in brackets.
    public var hostText: String { isIPv4 ? description : "[\(description)]" }

    private static func parseV4(_ octets: some Collection<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        var parts = 0
        var part: UInt32 = 0
        var digits = 0
        for octet in octets {
            if octet == UInt8(ascii: ".") {
                guard digits > 0, parts < 3 else { return nil }
                value = value << 8 | part
                parts += 1
                part = 0
                digits = 0
            } else {
                guard octet >= 48, octet <= 57, digits < 3 else { return nil }
                part = part * 10 + UInt32(octet - 48)
                digits += 1
                if part > 255 { return nil }
            }
        }
        guard parts == 3, digits > 0 else { return nil }
        return value << 8 | part
    }

    private static func parseV6(_ octets: [UInt8]) -> UInt128? {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if octets.starts(with: [58, 58]) {
            gap = 0
            index = 2
        }
        while index < octets.count {
            let end = octets[index...].firstIndex(of: 58) ?? octets.count
            let part = octets[index..<end]
            if part.contains(UInt8(ascii: ".")) {
                guard end == octets.count, let v4 = parseV4(part) else { return nil }
                groups.append(UInt16(v4 >> 16))
                groups.append(UInt16(v4 & 0xffff))
                index = end
                break
            }
            guard !part.isEmpty, part.count <= 4, let group = hexadecimal(part) else { return nil }
            groups.append(group)
            index = end
            guard index < octets.count else { break }
            index += 1
            if index < octets.count, octets[index] == 58 {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            } else if index == octets.count {
                return nil
            }
        }
        guard groups.count <= 8 else { return nil }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    private static func hexadecimal(_ octets: some Collection<UInt8>) -> UInt16? {
        var value: UInt16 = 0
        for octet in octets {
            guard let digit = hexDigit(octet) else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}

/// The value of a hexadecimal digit in ASCII, either case.
@inlinable
package func hexDigit(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 48...57: octet - 48
    case 65...70: octet - 55
    case 97...102: octet - 87
    default: nil
    }
}

/// An address prefix in CIDR notation, for example `10.1.2.0/24`. Bits behind the prefix are zero.
public struct IPPrefix: Hashable, Sendable, CustomStringConvertible {
    public let address: IPAddress
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    public let length: Int

    /// Clears the bits behind the prefix; `nil` if `length` is out of range.
    public init?(address: IPAddress, length: Int) {
        guard (0...address.bitWidth).contains(length) else { return nil }
        self.length = length
        let host = address.bitWidth - length
        let bits = host == 128 ? 0 : (address.bits >> host) << host
        self.address = address.isIPv4 ? IPAddress(v4: UInt32(truncatingIfNeeded: bits)) : IPAddress(v6: bits)
    }

    /// Reads `ADDRESS/LENGTH`, or a lone address as a prefix of full length.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address: address, length: address.bitWidth)
            return
        }
        guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let length = Int(parts[1])
        else { return nil }
        self.init(address: address, length: length)
    }

    public func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv4 == address.isIPv4 else { return false }
        let host = address.bitWidth - length
        return host == 128 || other.bits >> host == address.bits >> host
    }

    public var description: String { description(behind: "") }

    /// The same with something in front of it.
    package func description(behind words: String) -> String {
        String(octets: words.utf8.count + 48) { octets in
            octets.append(text: words)
            octets.append(text: address.description)
            octets.append(UInt8(ascii: "/"))
            octets.append(decimal: UInt64(length))
        }
    }
}

/// An address and a port.
public struct Endpoint: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    public var port: UInt16

    public init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            let address = IPAddress(text[..<colon]), address.isIPv4 || text.first == "["
        else { return nil }
        self.init(address, port)
    }

    public static func < (a: Endpoint, b: Endpoint) -> Bool {
        a.address == b.address ? a.port < b.port : a.address < b.address
    }

    public var description: String {
        String(octets: 48) { octets in
            octets.append(text: address.hostText)
            octets.append(UInt8(ascii: ":"))
            octets.append(decimal: UInt64(port))
        }
    }
}
