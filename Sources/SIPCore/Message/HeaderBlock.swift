/// The headers of a message in the making, in order.
///
/// A line that came from a received message and was not touched is written exactly as it was received, in its old
/// capitals, compact form and folding. Content-Length is none of them: it is computed and always written last.
public struct HeaderBlock: Sendable, Equatable {
    struct Line: Sendable, Equatable {
        var name: HeaderName
        var text: SIPText
        /// Where in `text` the value begins: 0 if `text` is the value alone.
        var valueOffset: Int

        /// The value, unfolded.
        var value: SIPText {
            let value = text.slice(valueOffset, text.count)
            return valueOffset > 0 && value.contains(lineFeed) ? value.unfolded : value
        }
    }

    var lines: [Line] = []

    public init() {}

    /// Every header of a message but Content-Length, as received. Lines that are no headers are left out.
    public init(of message: SIPMessage) {
        lines.reserveCapacity(message.rows.count + 2)
        for row in message.rows where !row.isMalformed && row.id != HeaderName.contentLength.id {
            lines.append(Self.line(row, of: message))
        }
    }

    static func line(_ row: HeaderRow, of message: SIPMessage) -> Line {
        let text = message.text(row.line)
        guard isSafeToRepeat(text) else { return line(message.name(row), message.value(row)) }
        return Line(name: message.name(row), text: text, valueOffset: Int(row.value.start - row.name.start))
    }

    /// Whether a line that we could read is one that everybody reads alike: no line end before the colon, and none of LF
    /// alone.
    static func isSafeToRepeat(_ text: SIPText) -> Bool {
        guard let first = text.firstIndex(of: lineFeed) else { return true }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon < first else { return false }
        return text.indices.allSatisfy { text[$0] != lineFeed || text[$0 - 1] == carriageReturn }
    }

    public func first(_ name: HeaderName) -> SIPText? { lines.first { $0.name == name }?.value }

    public func all(_ name: HeaderName) -> [SIPText] { lines.filter { $0.name == name }.map(\.value) }

    /// Puts a header behind all others. Line ends in the value become blanks, so that no value can smuggle a header in.
    public mutating func add(_ name: HeaderName, _ value: SIPText) {
        guard name != .contentLength else { return }
        lines.append(Self.line(name, value))
    }

    /// Puts a header before the first one of that name, at the top if there is none: a Via, a Record-Route.
    public mutating func prepend(_ name: HeaderName, _ value: SIPText) {
        guard name != .contentLength else { return }
        lines.insert(Self.line(name, value), at: lines.firstIndex { $0.name == name } ?? 0)
    }

    /// Puts a header in the place of all of that name, or behind all others if there is none.
    public mutating func set(_ name: HeaderName, _ value: SIPText) {
        guard name != .contentLength else { return }
        let place = lines.firstIndex { $0.name == name }
        removeAll(name)
        lines.insert(Self.line(name, value), at: place ?? lines.count)
    }

    public mutating func removeAll(_ name: HeaderName) {
        lines.removeAll { $0.name == name }
    }

    /// The first element of a list header, over all its rows: the topmost Via or Route.
    public func firstElement(_ name: HeaderName) -> SIPText? {
        for line in lines where line.name == name {
            var list = HeaderList(line.value)
            if let element = list.next() { return element }
        }
        return nil
    }

    /// Takes the first element of a list header away, and its row if that was all of it.
    @discardableResult
    public mutating func removeFirstElement(_ name: HeaderName) -> SIPText? {
        editFirstElement(name, with: nil)
    }

    /// Puts another element in the place of the first one of a list header.
    public mutating func replaceFirstElement(_ name: HeaderName, with value: SIPText) {
        _ = editFirstElement(name, with: value)
    }

    private mutating func editFirstElement(_ name: HeaderName, with replacement: SIPText?) -> SIPText? {
        while let index = lines.firstIndex(where: { $0.name == name }) {
            let value = lines[index].value
            var list = HeaderList(value)
            guard let element = list.next() else {
                // A row of commas alone holds no element.
                lines.remove(at: index)
                continue
            }
            let rest = SIPText(value.storage, ByteRange(list.offsetBehindElement, value.range.bounds.upperBound))
                .trimmed
            if let replacement {
                lines[index] =
                    rest.isEmpty
                    ? Self.line(name, replacement)
                    : Self.line(name, SIPText(bytes: Array(replacement) + Array(", ".utf8) + Array(rest)))
            } else if rest.isEmpty {
                lines.remove(at: index)
            } else {
                lines[index] = Self.line(name, rest)
            }
            return element
        }
        return nil
    }

    private static func line(_ name: HeaderName, _ value: SIPText) -> Line {
        Line(name: name, text: value.withoutLineEnds, valueOffset: 0)
    }
}

extension SIPText {
    /// With a blank for each CR and LF.
    var withoutLineEnds: SIPText {
        contains(carriageReturn) || contains(lineFeed)
            ? SIPText(bytes: map { $0 == carriageReturn || $0 == lineFeed ? blank : $0 }) : self
    }
}
