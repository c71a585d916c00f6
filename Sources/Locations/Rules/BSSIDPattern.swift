public import E911Values

/// The address of an access point's radio, or of several that share their first octets: `aa:bb:cc:dd:ee:*`.
public struct BSSIDPattern: Hashable, Sendable, CustomStringConvertible {
    /// The first octets; those behind are zero.
    public let address: MACAddress
    /// How many octets count, 0 to 6.
    public let octets: Int

    /// - Parameter octets: held to 0...6.
    public init(address: MACAddress, octets: Int) {
        self.octets = min(max(octets, 0), 6)
        self.address = MACAddress(bits: address.bits & Self.mask(self.octets))
    }

    /// Reads six octets with `:` or `-` between them, of which the last ones may be `*`; one `*` at the end stands for
    /// all that are left out. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let separator: Character = text.contains("-") ? "-" : ":"
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let known = parts.prefix { $0 != "*" }
        let stars = parts.count - known.count
        guard parts.dropFirst(known.count).allSatisfy({ $0 == "*" }) else { return nil }
        guard parts.count == 6 || (parts.count < 6 && stars == 1) else { return nil }
        var bits: UInt64 = 0
        for part in known {
            let digits = part.utf8.map(hexDigit)
            guard digits.count == 2, let high = digits[0], let low = digits[1] else { return nil }
            bits = bits << 8 | UInt64(high << 4 | low)
        }
        self.init(address: MACAddress(bits: bits << UInt64(8 * (6 - known.count))), octets: known.count)
    }

    public func matches(_ bssid: MACAddress) -> Bool { bssid.bits & Self.mask(octets) == address.bits }

    public var description: String {
        let parts = address.description.split(separator: ":").prefix(octets).map(String.init)
        return (parts + Array(repeating: "*", count: 6 - octets)).joined(separator: ":")
    }

    static func mask(_ octets: Int) -> UInt64 {
        octets <= 0 ? 0 : (0xffff_ffff_ffff << UInt64(8 * (6 - octets))) & 0xffff_ffff_ffff
    }
}
