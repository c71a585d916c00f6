public import E911Values

/// What a ``SIPEngine`` is told once.
public struct EngineConfiguration: Sendable {
    /// An address of ours. Its endpoint stands in our Via and Contact.
    public struct Listener: Hashable, Sendable {
        public var kind: SIPTransportKind
        public var endpoint: Endpoint

        public init(_ kind: SIPTransportKind, _ endpoint: Endpoint) {
            self.kind = kind
            self.endpoint = endpoint
        }
    }

    /// What happens to a request (other than ACK and CANCEL) whose To has a tag.
    public enum InDialogRequests: Hashable, Sendable {
        /// 481: the user has no dialogs. Subscriptions are known to the engine all the same.
        case refused
        /// The user has dialogs, and answers 481 itself.
        case delivered
    }

    /// What happens to a request without a To tag that came by another path before: From tag, Call-ID and CSeq are those of
    /// a transaction that is there still, the branch is not (RFC 3261 section 8.2.2.2).
    public enum MergedRequests: Hashable, Sendable {
        /// It is a request like another. A redirect server sees the same call by two proxies, and must answer both.
        case delivered
        /// 482, save INVITEs, behind which a caller in need may be.
        case refusedSaveInvite
        /// 482.
        case refused
    }

    /// The first one of a transport and address family is used for requests of ours.
    public var listeners: [Listener]
    public var timing = TransactionTiming()
    /// How long a hop has for its first answer to a request of ours while there are others that it could go to; the
    /// last one has all of ``timing``.
    public var hopTimeout: Duration = .seconds(4)
    /// The longest request that begins by UDP, in octets; a longer one is tried by TCP at the same address and port first,
    /// if there is a TCP listener, and goes by UDP when that is refused or silent (RFC 3261 section 18.1.1). `nil`: by
    /// UDP at once, whatever its length.
    public var datagramRequestOctets: Int? = 1300
    /// How long the user may take to answer an INVITE before 100 is sent.
    public var tryingDelay: Duration = .milliseconds(200)
    /// `User-Agent` in requests and `Server` in answers that the engine makes itself; empty for none.
    public var product: String
    public var limits = MessageLimits.default
    public var inDialogRequests = InDialogRequests.refused
    public var mergedRequests = MergedRequests.delivered
    /// What requests other than INVITE, ACK, CANCEL and the NOTIFYs of subscriptions must fulfil before the user sees
    /// them; `nil` leaves it to the user. INVITE is never judged.
    public var policy: RequestPolicy?
    /// Server transactions at the same time. Above it requests are answered 503, save INVITE, ACK and CANCEL, and save
    /// those of sources that capacity is reserved for. An INVITE of another source is dropped and counted, once
    /// ``SIPEngine/reserve(for:)`` has said for whom capacity is reserved.
    public var serverTransactions = 100_000
    /// How long a peer may take over one message on a stream, from its first octet on, before its connection is closed;
    /// `nil` for ever. It does not apply to sources that capacity is reserved for, nor do the next two.
    public var streamMessageTimeout: Duration? = .seconds(30)
    /// How long a stream connection stands on which nothing comes, keep-alives included, before it is closed; `nil` for
    /// ever.
    public var streamIdleTimeout: Duration?
    /// Octets of a body on a stream from a source that no capacity is reserved for, once that is said: an INVITE needs
    /// few. More are too many, as above ``MessageLimits/bodyOctets``.
    public var unreservedBodyOctets = 65_535
    /// How often a ping of RFC 5626 section 3.5.1 goes out on a stream connection that we opened, 100 % at most and 80 % at
    /// least; `nil` for never. It keeps boxes between from forgetting the connection, and finds a peer that is gone.
    public var keepAlive: Duration?
    /// How long a ping may be unanswered before the connection is closed (RFC 5626 section 4.4.1: 10 s). It is closed only
    /// if the peer has answered one before: many know nothing of pings and take them for the empty lines that they are.
    public var pongTimeout: Duration = .seconds(10)
    /// Whether our Via says `alias` on TLS: requests of the peer may go by the connection that we opened (RFC 5923). It
    /// counts for a peer that we show a certificate only.
    public var offersConnections = false
    /// Octets that may wait for a connection that is being opened. What is above is a failure of the transport.
    public var octetsWaiting = 1 << 20
    /// The hash functions that challenges to SUBSCRIBE are answered with; `nil`: a 401 or 407 is a refusal.
    public var digest: DigestHash?

    public init(listeners: [Listener], product: String = "") {
        self.listeners = listeners
        self.product = product
    }
}

/// Where a request is sent: an address and a transport, already resolved.
public struct NextHop: Hashable, Sendable, CustomStringConvertible {
    public var kind: SIPTransportKind
    public var endpoint: Endpoint
    /// With TLS, the SIP domain that the peer's certificate must speak for (RFC 5922 section 7.3): the name that was
    /// resolved to this address. `nil` when only the address is known; the certificate must have that one then.
    public var domain: String?

    public init(kind: SIPTransportKind, endpoint: Endpoint, domain: String? = nil) {
        self.kind = kind
        self.endpoint = endpoint
        self.domain = domain
    }

    /// The one that a URI names, if its host is an address: its transport parameter, else TLS for `sips`, else
    /// `fallback`; its port, else the default one.
    public init?(_ uri: SIPURI, fallback: SIPTransportKind = .udp) {
        guard uri.scheme == .sip || uri.scheme == .sips, let address = uri.hostAddress else { return nil }
        var kind = uri.scheme == .sips ? SIPTransportKind.tls : fallback
        if uri.scheme == .sip, case .some(.some(let token)) = uri.parameter("transport") {
            guard let named = SIPTransportKind(token: token) else { return nil }
            kind = named
        }
        self.init(kind: kind, endpoint: Endpoint(address, uri.port ?? kind.defaultPort))
    }

    public var description: String {
        "\(kind.viaToken) \(endpoint)\(domain.map { " (\($0))" } ?? "")"
    }
}
