/// What the builders of requests and responses have in common.
public protocol MessageBuilder: Sendable, Equatable, CustomStringConvertible {
    var headers: HeaderBlock { get set }
    var body: SIPText { get set }
    /// The first line, without its line end.
    var firstLine: SIPText { get }
}

extension MessageBuilder {
    /// Puts a header behind all others.
    public mutating func add(_ name: HeaderName, _ value: String) { headers.add(name, SIPText(value)) }

    /// Puts a header behind all others.
    public mutating func add(_ name: HeaderName, _ value: SIPText) { headers.add(name, value) }

    /// Puts a header before the first one of that name, at the top if there is none.
    public mutating func prepend(_ name: HeaderName, _ value: String) { headers.prepend(name, SIPText(value)) }

    /// Puts a header in the place of all of that name.
    public mutating func set(_ name: HeaderName, _ value: String) { headers.set(name, SIPText(value)) }

    /// Puts a body and its type.
    public mutating func setBody(_ body: SIPText, contentType: String) {
        self.body = body
        set(.contentType, contentType)
    }

    /// The octets of the message; Content-Length is its last header.
    public func build() -> [UInt8] {
        let first = firstLine
        let separator = [UInt8(ascii: ":"), blank]
        var size = first.count + body.count + 32
        for line in headers.lines { size += line.text.count + 32 }
        var octets: [UInt8] = []
        octets.reserveCapacity(size)
        octets.append(first)
        octets.appendLineEnd()
        for line in headers.lines {
            if line.valueOffset == 0 {
                octets.append(contentsOf: line.name.description.utf8)
                octets.append(contentsOf: separator)
            }
            octets.append(line.text)
            octets.appendLineEnd()
        }
        octets.append(contentsOf: "Content-Length: ".utf8)
        octets.append(decimal: body.count)
        octets.appendLineEnd()
        octets.appendLineEnd()
        octets.append(body)
        return octets
    }

    public var description: String { String(decoding: build(), as: UTF8.self) }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(_ text: SIPText) {
        append(contentsOf: text.storage[text.range.bounds])
    }

    /// With the letters A to Z in lower case.
    mutating func append(lowercase text: SIPText) {
        var index = count
        append(text)
        var octets = mutableSpan
        while index < octets.count {
            // Most are in lower case: eight at a time.
            let length = Swift.min(8, octets.count - index)
            let word = ShortWord.load(octets.span, index, length)
            if ShortWord.lowercase(word) != word {
                for position in index..<(index + length) { octets[position] = lowercased(octets[position]) }
            }
            index += length
        }
    }

    @inline(__always)
    mutating func appendLineEnd() {
        append(carriageReturn)
        append(lineFeed)
    }

    /// A number that is not negative, in decimal.
    mutating func append(decimal value: Int) {
        if value >= 10 { append(decimal: value / 10) }
        append(UInt8(truncatingIfNeeded: 48 + value % 10))
    }
}
