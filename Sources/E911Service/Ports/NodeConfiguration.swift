public import Alerting
public import E911Values
public import SIPCore

/// What one node needs to start; the daemon makes it from `e911d.yaml`.
public struct NodeConfiguration: Equatable, Sendable {
    /// Unique per node; part of every key the node makes.
    public var node: String
    public var listeners: [Listener]
    /// The pair that this node is one of; `nil` for a node that is alone.
    public var pair: PairConfiguration?
    /// How long a 302 waits for the journal.
    public var answerDeadline: Duration
    public var software: String
    /// The ways out of the house that this daemon has.
    public var channels: [AlertChannelKind] = AlertChannelKind.allCases
    /// The address at which people reach the console, `https://e911.example.com`; `nil` where they cannot: then no message
    /// has a link to acknowledge.
    public var consoleURL: String?
    /// The key that such links are made with, at least 16 octets that nobody else knows. The same over restarts, or old links
    /// are good for nothing.
    public var linkSecret: [UInt8] = []
    /// Notes below this level are not made.
    public var notes = Note.Level.debug
    /// Whether people look on who are to be told of what happens (``NodeEffect/live(_:)``).
    public var tellsLive = false
    /// Most octets of a message body on a stream.
    public var streamBodyOctets: Int
    /// Most octets of NOTIFY bodies of one subscription that wait to be read. A body beyond them is answered 200 all the
    /// same, dropped and counted, and full state is asked for.
    public var waitingBodyOctets = 64 << 20
    /// Most octets of the first line and the headers of a message on a stream.
    public var headerOctets = MessageLimits.default.headerOctets
    /// Most header lines of a message.
    public var headerLines = MessageLimits.default.headers
    /// Server transactions at the same time, those of call servers excepted.
    public var transactions = 100_000
    /// Most octets of a body on a stream from a peer that is no call server.
    public var untrustedBodyOctets = 65_535
    /// INVITEs of one source that is no call server that are answered in a second. More are dropped and counted.
    public var untrustedCallsPerSecond = 10
    /// Most sightings of devices on ports and access points. A batch beyond them is refused.
    public var evidenceRows = 200_000
    /// How long a peer that is no call server may take over one message on a stream before its connection is closed.
    public var streamMessageTimeout: Duration = .seconds(30)
    /// How long a connection of such a peer stands on which nothing comes.
    public var streamIdleTimeout: Duration = .seconds(600)
    /// How long a SIP Server has for its first answer while DNS names others too.
    public var hopTimeout: Duration = .seconds(4)

    /// How often a ping goes out on a stream connection of ours, at most; `nil` for never.
    public var keepAlive: Duration? = .seconds(100)

    public struct Listener: Hashable, Sendable {
        public var transport: SIPTransportKind
        public var endpoint: Endpoint

        public init(transport: SIPTransportKind, endpoint: Endpoint) {
            self.transport = transport
            self.endpoint = endpoint
        }
    }

    public init(
        node: String, listeners: [Listener], answerDeadline: Duration = .milliseconds(20), software: String = "e911d",
        streamBodyOctets: Int = 16 << 20
    ) {
        self.node = node
        self.listeners = listeners
        self.answerDeadline = answerDeadline
        self.software = software
        self.streamBodyOctets = streamBodyOctets
    }
}

extension NodeConfiguration {
    /// What the SIP engine is told.
    var engine: EngineConfiguration {
        var engine = EngineConfiguration(
            listeners: listeners.map { .init($0.transport, $0.endpoint) }, product: software)
        engine.limits.bodyOctets = streamBodyOctets
        engine.limits.headerOctets = headerOctets
        engine.limits.headers = headerLines
        engine.serverTransactions = transactions
        engine.unreservedBodyOctets = untrustedBodyOctets
        engine.streamMessageTimeout = streamMessageTimeout
        engine.streamIdleTimeout = streamIdleTimeout
        engine.hopTimeout = hopTimeout
        engine.keepAlive = keepAlive
        // A node that listens by TLS has a certificate, and shows it on its own connections.
        engine.offersConnections = listeners.contains { $0.transport == .tls }
        return engine
    }
}
