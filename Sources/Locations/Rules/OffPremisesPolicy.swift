public import E911Values

/// What is said of devices that are not at the site: somebody's home, a hotel, the far end of a VPN.
///
/// It speaks where no override, access point, port or IP range of the site does. Without it such a device is unlocated.
public struct OffPremisesPolicy: Hashable, Sendable {
    /// Networks whose devices are not at the site, VPN pools above all; the longest prefix decides, among IP ranges of
    /// the rules too.
    public var networks: [IPPrefix]
    /// Whether a public address that no IP range contains is off the premises.
    public var includesPublicAddresses: Bool
    /// Where such devices are said to be; `nil` for the default location of the call server.
    public var location: LocationID?

    public init(networks: [IPPrefix] = [], includesPublicAddresses: Bool = true, location: LocationID? = nil) {
        self.networks = networks
        self.includesPublicAddresses = includesPublicAddresses
        self.location = location
    }
}

/// Why a device is off the premises.
public enum OffPremisesRange: Hashable, Sendable, CustomStringConvertible {
    case network(IPPrefix)
    case publicAddresses

    public var description: String {
        switch self {
        case .network(let prefix): "off-premises network \(prefix)"
        case .publicAddresses: "public address outside of every range of the site"
        }
    }
}

extension IPAddress {
    /// Whether the address can be routed in the Internet (RFC 6890, RFC 4291): not private, not shared, not of the link,
    /// no multicast. Addresses for documentation count as what they stand for.
    package var isPublic: Bool {
        guard isIPv4 else { return bits >> 125 == 1 }
        let v4 = UInt32(truncatingIfNeeded: bits)
        let first = v4 >> 24
        switch first {
        case 0, 10, 127, 224...: return false
        case 100: return v4 >> 22 != 0x6440_0000 >> 22
        case 169: return v4 >> 16 != 0xa9fe
        case 172: return v4 >> 20 != 0xac10_0000 >> 20
        case 192: return v4 >> 16 != 0xc0a8 && v4 >> 8 != 0xc0_0000
        case 198: return v4 >> 17 != 0xc612_0000 >> 17
        default: return true
        }
    }
}
