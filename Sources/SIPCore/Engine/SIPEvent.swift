public import E911Values

/// What a ``SIPEngine`` wants done, in order.
public enum EngineEffect: Equatable, Sendable {
    case transmit([UInt8], on: Flow)
    case open(ConnectionID, to: NextHop, from: Endpoint?)
    case close(ConnectionID)
    /// For the user of the transactions. What must go out before the user knows stands before it.
    case event(SIPEvent)
}

/// A request that began a server transaction.
public struct IncomingRequest: Equatable, Sendable {
    public let message: SIPMessage
    public let transaction: ServerTransactionID
    public let flow: Flow
    public let kind: SIPTransportKind
    /// Where it came from: the peer's address and the port it sent from.
    public let source: Endpoint
    /// Which address of ours it came to.
    public let local: Endpoint
    /// The tag for the To of every response, if its To has none: the same one each time (RFC 3261 section 8.2.6.2).
    public let toTag: String
}

/// What happened on the wire that the user of the transactions must know.
public enum SIPEvent: Equatable, Sendable {
    /// A new request, to be answered by ``SIPEngine/respond(to:with:untilAcknowledged:now:)``. Never ACK nor CANCEL.
    case request(IncomingRequest)
    /// A CANCEL came before the final response to this INVITE. It is answered already; the INVITE is to be answered 487.
    case cancelled(ServerTransactionID)
    /// The ACK of the final response.
    case acknowledged(ServerTransactionID, SIPMessage)
    /// No ACK of the final response came within 64*T1.
    case unacknowledged(ServerTransactionID)
    /// The response could not be sent, and will not be.
    case transportFailed(ServerTransactionID, reason: String)
    /// An ACK that belongs to no transaction: of a 2xx, or of nothing.
    case strayAck(SIPMessage, source: Endpoint, flow: Flow)

    /// A response to a request of ours: provisional ones, the final one, and every repetition of a 2xx to INVITE.
    case response(ClientTransactionID, SIPMessage)
    /// No final response came within 64*T1, or within the time set.
    case clientTimeout(ClientTransactionID)
    case clientTransportFailed(ClientTransactionID, reason: String)
    /// What became of one of several hops that a request could go to. The request itself may have gone on to the next.
    case hop(NextHop, HopOutcome)

    case subscription(SubscriptionID, SubscriptionEvent)
    /// Octets that are no message, or a message that misses what it must have. It is counted, and answered if possible.
    case malformed(SIPParseError, source: Endpoint, flow: Flow)
}

/// What became of a request at one ``NextHop`` (RFC 3263 section 4.3).
public enum HopOutcome: Hashable, Sendable {
    /// It was answered, other than 503.
    case answered
    /// 503, no answer, or no transport. `retryAfter` is what a 503 asked for.
    case failed(retryAfter: Duration?)
}
