public import E911Values

/// Where a device was seen on the network: on a switch port or an access point, by whoever knows the network.
public struct EvidenceSighting: Hashable, Sendable {
    /// What the device was attached to.
    public enum Attachment: Hashable, Sendable, CustomStringConvertible {
        /// The address of the access point's radio (BSSID).
        case accessPoint(MACAddress)
        case port(SwitchPort)

        public var description: String {
            switch self {
            case .accessPoint(let bssid): "access point \(bssid)"
            case .port(let port): "switch port \(port)"
            }
        }
    }

    public var device: DeviceSelector
    public var attachment: Attachment
    /// When it was seen there, not when somebody told of it.
    public var at: WallTime
    /// Who told, for people: `import evidence.csv`. May be empty.
    public var source: String

    public init(device: DeviceSelector, attachment: Attachment, at: WallTime, source: String = "") {
        self.device = device
        self.attachment = attachment
        self.at = at
        self.source = source
    }

    /// Names the row over restarts: a device has one sighting on ports and one on access points. One device has one
    /// key, however it is written.
    public var key: String {
        let kind =
            switch attachment {
            case .accessPoint: "access-point"
            case .port: "port"
            }
        return switch device {
        case .mac(let mac): "\(kind) mac \(mac)"
        case .number(let number): "\(kind) number \(RuleKey.withoutScheme(number))"
        case .instance(let instance): "\(kind) instance \(RuleKey.bare(instance))"
        }
    }
}

/// What is wrong with a row of evidence.
public struct EvidenceProblem: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The part of the row.
    public enum Field: String, Hashable, Sendable, Codable, CaseIterable {
        case device, attachment, time
        /// The batch as a whole; ``EvidenceProblem/row`` is the first one that is too many.
        case batch
    }

    /// Index of the row in the batch.
    public var row: Int
    public var field: Field
    /// A sentence for people: what is wrong and why.
    public var reason: String

    public init(row: Int, field: Field, reason: String) {
        self.row = row
        self.field = field
        self.reason = reason
    }

    public var description: String { "row \(row + 1): \(reason)" }
}

extension EvidenceSighting {
    /// Longest name of a device, a switch or a port, in octets.
    public static let nameOctets = 256
    /// Clocks of switches and controllers may be ahead by so much.
    public static let clockTolerance: Duration = .seconds(300)

    /// What is wrong with the row alone; empty if nothing is.
    ///
    /// - Parameter row: its index in the batch.
    public func problems(row: Int, now: WallTime) -> [EvidenceProblem] {
        var found: [EvidenceProblem] = []
        func add(_ field: EvidenceProblem.Field, _ reason: String) {
            found.append(EvidenceProblem(row: row, field: field, reason: reason))
        }
        func check(_ field: EvidenceProblem.Field, _ what: String, _ text: String) {
            if text.isEmpty { add(field, "\(what) is empty") }
            if text.utf8.count > Self.nameOctets {
                add(field, "\(what) has \(text.utf8.count) octets, more than \(Self.nameOctets)")
            }
        }
        switch device {
        case .mac(let mac): if mac.bits == 0 { add(.device, "the MAC \(mac) is nobody's") }
        case .number(let number): check(.device, "the number", RuleKey.withoutScheme(number))
        case .instance(let instance): check(.device, "the instance", RuleKey.bare(instance))
        }
        switch attachment {
        case .accessPoint(let bssid):
            if bssid.bits == 0 { add(.attachment, "the BSSID \(bssid) is no access point's") }
        case .port(let port):
            check(.attachment, "the name of the switch", port.switch)
            check(.attachment, "the name of the port", port.port)
        }
        if at > now + Self.clockTolerance { add(.time, "seen at \(at), which lies in the future") }
        return found
    }
}

/// Written as a short list, since whole networks are told at a time:
/// `["mac", "00:11:22:33:44:55", "port", "sw-2", "Gi1/0/7", 1795524214000]`.
extension EvidenceSighting: Codable {
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        func fail(_ text: String) -> DecodingError {
            DecodingError.dataCorruptedError(in: list, debugDescription: text)
        }
        let deviceKind = try list.decode(String.self)
        switch deviceKind {
        case "mac": device = .mac(try list.decode(MACAddress.self))
        case "number": device = .number(try list.decode(String.self))
        case "instance": device = .instance(try list.decode(String.self))
        default: throw fail("'\(deviceKind)' names no device")
        }
        let kind = try list.decode(String.self)
        switch kind {
        case "bssid": attachment = .accessPoint(try list.decode(MACAddress.self))
        case "port":
            attachment = .port(SwitchPort(switch: try list.decode(String.self), port: try list.decode(String.self)))
        default: throw fail("'\(kind)' is nothing that a device is attached to")
        }
        at = try list.decode(WallTime.self)
        source = list.isAtEnd ? "" : try list.decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        switch device {
        case .mac(let mac):
            try list.encode("mac")
            try list.encode(mac)
        case .number(let number):
            try list.encode("number")
            try list.encode(number)
        case .instance(let instance):
            try list.encode("instance")
            try list.encode(instance)
        }
        switch attachment {
        case .accessPoint(let bssid):
            try list.encode("bssid")
            try list.encode(bssid)
        case .port(let port):
            try list.encode("port")
            try list.encode(port.switch)
            try list.encode(port.port)
        }
        try list.encode(at)
        if !source.isEmpty { try list.encode(source) }
    }
}
