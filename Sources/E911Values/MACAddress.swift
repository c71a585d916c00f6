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
        String(unsafeUninitializedCapacity: 17) { text in
            for index in 0..<6 {
                let octet = UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * index))
                for (place, digit) in [octet >> 4, octet & 15].enumerated() {
                    text[3 * index + place] = digit < 10 ? 48 + digit : 87 + digit
                }
                if index < 5 { text[3 * index + 2] = UInt8(ascii: ":") }
            }
            return 17
        }
    }
}
