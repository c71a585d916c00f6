/// A telephone number in its one canonical form, `+` and 10 to 15 digits (E.164).
///
/// Ten digits mean a number of country code 1, and eleven that begin with 1 mean the same with the code written out,
/// so that `3125550101`, `13125550101` and `+1 (312) 555-0101` are equal.
public struct TelephoneNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The digits behind the `+`, as a number; 15 digits fit.
    public let digits: UInt64
    /// How many digits there are: a country code never begins with 0, so none is lost.
    public var count: Int { "\(digits)".utf8.count }

    /// Reads the number; separators of print (blank, `-`, `.`, `(`, `)`) are skipped. `nil` if it is none.
    public init?(_ text: some StringProtocol) {
        var plus = false
        var value: UInt64 = 0
        var count = 0
        var leadingZero = false
        for octet in text.utf8 {
            switch octet {
            case 48...57:
                if count == 0 { leadingZero = octet == 48 }
                guard count < 15 else { return nil }
                value = value * 10 + UInt64(octet - 48)
                count += 1
            case UInt8(ascii: "+"):
                guard !plus, count == 0 else { return nil }
                plus = true
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"):
                continue
            default:
                return nil
            }
        }
        guard !leadingZero else { return nil }
        if plus {
            guard count >= 10 else { return nil }
            digits = value
        } else if count == 10 {
            digits = 10_000_000_000 + value
        } else if count == 11, value / 10_000_000_000 == 1 {
            digits = value
        } else {
            return nil
        }
    }

    /// A number given by its E.164 digits; `nil` outside of 10 to 15 digits.
    public init?(digits: UInt64) {
        guard digits >= 1_000_000_000, digits < 1_000_000_000_000_000 else { return nil }
        self.digits = digits
    }

    /// The number ten digits long without country code, if it belongs to country code 1.
    public var tenDigits: String? {
        guard digits / 10_000_000_000 == 1 else { return nil }
        return String("\(digits)".dropFirst())
    }

    /// The last ten digits as a number: how a callback is recognised whatever form the country code has.
    public var lastTen: UInt64 { digits % 10_000_000_000 }

    public static func < (a: TelephoneNumber, b: TelephoneNumber) -> Bool { a.digits < b.digits }

    /// `+` and the digits.
    public var description: String {
        String(octets: 16) { octets in
            octets.append(UInt8(ascii: "+"))
            octets.append(decimal: digits)
        }
    }
}
