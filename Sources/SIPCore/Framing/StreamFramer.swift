/// What a stream holds next.
public enum Frame: Sendable, Equatable {
    case message(SIPMessage)
    /// The double CRLF of RFC 5626 section 3.5.1, to be answered with one CRLF.
    case keepAlive
    /// A response that nobody can use, taken out of the stream, which goes on behind it.
    case unusable(SIPParseError)
    /// A message whose end cannot be known. With its head, if an answer can be built from that; its body is empty.
    /// ``lost(_:)`` follows: answer, then close.
    case malformed(SIPParseError, SIPMessage?)
    /// Where the next message begins is not known any more. The framer is silent from now on.
    case lost(SIPParseError)
}

/// Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3), wherever the stream was cut into reads.
///
/// It keeps the octets that came and nothing more: a declared length reserves no memory.
public struct StreamFramer: Sendable {
    /// New ones apply to what is not framed yet.
    var limits: MessageLimits
    private var buffer: [UInt8] = []
    /// The octets before it are consumed.
    private var start = 0
    /// The head of the message that begins at `start`, once it is whole.
    private var head: MessageHead?
    /// Where the line begins that the search for the end of the head has come to.
    private var searchedTo = 0
    private var lostBy: SIPParseError?
    private var isSilent = false

    public init(limits: MessageLimits = .default) {
        self.limits = limits
    }

    /// Octets that came and are not yet part of a frame.
    public var pending: Int { buffer.count - start }

    /// Whether a message has begun and is not whole: a peer that stays so is slow or gone.
    public var isInsideMessage: Bool { !isSilent && buffer[start...].contains { !Self.isFiller($0) } }

    public mutating func append(_ bytes: Span<UInt8>) {
        guard !isSilent, lostBy == nil else { return }
        if start > 0 { compact() }
        bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
    }

    /// The next frame, `nil` until more octets come. Call it until it is `nil`.
    public mutating func next() -> Frame? {
        guard !isSilent else { return nil }
        if let lostBy {
            isSilent = true
            buffer = []
            start = 0
            return .lost(lostBy)
        }
        if head == nil, skipFiller() { return .keepAlive }
        guard start < buffer.count, head != nil || !Self.isFiller(buffer[start]) else { return nil }
        do throws(SIPParseError) {
            if let head { return frame(head) }
            guard let end = try endOfHead() else {
                return buffer.count - start > limits.headerOctets ? try cutHead() : nil
            }
            if end - start > limits.headerOctets { return try cutHead() }
            let head = try locateHead(end)
            self.head = head
            return frame(head)
        } catch {
            lostBy = error
            return next()
        }
    }

    /// Takes a CRLF if it is all that is there: the pong of RFC 5626 section 3.5.1, to be asked for while one is awaited.
    public mutating func takePong() -> Bool {
        guard !isSilent, lostBy == nil, head == nil, pending == 2, buffer[start] == carriageReturn,
            buffer[start + 1] == lineFeed
        else { return false }
        consume(2)
        return true
    }

    /// An octet that may stand between messages and means nothing there.
    static func isFiller(_ octet: UInt8) -> Bool {
        octet == carriageReturn || octet == lineFeed || octet == 0
    }

    /// Steps over what stands between messages. True for a keep-alive. What could be the beginning of one stays.
    private mutating func skipFiller() -> Bool {
        while start < buffer.count, Self.isFiller(buffer[start]) {
            if buffer[start] == carriageReturn {
                var matched = 1
                while matched < 4, start + matched < buffer.count,
                    buffer[start + matched] == (matched % 2 == 0 ? carriageReturn : lineFeed)
                {
                    matched += 1
                }
                if matched == 4 {
                    consume(4)
                    return true
                }
                if start + matched == buffer.count { return false }
                consume(matched)
            } else {
                consume(1)
            }
        }
        return false
    }

