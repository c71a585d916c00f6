/// A 48-bit hardware address.
public struct MACAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The address in the low 48 bits.
    public let bits: UInt64

    public init(bits: UInt64) {
        self.bits = bits & 0xffff_ffff_ffff
    }

    /// Reads `00:11:22:33:44:55`, `00-11-22-33-44-55`, `0011.2233.4455` or twelve bare hexadecimal digits.
    public init?(_ text: some StringProtocol) {
        var value: UInt64 = 0
        var digits = 0
        var separator: UInt8?
        var group = 0
        var width = 0
        for octet in text.utf8 {
            if let digit = hexDigit(octet) {
                guard digits < 12 else { return nil }
                value = value << 4 | UInt64(digit)
                digits += 1
                group += 1
            } else {
                guard octet == 58 || octet == 45 || octet == 46, separator ?? octet == octet else { return nil }
                separator = octet
                guard group == (octet == 46 ? 4 : 2), width == 0 || width == group else { return nil }
                width = group
                group = 0
            }
        }
        guard digits == 12, width == 0 ? group == 12 : group == width else { return nil }
        self.init(bits: value)
    }

    public static func < (a: MACAddress, b: MACAddress) -> Bool { a.bits < b.bits }

    /// Lower case with colons.
    public var description: String {
        stride(from: 40, through: 0, by: -8).map { shift in
            let octet = bits >> UInt64(shift) & 255
            return (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined(separator: ":")
    }
}
