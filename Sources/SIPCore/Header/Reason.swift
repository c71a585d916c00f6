/// One Reason (RFC 3326 section 2): why a request was sent, or a call ended.
///
/// `reason-value = protocol *( SEMI ( "cause" EQUAL cause / "text" EQUAL reason-text / extension ) )`, for example
/// `Q.850;cause=16;text="Terminated"`.
public struct Reason: HeaderValue {
    /// `SIP`, `Q.850` or another.
    public let protocolName: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        protocolName = try scanner.token("the protocol of a reason is a token")
        parameters = try scanner.restParameters()
    }

    /// A status code of SIP, or a cause of Q.850; `nil` if it is not said, or is no number.
    public var cause: UInt32? { parameters.seconds("cause") }

    /// For people.
    public var explanation: SIPText? { parameters["text"] ?? nil }

    public var text: SIPText { SIPText(joining: [protocolName, parameters.text]) }
}
