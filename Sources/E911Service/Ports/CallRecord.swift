public import E911Values

/// What is known of one call to us and what it was answered: the value that goes into the journal before the 302.
///
/// Lease and alert follow from it (``leaseSeconds``, ``alerts``), so that one checksummed record holds all three.
public struct CallRecord: Equatable, Sendable {
    public enum Kind: UInt8, Sendable, Codable, CaseIterable {
        case emergency, test, callback

        /// For people.
        package var name: String {
            switch self {
            case .emergency: "emergency"
            case .test: "test"
            case .callback: "callback"
            }
        }
    }

    /// What became of the INVITE transaction.
    public enum Outcome: UInt8, Sendable, Codable, CaseIterable {
        /// Answered; the ACK has not come yet.
        case answered
        case acknowledged
        /// No ACK by Timer H: the call stands, with an alarm.
        case unconfirmed
        /// Cancelled before it was answered.
        case abandoned
        /// Refused: callback outside its window, loop without a target left.
        case refused
    }

    public struct Flags: OptionSet, Hashable, Sendable, Codable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Several contacts fit the caller.
        public static let ambiguous = Flags(rawValue: 1)
        /// From a source that belongs to no call server, or to a disabled one.
        public static let untrusted = Flags(rawValue: 2)
        /// Placed by the call server's default, for want of evidence.
        public static let unlocated = Flags(rawValue: 4)
        /// The default ELIN was sent.
        public static let defaultELIN = Flags(rawValue: 8)
        /// The 302 left before the journal had the record.
        public static let unrecorded = Flags(rawValue: 16)
        /// The caller is no registered device.
        public static let unknownCaller = Flags(rawValue: 32)
        /// The ELIN was taken from another live caller.
        public static let displaced = Flags(rawValue: 64)
        /// The call came back to us and was sent to a fallback target.
        public static let loop = Flags(rawValue: 128)
        /// `Priority: psap-callback` (RFC 7090).
        public static let psapCallback = Flags(rawValue: 256)
        /// The device was stale or retired.
        public static let stale = Flags(rawValue: 512)
        /// The number was neither an emergency number nor one of our ELINs.
        public static let unexpectedNumber = Flags(rawValue: 1024)
        /// The device is not at the site, as far as is known.
        public static let offPremises = Flags(rawValue: 2048)
        /// The SIP Server went on with this call at the other node of the pair, whose record stands for it.
        public static let answeredByPeer = Flags(rawValue: 4096)
    }

    public var key: RecordKey
    public var kind: Kind
    public var flags: Flags = []
    public var outcome: Outcome = .answered
    public var elin: TelephoneNumber?
    public var status: UInt16 = 302
    /// Seconds for which the ELIN stands for this caller; 0 is no lease.
    public var leaseSeconds: UInt32 = 0
    /// Whether people are told.
    public var alerts: Bool = false
    /// A call is in many hands at once: journal, store, history, alert. They share its texts, of which nothing changes once it
    /// is answered.
    ///
    /// An array of one is what the language has for that: it is one word, copied when somebody changes it while others have it
    /// too, and `Sendable` by itself. It is read by its span, since the array itself gives a copy of all texts.
    private var texts = [Texts()]

    private struct Texts: Equatable, Sendable {
        var callServer = ""
        var source = ""
        var callID = ""
        var fromTag = ""
        var dialled = ""
        var callerDN = ""
        var callerName = ""
        var device = ""
        var deviceIP = ""
        var deviceMAC = ""
        var location = ""
        var locationText = ""
        var elinLocation = ""
        var elinText = ""
        var rule = ""
        var contact = ""
        var otherPlaces = ""
        var displacedDN = ""
        var supersedes: RecordKey?
    }

    public var callServer: String {
        get { texts.span[0].callServer }
        set { texts[0].callServer = newValue }
    }
    /// Where the INVITE came from.
    public var source: String {
        get { texts.span[0].source }
        set { texts[0].source = newValue }
    }
    public var callID: String {
        get { texts.span[0].callID }
        set { texts[0].callID = newValue }
    }
    public var fromTag: String {
        get { texts.span[0].fromTag }
        set { texts[0].fromTag = newValue }
    }
    /// The user part (or the URN) that was dialled.
    public var dialled: String {
        get { texts.span[0].dialled }
        set { texts[0].dialled = newValue }
    }
    public var callerDN: String {
        get { texts.span[0].callerDN }
        set { texts[0].callerDN = newValue }
    }
    public var callerName: String {
        get { texts.span[0].callerName }
        set { texts[0].callerName = newValue }
    }
    /// Identifies the calling device for leases and coalescing; the caller's contact for an unknown one.
    public var device: String {
        get { texts.span[0].device }
        set { texts[0].device = newValue }
    }
    public var deviceIP: String {
        get { texts.span[0].deviceIP }
        set { texts[0].deviceIP = newValue }
    }
    public var deviceMAC: String {
        get { texts.span[0].deviceMAC }
        set { texts[0].deviceMAC = newValue }
    }
    /// Best known place.
    public var location: String {
        get { texts.span[0].location }
        set { texts[0].location = newValue }
    }
    public var locationText: String {
        get { texts.span[0].locationText }
        set { texts[0].locationText = newValue }
    }
    /// The place whose record the sent ELIN names, and its text: what the PSAP sees.
    public var elinLocation: String {
        get { texts.span[0].elinLocation }
        set { texts[0].elinLocation = newValue }
    }
    public var elinText: String {
        get { texts.span[0].elinText }
        set { texts[0].elinText = newValue }
    }
    public var rule: String {
        get { texts.span[0].rule }
        set { texts[0].rule = newValue }
    }
    /// The Contact of the answer.
    public var contact: String {
        get { texts.span[0].contact }
        set { texts[0].contact = newValue }
    }
    /// Other places the caller could be at (AMBIGUOUS), as text.
    public var otherPlaces: String {
        get { texts.span[0].otherPlaces }
        set { texts[0].otherPlaces = newValue }
    }
    /// Whom the ELIN was taken from.
    public var displacedDN: String {
        get { texts.span[0].displacedDN }
        set { texts[0].displacedDN = newValue }
    }
    /// The record of the same call at the other node of the pair, for which this one stands.
    public var supersedes: RecordKey? {
        get { texts.span[0].supersedes }
        set { texts[0].supersedes = newValue }
    }

    public init(key: RecordKey, kind: Kind) {
        self.key = key
        self.kind = kind
    }

    /// When the call came.
    public var time: WallTime { key.time }
}
