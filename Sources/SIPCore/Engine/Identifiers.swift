internal import E911Values

extension SeededGenerator {
    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuv".utf8)

    /// 13 letters and digits of one random word. A string of this length costs no allocation.
    mutating func identifier() -> String {
        let bits = next()
        return String(unsafeUninitializedCapacity: 13) { buffer in
            for index in 0..<13 { buffer[index] = Self.alphabet[Int(bits >> UInt64(5 * index) & 31)] }
            return 13
        }
    }

    /// A branch: the magic cookie and 64 random bits (RFC 3261 section 8.1.1.7).
    mutating func branch() -> String { "z9hG4bK" + identifier() }
}

extension SIPEngine {
    /// A tag: 64 random bits (RFC 3261 section 19.3).
    public mutating func newTag() -> String { identifiers.identifier() }

    public mutating func newBranch() -> String { identifiers.branch() }

    /// A Call-ID: 128 random bits.
    public mutating func newCallID() -> String { identifiers.identifier() + identifiers.identifier() }
}
