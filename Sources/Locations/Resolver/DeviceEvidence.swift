public import E911Values

/// What is known of a device that can tell where it is.
public struct DeviceEvidence: Equatable, Sendable {
    /// Something that was seen at a time.
    public struct Sighting<Value: Equatable & Sendable>: Equatable, Sendable {
        public var value: Value
        public var at: WallTime

        public init(_ value: Value, at: WallTime) {
            self.value = value
            self.at = at
        }
    }

    /// Kinds of evidence, to say which ones a resolver looks at.
    public struct Kinds: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static let mac = Kinds(rawValue: 1)
        /// Directory number and address of record.
        public static let number = Kinds(rawValue: 2)
        public static let instance = Kinds(rawValue: 4)
        public static let bssid = Kinds(rawValue: 8)
        public static let port = Kinds(rawValue: 16)
        public static let ip = Kinds(rawValue: 32)
    }

    public var mac: MACAddress?
    public var ip: IPAddress?
    public var dn: String?
    public var aor: String?
    /// `+sip.instance` as received.
    public var instance: String?
    public var bssid: Sighting<MACAddress>?
    public var port: Sighting<SwitchPort>?
    /// When the registration that says all but BSSID and port was last seen; `nil` for what comes with the call itself.
    public var seen: WallTime?
    /// The registration has run out or was ended: its address may belong to another device by now.
    public var isStale: Bool

    public init(
        mac: MACAddress? = nil, ip: IPAddress? = nil, dn: String? = nil, aor: String? = nil, instance: String? = nil,
        bssid: Sighting<MACAddress>? = nil, port: Sighting<SwitchPort>? = nil, seen: WallTime? = nil,
        isStale: Bool = false
    ) {
        self.mac = mac
        self.ip = ip
        self.dn = dn
        self.aor = aor
        self.instance = instance
        self.bssid = bssid
        self.port = port
        self.seen = seen
        self.isStale = isStale
    }
}
