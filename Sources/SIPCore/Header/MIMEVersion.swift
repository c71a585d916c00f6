/// MIME-Version (RFC 3261 section 20.24): `1*DIGIT "." 1*DIGIT`, in practice `1.0`. Numbers above 2^32 - 1 are taken for
/// that.
public struct MIMEVersion: HeaderValue {
    public let major: UInt32
    public let minor: UInt32

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        major = UInt32(clamping: try scanner.digits("a version is two numbers"))
        guard scanner.take(UInt8(ascii: ".")) else {
            throw SIPParseError(.headerValue, "a version is two numbers with a dot between", offset: scanner.at)
        }
        minor = UInt32(clamping: try scanner.digits("a version is two numbers"))
        try scanner.wantEnd()
    }

    public var text: SIPText { SIPText("\(major).\(minor)") }
}
