/// Privacy (RFC 3323 section 4.2): what the caller wants withheld.
///
/// `priv-value *( ";" priv-value )`, tokens: `header`, `session`, `user`, `none`, `critical`, `id` (RFC 3325), `history`
/// (RFC 7044). A comma between them is forgiven, and sent as `;`. What an emergency call asks for is shown, not obeyed.
public struct Privacy: HeaderValue {
    /// At least one.
    public let values: [SIPText]

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        var values: [SIPText] = []
        repeat {
            values.append(try scanner.token("a value of Privacy is a token"))
            scanner.skipBlanks()
        } while scanner.take(UInt8(ascii: ";")) || scanner.take(UInt8(ascii: ","))
        try scanner.wantEnd()
        self.values = values
    }

    public func contains(_ value: String) -> Bool { values.contains { $0.equalsIgnoringCase(value) } }

    public var text: SIPText {
        var pieces: [SIPText] = []
        for value in values { pieces += pieces.isEmpty ? [value] : [";", value] }
        return SIPText(joining: pieces)
    }
}
