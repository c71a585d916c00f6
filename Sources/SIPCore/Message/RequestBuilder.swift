/// A request in the making.
public struct RequestBuilder: MessageBuilder {
    public var method: Method
    public var requestURI: SIPText
    public var headers = HeaderBlock()
    public var body = SIPText.empty

    public init(_ method: Method, _ requestURI: SIPText) {
        self.method = method
        self.requestURI = requestURI
    }

    public init(_ method: Method, _ requestURI: String) {
        self.init(method, SIPText(requestURI))
    }

    /// The request as it was received, to be changed in places and passed on: every header that is not touched is
    /// written as it came. `nil` for a response.
    public init?(forwarding message: SIPMessage) {
        guard case .request(let method, let uri) = message.startLine else { return nil }
        self.method = method
        requestURI = uri
        headers = HeaderBlock(of: message)
        body = message.body
    }

    public var firstLine: SIPText {
        var octets: [UInt8] = []
        octets.append(contentsOf: method.name.utf8)
        octets.append(blank)
        octets.append(requestURI)
        octets.append(contentsOf: " SIP/2.0".utf8)
        return SIPText(bytes: octets).withoutLineEnds
    }
}
