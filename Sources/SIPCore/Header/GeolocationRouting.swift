/// Geolocation-Routing (RFC 6442 section 4.2): whether the location may be used for routing.
///
/// `"yes" / "no" / generic-value`; any other token means no (section 4.2).
public struct GeolocationRouting: HeaderValue {
    public let text: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        self.text = try scanner.token("yes or no is wanted")
        try scanner.wantEnd()
    }

    public var isAllowed: Bool { text.equalsIgnoringCase("yes") }
}
