public import E911Values

/// What an explanation is asked about.
public enum ExplainSubject: Equatable, Sendable, Codable, CustomStringConvertible {
    /// A directory number, or a number that a caller rule turns into one.
    case dn(String)
    /// An address of record, with or without its scheme.
    case aor(String)
    case ip(IPAddress)
    case mac(MACAddress)

    public var description: String {
        switch self {
        case .dn(let dn): "DN \(dn)"
        case .aor(let aor): "AOR \(aor)"
        case .ip(let address): "IP address \(address)"
        case .mac(let mac): "MAC \(mac)"
        }
    }
}

/// What an emergency call would be answered now, and why. Nothing is taken or changed for it.
public struct Explanation: Equatable, Sendable, Codable {
    public var subject: ExplainSubject
    /// The registrations that fit, the one first that counts where a call does not say which it is. Without any, what a
    /// device of which nothing else is known would get.
    public var devices: [DeviceExplanation] = []
    /// Registrations beyond the first ``E911Node/explainedDevices``.
    public var more = 0
    /// What is to be said of all of them.
    public var notes: [String] = []

    public init(subject: ExplainSubject) {
        self.subject = subject
    }
}

/// One device: where it is, each rule with why it did or did not apply, its ELIN, and what PSAP and people would be told.
public struct DeviceExplanation: Equatable, Sendable, Codable {
    /// The registration; `nil` where none fits.
    public var device: DeviceInfo?
    public var callServer = ""
    /// What is known that can tell where it is.
    public var evidence: [Evidence] = []
    public var place = Place()
    /// In the order in which rules count, the default last.
    public var rules: [Rule] = []
    /// Rules that are not listed, by kind.
    public var otherRules: [RuleGroup] = []
    public var elin = ELIN()
    public var alert = Alert()
    /// The place as PIDF-LO (RFC 4119, RFC 5139, RFC 5491).
    public var presence = ""

    public init() {}

    public struct Evidence: Equatable, Sendable, Codable {
        public var text: String
        /// `nil` for what does not age.
        public var ageSeconds: Int?
        /// Too old to go before an IP range.
        public var isOld: Bool
        /// Who told.
        public var source: String
    }

    public struct Place: Equatable, Sendable, Codable {
        public var location = ""
        /// The location and what contains it, the outermost first.
        public var path: [String] = []
        /// As people say it.
        public var text = ""
        public var rule = ""
        public var evidence = ""
        public var ageSeconds: Int?
        /// `none`, `low`, `medium` or `high`.
        public var confidence = ""
        /// Nothing says where the device is.
        public var isDefault = false
        public var isOffPremises = false
        /// Who has judged the address, and how.
        public var validation = ""
    }

    public struct Rule: Equatable, Sendable, Codable {
        public enum Outcome: String, Sendable, Codable {
            case applied, outranked, failed
        }

        public var rule: String
        public var location: String
        public var outcome: Outcome
        /// Why it did not decide; empty if it did.
        public var reason: String
    }

    public struct RuleGroup: Equatable, Sendable, Codable {
        public var kind: String
        public var count: Int
        public var reason: String
    }

    public struct ELIN: Equatable, Sendable, Codable {
        /// `nil` when no ELIN would be sent.
        public var number: TelephoneNumber?
        /// `own`, `ancestor`, `default` or empty.
        public var source = ""
        /// The location that its record names.
        public var location = ""
        /// A sentence.
        public var reason = ""
        /// The place has an ELIN of its own coming, which is not confirmed yet.
        public var isPending = false
        /// The number that is bound to the place and waits for the confirmation of its record.
        public var pendingNumber: TelephoneNumber?
        /// Whose callback would be lost.
        public var displacedDN = ""
        /// What a test call would be sent; `nil` for none.
        public var testNumber: TelephoneNumber?
    }

    public struct Alert: Equatable, Sendable, Codable {
        /// The text behind the ELIN.
        public var psapSees = ""
        /// `OFF-PREMISES`, `UNLOCATED`…
        public var labels: [String] = []
        public var subject = ""
        public var text = ""
        /// Whether anybody is told: the call server's on-site notification.
        public var isSent = true
        /// Recipients and ways, as they would be told first.
        public var recipients: [String] = []
    }
}
