/// A scheme and its parameters: `Digest name=value, name="value"` (RFC 3261 section 25.1, challenge and credentials).
///
/// One header row is one challenge or one set of credentials: the commas separate parameters, so rows are not joined and
/// not split (RFC 3261 section 7.3.1).
struct DigestParameters {
    private var list: [(name: SIPText, value: SIPText)] = []

    /// More than any RFC has; a row with more is no challenge.
    private static let most = 64

    /// Whether a row is for the digest; other schemes have a grammar of their own.
    static func isDigest(_ row: SIPText) -> Bool {
        var scanner = Scanner(row.trimmed)
        let scheme = scanner.run(of: .token)
        return SIPText(scanner.bytes, scheme).equalsIgnoringCase("Digest")
            && (scanner.isAtEnd || isBlank(scanner.next))
    }

    /// - Throws: if the row is not for the digest, a quote never closes, a name stands twice (RFC 7616 section 3.3), or
    ///   there is something between two parameters. A name without a value is passed over, as are empty elements.
    init(parsing row: SIPText) throws(SIPParseError) {
        guard Self.isDigest(row) else { throw SIPParseError(.token, "the scheme is not Digest") }
        var scanner = Scanner(row.trimmed)
        _ = scanner.run(of: .token)
        while scanner.stepToElement() {
            let name = SIPText(scanner.bytes, scanner.run(of: .token))
            guard !name.isEmpty else {
                throw SIPParseError(.token, "a parameter has no name", offset: scanner.at)
            }
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: "=")) else { continue }
            scanner.skipBlanks()
            let value = try Self.value(&scanner)
            guard self[name] == nil, list.count < Self.most else {
                throw SIPParseError(.token, "a parameter stands twice, or there are too many", offset: scanner.at)
            }
            list.append((name, value))
            scanner.skipBlanks()
            guard scanner.isAtEnd || scanner.next == UInt8(ascii: ",") else {
                throw SIPParseError(.token, "a comma is missing behind a parameter", offset: scanner.at)
            }
        }
    }

    /// The value of that name, without quotes.
    subscript(name: String) -> SIPText? { list.first { $0.name.equalsIgnoringCase(name) }?.value }

    private subscript(name: SIPText) -> SIPText? { list.first { $0.name.equalsIgnoringCase(name) }?.value }

    func required(_ name: String) throws(SIPParseError) -> SIPText {
        guard let value = self[name] else { throw SIPParseError(.token, "\(name) is missing") }
        return value
    }

    /// `algorithm=`; without one it is MD5 (RFC 7616 section 3.3). `known` is `nil` for one that is not known.
    var algorithm: (known: DigestAlgorithm?, isSession: Bool, isNamed: Bool) {
        guard let name = self["algorithm"] else { return (.md5, false, false) }
        let known = DigestAlgorithm.named(name)
        return (known?.algorithm, known?.isSession ?? false, true)
    }

    private static func value(_ scanner: inout Scanner) throws(SIPParseError) -> SIPText {
        let start = scanner.at
        if scanner.next == UInt8(ascii: "\"") {
            guard let quoted = scanner.quotedString() else {
                throw SIPParseError(.quoteUnbalanced, "a quote is opened and never closed", offset: start)
            }
            return SIPText(scanner.bytes, quoted).unquoted
        }
        // Not only tokens: a URI or a nonce without its quotes is forgiven.
        while !scanner.isAtEnd, scanner.next != UInt8(ascii: ","), !isBlank(scanner.next) { scanner.at += 1 }
        return SIPText(scanner.bytes, ByteRange(start, scanner.at))
    }
}

/// Writes `Digest name=value, name="value"`.
struct DigestWriter {
    private var octets = Array("Digest".utf8)
    private var isFirst = true

    var text: SIPText { SIPText(bytes: octets) }

    mutating func add(_ name: String, _ value: String) { add(name, SIPText(value)) }

    mutating func add(_ name: String, quoted value: SIPText?) {
        if let value { add(name, value.quoted) }
    }

    /// Nothing for one that is not known or was not named.
    mutating func add(_ algorithm: DigestAlgorithm?, isSession: Bool, isNamed: Bool) {
        if let algorithm, isNamed { add("algorithm", algorithm.token(isSession: isSession)) }
    }

    private mutating func add(_ name: String, _ value: SIPText) {
        octets.append(contentsOf: isFirst ? " ".utf8 : ", ".utf8)
        octets.append(contentsOf: name.utf8)
        octets.append(UInt8(ascii: "="))
        octets.append(value)
        isFirst = false
    }
}
