public import E911Values

/// What is known of one call to us and what it was answered: the value that goes into the journal before the 302.
///
/// Lease and alert follow from it (``leaseSeconds``, ``alerts``), so that one checksummed record holds all three.
public struct CallRecord: Equatable, Sendable, Codable {
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
    public var callServer: String = ""
    /// Where the INVITE came from.
    public var source: String = ""
    public var callID: String = ""
    public var fromTag: String = ""
    /// The user part (or the URN) that was dialled.
    public var dialled: String = ""
    public var callerDN: String = ""
    public var callerName: String = ""
    /// Identifies the calling device for leases and coalescing; the caller's contact for an unknown one.
    public var device: String = ""
    public var deviceIP: String = ""
    public var deviceMAC: String = ""
    /// Best known place.
    public var location: String = ""
    public var locationText: String = ""
    /// The place whose record the sent ELIN names, and its text: what the PSAP sees.
    public var elinLocation: String = ""
    public var elinText: String = ""
    public var rule: String = ""
    public var elin: TelephoneNumber?
    public var status: UInt16 = 302
    /// The Contact of the answer.
    public var contact: String = ""
    /// Other places the caller could be at (AMBIGUOUS), as text.
    public var otherPlaces: String = ""
    /// Whom the ELIN was taken from.
    public var displacedDN: String = ""
    /// Seconds for which the ELIN stands for this caller; 0 is no lease.
    public var leaseSeconds: UInt32 = 0
    /// Whether people are told.
    public var alerts: Bool = false
    /// The record of the same call at the other node of the pair, for which this one stands.
    public var supersedes: RecordKey?

    public init(key: RecordKey, kind: Kind) {
        self.key = key
        self.kind = kind
    }

    /// When the call came.
    public var time: WallTime { key.time }
}
