public import E911Values
public import SIPCore

/// Everything about a site: call servers, locations, rules, ELINs, who is told. It lives in the store; `site.yaml`
/// declares it. The names are those of the file.
public struct SiteConfiguration: Equatable, Sendable, Codable {
    public var name: String
    /// An IANA name, for example `America/Chicago`. Its offset from UTC is told to the node by the daemon.
    public var timeZone: String
    /// The call server whose ELIN, user name and active member serve untrusted sources.
    public var defaultCallServer: String
    public var callServers: [CallServerConfiguration]
    public var pools: [ELINPoolConfiguration]
    /// Parents before their children.
    public var locations: [LocationConfiguration]
    public var rules: [RuleConfiguration]
    public var recipients: [RecipientConfiguration]
    public var alerts: [AlertRuleConfiguration]
    /// Seconds for which evidence of ports and access points is fresh; `nil` for a day.
    public var evidenceFreshness: Int?
    /// What is said of devices that are not at the site; `nil` for nothing: they are unlocated.
    public var offPremises: OffPremisesConfiguration?
    /// How the ALI side is told of ELINs; `nil` is all by default.
    public var ali: ALIConfiguration?
    /// Where each change of a device's ELIN is posted; `nil` is nowhere.
    public var locationPush: WebhookConfiguration?
    /// How people are reminded of alerts that nobody acknowledges; `nil` is the defaults.
    public var reminders: ReminderConfiguration?
    /// What messages say in the site's own words; `nil` is what e911d says by itself.
    public var alertTexts: AlertTextConfiguration?
    /// Whether a file declared it: then console and API show it read-only.
    public var declared: Bool

    public init(
        name: String = "", timeZone: String = "UTC", defaultCallServer: String = "",
        callServers: [CallServerConfiguration] = [], pools: [ELINPoolConfiguration] = [],
        locations: [LocationConfiguration] = [], rules: [RuleConfiguration] = [],
        recipients: [RecipientConfiguration] = [], alerts: [AlertRuleConfiguration] = [],
        evidenceFreshness: Int? = nil, offPremises: OffPremisesConfiguration? = nil, declared: Bool = false
    ) {
        self.name = name
        self.timeZone = timeZone
        self.defaultCallServer = defaultCallServer
        self.callServers = callServers
        self.pools = pools
        self.locations = locations
        self.rules = rules
        self.recipients = recipients
        self.alerts = alerts
        self.evidenceFreshness = evidenceFreshness
        self.offPremises = offPremises
        self.declared = declared
    }
}

/// One SIP Server, or one cluster of them, with its wire profile resolved into single choices.
public struct CallServerConfiguration: Equatable, Sendable, Codable {
    public var name: String
    /// `genesys` or `rfc3680`: where the defaults of the choices below came from.
    public var profile: String
    public var enabled: Bool = true
    /// The ICD's "Emergency Onsite Notification Enabled": off means recorded, not alerted.
    public var onsiteNotification: Bool = true
    public var members: [MemberConfiguration]
    /// How they are watched; `nil` is the defaults.
    public var cluster: ClusterChoices?
    /// Proxies in front of the members.
    public var trusted: [IPPrefix] = []
    /// Contact user of the 302; the prefix of the gateway trunk.
    public var username: String = "911"
    /// The prefix of the SIP Server's trunk that leads to us.
    public var ownPrefix: String = "911"
    /// Contact user of the 302 for a test call; `nil` is the dialled user.
    public var testUsername: String?
    public var emergencyNumbers: [String] = ["911", "9911", "112"]
    public var testNumbers: [String] = ["933"]
    public var defaultLocation: String
    public var defaultELIN: TelephoneNumber
    public var testELIN: TelephoneNumber?
    public var pool: String?
    /// Seconds, 0 to 3600; the same value as `sip-elin-timeout` on the SIP Server.
    public var elinTimeout: Int = 1200
    /// Gateway URIs that take a call which came back to us (the loop trap), in order.
    public var fallbackTargets: [String] = []
    public var subscription = SubscriptionChoices()
    public var caller: [CallerSource] = [.assertedIdentity, .from]
    public var callerRules: [CallerRule] = []
    public var callerDevice: [CallerDeviceSource] = [.contact, .bottomVia]
    public var ambiguous: AmbiguousChoice = .newest
    public var deviceIP: [DeviceIPSource] = [.received, .contact, .path]
    public var deviceMAC: [DeviceMACSource] = [.instance, .uriParameter, .userAgent]
    /// A pattern whose first group is a MAC, for ``DeviceMACSource/userAgent``.
    public var userAgentPattern: String?
    public var redirect: ELINForm = .responsePAI
    /// How an ELIN is written on the wire.
    public var numberForm: NumberForm = .e164
    public var filters = FilterChoices()
    /// What an untrusted or disabled source gets: `true` is 403, `false` the default ELIN (contract invariant 1).
    public var refuseUntrusted: Bool = false
    /// Recipients of alerts that match no subscription.
    public var alertFallback: [String] = []
    /// Recipients who are told one after the other while nobody acknowledges; `nil` is nobody.
    public var alertEscalation: [String]?

