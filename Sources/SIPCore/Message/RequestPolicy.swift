/// Which requests are accepted: every request but an emergency INVITE is judged by it, after its structure was read.
///
/// The order is that of RFC 3261 section 8.2, with the checks of the grammar first.
public struct RequestPolicy: Sendable {
    /// Methods that are served; the others of the RFCs get 405, unknown ones 501.
    public var methods: [Method]
    /// Schemes of the Request-URI that are served.
    public var schemes: [SIPURI.Scheme] = [.sip, .sips, .tel, .urn]
    /// Option tags that may stand in Require.
    public var optionTags: [String] = []
    /// Media types of bodies that are understood; empty for any.
    public var bodyTypes: [String] = []
    /// Media types of the bodies that answers may have; empty if they have none, and Accept does not matter.
    public var producedTypes: [String] = []
    /// Octets.
    public var bodyOctets = 16 << 20
    /// Deviations that are no reason to refuse.
    public var tolerated: Deviations = Self.alwaysTolerated

    public init(methods: [Method]) {
        self.methods = methods
    }

    /// Never a reason to refuse a request. Bare line feeds and blanks behind the first line mislead nobody; a missing
    /// Content-Length on a stream is counted by its framer; a CSeq above 2^31 comes from a widespread server, and
    /// refusing it loses that peer; an IPv6 address without brackets and a missing reason are clear in meaning.
    public static let alwaysTolerated: Deviations = [
        .bareLineFeed, .startLineTrailingBlanks, .contentLengthMissing, .cseqAbove31Bits, .unbracketedIPv6,
        .reasonMissing,
    ]

    /// The refusal of `request`; `nil` if it is accepted.
    public func refusal(of request: SIPMessage) -> RequestRefusal? {
        guard request.version.equalsIgnoringCase("SIP/2.0") else {
            return RequestRefusal(505, ReasonPhrase.of(505), .rule(.version))
        }
        do throws(SIPParseError) {
            if let error = request.essentialsProblem() { throw error }
            let uri = try request.requestURI()
            let cseq = try request.cseq()
            if let problem = refusal(deviations: try request.allDeviations()) { return problem }
            guard cseq.method == request.method else {
                return badRequest("CSeq names another method", .cseqMethod)
            }
            guard (try request.maxForwards() ?? 0) <= 255 else {
                return badRequest("Max-Forwards above 255", .maxForwardsRange)
            }
            guard uri.headerText == nil else { return badRequest("Request-URI with headers", .requestURIHeaders) }
            if let problem = methodRefusal(request) { return problem }
            if let problem = schemeRefusal(uri) { return problem }
            if let problem = requireRefusal(request) { return problem }
            if let problem = try bodyRefusal(request) { return problem }
            return try acceptRefusal(request)
        } catch {
            let header = error.header.map { "\($0): " } ?? ""
            return RequestRefusal(error.status, "\(header)\(error.reason)", .unreadable(error))
        }
    }

    /// Why a response is to be dropped; `nil` if it is not. Whether it belongs to a transaction is not judged here.
    public func refusal(ofResponse response: SIPMessage) -> RefusalCause? {
        if let error = response.essentialsProblem() { return .unreadable(error) }
        guard response.version.equalsIgnoringCase("SIP/2.0") else { return .rule(.version) }
        let structure = response.deviations.subtracting(tolerated)
        guard structure.isEmpty else { return .deviation(structure) }
        do throws(SIPParseError) {
            return try response.vias().count == 1 ? nil : .rule(.responseVias)
        } catch {
            return .unreadable(error)
        }
    }

    private func badRequest(_ reason: String, _ rule: RefusalRule) -> RequestRefusal {
        RequestRefusal(400, reason, .rule(rule))
    }

    private func refusal(deviations: Deviations) -> RequestRefusal? {
        let refused = deviations.subtracting(tolerated)
        guard !refused.isEmpty else { return nil }
        return RequestRefusal(400, "Bad Request (\(refused.names.joined(separator: ", ")))", .deviation(refused))
    }

