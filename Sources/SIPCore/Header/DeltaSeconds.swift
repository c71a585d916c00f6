/// A number of seconds: Expires, Min-Expires, Flow-Timer.
///
/// `delta-seconds = 1*DIGIT` (RFC 3261 section 25.1). A number above 2^32 - 1 is taken for that (section 20.19 allows no
/// more); a sign, a blank or a fraction is an error.
public struct DeltaSeconds: HeaderValue {
    public var seconds: UInt32

    public init(_ seconds: UInt32) {
        self.seconds = seconds
    }

    public init(parsing text: SIPText) throws(SIPParseError) {
        guard let value = text.trimmed.decimal else { throw SIPParseError(.number, "not a number") }
        seconds = UInt32(clamping: value)
    }

    public var text: SIPText { SIPText(String(seconds)) }
}