    public init(
        name: String, profile: String = "genesys", members: [MemberConfiguration], defaultLocation: String,
        defaultELIN: TelephoneNumber
    ) {
        self.name = name
        self.profile = profile
        self.members = members
        self.defaultLocation = defaultLocation
        self.defaultELIN = defaultELIN
        if profile == "rfc3680" { subscription.target = .addressesOfRecord }
    }
}

extension SIPTransportKind: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let kind = Self.allCases.first(where: { $0.name == text }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no transport")
        }
        self = kind
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    /// The name in configuration files: `udp`, `tcp`, `tls`.
    public var name: String { viaToken.lowercased() }
}

/// How registrations are learnt (contract section 2).
public struct SubscriptionChoices: Equatable, Sendable, Codable {
    public enum Target: String, Sendable, Codable, CaseIterable {
        /// One subscription per member, Request-URI and To without a user.
        case server
        /// One per address of record.
        case addressesOfRecord = "aors"
    }

    public var target: Target = .server
    public var aors: [String] = []
    /// The path of a file with more of them, one a line; the process that answers calls reads it (``AddressFile``).
    public var aorsFile: String?
    /// So many addresses of record at most are learnt from callers whom nobody knows; `nil` is none.
    public var learn: Int?
    /// Seconds.
    public var expires: UInt32 = 3761
    /// SUBSCRIBEs a second to one member, of starts, ends and downloads that are asked for; `nil` is ``usualPace``.
    public var pace: Int?
    /// When to download all devices, beside the refreshes; `nil` for then only.
    public var download: DownloadSchedule?
    /// Seconds without a NOTIFY that complete a download.
    public var quiet: Double = 15
    /// `true` is `versions: strict` (RFC 3680 to the letter), `false` `by-cseq`.
    public var strictVersions: Bool = false
    /// Who we are when the SIP Server asks.
    public var username: String?
    /// The path of a file that holds the password alone; the process that answers calls reads it.
    public var passwordFile: String?

    /// Ten thousand subscriptions begin within twenty seconds.
    public static let usualPace = 500

    public init() {}
}

/// Where the caller's number is read.
public enum CallerSource: String, Sendable, Codable, CaseIterable {
    case assertedIdentity = "p-asserted-identity"
    case from
}

/// A pattern over the caller's number and the DN it stands for; `$1` to `$9` are its groups.
public struct CallerRule: Equatable, Sendable, Codable {
    public var match: String
    public var dn: String

    public init(match: String, dn: String) {
        self.match = match
        self.dn = dn
    }
}

/// Where the calling device is read.
public enum CallerDeviceSource: Hashable, Sendable, Codable {
    case contact
    case bottomVia
    /// A header with an IP address, a MAC or an instance.
    case header(String)
}

public enum AmbiguousChoice: String, Sendable, Codable, CaseIterable {
    /// The contact registered last.
    case newest
    /// The call server's default ELIN.
    case defaultELIN = "default"
}

public enum DeviceIPSource: String, Sendable, Codable, CaseIterable {
    case received, contact, path
}

public enum DeviceMACSource: String, Sendable, Codable, CaseIterable {
    case instance
    case uriParameter = "uri-parameter"
    case userAgent = "user-agent"
}

/// The form in which the ELIN travels in the 302 (contract section 3).
public enum ELINForm: Hashable, Sendable, Codable {
    /// `P-Asserted-Identity` in the 302.
    case responsePAI
    /// `P-Asserted-Identity` embedded in the Contact URI's headers.
    case contactPAI
    /// The Contact user is the user name and the ELIN behind it.
    case contactUser
    /// `phone-context` in the Contact's user part.
    case phoneContext
    /// A header of this name in the 302.
    case header(String)
}

/// How a number is written on the wire (`redirect: { number: … }`).
public enum NumberForm: String, Sendable, Codable, CaseIterable {
    /// `+13125550101`
    case e164
    /// `3125550101` for a number of country code 1; any other stays E.164.
    case tenDigits = "ten-digits"

    /// The number in this form.
    public func text(of number: TelephoneNumber) -> String {
        switch self {
        case .e164: number.description
        case .tenDigits: number.tenDigits ?? number.description
        }
    }
}

/// Which registrations are tracked.
public struct FilterChoices: Equatable, Sendable, Codable {
    public enum Mode: String, Sendable, Codable, CaseIterable { case exclude, include }
    /// A row needs all of its patterns; any row suffices.
    public struct Row: Equatable, Sendable, Codable {
        public var ip: String?
        public var username: String?
        public var mac: String?

