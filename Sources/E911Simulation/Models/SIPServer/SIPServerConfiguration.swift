public import E911Values
public import SIPCore

/// What a ``SIPServer`` is told once. The names of options are those of the Interface Control Document where it has some.
public struct SIPServerConfiguration: Equatable, Sendable {
    /// How it passes calls on, and so what the others see of the phone.
    public enum Mode: String, Sendable, CaseIterable {
        /// Record-routes, and forwards what the phone sent: Call-ID, From, Contact and Vias are the phone's.
        case proxy
        /// Makes calls of its own: Call-ID, tags, Via and Contact are the server's.
        case backToBack = "b2bua"
    }

    /// A DN of type Trunk: where numbers with a prefix go.
    public struct Trunk: Equatable, Sendable {
        public var name: String
        /// The longest one that a number begins with decides.
        public var prefixes: [String]
        /// In the order in which they are tried: `contact`, then `contact-list`.
        public var contacts: [NextHop]
        /// Whether calls begin at one after the other of them.
        public var spreads = false
        /// `oos-check`: time between OPTIONS; `nil` sends none.
        public var check: Duration?
        /// `oos-force`: how long a contact may fail its checks before it is out of service.
        public var force: Duration = .seconds(5)
        /// Stands in the place of the prefix in the Request-URI; `nil` leaves the number as it is.
        public var replacement: String?

        public init(name: String, prefixes: [String], contacts: [NextHop]) {
            self.name = name
            self.prefixes = prefixes
            self.contacts = contacts
        }
    }

    /// How the pieces of a full state that does not fit into one body are labelled.
    public enum Labelling: String, Sendable, CaseIterable {
        case fullThenPartial, allFull, allPartial
    }

    /// The version numbers of such pieces.
    public enum Versions: String, Sendable, CaseIterable {
        /// All of one state have the same.
        case shared
        case rising
        /// Every document says 0.
        case zero
    }

    /// The password that it asks subscribers for.
    public struct Authentication: Equatable, Sendable {
        public var policy: DigestServer.Policy
        public var account: DigestAccount

        public init(_ policy: DigestServer.Policy, _ account: DigestAccount) {
            self.policy = policy
            self.account = account
        }
    }

    /// Its name in addresses of record.
    public var domain: String
    public var listeners: [Listener]
    public var mode = Mode.proxy
    /// The trunk of the E911 Manager.
    public var manager: Trunk
    /// The trunks of the emergency gateways, the default one first: calls go there when no manager answers.
    public var gateways: [Trunk]
    /// How long one manager may take to answer.
    public var managerTimeout: Duration = .seconds(4)
    /// `sip-elin-timeout`.
    public var elinTimeout: Duration = .seconds(1200)
    /// Whether it keeps the map of ELINs. One that does not sends calls to ten-digit numbers to the manager.
    public var keepsELINs = true
    /// Whether it vouches for the caller (RFC 3325).
    public var assertsIdentity = true
    /// Whether it tells which of the INVITEs that it sends are one call's.
    public var numbersCalls = false
    /// A header that says where the phone is, for a server that hides its Contact: its IP address.
    public var callerAddressHeader: String?

    /// `subscription-max-body-size`; 0 is no limit.
    public var maxBodyOctets = 14_336
    public var labelling = Labelling.fullThenPartial
    public var versions = Versions.rising
    /// `subscription-event-allowed`: whether `reg` is.
    public var allowsRegistrationEvent = true
    /// `nil`: whoever asks may subscribe.
    public var authentication: Authentication?
    /// Seconds.
    public var subscriptionExpires: ClosedRange<UInt32> = 60...7200
    /// Seconds.
    public var registrationExpires: ClosedRange<UInt32> = 10...3600
    /// Whether a contact with the same instance takes the place of an older one.
    public var replacesByInstance = true

    public init(domain: String, listeners: [Listener], manager: Trunk, gateways: [Trunk]) {
        self.domain = domain
        self.listeners = listeners
        self.manager = manager
        self.gateways = gateways
    }
}

/// A device that is put into the registrar without a REGISTER.
public struct RegisteredDevice: Equatable, Sendable {
    public var user: String
    /// `sip:2001@192.0.2.55:5060`
    public var contact: String
    /// As in `+sip.instance`, with its angle brackets.
    public var instance: String?
    public var userAgent: String?

    public init(user: String, contact: String, instance: String? = nil, userAgent: String? = nil) {
        self.user = user
        self.contact = contact
        self.instance = instance
        self.userAgent = userAgent
    }
}

public enum SIPServerCommand: Equatable, Sendable {
    /// Registers devices for so many seconds. One with the instance of an older one moves it.
    case populate([RegisteredDevice], expires: UInt32)
    /// Ends every registration of these users.
    case remove([String])
    /// Ends every subscription with a NOTIFY that gives this reason.
    case endSubscriptions(reason: String)
    /// Tells every subscription the full state, so many times, though nobody asked: a storm of NOTIFYs.
    case tellAll(times: Int)
    /// Breaks the bodies of the next so many NOTIFYs, so that they are no documents any more.
    case spoil(bodies: Int)
}

/// What a ``SIPServer`` tells. Numbers and users are given as they were dialled or registered.
public enum SIPServerEvent: Equatable, Sendable {
    case registered(user: String, contact: String)
    case gone(user: String, contact: String)
    /// `user` is `nil` for all registrations.
    case subscribed(user: String?, seconds: UInt32)
    case subscriptionEnded(user: String?, reason: String)
    /// The subscriber confirmed a NOTIFY.
    case notified(user: String?, octets: Int)
    case node(Endpoint, inService: Bool)
    /// An emergency call goes to a manager.
    case emergency(caller: String, dialled: String, to: Endpoint)
    /// The INVITE that goes to it, and the number of the call. Only with `numbersCalls`.
    case attempt(call: Int, callID: String)
    /// A manager redirected it.
    case redirected(caller: String, to: String, elin: String?)
    /// No manager answered usefully: the call goes to the default gateway.
    case noManager(caller: String)
    case toGateway(caller: String, uri: String, elin: String?)
    /// A call to an ELIN rings its latest caller.
    case callback(elin: String, to: String)
    /// A call ended with this final response to the caller.
    case finished(caller: String, dialled: String, status: Int)
}
