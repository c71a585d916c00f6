/// One subscription to be kept up.
public struct SubscriptionConfiguration: Equatable, Sendable {
    public var requestURI: String
    /// The value of To, without a tag: `<sip:192.0.2.10:5060>`.
    public var to: String
    /// The value of From, without a tag; `nil` for one made of ``contactUser`` and our address.
    public var from: String?
    /// The event package.
    public var event: String
    /// The media type of the bodies that are understood. Another one is answered 415.
    public var accept: String
    /// The Expires to ask for, in whole seconds.
    public var expires: Duration
    /// Where the SUBSCRIBEs go that begin a dialog. Those in the dialog go to the first Route or the remote target if
    /// that is an address, else here too.
    public var target: NextHop
    /// Where they go when that one does not answer, cannot be reached or says 503, in this order (RFC 3263 section 4.3).
    /// While there are any, a refresh that nobody answers ends the dialog, and the next one is begun at once.
    public var alternatives: [NextHop] = []
    public var scope: SubscriptionScope
    /// The user part of our Contact, whose host and port are those of our listener.
    public var contactUser: String
    /// Who we are when a 401 or 407 asks; `nil` makes it a refusal.
    public var account: DigestAccount?
    /// Octets of a body. A larger one is answered 413.
    public var bodyOctets: Int

    public init(
        requestURI: String, to: String, from: String? = nil, event: String = "reg",
        accept: String = "application/reginfo+xml", expires: Duration = .seconds(3761), target: NextHop,
        scope: SubscriptionScope = .server, contactUser: String = "e911d", account: DigestAccount? = nil,
        bodyOctets: Int = 16 << 20
    ) {
        self.requestURI = requestURI
        self.to = to
        self.from = from
        self.event = event
        self.accept = accept
        self.expires = expires
        self.target = target
        self.scope = scope
        self.contactUser = contactUser
        self.account = account
        self.bodyOctets = bodyOctets
    }

    /// The Expires as it is sent.
    var expiresSeconds: UInt32 { UInt32(clamping: max(expires.components.seconds, 1)) }
}