    private func methodRefusal(_ request: SIPMessage) -> RequestRefusal? {
        if methods.contains(request.method) { return nil }
        guard Method.registered.contains(request.method) else {
            return RequestRefusal(501, ReasonPhrase.of(501), .rule(.methodUnknown))
        }
        var headers = HeaderBlock()
        headers.add(.allow, SIPText(methods.map(\.name).joined(separator: ", ")))
        return RequestRefusal(405, ReasonPhrase.of(405), .rule(.methodNotAllowed), headers: headers)
    }

    private func schemeRefusal(_ uri: SIPURI) -> RequestRefusal? {
        schemes.contains(uri.scheme) ? nil : RequestRefusal(416, ReasonPhrase.of(416), .rule(.scheme))
    }

    /// ACK and CANCEL are never refused for an extension (RFC 3261 section 8.2.2.3).
    private func requireRefusal(_ request: SIPMessage) -> RequestRefusal? {
        guard request.method != .ack, request.method != .cancel else { return nil }
        let unsupported = request.elements(.require).filter { tag in
            !optionTags.contains { tag.equalsIgnoringCase($0) }
        }
        guard !unsupported.isEmpty else { return nil }
        var headers = HeaderBlock()
        headers.add(.unsupported, SIPText(unsupported.map(\.description).joined(separator: ", ")))
        return RequestRefusal(420, ReasonPhrase.of(420), .rule(.extensionRequired), headers: headers)
    }

    private func bodyRefusal(_ request: SIPMessage) throws(SIPParseError) -> RequestRefusal? {
        guard request.body.count <= bodyOctets else {
            return RequestRefusal(413, ReasonPhrase.of(413), .rule(.bodySize))
        }
        guard !request.body.isEmpty else { return nil }
        var headers = HeaderBlock()
        if let encoding = request.first(.contentEncoding), !encoding.isEmpty, !encoding.equalsIgnoringCase("identity") {
            headers.add(.acceptEncoding, "identity")
            return RequestRefusal(415, ReasonPhrase.of(415), .rule(.bodyType), headers: headers)
        }
        guard !bodyTypes.isEmpty, let type = try request.contentType(), !bodyTypes.contains(where: type.matches) else {
            return nil
        }
        headers.add(.accept, SIPText(bodyTypes.joined(separator: ", ")))
        return RequestRefusal(415, ReasonPhrase.of(415), .rule(.bodyType), headers: headers)
    }

    private func acceptRefusal(_ request: SIPMessage) throws(SIPParseError) -> RequestRefusal? {
        guard !producedTypes.isEmpty, request.count(.accept) > 0 else { return nil }
        for element in request.elements(.accept) {
            let range = try MediaType(parsing: element)
            if producedTypes.contains(where: range.accepts) { return nil }
        }
        return RequestRefusal(406, ReasonPhrase.of(406), .rule(.accept))
    }
}

extension SIPMessage {
    /// The deviations of the message and of every header that a strict reader looks at.
    func allDeviations() throws(SIPParseError) -> Deviations {
        var all = deviations
        all.formUnion(try requestURI().deviations)
        for via in try vias() { all.formUnion(via.deviations) }
        all.formUnion(try from().deviations)
        all.formUnion(try to().deviations)
        all.formUnion(try cseq().deviations)
        if try callID().contains(where: isBlank) { all.insert(.blanksInCallID) }
        if !isStarContact {
            for contact in try contacts() { all.formUnion(contact.deviations) }
        }
        for name in [HeaderName.route, .recordRoute, .pAssertedIdentity] {
            for address in try addresses(name) { all.formUnion(address.deviations) }
        }
        for row in rows where row.id == HeaderName.via.id || row.id == HeaderName.contact.id {
            var list = HeaderList(value(row))
            while list.next() != nil {}
            if list.hasEmptyElement { all.insert(.emptyListElement) }
        }
        _ = try contentType()
        return all
    }
}
