/// A header that may stand once, and how its value is read. Twice with the same value counts as once.
public struct SingleHeader<Value: HeaderValue>: Sendable {
    public let name: HeaderName
}

/// A header whose value is a list: several rows are one list, in their order (RFC 3261 section 7.3.1). Empty elements
/// are stepped over.
public struct ListHeader<Value: HeaderValue>: Sendable {
    public let name: HeaderName
}

extension SIPMessage {
    /// The value of a header; `nil` if the message does not have it.
    ///
    /// - Throws: ``SIPParseError`` when the value does not follow the grammar, or two rows differ.
    public func value<Value>(of header: SingleHeader<Value>) throws(SIPParseError) -> Value? {
        guard let text = try single(header.name) else { return nil }
        return try Value(parsing: text, of: header.name)
    }

    /// The elements of a list header over all its rows; none if the message does not have it.
    ///
    /// - Throws: ``SIPParseError`` when one element does not follow the grammar.
    public func values<Value>(of header: ListHeader<Value>) throws(SIPParseError) -> [Value] {
        var values: [Value] = []
        for row in rows where matches(row, header.name) {
            var list = HeaderList(value(row))
            while let element = list.next() { values.append(try Value(parsing: element, of: header.name)) }
        }
        return values
    }
}

extension MessageBuilder {
    /// Puts the value in the place of all headers of that name.
    public mutating func set<Value>(_ value: Value, of header: SingleHeader<Value>) {
        headers.set(header.name, value.text)
    }

    /// Puts one row with the whole list behind all other headers.
    public mutating func add<Value>(_ values: [Value], of header: ListHeader<Value>) {
        var pieces: [SIPText] = []
        for value in values { pieces += pieces.isEmpty ? [value.text] : [", ", value.text] }
        headers.add(header.name, SIPText(joining: pieces))
    }
}

extension HeaderValue {
    init(parsing text: SIPText, of header: HeaderName) throws(SIPParseError) {
        do throws(SIPParseError) {
            try self.init(parsing: text)
        } catch {
            throw error.about(header)
        }
    }
}

extension SIPText {
    /// The pieces one behind another.
    init(joining pieces: [SIPText]) {
        var octets: [UInt8] = []
        for piece in pieces { octets.append(piece) }
        self.init(bytes: octets)
    }
}
