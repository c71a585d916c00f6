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
    /// The ELIN that was sent; `nil` if none was.
    public var elin: TelephoneNumber?
    /// The site's zone at the time of the call, minutes east of UTC.
    public var zoneOffsetMinutes: Int
    /// An alert is in many hands at once, and they share its texts: an array of one is copied when somebody changes it while
    /// others have it too. It is read by its span, since the array itself gives a copy of all of them.
    private var texts: [Texts]

    private struct Texts: Equatable, Sendable {
        var device: String
        var callerDN: String
        var callerName: String
        var psapText: String
        var placeText: String
        var placeValidation: String
        var otherPlaces: String
        var rule: String
        var zoneName: String
        var dialled: String
        var callServer: String
        var callID: String
        var locationPath: [String]
        var contacts: [String]
    }

    /// Identifies the calling device, so that its redials coalesce. Empty for an unknown caller, who never coalesces.
    public var device: String {
        get { texts.span[0].device }
        set { texts[0].device = newValue }
    }
    public var callerDN: String {
        get { texts.span[0].callerDN }
        set { texts[0].callerDN = newValue }
    }
    public var callerName: String {
        get { texts.span[0].callerName }
        set { texts[0].callerName = newValue }
    }
    /// What the PSAP sees: the place behind the ELIN that was sent.
    public var psapText: String {
        get { texts.span[0].psapText }
        set { texts[0].psapText = newValue }
    }
    /// The best known place.
    public var placeText: String {
        get { texts.span[0].placeText }
        set { texts[0].placeText = newValue }
    }
    /// Whether the address of that place was found to be right, by whom and when: `valid, by Ann, 2026-11-24`. Empty
    /// where nobody judges addresses.
    public var placeValidation: String {
        get { texts.span[0].placeValidation }
        set { texts[0].placeValidation = newValue }
    }
    /// Other places where the caller could be (AMBIGUOUS).
    public var otherPlaces: String {
        get { texts.span[0].otherPlaces }
        set { texts[0].otherPlaces = newValue }
    }
    /// The rule that found the place, and its evidence.
    public var rule: String {
        get { texts.span[0].rule }
        set { texts[0].rule = newValue }
    }
    /// The zone's name, for people; may be empty.
    public var zoneName: String {
        get { texts.span[0].zoneName }
        set { texts[0].zoneName = newValue }
    }
    public var dialled: String {
        get { texts.span[0].dialled }
        set { texts[0].dialled = newValue }
    }
    public var callServer: String {
        get { texts.span[0].callServer }
        set { texts[0].callServer = newValue }
    }
    public var callID: String {
        get { texts.span[0].callID }
        set { texts[0].callID = newValue }
    }
    /// The location and what contains it, the outermost first: for subscriptions.
    public var locationPath: [String] {
        get { texts.span[0].locationPath }
        set { texts[0].locationPath = newValue }
    }
    /// Recipients that the location itself names.
    public var contacts: [String] {
        get { texts.span[0].contacts }
        set { texts[0].contacts = newValue }
    }

    public init(
        key: RecordKey, flags: Flags = [], device: String = "", callerDN: String = "", callerName: String = "",
        elin: TelephoneNumber? = nil, psapText: String = "", placeText: String = "", otherPlaces: String = "",
        rule: String = "", zoneOffsetMinutes: Int = 0, zoneName: String = "", dialled: String = "",
        callServer: String = "", callID: String = "", locationPath: [String] = [], contacts: [String] = [],
        placeValidation: String = ""
    ) {
        self.key = key
        self.flags = flags
        self.elin = elin
        self.zoneOffsetMinutes = zoneOffsetMinutes
        texts = [
            Texts(
                device: device, callerDN: callerDN, callerName: callerName, psapText: psapText, placeText: placeText,
                placeValidation: placeValidation, otherPlaces: otherPlaces, rule: rule, zoneName: zoneName,
                dialled: dialled, callServer: callServer, callID: callID, locationPath: locationPath,
                contacts: contacts)
        ]
    }

    /// When the call was made.
    public var time: WallTime { key.time }

    public var isTest: Bool { flags.contains(.test) }
}
