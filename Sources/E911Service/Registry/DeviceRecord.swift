public import E911Values

/// A device's place in the registry: a slot, and how often the slot was given away. It names one device until that is
/// removed, and never another one. Valid in this process only.
public struct DeviceID: Hashable, Comparable, Sendable {
    /// Small and dense: a side table can be an array.
    public let slot: UInt32
    public let generation: UInt16

    public init(slot: UInt32, generation: UInt16) {
        self.slot = slot
        self.generation = generation
    }

    public static func < (a: DeviceID, b: DeviceID) -> Bool { (a.slot, a.generation) < (b.slot, b.generation) }
}

/// What is known of a registration.
public enum DeviceState: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case active
    /// Its time ran out without a refresh. It may be there all the same.
    case stale
    /// Ended by a notification or a completed download. Still good for an emergency look-up, for the grace period.
    case retired
}

/// One registered contact of an address of record, as a value for the store and for queries.
public struct DeviceRecord: Equatable, Sendable {
    public var callServer: String
    public var aor: String
    public var contactURI: String
    /// `+sip.instance` without quotes and angle brackets, a `urn:uuid` in lower case; empty when there is none.
    public var instance: String = ""
    /// By the profile's order of sources.
    public var ip: IPAddress?
    public var mac: MACAddress?
    public var received: String = ""
    public var path: String = ""
    public var userAgent: String = ""
    /// Names of the members that see it.
    public var members: [String] = []
    public var state: DeviceState = .active
    /// Not tracked for moves and reports.
    public var isFiltered: Bool = false
    /// When the contact was newly registered, not refreshed.
    public var registeredAt: WallTime
    /// Whole seconds.
    public var lastSeen: WallTime
    /// `nil` when the notifier does not say, and for a retired device.
    public var expiresAt: WallTime?
    public var retiredAt: WallTime?

    public init(
        callServer: String, aor: String, contactURI: String, registeredAt: WallTime, lastSeen: WallTime? = nil
    ) {
        self.callServer = callServer
        self.aor = aor
        self.contactURI = contactURI
        self.registeredAt = registeredAt
        self.lastSeen = lastSeen ?? registeredAt
    }

    /// Names the device over restarts: call server, AOR, contact and instance. A move changes it.
    public var key: String {
        let size = callServer.utf8.count + aor.utf8.count + contactURI.utf8.count + instance.utf8.count
        return String(octets: size + 3) { octets in
            octets.append(text: callServer)
            octets.append(blank)
            octets.append(text: aor)
            octets.append(blank)
            octets.append(text: contactURI)
            octets.append(blank)
            octets.append(text: instance)
        }
    }

    private var blank: UInt8 { UInt8(ascii: " ") }

    /// The user part of the AOR: the directory number.
    public var dn: String {
        let octets = Array(aor.utf8)
        return octets.withUnsafeBufferPointer { String(decoding: URIParts($0).userKey, as: UTF8.self) }
    }
}

/// A device as a look-up or a query shows it.
public struct DeviceView: Equatable, Sendable {
    /// How good a sighting is; a call takes the best that there is.
    public enum Tier: UInt8, Hashable, Sendable, Comparable {
        /// Seen by the active member.
        case current
        /// Seen by another member only.
        case otherMember
        /// Retired, within its grace period.
        case retired

        public static func < (a: Tier, b: Tier) -> Bool { a.rawValue < b.rawValue }
    }

    public let id: DeviceID
    public let record: DeviceRecord
    public let tier: Tier

    /// Whether the look-up must be marked: nobody vouches for the registration now.
    public var isStale: Bool { record.state != .active }

    /// Address and port of the contact URI, if its host is an address.
    public var contactEndpoint: Endpoint? { Self.endpoint(record.contactURI) }

    /// Where the registrar saw the REGISTER come from, if it is known.
    public var receivedEndpoint: Endpoint? { Self.endpoint(record.received) }

    private static func endpoint(_ text: String) -> Endpoint? {
        Array(text.utf8).withUnsafeBufferPointer { octets in
            let parts = URIParts(octets)
            return parts.address.map { Endpoint($0, parts.port ?? parts.defaultPort) }
        }
    }
}
