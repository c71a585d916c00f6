/// Steps that several header values share.
extension Scanner {
    func cut(_ range: ByteRange) -> SIPText { SIPText(bytes, range) }

    /// A token, with the blanks before it stepped over.
    mutating func token(_ wanted: String) throws(SIPParseError) -> SIPText {
        skipBlanks()
        let token = run(of: .token)
        guard token.count > 0 else { throw SIPParseError(.headerValue, wanted, offset: at) }
        return cut(token)
    }

    /// A value that is one token and nothing else.
    static func onlyToken(_ text: SIPText, _ wanted: String) throws(SIPParseError) -> SIPText {
        var scanner = Scanner(text)
        let token = try scanner.token(wanted)
        try scanner.wantEnd()
        return token
    }

    /// A value that is a URI in `<>` and parameters.
    static func bracketedURIAndParameters(_ text: SIPText) throws(SIPParseError) -> (SIPURI, Parameters) {
        var scanner = Scanner(text)
        let uri = try scanner.bracketedURI()
        return (uri, try scanner.restParameters())
    }

    /// Decimal digits; numbers too large are `UInt64.max`.
    mutating func digits(_ wanted: String) throws(SIPParseError) -> UInt64 {
        let start = at
        while next >= 48, next <= 57 { at += 1 }
        guard let value = cut(ByteRange(start, at)).decimal else {
            throw SIPParseError(.headerValue, wanted, offset: start)
        }
        return value
    }

    /// The parameters up to the end of the value, where nothing else may stand.
    mutating func restParameters() throws(SIPParseError) -> Parameters {
        skipBlanks()
        let start = at
        while try parameter(endsAtComma: false) != nil {}
        guard isAtEnd else {
            throw SIPParseError(.headerValue, "what is no parameter stands at the end", offset: at)
        }
        return Parameters(cut(ByteRange(start, end)).trimmed)
    }

    mutating func wantEnd() throws(SIPParseError) {
        skipBlanks()
        guard isAtEnd else { throw SIPParseError(.headerValue, "something stands behind the value", offset: at) }
    }

    /// `( … )`, parentheses included. Comments in comments are counted, not called: no depth is too deep.
    mutating func comment() throws(SIPParseError) -> SIPText {
        let start = at
        var depth = 0
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): at += 1
            default: break
            }
            at += 1
            if depth == 0 { return cut(ByteRange(start, min(at, end))) }
        }
        at = end
        throw SIPParseError(.headerValue, "a comment is opened and never closed", offset: start)
    }

    /// A URI in `<>`.
    mutating func bracketedURI() throws(SIPParseError) -> SIPURI {
        skipBlanks()
        let start = at
        guard take(UInt8(ascii: "<")), let close = bytes.span.firstIndex(of: UInt8(ascii: ">"), from: at, to: end)
        else {
            throw SIPParseError(.headerValue, "a URI in angle brackets is wanted", offset: start)
        }
        let uri = try SIPURI(parsing: cut(ByteRange(at, close)))
        at = close + 1
        return uri
    }
}
