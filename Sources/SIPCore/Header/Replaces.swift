/// Replaces (RFC 3891 section 6.1): `callid *( SEMI ( to-tag / from-tag / "early-only" / generic-param ) )`.
///
/// Both tags must be there, once each.
public struct Replaces: HeaderValue {
    public let callID: SIPText
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        let start = scanner.at
        while !scanner.isAtEnd, !isBlank(scanner.next), scanner.next != UInt8(ascii: ";") { scanner.at += 1 }
        callID = scanner.cut(ByteRange(start, scanner.at))
        parameters = try scanner.restParameters()
        guard !callID.isEmpty else { throw SIPParseError(.headerValue, "a Call-ID is wanted", offset: start) }
        for name in ["to-tag", "from-tag"] {
            let values = parameters.filter { $0.name.equalsIgnoringCase(name) }
            guard values.count == 1, values[0].value?.isEmpty == false else {
                throw SIPParseError(.headerValue, "to-tag and from-tag stand once each", offset: start)
            }
        }
    }

    public var toTag: SIPText { (parameters["to-tag"] ?? nil) ?? .empty }
    public var fromTag: SIPText { (parameters["from-tag"] ?? nil) ?? .empty }
    public var isEarlyOnly: Bool { parameters.contains("early-only") }

    public var text: SIPText { SIPText(joining: [callID, parameters.text]) }
}
