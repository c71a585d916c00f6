/// Parameters `;name=value` of a header or a URI, as written.
public struct Parameters: Sendable, Hashable, Sequence {
    public struct Parameter: Sendable, Hashable {
        public let name: SIPText
        /// As written, a quoted string with its quotes; `nil` without `=`.
        public let value: SIPText?

        /// The value without quotes and the backslashes inside them.
        public var unquoted: SIPText? { value?.unquoted }
    }

    /// From the first `;` on.
    public let text: SIPText

    init(_ text: SIPText) {
        self.text = text
    }

    /// The value of the first parameter of that name, without quotes: `nil` if it is not there, `.some(nil)` if it has
    /// no value.
    public subscript(name: String) -> SIPText?? {
        for parameter in self where parameter.name.equalsIgnoringCase(name) { return .some(parameter.unquoted) }
        return nil
    }

    public func contains(_ name: String) -> Bool { self[name] != nil }

    public struct Iterator: IteratorProtocol {
        private var scanner: Scanner

        init(_ text: SIPText) {
            scanner = Scanner(text)
        }

        public mutating func next() -> Parameter? {
            // Headers were read once already, so the only error, an open quote, is one of a URI: it ends the list.
            guard let found = try? scanner.parameter(endsAtComma: false) else { return nil }
            return Parameter(
                name: SIPText(scanner.bytes, found.name),
                value: found.value.isAbsent ? nil : SIPText(scanner.bytes, found.value))
        }
    }

    public func makeIterator() -> Iterator { Iterator(text) }
}

extension SIPText {
    /// The content of a quoted string; a text without quotes as it is.
    public var unquoted: SIPText {
        guard count >= 2, first == UInt8(ascii: "\""), last == UInt8(ascii: "\"") else { return self }
        let inner = slice(1, count - 1)
        guard inner.contains(UInt8(ascii: "\\")) else { return inner }
        var octets: [UInt8] = []
        var index = 0
        while index < inner.count {
            if inner[index] == UInt8(ascii: "\\"), index + 1 < inner.count { index += 1 }
            octets.append(inner[index])
            index += 1
        }
        return SIPText(bytes: octets)
    }

    /// As a quoted string, with a backslash before quotes and backslashes.
    public var quoted: SIPText {
        var octets = [UInt8(ascii: "\"")]
        for octet in self {
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") { octets.append(UInt8(ascii: "\\")) }
            octets.append(octet)
        }
        octets.append(UInt8(ascii: "\""))
        return SIPText(bytes: octets)
    }
}
