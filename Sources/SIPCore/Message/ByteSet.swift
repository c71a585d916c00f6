/// A set of octets, for the character classes of RFC 3261 section 25.1.
///
/// Membership is one bit of a mask. The masks are written out, so that they are constants of the program and no table is
/// made or looked up while a message is read; a test compares them with the characters that they stand for.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64
    /// Whether the octets from 0x80 on belong to it.
    private let beyondASCII: Bool

    private init(low: UInt64, high: UInt64, beyondASCII: Bool = false) {
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

    /// `token`: letters, digits and `-.!%*_+` and the two quotes ``` ` ``` and `'`, and `~`.
    static let token = ByteSet(low: 0x03ff_6ca2_0000_0000, high: 0x47ff_ffff_87ff_fffe)
    /// The characters of a host name or an IPv4 address: letters, digits, `-.`, and `_` that real hosts have.
    static let host = ByteSet(low: 0x03ff_6000_0000_0000, high: 0x07ff_fffe_87ff_fffe)
    /// The characters of an IPv6 address in brackets, and of a zone id behind `%`: letters, digits, `:.%-_~`.
    static let ipv6 = ByteSet(low: 0x07ff_6020_0000_0000, high: 0x47ff_fffe_87ff_fffe)
    /// The characters of a URI scheme: letters, digits, `+-.`.
    static let scheme = ByteSet(low: 0x03ff_6800_0000_0000, high: 0x07ff_fffe_07ff_fffe)
    /// The characters of a display name without quotes: tokens and blanks, and UTF-8 that people send.
    static let displayName = ByteSet(
        low: 0x03ff_6ca3_0000_2600, high: 0x47ff_ffff_87ff_fffe, beyondASCII: true)
    /// What may stand unescaped in the user part of a SIP URI: letters, digits, `-_.!~*'()&=+$,;?/`.
    static let user = ByteSet(low: 0xabff_ffd2_0000_0000, high: 0x47ff_fffe_87ff_fffe)
    /// What may stand unescaped in a header of a SIP URI: letters, digits, `-_.!~*'()[]/?:+$`.
    static let uriHeader = ByteSet(low: 0x87ff_ef92_0000_0000, high: 0x47ff_fffe_afff_fffe)
    /// What people put between the digits of a number (RFC 3966 section 3, visual-separator): `-.()`.
    static let visualSeparator = ByteSet(low: 0x0000_6300_0000_0000, high: 0x0000_0000_0000_0000)
    /// What ends the name of a parameter: `=`, `;`, blanks; a comma too where it ends an element.
    static let nameEnd = ByteSet(low: 0x2800_0001_0000_2600, high: 0x0000_0000_0000_0000)
    static let nameEndOrComma = ByteSet(low: 0x2800_1001_0000_2600, high: 0x0000_0000_0000_0000)
    /// What ends the value of a parameter: `;`, blanks; a comma too where it ends an element.
    static let valueEnd = ByteSet(low: 0x0800_0001_0000_2600, high: 0x0000_0000_0000_0000)
    static let valueEndOrComma = ByteSet(low: 0x0800_1001_0000_2600, high: 0x0000_0000_0000_0000)
    /// What can stand in no URI: blanks, control characters, angle brackets.
    static let notInURI = ByteSet(low: 0x5000_0001_ffff_ffff, high: 0x8000_0000_0000_0000)
}
