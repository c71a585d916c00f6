/// Retry-After (RFC 3261 section 20.33): `delta-seconds [ comment ] *( SEMI retry-param )`.
///
/// Seconds above 2^32 - 1 are taken for that.
public struct RetryAfter: HeaderValue {
    public let seconds: UInt32
    /// With its parentheses.
    public let comment: SIPText?
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        seconds = UInt32(clamping: try scanner.digits("a number of seconds is wanted"))
        scanner.skipBlanks()
        comment = scanner.next == UInt8(ascii: "(") ? try scanner.comment() : nil
        parameters = try scanner.restParameters()
    }

    /// For how long the callee will be reachable from then on, in seconds; `nil` if that is not said, or is no number.
    public var duration: UInt32? { parameters.seconds("duration") }

    public var text: SIPText {
        SIPText(joining: [
            SIPText(String(seconds)), comment.map { SIPText(joining: [" ", $0]) } ?? "", parameters.text,
        ])
    }
}
