import E911Values
import SIPCore

/// Where the parts of a SIP, SIPS or tel URI lie, read without allocating: for contacts and addresses of record by the
/// hundred thousand. Anything that is no such URI has no user, host and port.
struct URIParts {
    let octets: UnsafeBufferPointer<UInt8>
    /// As written, with parameters of the user.
    private(set) var user: Range<Int> = 0..<0
    /// Without brackets of IPv6.
    private(set) var host: Range<Int> = 0..<0
    private(set) var port: UInt16?
    /// Behind the first `;` of the URI.
    private(set) var parameters: Range<Int> = 0..<0
    private(set) var isTelephone = false
    private(set) var isSecure = false

    /// Reads `scheme:...`, or a bare `host:port`.
    init(_ octets: UnsafeBufferPointer<UInt8>) {
        self.init(octets, userOnly: false)
    }

    /// The hash of the user key alone (``userHash``), for which nothing behind the user is looked at.
    static func userHash(of octets: UnsafeBufferPointer<UInt8>) -> UInt64 {
        URIParts(octets, userOnly: true).userHash
    }

    private init(_ octets: UnsafeBufferPointer<UInt8>, userOnly: Bool) {
        self.octets = octets
        var start = 0
        switch Scheme(octets) {
        case .sip: start = 4
        case .sips:
            start = 5
            isSecure = true
        case .tel:
            isTelephone = true
            user = 4..<octets.count
            return
        case nil: break
        }
        // RFC 3261 has no "@" but this one: in user and parameters it is escaped.
        if let at = octets.span.firstIndex(of: UInt8(ascii: "@"), from: start, to: octets.count) {
            user = start..<at
            start = at + 1
        }
        guard !userOnly else { return }
        var end = start
        while end < octets.count, octets[end] != UInt8(ascii: ";"), octets[end] != UInt8(ascii: "?") { end += 1 }
        if end < octets.count, octets[end] == UInt8(ascii: ";") {
            let query = octets.span.firstIndex(of: UInt8(ascii: "?"), from: end, to: octets.count)
            parameters = (end + 1)..<(query ?? octets.count)
        }
        var colon: Int?
        if start < end, octets[start] == UInt8(ascii: "[") {
            let close = octets.span.firstIndex(of: UInt8(ascii: "]"), from: start, to: end) ?? end
            host = (start + 1)..<close
            if close + 1 < end, octets[close + 1] == UInt8(ascii: ":") { colon = close + 1 }
        } else {
            colon = octets.span.firstIndex(of: UInt8(ascii: ":"), from: start, to: end)
            host = start..<(colon ?? end)
        }
        if let colon { port = Self.port(octets[(colon + 1)..<end]) }
    }

    private enum Scheme {
        case sip, sips, tel

        init?(_ octets: UnsafeBufferPointer<UInt8>) {
            guard octets.count >= 4 else { return nil }
            // Three letters in lower case: nothing else than them and their capitals becomes them.
            let letters = UInt32(octets[0] | 32) << 16 | UInt32(octets[1] | 32) << 8 | UInt32(octets[2] | 32)
            let colon = UInt8(ascii: ":")
            switch letters {
            case 0x73_6970 where octets[3] == colon: self = .sip
            case 0x73_6970 where octets.count > 4 && octets[3] | 32 == UInt8(ascii: "s") && octets[4] == colon:
                self = .sips
            case 0x74_656c where octets[3] == colon: self = .tel
            default: return nil
            }
        }
    }

    var defaultPort: UInt16 { isSecure ? 5061 : 5060 }

    /// The host, if it is an address.
    var address: IPAddress? {
        Self.address(octets[host])
    }

