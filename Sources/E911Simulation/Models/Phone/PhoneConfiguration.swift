public import E911Values
public import SIPCore

/// What a ``Phone`` is told once.
public struct PhoneConfiguration: Equatable, Sendable {
    /// The user part of its address of record, for example an extension.
    public var user: String
    public var domain: String
    public var displayName = ""
    /// Sent as the node part of a `+sip.instance` UUID (RFC 4122 section 4.1.6); `nil` sends no instance.
    public var mac: MACAddress?
    /// Where it is at first. Its host must own this address, and those that it moves to.
    public var contact: NextHop
    /// Where it registers: one SIP Server, or every member of a cluster. Calls go to the first one that has it.
    public var registrars: [NextHop]
    /// Seconds to ask for.
    public var expires: UInt32 = 600
    /// How long it rings before it is answered; `nil` never answers.
    public var answerDelay: Duration? = .seconds(1)

    public init(user: String, domain: String, mac: MACAddress? = nil, contact: NextHop, registrars: [NextHop]) {
        self.user = user
        self.domain = domain
        self.mac = mac
        self.contact = contact
        self.registrars = registrars
    }

    /// `<urn:uuid:…>`, a UUID of version 1 whose node part is the MAC.
    public var instance: String? {
        mac.map { "<urn:uuid:00000000-0000-1000-8000-\($0.description.replacing(":", with: ""))>" }
    }
}

/// What a phone can be told to do.
public enum PhoneCommand: Equatable, Sendable {
    /// Registers, and keeps the registration up.
    case register
    case unregister
    /// Starts anew at another address, as a phone that is carried elsewhere; registers there if it did before. Its old
    /// registration is left standing.
    case move(to: Endpoint)
    /// Dials a number; a urn is dialled as it is.
    case call(String)
    case hangUp
}

public enum PhoneEvent: Equatable, Sendable {
    /// A registrar has it for so many seconds. Told for each refresh too.
    case registered(at: Endpoint, contact: String, expires: UInt32)
    case registrationFailed(at: Endpoint, status: Int?)
    case unregistered(at: Endpoint)
    case call(CallEvent)
}
