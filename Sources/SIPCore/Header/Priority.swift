/// Priority (RFC 3261 section 20.26): a token, of which `psap-callback` is a call back from emergency services (RFC 7090).
public struct Priority: HeaderValue {
    public let text: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        self.text = try Scanner.onlyToken(text, "a priority is a token")
    }

    public var isEmergency: Bool { text.equalsIgnoringCase("emergency") }

    /// RFC 7090 section 5.
    public var isPSAPCallback: Bool { text.equalsIgnoringCase("psap-callback") }
}
