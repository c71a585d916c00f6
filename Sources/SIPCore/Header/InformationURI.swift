/// One element of Call-Info, Alert-Info or Error-Info (RFC 3261 sections 20.9, 20.4 and 20.18):
/// `"<" absoluteURI ">" *( SEMI param )`.
public struct InformationURI: HeaderValue {
    public let uri: SIPURI
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        (uri, parameters) = try Scanner.bracketedURIAndParameters(text)
    }

    /// For example `icon`, or `EmergencyCallData.ServiceInfo`.
    public var purpose: SIPText? { parameters["purpose"] ?? nil }

    /// Whether it leads to additional data about an emergency call (RFC 7852 section 5).
    public var isEmergencyCallData: Bool {
        purpose.map { $0.slice(0, 18).equalsIgnoringCase("EmergencyCallData.") } ?? false
    }

    public var text: SIPText { SIPText(joining: ["<", uri.text, ">", parameters.text]) }
}
