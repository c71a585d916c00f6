/// Cuts a multipart body at its boundaries (RFC 2046 section 5.1.1).
///
/// The octets of a part are those between two delimiter lines; the line end before a delimiter belongs to it, not to the
/// part. What stands before the first and behind the last delimiter is left out. Forgiven are lines that end in LF alone,
/// blanks behind a delimiter, and a last delimiter that is missing. Every length is the difference of two positions found
/// in the body, the second behind the first.
struct MultipartBody {
    private let text: SIPText
    private let delimiter: [UInt8]
    private let limits: MultipartLimits

    /// - Throws: ``SIPParseError`` when the type names no boundary of 1 to 70 characters that RFC 2046 allows.
    init(_ text: SIPText, type: MediaType, limits: MultipartLimits) throws(SIPParseError) {
        guard let boundary = type.parameters["boundary"] ?? nil, (1...70).contains(boundary.count),
            boundary.allSatisfy(Self.mayStandInBoundary), boundary.last != blank
        else {
            throw SIPParseError(.multipart, "a multipart type names no usable boundary", header: .contentType)
        }
        self.text = text
        self.limits = limits
        delimiter = [UInt8(ascii: "-"), UInt8(ascii: "-")] + Array(boundary)
    }

    /// - Throws: ``SIPParseError`` when there is no delimiter at all, or more parts or headers than the limits allow.
    func parts(depth: Int, room: Int) throws(SIPParseError) -> [BodyPart] {
        var parts: [BodyPart] = []
        var partStart: Int?
        var lineStart = 0
        var isClosed = false
        while lineStart < text.count, !isClosed {
            let line = self.line(lineStart)
            if let kind = delimiterKind(line) {
                if let start = partStart {
                    guard parts.count < room else { throw Self.tooLarge("more than \(limits.parts) parts") }
                    parts.append(try part(text.slice(start, endOfContent(before: lineStart, from: start)), depth))
                }
                partStart = line.next
                isClosed = kind == .last
            }
            lineStart = line.next
        }
        guard let start = partStart else {
            throw SIPParseError(.multipart, "the boundary stands nowhere in the body")
        }
        if !isClosed {
            guard parts.count < room else { throw Self.tooLarge("more than \(limits.parts) parts") }
            parts.append(try part(text.slice(start, text.count), depth))
        }
        return parts
    }

    static func tooLarge(_ reason: String) -> SIPParseError { SIPParseError(.multipartTooLarge, reason) }

    private struct Line {
        var start: Int
        /// Before the line end.
        var end: Int
        /// Behind the line end.
        var next: Int
    }

    private enum DelimiterKind { case between, last }

    private func line(_ start: Int) -> Line {
        let rest = text.slice(start, text.count)
        guard let feed = rest.firstIndex(of: lineFeed) else {
            return Line(start: start, end: text.count, next: text.count)
        }
        let end = feed > 0 && rest[feed - 1] == carriageReturn ? start + feed - 1 : start + feed
        return Line(start: start, end: end, next: start + feed + 1)
    }

    private func delimiterKind(_ line: Line) -> DelimiterKind? {
        let content = text.slice(line.start, line.end)
        guard content.starts(with: delimiter) else { return nil }
        var rest = content.slice(delimiter.count, content.count)
        let isLast = rest.hasPrefix("--")
        if isLast { rest = rest.slice(2, rest.count) }
        guard rest.allSatisfy({ $0 == blank || $0 == tab }) else { return nil }
        return isLast ? .last : .between
    }

    /// The line end before a delimiter is part of it.
    private func endOfContent(before delimiterStart: Int, from start: Int) -> Int {
        var end = delimiterStart
        if end > start, text[end - 1] == lineFeed { end -= 1 }
        if end > start, end < delimiterStart, text[end - 1] == carriageReturn { end -= 1 }
        return end
    }

    private func part(_ whole: SIPText, _ depth: Int) throws(SIPParseError) -> BodyPart {
        var headers: [BodyPart.Header] = []
        let inner = MultipartBody(text: whole, delimiter: [], limits: limits)
        var at = 0
        while at < whole.count {
            var line = inner.line(at)
            guard line.end > line.start else {
                return BodyPart(headers: headers, content: whole.slice(line.next, whole.count), depth: depth)
            }
            while line.next < whole.count, whole[line.next] == blank || whole[line.next] == tab {
                let folded = inner.line(line.next)
                (line.end, line.next) = (folded.end, folded.next)
            }
            guard headers.count < limits.headers else {
                throw Self.tooLarge("more than \(limits.headers) header lines in a part")
            }
            if let header = Self.header(whole.slice(line.start, line.end)) { headers.append(header) }
            at = line.next
        }
        return BodyPart(headers: headers, content: .empty, depth: depth)
    }

    private init(text: SIPText, delimiter: [UInt8], limits: MultipartLimits) {
        (self.text, self.delimiter, self.limits) = (text, delimiter, limits)
    }

    /// A line without a colon is no header, and left out.
    private static func header(_ line: SIPText) -> BodyPart.Header? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = line.slice(0, colon).trimmed
        guard !name.isEmpty, name.allSatisfy(ByteSet.token.contains) else { return nil }
        let value = line.slice(colon + 1, line.count)
        return BodyPart.Header(
            name: HeaderName(name.description), value: (value.contains(lineFeed) ? value.unfolded : value).trimmed)
    }

    /// `bchars` of RFC 2046 section 5.1.1.
    private static func mayStandInBoundary(_ octet: UInt8) -> Bool {
        switch octet {
        case 48...57, 65...90, 97...122: true
        case 0x20, 0x27, 0x28, 0x29, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x3d, 0x3f, 0x5f: true
        default: false
        }
    }
}
