/// One element of Accept-Encoding, Accept-Language, Content-Encoding or Content-Language: a token or `*`, and how much it
/// is wanted.
///
/// `encoding / language = token *( SEMI ( "q" EQUAL qvalue / generic-param ) )` (RFC 3261 sections 20.2 and 20.3). What is
/// said of content has no parameters (20.12 and 20.13); they are forgiven there.
public struct RankedToken: HeaderValue {
    public let name: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        name = try scanner.token("a token is wanted")
        parameters = try scanner.restParameters()
    }

    /// In thousandths; 0 says that it is not accepted.
    public var qValue: Int { parameters.qValue }

    public var text: SIPText { SIPText(joining: [name, parameters.text]) }
}
