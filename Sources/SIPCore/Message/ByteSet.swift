/// A set of octets, for the character classes of RFC 3261 section 25.1.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64
    /// Whether the octets from 0x80 on belong to it.
    private let beyondASCII: Bool

    init(_ members: String, beyondASCII: Bool = false) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for octet in members.utf8 {
            if octet < 64 { low |= 1 << UInt64(octet) } else if octet < 128 { high |= 1 << UInt64(octet - 64) }
        }
        self.low = low
        self.high = high
        self.beyondASCII = beyondASCII
    }

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        if octet < 64 { return low >> UInt64(octet) & 1 == 1 }
        if octet < 128 { return high >> UInt64(octet - 64) & 1 == 1 }
        return beyondASCII
    }

    private static let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

    /// `token`.
    static let token = ByteSet(alphanumeric + "-.!%*_+`'~")
    /// The characters of a host name or an IPv4 address, and the underscore that real hosts have.
    static let host = ByteSet(alphanumeric + "-._")
    /// The characters of an IPv6 address in brackets, and of a zone id behind `%`.
    static let ipv6 = ByteSet(alphanumeric + ":.%-_~")
    /// The characters of a URI scheme.
    static let scheme = ByteSet(alphanumeric + "+-.")
    /// The characters of a display name without quotes: tokens and blanks, and UTF-8 that people send.
    static let displayName = ByteSet(alphanumeric + "-.!%*_+`'~ \t\r\n", beyondASCII: true)
    /// What may stand unescaped in the user part of a SIP URI.
    static let user = ByteSet(alphanumeric + "-_.!~*'()&=+$,;?/")
    /// What may stand unescaped in a header of a SIP URI.
    static let uriHeader = ByteSet(alphanumeric + "-_.!~*'()[]/?:+$")
    /// What people put between the digits of a number (RFC 3966 section 3, visual-separator).
    static let visualSeparator = ByteSet("-.()")
}
