#if Transport
    public import E911Values
    public import SIPCore

    /// An address that a host listens on.
    public struct Listener: Hashable, Sendable {
        public var kind: SIPTransportKind
        /// Port 0 lets the system choose. An unspecified address (`0.0.0.0`, `::`) stands for every address of its family
        /// that the machine has when the host starts, link-local ones left out: an answer must leave from the address
        /// that was asked, and SIP writes addresses into Via and Contact.
        public var endpoint: Endpoint

        public init(_ kind: SIPTransportKind, _ endpoint: Endpoint) {
            self.kind = kind
            self.endpoint = endpoint
        }
    }

    extension Listener: CustomStringConvertible {
        public var description: String { "\(kind) \(endpoint)" }
    }

    extension EngineConfiguration.Listener {
        /// An address of a host, as the engine on it is told.
        public init(_ listener: Listener) {
            self.init(listener.kind, listener.endpoint)
        }
    }

    /// What a ``SIPHost`` takes from its peers at most, and how long it waits. Reaching a limit has the outcome named there.
    public struct HostLimits: Sendable {
        /// The longest datagram taken, in octets, 1 to 65,535. Longer ones are counted and dropped.
        public var datagramOctets = 65_535
        /// Datagrams that one system call may bring in, 1 to 64. Each has a slot of `datagramOctets`.
        public var datagramsPerRead = 16
        /// The receive buffer asked for, for each datagram socket, in octets: a bulk download comes in a burst. The system
        /// may grant less; a process with CAP_NET_ADMIN gets what it asks for.
        public var datagramBufferOctets = 8 << 20
        /// Octets that may wait because the network takes no more datagrams. Further ones are counted and dropped.
        public var datagramOctetsWaiting = 8 << 20
        /// Octets that may wait for one peer of a stream. A peer that lets more pile up is not reading: its connection is
        /// closed.
        public var streamOctetsWaiting = 4 << 20
        /// Connections accepted from one address at the same time. Further ones are closed at once.
        public var connectionsPerSource = 64
        /// Connections accepted at the same time in all. Further ones are closed at once.
        public var connections = 4096
        /// Sources that the two limits above do not apply to: capacity is reserved for call servers. Called on the loop.
        public var isExempt: @Sendable (IPAddress) -> Bool = { _ in false }
        /// Connections accepted at the same time from exempt sources. None is refused: beyond it, the one of them that
        /// has been quiet for longest is closed. A peer that opens one for each request and keeps it loses nothing so.
        public var exemptConnections = 4096
        /// How long a connection may take to be made.
        public var connectTimeout: Duration = .seconds(5)
        /// How long the handshake of TLS may take, on either side. Slower ones are counted and closed.
        public var handshakeTimeout: Duration = .seconds(10)
        /// How long before the end of a certificate of ours that is told, at the start and then every
        /// ``certificateInterval``.
        public var certificateNotice: Duration = .seconds(14 * 86_400)
        public var certificateInterval: Duration = .seconds(86_400)
        /// How long a connection that is closed from this side may take to send what is queued and to see the peer's end.
        public var closeTimeout: Duration = .seconds(2)

        public init() {}

        /// Lowers the limits on connections to what a process with so many file descriptors can have, half of them for
        /// exempt sources. 256 are left for everything else, or half of them if they are few.
        public mutating func fit(descriptors: Int) {
            let half = max(1, descriptors - min(256, descriptors / 2)) / 2
            exemptConnections = min(exemptConnections, max(1, half))
            connections = min(connections, max(1, half))
        }
    }

    /// What a ``SIPHost`` listens on, and its limits.
    public struct HostConfiguration: Sendable {
        public var listeners: [Listener]
        public var limits: HostLimits
        /// Without it, no listener and no connection may be by TLS.
        public var security: TransportSecurity?

        public init(listeners: [Listener], limits: HostLimits = HostLimits(), security: TransportSecurity? = nil) {
            self.listeners = listeners
            self.limits = limits
            self.security = security
        }
    }

    /// A listener that could not be opened, and why.
    public struct ListenError: Error, Equatable, CustomStringConvertible {
        public var listener: Listener
        /// What the system said, for example `Address already in use`.
        public var reason: String

        public init(listener: Listener, reason: String) {
            self.listener = listener
            self.reason = reason
        }

        public var description: String {
            "cannot listen on \(listener): \(reason)"
        }
    }
#endif
