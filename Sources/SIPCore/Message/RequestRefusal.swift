/// Why a request is refused: unreadable, or readable and against a named rule.
public enum RefusalCause: Sendable, Equatable {
    /// A part that must be read cannot be.
    case unreadable(SIPParseError)
    /// Read in spite of a deviation from the grammar that is not tolerated.
    case deviation(Deviations)
    case rule(RefusalRule)
}

/// The rules that a request of sound structure can break.
public enum RefusalRule: String, Sendable, CaseIterable {
    /// The version is not SIP/2.0: 505.
    case version = "version"
    /// The method of the CSeq is not that of the request line: 400 (RFC 3261 section 8.1.1.5).
    case cseqMethod = "cseq-method"
    /// Max-Forwards above 255: 400 (RFC 3261 section 20.22).
    case maxForwardsRange = "max-forwards-range"
    /// A Request-URI with headers: 400 (RFC 3261 section 19.1.1).
    case requestURIHeaders = "request-uri-headers"
    /// A method of no RFC that we know: 501.
    case methodUnknown = "method-unknown"
    /// A method that is not served here: 405 with Allow.
    case methodNotAllowed = "method-not-allowed"
    /// The scheme of the Request-URI is not served: 416.
    case scheme = "scheme"
    /// An option tag in Require that we do not have: 420 with Unsupported.
    case extensionRequired = "extension-required"
    /// A body that is encoded or of a type that is not understood: 415 with Accept.
    case bodyType = "body-type"
    /// Accept names nothing that could be sent: 406.
    case accept = "accept"
    /// A body above the limit: 413.
    case bodySize = "body-size"
    /// A response with other than one Via is not for us (RFC 3261 section 8.1.3.3).
    case responseVias = "response-vias"
}

/// The answer to a request that is refused.
public struct RequestRefusal: Sendable, Equatable {
    public let status: Int
    public let reason: String
    /// Headers that the answer must carry: Allow, Unsupported, Accept.
    public let headers: HeaderBlock
    public let cause: RefusalCause

    init(_ status: Int, _ reason: String, _ cause: RefusalCause, headers: HeaderBlock = HeaderBlock()) {
        self.status = status
        self.reason = reason
        self.cause = cause
        self.headers = headers
    }

    /// The answer itself.
    public func response(to request: SIPMessage, toTag: String?) -> ResponseBuilder {
        var response = ResponseBuilder(to: request, status: status, reason: reason, toTag: toTag)
        response.headers.lines += headers.lines
        return response
    }
}
