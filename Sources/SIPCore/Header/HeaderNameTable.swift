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
        let length = range.count
        return Key(
            length: length, first: ShortWord.lowercase(ShortWord.load(bytes, start, length)),
            second: length > 8 ? ShortWord.lowercase(ShortWord.load(bytes, start + 8, length - 8)) : 0,
            third: length > 16 ? ShortWord.lowercase(ShortWord.load(bytes, start + 16, length - 16)) : 0)
    }
}
