/// Server and User-Agent: what software the peer is.
///
/// `server-val *( LWS server-val )`, each a product `token [ "/" version ]` or a comment in parentheses (RFC 3261 section
/// 25.1). Real ones hold any characters, so a product here is what stands between blanks; only an empty value and a
/// comment that never closes are errors.
public struct Products: HeaderValue {
    public enum Part: Sendable, Hashable {
        case product(name: SIPText, version: SIPText?)
        /// With its parentheses.
        case comment(SIPText)
    }

    /// As written.
    public let text: SIPText
    public let parts: [Part]

    public init(parsing text: SIPText) throws(SIPParseError) {
        self.text = text.trimmed
        var scanner = Scanner(text)
        var parts: [Part] = []
        scanner.skipBlanks()
        while !scanner.isAtEnd {
            if scanner.next == UInt8(ascii: "(") {
                parts.append(.comment(try scanner.comment()))
            } else {
                let start = scanner.at
                while !scanner.isAtEnd, !isBlank(scanner.next), scanner.next != UInt8(ascii: "(") { scanner.at += 1 }
                let word = scanner.cut(ByteRange(start, scanner.at))
                let slash = word.firstIndex(of: UInt8(ascii: "/"))
                parts.append(
                    .product(
                        name: word.slice(0, slash ?? word.count),
                        version: slash.map { word.slice($0 + 1, word.count) }))
            }
            scanner.skipBlanks()
        }
        guard !parts.isEmpty else { throw SIPParseError(.headerValue, "a product is wanted") }
        self.parts = parts
    }
}
