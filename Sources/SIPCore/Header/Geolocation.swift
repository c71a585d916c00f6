/// One location of Geolocation (RFC 6442 section 4.1): `"<" URI ">" *( SEMI geoloc-param )`.
///
/// The URI is one to fetch a location from (`https:`, `sip:`, `pres:`), or `cid:`, which names a part of the body.
public struct Geolocation: HeaderValue {
    public let uri: SIPURI
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        uri = try scanner.bracketedURI()
        parameters = try scanner.restParameters()
    }

    /// The Content-ID of the part of the body that holds the location (RFC 2392); `nil` if it lies elsewhere.
    public var contentID: SIPText? {
        uri.schemeText.equalsIgnoringCase("cid") ? uri.opaque.percentDecoded : nil
    }

    public var text: SIPText { SIPText(joining: ["<", uri.text, ">", parameters.text]) }
}