    /// What a caller's number is compared with: the user without its parameters, escapes resolved, and a telephone
    /// number without separators of print. A URI without user is its own key.
    var userKey: [UInt8] {
        let part = octets[user].prefix { $0 != UInt8(ascii: ";") }
        guard !part.isEmpty else { return Array(octets) }
        var key: [UInt8] = []
        key.reserveCapacity(part.count)
        var index = part.startIndex
        while index < part.endIndex {
            let octet = part[index]
            if octet == UInt8(ascii: "%"), index + 2 < part.endIndex, let high = Self.digit(part[index + 1]),
                let low = Self.digit(part[index + 2])
            {
                key.append(high << 4 | low)
                index += 3
                continue
            }
            let isSeparator = octet == 45 || octet == 46 || octet == 40 || octet == 41
            if !(isTelephone && isSeparator) { key.append(octet) }
            index += 1
        }
        return key
    }

    /// Whether both name the same user at the same host, as far as people who type one care: no port, no parameters.
    func isSameAddressOfRecord(as other: URIParts) -> Bool {
        userKey == other.userKey && host.count == other.host.count
            && zip(host, other.host).allSatisfy {
                Self.lowercased(octets[$0]) == Self.lowercased(other.octets[$1])
            }
    }

    /// The hash of ``userKey``, mostly without making it.
    var userHash: UInt64 {
        guard !user.isEmpty, !isTelephone else { return OctetHash.of(userKey) }
        var end = user.lowerBound
        while end < user.upperBound, octets[end] != UInt8(ascii: ";") {
            if octets[end] == UInt8(ascii: "%") { return OctetHash.of(userKey) }
            end += 1
        }
        guard end > user.lowerBound else { return OctetHash.of(userKey) }
        return OctetHash.of(UnsafeBufferPointer(rebasing: octets[user.lowerBound..<end]))
    }

    /// The value of a URI parameter, its name compared without regard to case.
    func parameter(_ name: StaticString) -> Range<Int>? {
        var start = parameters.lowerBound
        while start < parameters.upperBound {
            let end = octets[start..<parameters.upperBound].firstIndex(of: UInt8(ascii: ";")) ?? parameters.upperBound
            let equals = octets[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
            if Self.equalsIgnoringCase(octets[start..<equals], name) { return min(equals + 1, end)..<end }
            start = end + 1
        }
        return nil
    }

    /// Whether octets begin with a text of lower case, in any case.
    static func hasPrefix(_ text: StaticString, _ octets: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        octets.count >= text.utf8CodeUnitCount && equalsIgnoringCase(octets.prefix(text.utf8CodeUnitCount), text)
    }

    private static func equalsIgnoringCase(_ octets: Slice<UnsafeBufferPointer<UInt8>>, _ text: StaticString) -> Bool {
        guard octets.count == text.utf8CodeUnitCount else { return false }
        var other = text.utf8Start
        for octet in octets {
            guard lowercased(octet) == other.pointee else { return false }
            other += 1
        }
        return true
    }

    private static func lowercased(_ octet: UInt8) -> UInt8 { octet >= 65 && octet <= 90 ? octet | 32 : octet }

    private static func port(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16? {
        guard !digits.isEmpty, digits.count <= 5 else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            value = value * 10 + UInt32(digit - 48)
        }
        return UInt16(exactly: value)
    }

    /// The value of a hexadecimal digit.
    static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case 48...57: octet - 48
        case 65...70: octet - 55
        case 97...102: octet - 87
        default: nil
        }
    }

    /// The common case, a dotted quad, by hand; the rest through IPAddress.
    static func address(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> IPAddress? {
        let octets = UnsafeBufferPointer(rebasing: text)
        var value: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if octet == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { break }
                value = value << 8 | part
                part = 0
                digits = 0
                dots += 1
            } else {
                guard octet >= 48, octet <= 57, digits < 3 else { break }
                part = part * 10 + UInt32(octet - 48)
                digits += 1
                if part > 255 { break }
            }
            index += 1
        }
        if index == octets.count, dots == 3, digits > 0 { return IPAddress(v4: value << 8 | part) }
        return octets.contains(UInt8(ascii: ":")) ? IPAddress(utf8: octets) : nil
    }
}
