/// One element of P-Access-Network-Info (RFC 7315 section 5.4): `access-type *( SEMI access-info )`, for example
/// `IEEE-802.11;i-wlan-node-id=00aabbccddee`.
public struct AccessNetworkInfo: HeaderValue {
    public let accessType: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        accessType = try scanner.token("the type of an access network is a token")
        parameters = try scanner.restParameters()
    }

    /// The address of the access point, as written: the octets in hexadecimal.
    public var wlanNodeID: SIPText? { parameters["i-wlan-node-id"] ?? nil }

    /// Whether the network wrote it, not the phone (`np`).
    public var isFromNetwork: Bool { parameters.contains("np") || parameters.contains("network-provided") }

    public var text: SIPText { SIPText(joining: [accessType, parameters.text]) }
}
