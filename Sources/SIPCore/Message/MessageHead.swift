/// The first line and the headers, located but not copied. The one parser for datagrams and streams starts here.
struct MessageHead: Sendable {
    enum FirstLine: Sendable {
        case request(Method, uri: ByteRange, version: ByteRange)
        case response(status: Int, reason: ByteRange, version: ByteRange)
    }

    enum ContentLength: Equatable, Sendable {
        case absent
        case octets(Int)
        /// The deviation says why.
        case unusable
    }

    var firstLine: FirstLine
    var rows: [HeaderRow] = []
    /// Which names the rows have.
    var present = HeaderSet()
    /// Where the body begins.
    var end = 0
    var contentLength = ContentLength.absent
    var deviations: Deviations = []

    /// Locates the head of the message that begins at the first octet.
    init(locating bytes: Span<UInt8>, limits: MessageLimits) throws(SIPParseError) {
        let lineEnd = bytes.firstIndex(of: lineFeed, from: 0, to: bytes.count)
        var deviations: Deviations = []
        firstLine = try Self.firstLine(bytes, lineEnd: lineEnd ?? bytes.count, &deviations)
        self.deviations = deviations
        // One allocation: a header line is seldom shorter than 24 octets, and few messages have more than 48. That many
        // fit into a block that the allocator has at hand.
        rows.reserveCapacity(Swift.min(Swift.max(bytes.count / 24, 16), 48))
        end = bytes.count
        guard let lineEnd else {
            self.deviations.insert(.headersUnterminated)
            return
        }
        locateRows(bytes, from: lineEnd + 1, limits)
    }

    var isRequest: Bool {
        if case .request = firstLine { true } else { false }
    }

    /// Why nobody can use the message, though its end is known.
    var uselessness: SIPParseError? {
        guard deviations.contains(.statusUnusable) else { return nil }
        var error = SIPParseError(.statusCode, "a status code is three digits from 100 to 699", offset: 0)
        error.isResponse = true
        return error
    }

    private mutating func locateRows(_ bytes: Span<UInt8>, from start: Int, _ limits: MessageLimits) {
        var at = start
        while at < bytes.count {
            if bytes[at] == lineFeed {
                deviations.insert(.bareLineFeed)
                end = at + 1
                return
            }
            if bytes[at] == carriageReturn, at + 1 < bytes.count, bytes[at + 1] == lineFeed {
                end = at + 2
                return
            }
            var feed = bytes.firstIndex(of: lineFeed, from: at, to: bytes.count)
            var isFolded = false
            while let line = feed, line + 1 < bytes.count, bytes[line + 1] == blank || bytes[line + 1] == tab {
                isFolded = true
                if bytes[line - 1] != carriageReturn { deviations.insert(.bareLineFeed) }
                feed = bytes.firstIndex(of: lineFeed, from: line + 1, to: bytes.count)
            }
            var contentEnd = feed ?? bytes.count
            if contentEnd > at, bytes[contentEnd - 1] == carriageReturn {
                contentEnd -= 1
            } else if feed != nil {
                deviations.insert(.bareLineFeed)
            }
            if rows.count < limits.headers {
                addRow(bytes, at, contentEnd, isFolded)
            } else {
                deviations.insert(.tooManyHeaders)
            }
            at = (feed ?? bytes.count - 1) + 1
        }
        deviations.insert(.headersUnterminated)
    }

    @inline(__always)
    private mutating func addRow(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ isFolded: Bool) {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: start, to: end) else {
            return addMalformedRow(start, end, isFolded)
        }
        var nameEnd = colon
        while nameEnd > start, isBlank(bytes[nameEnd - 1]) { nameEnd -= 1 }
        let name = ByteRange(start, nameEnd)
        let id = HeaderNameTable.shared.id(bytes, name)
        if id == 0, !Self.isToken(bytes, name) { return addMalformedRow(start, end, isFolded) }
        var valueStart = colon + 1
        var valueEnd = end
        while valueStart < valueEnd, isBlank(bytes[valueStart]) { valueStart += 1 }
        while valueEnd > valueStart, isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        present.insert(id)
        let folded =
            isFolded && bytes.firstIndex(of: lineFeed, from: valueStart, to: valueEnd) != nil
        rows.append(
            HeaderRow(
                name: name, value: ByteRange(valueStart, valueEnd), id: id, isFolded: folded, isMalformed: false))
        if id == HeaderName.contentLength.id { readContentLength(bytes, valueStart, valueEnd) }
    }

    private mutating func addMalformedRow(_ start: Int, _ end: Int, _ isFolded: Bool) {
        deviations.insert(.malformedHeaderLine)
        rows.append(
            HeaderRow(
                name: ByteRange(start, start), value: ByteRange(start, end), id: 0, isFolded: isFolded,
                isMalformed: true))
    }

    private static func isToken(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        let token = ByteSet.token
        for index in range.bounds where !token.contains(bytes[index]) { return false }
        return range.count > 0
    }

    private mutating func readContentLength(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        var value = 0
        var isNumber = start < end
        for index in start..<end {
            guard bytes[index] >= 48, bytes[index] <= 57, value < Int(UInt32.max) else {
                isNumber = false
                break
            }
            value = value * 10 + Int(bytes[index] - 48)
        }
        guard isNumber, value < Int(UInt32.max) else {
            deviations.insert(.contentLengthInvalid)
            contentLength = .unusable
            return
        }
        switch contentLength {
        case .absent: contentLength = .octets(value)
        case .octets(value), .unusable: break
        case .octets:
            deviations.insert(.contentLengthContradictory)
            contentLength = .unusable
        }
    }
}

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let blank = UInt8(ascii: " ")
let tab = UInt8(ascii: "\t")
