/// Content-Disposition (RFC 3261 section 20.11): `disp-type *( SEMI ( "handling" EQUAL … / generic-param ) )`.
public struct ContentDisposition: HeaderValue {
    /// `session`, `render`, `by-reference` or another.
    public let type: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        type = try scanner.token("a disposition is a token")
        parameters = try scanner.restParameters()
    }

    /// Whether a body that is not understood refuses the request; so it is unless `handling=optional` stands there.
    public var isRequired: Bool { (parameters["handling"] ?? nil)?.equalsIgnoringCase("optional") != true }

    public var text: SIPText { SIPText(joining: [type, parameters.text]) }
}
