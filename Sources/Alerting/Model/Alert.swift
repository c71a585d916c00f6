public import E911Values

/// What people are told of one emergency or test call (contract.md section 6). All texts are as received or configured;
/// rendering makes them fit for a channel.
public struct Alert: Equatable, Sendable {
    /// What is special about the call. ``labels`` are the words that every channel shows.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// A test call: nobody needs help.
        public static let test = Flags(rawValue: 1)
        /// The caller hung up before the call was answered.
        public static let abandoned = Flags(rawValue: 2)
        /// It came from a source that belongs to no call server.
        public static let untrusted = Flags(rawValue: 4)
        /// Several devices fit the caller.
        public static let ambiguous = Flags(rawValue: 8)
        /// Nothing says where the caller is.
        public static let unlocated = Flags(rawValue: 16)
        /// The call server's default ELIN was sent: what the PSAP sees is the site, not the place.
        public static let defaulted = Flags(rawValue: 32)
        /// The SIP Server never acknowledged our answer.
        public static let unconfirmed = Flags(rawValue: 64)
        /// The caller's device is not at the site.
        public static let offPremises = Flags(rawValue: 128)

        private static let names: [(Flags, String)] = [
            (.test, "TEST"), (.abandoned, "ABANDONED"), (.untrusted, "UNTRUSTED"), (.ambiguous, "AMBIGUOUS"),
            (.offPremises, "OFF-PREMISES"), (.unlocated, "UNLOCATED"), (.defaulted, "DEFAULTED"),
            (.unconfirmed, "UNCONFIRMED"),
        ]

        public var labels: [String] { Self.names.filter { contains($0.0) }.map(\.1) }
    }

    /// The key of the call, and of the alert unless it joins an earlier one.
    public var key: RecordKey
    public var flags: Flags
    /// Identifies the calling device, so that its redials coalesce. Empty for an unknown caller, who never coalesces.
    public var device: String
    public var callerDN: String
    public var callerName: String
    /// The ELIN that was sent; `nil` if none was.
    public var elin: TelephoneNumber?
    /// What the PSAP sees: the place behind the ELIN that was sent.
    public var psapText: String
    /// The best known place.
    public var placeText: String
    /// Whether the address of that place was found to be right, by whom and when: `valid, by Ann, 2026-11-24`. Empty
    /// where nobody judges addresses.
    public var placeValidation: String
    /// Other places where the caller could be (AMBIGUOUS).
    public var otherPlaces: String
    /// The rule that found the place, and its evidence.
    public var rule: String
    /// The site's zone at the time of the call, minutes east of UTC.
    public var zoneOffsetMinutes: Int
    /// The zone's name, for people; may be empty.
    public var zoneName: String
    public var dialled: String
    public var callServer: String
    public var callID: String
    /// The location and what contains it, the outermost first: for subscriptions.
    public var locationPath: [String]
    /// Recipients that the location itself names.
    public var contacts: [String]

    public init(
        key: RecordKey, flags: Flags = [], device: String = "", callerDN: String = "", callerName: String = "",
        elin: TelephoneNumber? = nil, psapText: String = "", placeText: String = "", otherPlaces: String = "",
        rule: String = "", zoneOffsetMinutes: Int = 0, zoneName: String = "", dialled: String = "",
        callServer: String = "", callID: String = "", locationPath: [String] = [], contacts: [String] = [],
        placeValidation: String = ""
    ) {
        self.key = key
        self.flags = flags
        self.device = device
        self.callerDN = callerDN
        self.callerName = callerName
        self.elin = elin
        self.psapText = psapText
        self.placeText = placeText
        self.otherPlaces = otherPlaces
        self.rule = rule
        self.zoneOffsetMinutes = zoneOffsetMinutes
        self.zoneName = zoneName
        self.dialled = dialled
        self.callServer = callServer
        self.callID = callID
        self.locationPath = locationPath
        self.contacts = contacts
        self.placeValidation = placeValidation
    }

    /// When the call was made.
    public var time: WallTime { key.time }

    public var isTest: Bool { flags.contains(.test) }
}