        public init(ip: String? = nil, username: String? = nil, mac: String? = nil) {
            self.ip = ip
            self.username = username
            self.mac = mac
        }
    }

    public var mode: Mode = .exclude
    public var rows: [Row] = []

    public init() {}
}

/// ELINs that are bound to places as devices come there (contract section 4).
public struct ELINPoolConfiguration: Equatable, Sendable, Codable {
    public enum Publication: String, Sendable, Codable, CaseIterable {
        case push, export
        case perCall = "per-call"
    }

    public var name: String
    /// Single numbers and ranges, in the file's order.
    public var numbers: [ClosedNumberRange]
    public var ali: Publication

    public init(name: String, numbers: [ClosedNumberRange], ali: Publication) {
        self.name = name
        self.numbers = numbers
        self.ali = ali
    }
}

/// A number, or a range of numbers of the same length.
public struct ClosedNumberRange: Equatable, Sendable, Codable {
    public var first: TelephoneNumber
    public var last: TelephoneNumber

    public init(first: TelephoneNumber, last: TelephoneNumber) {
        self.first = first
        self.last = last
    }
}

/// A rule that puts devices at a location.
public struct RuleConfiguration: Equatable, Sendable, Codable {
    public enum Condition: Equatable, Sendable, Codable {
        case deviceMAC(MACAddress)
        case deviceDN(String)
        case deviceInstance(String)
        /// May end in `*` octets.
        case bssid(String)
        case port(switch: String, port: String)
        case prefix(IPPrefix)
    }

    public var condition: Condition
    public var location: String

    public init(condition: Condition, location: String) {
        self.condition = condition
        self.location = location
    }
}

/// Somebody who is told.
public struct RecipientConfiguration: Equatable, Sendable, Codable {
    public var name: String
    public var email: String?
    public var sms: String?
    /// A URL; `slack+` or `teams+` before it says whose form the body has.
    public var webhook: String?
    /// `udp://HOST:PORT` or `tcp://HOST:PORT`.
    public var syslog: String?
    public var screenPop: Bool
    /// The names of the recipients of a group, which has no address of its own; `nil` for a single one.
    public var members: [String]?

    public init(
        name: String, email: String? = nil, sms: String? = nil, webhook: String? = nil, syslog: String? = nil,
        screenPop: Bool = false, members: [String]? = nil
    ) {
        self.name = name
        self.email = email
        self.sms = sms
        self.webhook = webhook
        self.syslog = syslog
        self.screenPop = screenPop
        self.members = members
    }
}

/// When those who were told are told again, and others with them.
public struct ReminderConfiguration: Equatable, Sendable, Codable {
    /// Seconds between reminders; `nil` is 300.
    public var every: Int?
    /// How often, at most, unless the last step of an escalation comes later; 0 is never, `nil` is 3.
    public var times: Int?
    /// With which reminder the escalation begins; `nil` is the second.
    public var escalateAt: Int?

    public init(every: Int? = nil, times: Int? = nil, escalateAt: Int? = nil) {
        self.every = every
        self.times = times
        self.escalateAt = escalateAt
    }
}

/// What messages say in the site's own words, with placeholders; `nil` is what e911d says by itself.
public struct AlertTextConfiguration: Equatable, Sendable, Codable {
    public var emailSubject: String?
    public var emailText: String?
    public var sms: String?

    public init(emailSubject: String? = nil, emailText: String? = nil, sms: String? = nil) {
        self.emailSubject = emailSubject
        self.emailText = emailText
        self.sms = sms
    }
}

/// Who has to acknowledge an alert before nobody is reminded any more.
public enum AcknowledgementChoice: String, Sendable, Codable, CaseIterable {
    /// One of those who were told, or anybody else.
    case one
    /// Everybody who was told.
    case all
}

/// Who is told of calls from where.
public struct AlertRuleConfiguration: Equatable, Sendable, Codable {
    /// The root of a subtree; `nil` is everywhere.
    public var location: String?
    public var callServer: String?
    public var to: [String]
    /// `email`, `sms`, `screen-pop`, `webhook`, `syslog`; empty is every channel that the recipient has.
    public var channels: [String]
    /// `always`, or `mon-fri 08:00-18:00` and the like.
    public var hours: String
    /// `nil` is one.
    public var acknowledge: AcknowledgementChoice?

    public init(
        location: String? = nil, callServer: String? = nil, to: [String], channels: [String] = [],
        hours: String = "always", acknowledge: AcknowledgementChoice? = nil
    ) {
        self.location = location
        self.callServer = callServer
        self.to = to
        self.channels = channels
        self.hours = hours
        self.acknowledge = acknowledge
    }
}
