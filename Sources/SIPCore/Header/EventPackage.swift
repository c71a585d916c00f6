/// One event package: an element of Allow-Events (RFC 6665 section 8.2.2).
///
/// `event-type = event-package *( "." event-template )`, tokens without dots. The whole is kept as one token.
public struct EventPackage: HeaderValue {
    public let text: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        self.text = try Scanner.onlyToken(text, "an event package is a token")
    }

    /// Whether it is `name`; a token, so case does not count.
    public func isPackage(_ name: String) -> Bool { text.equalsIgnoringCase(name) }
}
