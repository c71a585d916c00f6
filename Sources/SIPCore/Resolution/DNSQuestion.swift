/// The record types that finding a SIP server needs, by their numbers in DNS.
public enum DNSRecordType: UInt16, Hashable, Sendable, CaseIterable {
    case a = 1
    case aaaa = 28
    /// RFC 2782.
    case srv = 33
    /// RFC 3403.
    case naptr = 35
}

/// What is asked of DNS: a name and a record type. Aliases (CNAME) are followed by whoever answers.
public struct DNSQuestion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// In lower case, without the last dot.
    public let name: String
    public let type: DNSRecordType

    /// `nil` if `name` cannot stand in DNS: see ``canonicalName(_:)``.
    public init?(_ name: some StringProtocol, _ type: DNSRecordType) {
        guard let canonical = Self.canonicalName(name) else { return nil }
        self.name = canonical
        self.type = type
    }

    /// A name in lower case without the last dot: 1 to 253 octets, labels of 1 to 63 letters, digits, hyphens and
    /// underscores (RFC 1035 section 2.3.4, RFC 2782 for the underscore). `nil` for anything else.
    public static func canonicalName(_ name: some StringProtocol) -> String? {
        var octets: [UInt8] = []
        var label = 0
        for octet in name.utf8.prefix(255) {
            switch octet {
            case UInt8(ascii: "."):
                guard label > 0 else { return nil }
                label = 0
            case 48...57, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"):
                label += 1
            case 65...90:
                label += 1
            default:
                return nil
            }
            guard label <= 63 else { return nil }
            octets.append((65...90).contains(octet) ? octet + 32 : octet)
        }
        if octets.last == UInt8(ascii: ".") { octets.removeLast() }
        guard (1...253).contains(octets.count) else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    public static func < (a: DNSQuestion, b: DNSQuestion) -> Bool {
        (a.name, a.type.rawValue) < (b.name, b.type.rawValue)
    }

    public var description: String { "\(name) \(String(describing: type).uppercased())" }
}
