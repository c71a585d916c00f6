internal import E911Values

/// A server transaction in its slot: the machine, and the octets that are still wanted.
struct ServerRecord: Sendable {
    enum Machine: Equatable, Sendable {
        case invite(InviteServerTransaction)
        case other(NonInviteServerTransaction)
    }

    var machine: Machine
    let key: ServerKey
    let method: Method
    /// The request, until the final response.
    var request: SIPMessage?
    /// The last response, until the ACK or the end.
    var response: [UInt8]?
    /// The counter name of the last response.
    var responseName = ""
    var path: ReturnPath
    /// The top Via with `received` and `rport`, if it differs from the one that came.
    let stampedVia: SIPText?
    let toTag: String
    /// Where in the request's To its tag goes; `nil` if that has one.
    let tagPlace: NameAddress.TagPlace?
    var successKey: SuccessKey?
    /// If merged requests are refused.
    var mergeKey: MergeKey?
    /// The timer that counts.
    var timer: MonotonicTime?
    /// A stream whose framing was lost by this request: closed behind the final response.
    var closes: ConnectionID?

    var deadline: MonotonicTime? {
        switch machine {
        case .invite(let machine): machine.deadline
        case .other(let machine): machine.deadline
        }
    }

    var isTerminated: Bool { machine == .invite(.terminated) || machine == .other(.terminated) }

    /// The times that a step needs, beside the transport.
    struct Times {
        let timing: TransactionTiming
        let trying: Duration
    }

    /// One step of the machine.
    mutating func step(
        _ invite: InviteServerTransaction.Input, _ other: NonInviteServerTransaction.Input?, _ now: MonotonicTime,
        _ times: Times
    ) -> SIPEngine.ServerAction {
        let timers = TransactionTimers(times.timing, isReliable: path.kind.isReliable, trying: times.trying)
        switch machine {
        case .invite(var state):
            let action = state.handle(invite, at: now, timers)
            machine = .invite(state)
            switch action {
            case .absorb, .end: return .nothing
            case .send: return .send
            case .sendTrying: return .sendTrying
            case .repeatResponse: return .repeatResponse
            case .acknowledged: return .acknowledged
            case .passAck: return .passAck
            case .unacknowledged: return .unacknowledged
            case .transportFailed: return .transportFailed
            case .peerError: return .peerError
            case .misuse: return .misuse
            }
        case .other(var state):
            guard let other else { return .peerError }
            let action = state.handle(other, at: now, timers)
            machine = .other(state)
            switch action {
            case .absorb, .end, .unanswered: return .nothing
            case .send: return .send
            case .repeatResponse: return .repeatResponse
            case .transportFailed: return .transportFailed
            case .misuse: return .misuse
            }
        }
    }

    /// Gives the response that says no more than these headers, if it is wanted; `nil` when the request is not kept any more.
    mutating func respond(
        status: Int, headers: [ResponseHeader], _ now: MonotonicTime, _ times: Times
    ) -> SIPEngine.ServerAction? {
        guard request != nil else { return nil }
        let kind = ResponseClass(status: status)
        let action = step(.respond(kind, untilAcknowledged: false), .respond(kind), now, times)
        if action == .send, let octets = response(status: status, headers: headers) {
            take(octets, name: String(status), isFinal: kind != .provisional)
        }
        return action
    }

    /// The deadline to set a timer for, if none is set that comes before it.
    mutating func newTimer() -> MonotonicTime? {
        guard let deadline else { return nil }
        if let timer, timer <= deadline { return nil }
        timer = deadline
        return deadline
    }

    /// A timer has come.
    ///
    /// - Returns: whether the machine has something to do now; `nil` for a timer that does not count any more.
    mutating func takeTimer(_ time: MonotonicTime, _ now: MonotonicTime) -> Bool? {
        guard timer == time else { return nil }
        timer = nil
        return deadline.map { $0 <= now } ?? false
    }

    /// What follows from the state behind a step.
    struct Next {
        var isTerminated: Bool
        var timer: MonotonicTime?
        var closes: ConnectionID?
    }

