public import E911Values

/// A rule that puts devices at a location.
public struct LocationRule: Hashable, Sendable {
    public enum Condition: Hashable, Sendable, CustomStringConvertible {
        /// An override of one device.
        case device(DeviceSelector)
        /// The wireless access point that it is associated with.
        case bssid(BSSIDPattern)
        /// The switch port that it is connected to.
        case port(SwitchPort)
        /// Its IP address; the longest prefix wins.
        case prefix(IPPrefix)

        public var description: String {
            switch self {
            case .device(let selector): "device \(selector)"
            case .bssid(let pattern): "access point \(pattern)"
            case .port(let port): "switch port \(port)"
            case .prefix(let prefix): prefix.description(behind: "IP range ")
            }
        }
    }

    public var condition: Condition
    public var location: LocationID

    public init(_ condition: Condition, location: LocationID) {
        self.condition = condition
        self.location = location
    }
}

/// How an override names its device.
public enum DeviceSelector: Hashable, Sendable, CustomStringConvertible {
    case mac(MACAddress)
    /// A directory number, or an address of record with or without its scheme.
    case number(String)
    /// `+sip.instance` (RFC 5626); brackets, quotes and case do not count.
    case instance(String)

    public var description: String {
        switch self {
        case .mac(let mac): "MAC \(mac)"
        case .number(let number): number
        case .instance(let instance): instance
        }
    }
}

/// A port of a switch, by the names that the site uses.
public struct SwitchPort: Hashable, Sendable, Codable, CustomStringConvertible {
    public var `switch`: String
    public var port: String

    public init(switch: String, port: String) {
        self.switch = `switch`
        self.port = port
    }

    public var description: String { "\(port) of \(`switch`)" }
}
