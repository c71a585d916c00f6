/// Geolocation-Routing (RFC 6442 section 4.2): whether the location may be used for routing.
///
/// `"yes" / "no" / generic-value`; any other token means no (section 4.2).
public struct GeolocationRouting: HeaderValue {
    public let text: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        self.text = try Scanner.onlyToken(text, "yes or no is wanted")
    }

    public var isAllowed: Bool { text.equalsIgnoringCase("yes") }
}
