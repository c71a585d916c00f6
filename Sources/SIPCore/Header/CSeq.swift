/// CSeq (RFC 3261 section 20.16).
public struct CSeq: Sendable, Hashable {
    /// Up to 2^32 - 1 is taken from peers; what we send stays below 2^31.
    public var number: UInt32
    public var method: Method

    public init(number: UInt32, method: Method) {
        self.number = number
        self.method = method
    }

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        let start = scanner.at
        var value: UInt64 = 0
        while scanner.next >= 48, scanner.next <= 57 {
            value = value * 10 + UInt64(scanner.next - 48)
            guard value <= UInt64(UInt32.max) else {
                throw SIPParseError(.cseq, "a CSeq number of 2^32 or more", offset: start, header: .cseq)
            }
            scanner.at += 1
        }
        let behindNumber = scanner.at
        scanner.skipBlanks()
        let name = ByteRange(scanner.at, scanner.end)
        guard behindNumber > start, scanner.at > behindNumber, let method = Method(scanner.bytes.span, name) else {
            throw SIPParseError(.cseq, "a CSeq is a number and a method", offset: start, header: .cseq)
        }
        number = UInt32(truncatingIfNeeded: value)
        self.method = method
    }

    public var deviations: Deviations { number > UInt32(Int32.max) ? .cseqAbove31Bits : [] }
}

extension CSeq: CustomStringConvertible {
    public var description: String { "\(number) \(method)" }
}
