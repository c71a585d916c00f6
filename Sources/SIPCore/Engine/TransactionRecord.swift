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