    mutating func next() -> Next {
        var next = Next(isTerminated: isTerminated)
        if !next.isTerminated { next.timer = newTimer() }
        if !isUnansweredInvite { next.closes = closes.take() }
        return next
    }

    /// The response that is kept, and its way.
    var outgoing: (octets: [UInt8], name: String, path: ReturnPath)? {
        response.map { ($0, responseName, path) }
    }

    /// Keeps a response to be sent, and sent again. Behind a final one the request is not wanted any more.
    mutating func take(_ octets: [UInt8], name: String, isFinal: Bool) {
        response = octets
        responseName = name
        if isFinal { request = nil }
    }

    /// An INVITE without a final response.
    var isUnansweredInvite: Bool {
        if case .invite(.proceeding) = machine { true } else { false }
    }
}

/// A client transaction in its slot.
struct ClientRecord: Sendable {
    enum Machine: Equatable, Sendable {
        case invite(InviteClientTransaction)
        case other(NonInviteClientTransaction)
    }

    /// Who learns of responses.
    enum Owner: Equatable, Sendable {
        case user
        case subscription(SubscriptionID)
        /// Nobody: a CANCEL, or a request that was refused by one hop and went on to another.
        case nobody
    }

    /// Where else the same request can go (RFC 3263 section 4.3).
    struct Alternatives: Sendable {
        /// As the user gave it, with what it must have, and without our Via.
        let request: RequestBuilder
        let timeout: Duration?
        /// In the order in which they are tried.
        let hops: ArraySlice<NextHop>
        /// When the present hop is given up, unless something was heard of it.
        let moveOnAt: MonotonicTime
    }

    var machine: Machine
    let key: ClientKey
    var owner: Owner
    let cseq: UInt32?
    /// How many Vias a response to it has.
    let vias: Int
    /// For the ACK and the CANCEL of an INVITE.
    let invite: RequestBuilder?
    /// The request, while it may be sent again.
    var bytes: [UInt8]
    var ack: [UInt8]?
    let begunAt: MonotonicTime
    var hop: Hop
    /// `nil` when this hop is the last one.
    var alternatives: Alternatives?
    /// Whether the user learns which hop answered and which did not: it was one of several.
    var isOneOfSeveral = false
    var timer: MonotonicTime?

    var deadline: MonotonicTime? {
        guard let moveOnAt, let deadline = machineDeadline else { return machineDeadline }
        return min(deadline, moveOnAt)
    }

    /// When the next hop is tried, if nothing is heard until then.
    var moveOnAt: MonotonicTime? { isUnheard ? alternatives?.moveOnAt : nil }

    private var machineDeadline: MonotonicTime? {
        switch machine {
        case .invite(let machine): machine.deadline
        case .other(let machine): machine.deadline
        }
    }

    var isTerminated: Bool { machine == .invite(.terminated) || machine == .other(.terminated) }

    /// Whether the request may have to be sent again.
    var mayRepeat: Bool {
        switch machine {
        case .invite(.calling), .other(.trying), .other(.proceeding): true
        case .invite, .other: false
        }
    }

    /// Whether it has no final response yet.
    var awaitsFinal: Bool {
        switch machine {
        case .invite(.calling), .invite(.proceeding), .other(.trying), .other(.proceeding): true
        case .invite, .other: false
        }
    }

    /// Whether nothing has been heard of the peer yet.
    var isUnheard: Bool {
        switch machine {
        case .invite(.calling), .other(.trying): true
        case .invite, .other: false
        }
    }
}

/// Where a request of ours goes, and from where.
struct Hop: Equatable, Sendable {
    let next: NextHop
    /// The listener's address; it stands in the Via.
    let local: Endpoint
    var connection: ConnectionID?

    var kind: SIPTransportKind { next.kind }
    var remote: Endpoint { next.endpoint }
}

/// Whom a timer or a message in a queue belongs to.
enum Owner: Equatable, Sendable {
    case server(ServerTransactionID)
    case client(ClientTransactionID)
    case subscription(SubscriptionID)
    case connection(ConnectionID)
    case nobody
}
