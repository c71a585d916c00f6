/// Finds the number of a header name by its octets: one hash, then a comparison of whole words.
struct HeaderNameTable: Sendable {
    static let shared = HeaderNameTable()

    private struct Entry {
        var key = Key(length: 0, first: 0, second: 0, third: 0)
        var id: UInt8 = 0
    }

    /// A name of up to 24 octets in lower case.
    private struct Key: Equatable {
        var length: Int
        var first: UInt64
        var second: UInt64
        var third: UInt64

        @inline(__always)
        var slot: Int {
            let mixed = (first ^ second &* 31 ^ third &* 131 ^ UInt64(length)) &* 0x9e37_79b9_7f4a_7c15
            return Int(mixed >> (64 - 8))
        }
    }

    private var entries = [Entry](repeating: Entry(), count: 256)

    private init() {
        for (index, known) in HeaderName.known.enumerated() {
            insert(known.name, UInt8(index + 1))
            if let compact = known.compact { insert(compact, UInt8(index + 1)) }
        }
    }

    private mutating func insert(_ name: String, _ id: UInt8) {
        let octets = Array(name.utf8)
        let key = Self.key(octets.span, ByteRange(0, octets.count))
        var slot = key.slot
        while entries[slot].id != 0 { slot = (slot + 1) & 255 }
        entries[slot] = Entry(key: key, id: id)
    }

    /// The number of the name at `range`, 0 if it is not known.
    @inline(__always)
    func id(_ bytes: Span<UInt8>, _ range: ByteRange) -> UInt8 {
        guard range.count <= 24 else { return 0 }
        let key = Self.key(bytes, range)
        var slot = key.slot
        while entries[slot].id != 0 {
            if entries[slot].key == key { return entries[slot].id }
            slot = (slot + 1) & 255
        }
        return 0
    }

    @inline(__always)
    private static func key(_ bytes: Span<UInt8>, _ range: ByteRange) -> Key {
        let start = Int(range.start)
        return Key(
            length: range.count, first: word(bytes, start, range.count),
            second: word(bytes, start + 8, range.count - 8),
            third: word(bytes, start + 16, range.count - 16))
    }

    /// Up to eight octets as one number, in lower case, zero behind `length`.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt64 {
        guard length > 0 else { return 0 }
        var value: UInt64
        if start + 8 <= bytes.count {
            value = UInt64(littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
            if length < 8 { value &= (1 << UInt64(8 * length)) - 1 }
        } else {
            value = 0
            for index in 0..<Swift.min(length, 8) { value |= UInt64(bytes[start + index]) << UInt64(8 * index) }
        }
        return lowercase(value)
    }

    /// Sets the bit 0x20 of each octet that is a letter A to Z: adding 0x3f carries into the top bit from "A" on, adding
    /// 0x25 from behind "Z" on.
    @inline(__always)
    private static func lowercase(_ value: UInt64) -> UInt64 {
        let ascii = ~value & 0x8080_8080_8080_8080
        let seven = value & 0x7f7f_7f7f_7f7f_7f7f
        let fromA = seven &+ 0x3f3f_3f3f_3f3f_3f3f
        let behindZ = seven &+ 0x2525_2525_2525_2525
        return value | ((fromA & ~behindZ & ascii) >> 2)
    }
}
