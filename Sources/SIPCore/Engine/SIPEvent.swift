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
///
/// Nothing of it changes, so it is one reference: it is handed on and kept without a copy of its many parts.
public struct IncomingRequest: Equatable, Sendable {
    private final class Content: Sendable {
        let message: SIPMessage
        let essentials: Essentials
        let requestURI: SIPURI
        let transaction: ServerTransactionID
        let arrival: Arrival
        let toTag: String

        init(
            _ message: SIPMessage, _ essentials: Essentials, _ requestURI: SIPURI, _ transaction: ServerTransactionID,
            _ arrival: Arrival, toTag: String
        ) {
            self.message = message
            self.essentials = essentials
            self.requestURI = requestURI
            self.transaction = transaction
            self.arrival = arrival
            self.toTag = toTag
        }
    }

    private let content: Content

    public var message: SIPMessage { content.message }
    public var transaction: ServerTransactionID { content.transaction }
    public var flow: Flow { content.arrival.flow }
    public var kind: SIPTransportKind { content.arrival.kind }
    /// Where it came from: the peer's address and the port it sent from.
    public var source: Endpoint { content.arrival.source }
    /// Which address of ours it came to.
    public var local: Endpoint { content.arrival.local }
    /// The tag for the To of every response, if its To has none: the same one each time (RFC 3261 section 8.2.6.2).
    public var toTag: String { content.toTag }

    // What was read of it to answer it.
    public var requestURI: SIPURI { content.requestURI }
    public var topVia: Via { content.essentials.via }
    public var from: NameAddress { content.essentials.from }
    public var to: NameAddress { content.essentials.to }
    public var callID: SIPText { content.essentials.callID }
    /// The Via that its first sender wrote; `nil` if any of them is unreadable.
    public var bottomVia: Via? {
        if message.count(.via) == 1, let row = message.firstRow(.via), !row.isFolded,
            row.value.end == topVia.text.range.end
        {
            return topVia
        }
        return (try? message.vias())?.last
    }

    /// - Parameter essentials: those of `message`; there is no such request without a Request-URI among them.
    init?(
        _ message: SIPMessage, _ essentials: Essentials, _ transaction: ServerTransactionID, _ arrival: Arrival,
        toTag: String
    ) {
        guard let requestURI = essentials.requestURI else { return nil }
        content = Content(message, essentials, requestURI, transaction, arrival, toTag: toTag)
    }

    public static func == (a: IncomingRequest, b: IncomingRequest) -> Bool {
        a.content === b.content
            || a.message == b.message && a.transaction == b.transaction && a.content.arrival == b.content.arrival
                && a.toTag == b.toTag
    }
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
