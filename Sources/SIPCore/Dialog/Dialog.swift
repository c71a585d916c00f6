/// One side of a dialog (RFC 3261 section 12): what its requests have in common.
///
/// The owner asks it for requests and feeds it what comes; it keeps the sequence numbers, the route set and the remote
/// target. All texts are as they go on the wire.
public struct Dialog: Equatable, Sendable {
    public let callID: String
    public let localTag: String
    public let remoteTag: String
    /// The value of From in our requests, tag included.
    public let localAddress: String
    /// The value of To in our requests, tag included.
    public let remoteAddress: String
    /// The Route values, the next hop first.
    public let routeSet: [String]
    /// The URI that the peer is reached at.
    public private(set) var remoteTarget: String
    /// The CSeq number of our last request.
    public private(set) var localCSeq: UInt32
    /// The highest CSeq number of the peer's requests; `nil` before the first.
    public private(set) var remoteCSeq: UInt32?

    /// The dialog that a response with a To tag makes for the one who sent the request (RFC 3261 section 12.1.2).
    /// `nil` if a tag is missing or what is needed cannot be read.
    public init?(client response: SIPMessage) {
        guard !response.isRequest, let from = try? response.from(), let to = try? response.to(),
            let callID = try? response.callID(), let cseq = try? response.cseq(), let localTag = from.tag,
            let remoteTag = to.tag, let target = Self.target(response) ?? to.uri.text.nonEmpty,
            let routes = try? response.recordRoutes()
        else { return nil }
        self.callID = String(callID)
        self.localTag = String(localTag)
        self.remoteTag = String(remoteTag)
        localAddress = String(from.text)
        remoteAddress = String(to.text)
        routeSet = routes.reversed().map { String($0.text) }
        remoteTarget = String(target)
        localCSeq = cseq.number
        remoteCSeq = nil
    }

    /// The dialog that a request makes for the one who answers it with `localTag` (RFC 3261 section 12.1.1); or, with
    /// the To tag that the request has, for a subscriber whose dialog begins with a NOTIFY (RFC 6665 section 4.1.2.4).
    /// `nil` if what is needed cannot be read.
    /// - Parameter localCSeq: of our last request, if there was one.
    public init?(server request: SIPMessage, localTag: String, localCSeq: UInt32 = 0) {
        guard request.isRequest, let from = try? request.from(), let to = try? request.to(),
            let callID = try? request.callID(), let cseq = try? request.cseq(),
            let target = Self.target(request) ?? from.uri.text.nonEmpty, let routes = try? request.recordRoutes()
        else { return nil }
        self.callID = String(callID)
        self.localTag = localTag
        remoteTag = from.tag.map { String($0) } ?? ""
        localAddress = String(to.tag == nil ? to.adding(tag: localTag) : to.text)
        remoteAddress = String(from.text)
        routeSet = routes.map { String($0.text) }
        remoteTarget = String(target)
        self.localCSeq = localCSeq
        remoteCSeq = cseq.number
    }

    /// The next request in the dialog, with its CSeq; Via and Max-Forwards are for whoever sends it.
    public mutating func request(_ method: Method) -> RequestBuilder {
        localCSeq = localCSeq >= UInt32(Int32.max) ? 1 : localCSeq + 1
        return request(method, localCSeq)
    }

    /// The ACK of a 2xx to the INVITE with this CSeq number (RFC 3261 section 13.2.2.4).
    public func ack(of cseq: UInt32) -> RequestBuilder { request(.ack, cseq) }

    /// Where requests go: the first route, else the remote target.
    public var nextHopURI: SIPURI? {
        guard let route = routeSet.first else { return try? SIPURI(remoteTarget) }
        return (try? NameAddress(route))?.uri
    }

    /// Whether a message that the peer sent belongs to this dialog: a request by its To tag, a response by its From tag.
    public func contains(_ message: SIPMessage) -> Bool {
        guard let callID = try? message.callID(), callID.equals(self.callID), let from = try? message.from(),
            let to = try? message.to()
        else { return false }
        let (local, remote) = message.isRequest ? (to.tag, from.tag) : (from.tag, to.tag)
        return local?.equals(localTag) == true && (remote ?? .empty).equals(remoteTag)
    }

    /// Takes in the CSeq of a request of the peer: false if it is lower than one before (RFC 3261 section 12.2.2).
    public mutating func takes(_ request: SIPMessage) -> Bool {
        guard let number = try? request.cseq().number else { return false }
        if let remoteCSeq, number < remoteCSeq { return false }
        remoteCSeq = number
        return true
    }

    /// Takes the Contact of a request or 2xx that refreshes the target, if it has one.
    public mutating func refreshTarget(from message: SIPMessage) {
        if let target = Self.target(message) { remoteTarget = String(target) }
    }

    private static func target(_ message: SIPMessage) -> SIPText? {
        guard let contacts = try? message.contacts() else { return nil }
        return contacts.first?.uri.text
    }

    private func request(_ method: Method, _ cseq: UInt32) -> RequestBuilder {
        var routes = routeSet
        var target = remoteTarget
        // A strict router is addressed by the Request-URI, and the target travels as the last Route (section 12.2.1.1).
        if let first = routes.first, let uri = (try? NameAddress(first))?.uri, uri.parameter("lr") == nil {
            routes.removeFirst()
            routes.append("<\(target)>")
            target = String(uri.text)
        }
        var builder = RequestBuilder(method, target)
        for route in routes { builder.add(.route, route) }
        builder.add(.from, localAddress)
        builder.add(.to, remoteAddress)
        builder.add(.callID, callID)
        builder.add(.cseq, "\(cseq) \(method)")
        return builder
    }
}

extension SIPText {
    fileprivate var nonEmpty: SIPText? { isEmpty ? nil : self }
}
