/// One location of Geolocation (RFC 6442 section 4.1): `"<" URI ">" *( SEMI geoloc-param )`.
///
/// The URI is one to fetch a location from (`https:`, `sip:`, `pres:`), or `cid:`, which names a part of the body.
public struct Geolocation: HeaderValue {
    public let uri: SIPURI
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        (uri, parameters) = try Scanner.bracketedURIAndParameters(text)
    }

    public var text: SIPText { SIPText(joining: ["<", uri.text, ">", parameters.text]) }
}
