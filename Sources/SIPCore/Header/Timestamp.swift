/// Timestamp (RFC 3261 section 20.38): `1*DIGIT [ "." *DIGIT ] [ LWS delay ]`, seconds.
///
/// The digits are kept as written: the number means something to its sender only, who wants it back as it was.
public struct Timestamp: HeaderValue {
    public let time: SIPText
    /// How long the answer was delayed, in seconds, as written.
    public let delay: SIPText?

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        time = try Self.decimal(&scanner)
        scanner.skipBlanks()
        delay = scanner.isAtEnd ? nil : try Self.decimal(&scanner)
        try scanner.wantEnd()
    }

    public var text: SIPText {
        guard let delay else { return time }
        return SIPText(joining: [time, " ", delay])
    }

    private static func decimal(_ scanner: inout Scanner) throws(SIPParseError) -> SIPText {
        let start = scanner.at
        while scanner.next >= 48, scanner.next <= 57 { scanner.at += 1 }
        let digits = scanner.at - start
        var fraction = 0
        if scanner.take(UInt8(ascii: ".")) {
            let behindDot = scanner.at
            while scanner.next >= 48, scanner.next <= 57 { scanner.at += 1 }
            fraction = scanner.at - behindDot
        }
        guard digits + fraction > 0 else {
            throw SIPParseError(.number, "a time stamp is a number of seconds", offset: start)
        }
        return scanner.cut(ByteRange(start, scanner.at))
    }
}
