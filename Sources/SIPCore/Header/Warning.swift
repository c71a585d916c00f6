/// One Warning (RFC 3261 section 20.43): `warn-code SP warn-agent SP warn-text`.
///
/// The code has three digits, the agent is a host and port or a pseudonym, the text a quoted string. More blanks than one
/// between them are forgiven.
public struct Warning: HeaderValue {
    /// 100 to 999.
    public let code: Int
    /// Who warns, as written.
    public let agent: SIPText
    /// For people, without quotes.
    public let explanation: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        let code = try scanner.digits("the code of a warning has three digits")
        guard (100...999).contains(code), isBlank(scanner.next) else {
            throw SIPParseError(.headerValue, "the code of a warning has three digits", offset: scanner.at)
        }
        scanner.skipBlanks()
        let start = scanner.at
        while !scanner.isAtEnd, !isBlank(scanner.next), scanner.next != UInt8(ascii: "\"") { scanner.at += 1 }
        let agent = ByteRange(start, scanner.at)
        scanner.skipBlanks()
        guard agent.count > 0, scanner.next == UInt8(ascii: "\""), let quoted = scanner.quotedString() else {
            throw SIPParseError(.headerValue, "a warning ends in a quoted text", offset: scanner.at)
        }
        try scanner.wantEnd()
        self.code = Int(code)
        self.agent = scanner.cut(agent)
        explanation = scanner.cut(quoted).unquoted
    }

    public init(code: Int, agent: SIPText, explanation: SIPText) {
        (self.code, self.agent, self.explanation) = (code, agent, explanation)
    }

    public var text: SIPText { SIPText(joining: [SIPText("\(code) "), agent, " ", explanation.quoted]) }
}
