/// Texts as octets, without a string of each piece.
extension [UInt8] {
    /// Appends the UTF-8 of a text.
    @inlinable
    package mutating func append(text: String) {
        // A string has its octets in one place, or is small: they go over as a whole, where octet by octet through
        // `String.UTF8View` takes some twenty instructions for each. The buffer is read here and not kept.
        if text.utf8.withContiguousStorageIfAvailable({ append(contentsOf: $0) }) == nil {
            append(contentsOf: text.utf8)
        }
    }

    /// Appends a number in decimal digits.
    package mutating func append(decimal value: UInt64) {
        let (high, low) = value.quotientAndRemainder(dividingBy: 100_000_000)
        guard high > 0 else { return append(eight: Self.eightDigits(low), without: Self.leadingZeros(low)) }
        if high < 100_000_000 {
            append(eight: Self.eightDigits(high), without: Self.leadingZeros(high))
        } else {
            append(decimal: high / 100_000_000)
            append(eight: Self.eightDigits(high % 100_000_000), without: 0)
        }
        append(eight: Self.eightDigits(low), without: 0)
    }

    /// Eight decimal digits, one in each octet, the first one lowest: all of them in a few multiplications, where one after
    /// the other takes as many divisions.
    @inline(__always)
    private static func eightDigits(_ value: UInt64) -> UInt64 {
        let halves = value / 10_000 | (value % 10_000) << 32
        // A 100th is 10,486 / 2^20 for numbers of four digits, a tenth 103 / 2^10 for those of two.
        let hundreds = (halves &* 10_486) >> 20 & 0x0000_007f_0000_007f
        let pairs = hundreds | (halves &- 100 &* hundreds) << 16
        let tens = (pairs &* 103) >> 10 & 0x000f_000f_000f_000f
        return tens | (pairs &- 10 &* tens) << 8
    }

    @inline(__always)
    private static func leadingZeros(_ value: UInt64) -> Int {
        Swift.min(eightDigits(value).trailingZeroBitCount / 8, 7)
    }

    @inline(__always)
    private mutating func append(eight digits: UInt64, without zeros: Int) {
        append(addingCapacity: 8 - zeros) { octets in
            var rest = (digits | 0x3030_3030_3030_3030) >> UInt64(8 * zeros)
            while octets.freeCapacity > 0 {
                octets.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        }
    }

    /// Appends a number in decimal digits.
    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    /// Appends the description of a key.
    package mutating func append(_ key: RecordKey) {
        append(decimal: key.time.milliseconds)
        append(UInt8(ascii: "-"))
        append(text: key.node)
        append(UInt8(ascii: "-"))
        append(decimal: key.counter)
    }
}

extension String {
    /// A text of pieces that are written as octets, one behind the other: a string of each, and of what they have come to,
    /// takes several times as long.
    ///
    /// - Parameter capacity: how many octets it will be, about.
    @inlinable
    package init(octets capacity: Int, _ write: (inout [UInt8]) -> Void) {
        var octets: [UInt8] = []
        octets.reserveCapacity(capacity)
        write(&octets)
        self = String(decoding: octets, as: UTF8.self)
    }
}
