/// One element of Accept (RFC 3261 section 20.1): a media type or `*/*` or `type/*`, and how much it is wanted.
///
/// `accept-range = media-range *( SEMI ( "q" EQUAL qvalue / generic-param ) )`.
public struct AcceptedType: HeaderValue {
    public let range: MediaType

    public init(parsing text: SIPText) throws(SIPParseError) {
        range = try MediaType(parsing: text)
    }

    /// In thousandths; 0 says that the type is not accepted.
    public var qValue: Int { range.parameters.qValue }

    /// Whether it takes a body of type `name`.
    public func accepts(_ name: String) -> Bool { qValue > 0 && range.accepts(name) }

    public var text: SIPText { range.text }
}
