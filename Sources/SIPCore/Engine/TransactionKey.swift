internal import E911Values

/// By what a server transaction is found (RFC 3261 section 17.2.3).
///
/// With a branch that carries the magic cookie: branch, sent-by and method; branch and host are compared without regard
/// to case. Without (RFC 2543): Request-URI, From tag, Call-ID, CSeq number and the whole top Via. The To tag is left
/// out of that, since the ACK has the one of the response; nothing else could tell two such requests apart anyway.
struct ServerKey: Hashable, Sendable {
    private let octets: [UInt8]
    /// Made once, with the seed of the process: a dictionary asks for it whenever a neighbour is removed.
    private let hash: Int

    /// - Parameter method: that of the transaction to be found: INVITE for an ACK.
    init?(_ message: SIPMessage, _ via: Via, method: Method) {
        var octets: [UInt8] = []
        octets.reserveCapacity(96)
        if via.hasUniqueBranch, let branch = via.branch {
            octets.append(lowercase: branch)
            octets.append(0)
            octets.append(lowercase: via.host)
            octets.append(0)
            octets.append(UInt8(truncatingIfNeeded: via.effectivePort >> 8))
            octets.append(UInt8(truncatingIfNeeded: via.effectivePort))
        } else {
            guard let from = try? message.from(), let callID = try? message.callID(),
                let cseq = try? message.cseq()
            else { return nil }
            for part in [message.requestURIText, from.tag ?? .empty, callID, via.text] {
                octets.append(contentsOf: part)
                octets.append(0)
            }
            octets.append(decimal: UInt64(cseq.number))
        }
        octets.append(0)
        octets.append(text: method.name)
        self.octets = octets
        var hasher = Hasher()
        octets.withUnsafeBytes { hasher.combine(bytes: $0) }
        hash = hasher.finalize()
    }

    static func == (a: ServerKey, b: ServerKey) -> Bool { a.hash == b.hash && a.octets == b.octets }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// By what a request is known that came by another path before (RFC 3261 section 8.2.2.2). ACK and CANCEL have none: they
/// belong to the transaction of another request.
struct MergeKey: Hashable, Sendable {
    private let callID: SIPText
    private let fromTag: SIPText
    private let cseq: CSeq

    init?(_ message: SIPMessage) {
        guard message.method != .ack, message.method != .cancel, let callID = try? message.callID(),
            let from = try? message.from(), let to = try? message.to(), to.tag == nil, let cseq = try? message.cseq()
        else { return nil }
        self.callID = callID
        fromTag = from.tag ?? .empty
        self.cseq = cseq
    }
}

/// By what a client transaction is found (RFC 3261 section 17.1.3): our branch, and the method of the CSeq.
struct ClientKey: Hashable, Sendable {
    let branch: SIPText
    let method: Method

    init(branch: SIPText, method: Method) {
        self.branch = branch.lowercase
        self.method = method
    }
}

/// By what the ACK of a 2xx is found: the dialog, and the CSeq number of the INVITE.
struct SuccessKey: Hashable, Sendable {
    let callID: SIPText
    let fromTag: SIPText
    let toTag: SIPText
    let cseq: UInt32

    init?(_ message: SIPMessage, toTag: SIPText? = nil) {
        guard let callID = try? message.callID(), let from = try? message.from(), let to = try? message.to(),
            let cseq = try? message.cseq().number, let tag = toTag ?? to.tag
        else { return nil }
        self.callID = callID
        fromTag = from.tag ?? .empty
        self.toTag = tag
        self.cseq = cseq
    }
}
