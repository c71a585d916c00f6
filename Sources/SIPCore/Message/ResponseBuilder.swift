public import E911Values

/// A response in the making.
public struct ResponseBuilder: MessageBuilder {
    /// 100 to 699.
    public var status: Int
    /// `nil` stands for the phrase of the RFCs.
    public var reason: SIPText?
    public var headers = HeaderBlock()
    public var body = SIPText.empty

    public init(status: Int, reason: String? = nil) {
        self.status = status
        self.reason = reason.map { SIPText($0) }
    }

    /// A response to `request` (RFC 3261 section 8.2.6.2): its Via, From, To, Call-ID and CSeq as they came, and for
    /// 101 to 299 its Record-Route (section 12.1.1).
    ///
    /// What is unreadable is copied as it is; of a header that may stand once, only the first row.
    /// - Parameters:
    ///   - toTag: added to a To that has no tag.
    ///   - source: where the request came from: noted in the top Via (RFC 3261 section 18.2.1, RFC 3581).
    public init(
        to request: SIPMessage, status: Int, reason: String? = nil, toTag: String? = nil, source: Endpoint? = nil
    ) {
        self.init(status: status, reason: reason)
        headers.lines.reserveCapacity(12)
        var seen = UInt64(0)
        for row in request.rows {
            switch row.id {
            case HeaderName.via.id:
                headers.lines.append(HeaderBlock.line(row, of: request))
            case HeaderName.recordRoute.id where status > 100 && status < 300:
                headers.lines.append(HeaderBlock.line(row, of: request))
            case HeaderName.from.id, HeaderName.callID.id, HeaderName.cseq.id, HeaderName.to.id:
                guard seen >> UInt64(row.id) & 1 == 0 else { break }
                seen |= 1 << UInt64(row.id)
                headers.lines.append(HeaderBlock.line(row, of: request))
            case HeaderName.timestamp.id where status == 100:
                headers.lines.append(HeaderBlock.line(row, of: request))
            default: break
            }
        }
        if let toTag { addTag(toTag, to: request) }
        if let source { stampVia(request, source) }
    }

    /// The response as it was received, to be changed in places and passed on. `nil` for a request.
    public init?(forwarding message: SIPMessage) {
        guard case .response(let status, let reason) = message.startLine else { return nil }
        self.status = status
        self.reason = reason
        headers = HeaderBlock(of: message)
        body = message.body
    }

    public var firstLine: SIPText {
        var octets: [UInt8] = []
        octets.append(contentsOf: "SIP/2.0 ".utf8)
        octets.append(decimal: status)
        octets.append(blank)
        if let reason { octets.append(reason) } else { octets.append(contentsOf: ReasonPhrase.of(status).utf8) }
        return SIPText(bytes: octets).withoutLineEnds
    }

    private mutating func addTag(_ tag: String, to request: SIPMessage) {
        guard let address = try? request.to(), address.tag == nil else { return }
        headers.set(.to, address.adding(tag: tag))
    }

    private mutating func stampVia(_ request: SIPMessage, _ source: Endpoint) {
        guard let via = try? request.topVia() else { return }
        let stamped = via.stamped(with: source)
        if stamped != via.text { headers.replaceFirstElement(.via, with: stamped) }
    }
}