    private func locateHead(_ end: Int) throws(SIPParseError) -> MessageHead {
        let whole = buffer.span
        return try MessageHead(locating: whole.extracting(start..<end), limits: limits)
    }

    /// A head beyond the limit loses the stream. Its whole lines within the limit may do for an answer.
    private mutating func cutHead() throws(SIPParseError) -> Frame {
        var end = start + limits.headerOctets
        while end > start, buffer[end - 1] != lineFeed { end -= 1 }
        let error = SIPParseError(.headersTooLarge, "more than \(limits.headerOctets) octets of headers")
        guard end > start else { throw error }
        return lose(try locateHead(end), error)
    }

    /// Looks for the empty line, from where the last search ended.
    private mutating func endOfHead() throws(SIPParseError) -> Int? {
        while let feed = buffer.span.firstIndex(of: lineFeed, from: searchedTo, to: buffer.count) {
            let isEmpty = feed == searchedTo || (feed == searchedTo + 1 && buffer[searchedTo] == carriageReturn)
            if isEmpty { return feed + 1 }
            // Junk is known by its first line: there is no use in waiting for an empty one.
            if searchedTo == start, feed - start < limits.headerOctets { try checkFirstLine(feed) }
            searchedTo = feed + 1
        }
        return nil
    }

    private func checkFirstLine(_ feed: Int) throws(SIPParseError) {
        let whole = buffer.span
        var deviations: Deviations = []
        _ = try MessageHead.firstLine(whole.extracting(start..<(feed + 1)), lineEnd: feed - start, &deviations)
    }

    private mutating func frame(_ head: MessageHead) -> Frame? {
        let length: Int
        switch head.contentLength {
        case .absent: length = 0
        case .octets(let declared) where declared <= limits.bodyOctets: length = declared
        case .octets:
            return lose(
                head, SIPParseError(.bodyTooLarge, "more than \(limits.bodyOctets) octets of body", status: 413))
        case .unusable:
            return lose(head, SIPParseError(.contentLength, "unusable Content-Length", header: .contentLength))
        }
        if head.deviations.contains(.tooManyHeaders) {
            return lose(head, SIPParseError(.headersTooLarge, "more than \(limits.headers) header lines"))
        }
        guard buffer.count - start - head.end >= length else { return nil }
        defer { self.head = nil }
        if let error = head.uselessness {
            consume(head.end + length)
            return .unusable(error)
        }
        if let whole = takeWhole(head.end + length) {
            return .message(SIPMessage(head, octets: whole.count, .stream) { _ in whole })
        }
        defer { consume(head.end + length) }
        return .message(message(head, length))
    }

    /// The buffer itself, if it holds one large message and nothing else: the message takes it over without a copy.
    private mutating func takeWhole(_ count: Int) -> [UInt8]? {
        guard count >= 4096, start == 0, buffer.count == count, buffer.capacity <= count + count / 4 else { return nil }
        var whole: [UInt8] = []
        swap(&whole, &buffer)
        searchedTo = 0
        return whole
    }

    private mutating func lose(_ head: MessageHead, _ error: SIPParseError) -> Frame {
        var error = error
        error.isResponse = !head.isRequest
        lostBy = error
        return .malformed(error, head.uselessness == nil ? message(head, 0) : nil)
    }

    private func message(_ head: MessageHead, _ length: Int) -> SIPMessage {
        let whole = buffer.span
        return SIPMessage(head, whole.extracting(start..<(start + head.end + length)), .stream)
    }

    private mutating func consume(_ count: Int) {
        start += count
        searchedTo = start
        guard start == buffer.count else { return }
        // A large body must not leave its memory behind.
        if buffer.capacity > 65_536 { buffer = [] } else { buffer.removeAll(keepingCapacity: true) }
        start = 0
        searchedTo = 0
    }

    private mutating func compact() {
        buffer.removeFirst(start)
        searchedTo -= start
        start = 0
    }
}
