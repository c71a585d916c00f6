public import E911Values

/// The SIP stack without sockets, clock and random source: transactions, connections, response routing, subscriptions.
///
/// Its owner hands it what comes (``receive(_:on:now:)``, ``handle(_:now:)``) and the time (``advance(to:)`` at
/// ``nextDeadline``), calls it as the user of the transactions, and performs the effects in order. The same inputs with
/// the same seed give the same effects, in any process.
///
/// As a user agent server it hides retransmissions, ACK and CANCEL; it sends 100 when the user takes longer than
/// ``EngineConfiguration/tryingDelay`` over an INVITE, and answers by itself: 400 to a request of which one of the six
/// things is unreadable that an answer needs, 481 to a request in a dialog that it does not know, 200 or 481 to a CANCEL,
/// and every NOTIFY of a subscription. To an INVITE it never says anything else: no loop, version, extension or media type
/// is refused, since a caller in need may be behind it; nor a merged request, unless
/// ``EngineConfiguration/mergedRequests`` says so.
public struct SIPEngine: Sendable {
    let configuration: EngineConfiguration
    var identifiers: SeededGenerator
    public internal(set) var counters = EngineCounters()

    var servers = SlotTable<ServerRecord>()
    var clients = SlotTable<ClientRecord>()
    var subscriptions = SlotTable<SubscriptionRecord>()
    // For look-up only: their order differs from process to process.
    var serverIndex: [ServerKey: ServerTransactionID] = [:]
    var clientIndex: [ClientKey: ClientTransactionID] = [:]
    var successIndex: [SuccessKey: ServerTransactionID] = [:]
    var mergeIndex: [MergeKey: ServerTransactionID] = [:]
    var subscriptionIndex: [String: SubscriptionID] = [:]
    var connections: [ConnectionID: Connection] = [:]
    /// By what a connection is found for a request: those that we made, and those by TCP that came.
    var routes: [NextHop: ConnectionID] = [:]
    /// Accepted connections by TLS that may carry requests of ours (RFC 5923), by the address that their peers listen on.
    var aliases: [Endpoint: ConnectionID] = [:]
    /// Sources that capacity is reserved for; `nil` until that is said.
    var reserved: [IPPrefix]?

    var timers = TimerQueue<Owner>()
    var nextConnection: UInt64 = 1
    /// The effects of the entry point that runs at present.
    var effects: [EngineEffect] = []

    /// Timers handled by one ``advance(to:)``, so that none holds the loop for long.
    static let mostTimersATurn = 512

    /// - Parameter identifiers: where branches, tags, Call-IDs and jitter come from.
    public init(configuration: EngineConfiguration, identifiers: SeededGenerator) {
        self.configuration = configuration
        self.identifiers = identifiers
    }

    /// Octets have come: a whole datagram, or any piece of a stream.
    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [EngineEffect] {
        switch flow {
        case .datagram(let local, let remote):
            receiveDatagram(bytes, Arrival(flow: flow, kind: .udp, source: remote, local: local), now.monotonic)
        case .stream(let id):
            receiveStream(bytes, id, now.monotonic)
        }
        return drain()
    }

    /// A connection came, was made or is gone.
    public mutating func handle(_ event: FlowEvent, now: Now) -> [EngineEffect] {
        handle(event, now.monotonic)
        return drain()
    }

    /// When ``advance(to:)`` is wanted; never later than something is due, at times earlier.
    public var nextDeadline: MonotonicTime? { timers.next }

    /// Does what is due, up to a bound; ``nextDeadline`` says whether something is left.
    public mutating func advance(to now: Now) -> [EngineEffect] {
        var left = Self.mostTimersATurn
        while left > 0, let (owner, deadline) = timers.popDue(now.monotonic) {
            left -= 1
            switch owner {
            case .server(let id): serverTimer(id, deadline, now.monotonic)
            case .client(let id): clientTimer(id, deadline, now.monotonic)
            case .subscription(let id): subscriptionTimer(id, deadline, now.monotonic)
            case .connection(let id): connectionTimer(id, now.monotonic)
            case .nobody: break
            }
        }
        return drain()
    }

    func timers(_ kind: SIPTransportKind) -> TransactionTimers {
        TransactionTimers(configuration.timing, isReliable: kind.isReliable, trying: configuration.tryingDelay)
    }

    mutating func drain() -> [EngineEffect] {
        var result: [EngineEffect] = []
        swap(&result, &effects)
        counters.serverTransactions = servers.count
        counters.clientTransactions = clients.count
        counters.connections = connections.count
        counters.subscriptions = subscriptions.count
        return result
    }

    mutating func tell(_ event: SIPEvent) { effects.append(.event(event)) }
}
