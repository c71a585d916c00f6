/// Takes numbers and pieces from the octets of a packet, one behind the other. Nothing that they hold can trap it.
struct PacketOctets {
    var rest: ArraySlice<UInt8>
    var isBigEndian = true

    init(_ octets: ArraySlice<UInt8>, isBigEndian: Bool = true) {
        rest = octets
        self.isBigEndian = isBigEndian
    }

    mutating func u8() -> UInt8? { rest.popFirst() }
    mutating func u16() -> UInt16? { number(2).map { UInt16($0) } }
    mutating func u32() -> UInt32? { number(4).map { UInt32($0) } }

    /// `nil`, and nothing is taken, if there are fewer.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    private mutating func number(_ count: Int) -> UInt64? {
        take(count).map { octets in
            isBigEndian
                ? octets.reduce(0) { $0 << 8 | UInt64($1) } : octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
