/// How the octets of a message are bounded.
public enum MessageFraming: Hashable, Sendable {
    /// A datagram: without a Content-Length the body runs to its end, and what is behind the body is dropped.
    case datagram
    /// Exactly one message, cut out of a stream by its Content-Length.
    case stream
}

/// A SIP request or response as it was received.
///
/// It owns its octets, and no others, in which the first line and every header line are located once; a typed header
/// is read when it is asked for, and gives the same answer each time. Reading accepts whatever has the structure of a
/// message: ``deviations`` says what was forgiven, ``essentialsProblem()`` whether it can be answered at all, and
/// ``RequestPolicy`` whether it is accepted.
public struct SIPMessage: Sendable {
    public enum StartLine: Hashable, Sendable {
        case request(Method, uri: SIPText)
        case response(status: Int, reason: SIPText)
    }

    /// The message, from the first octet of its first line to the last one of its body.
    public let bytes: [UInt8]
    let firstLine: MessageHead.FirstLine
    let rows: [HeaderRow]
    let present: HeaderSet
    let bodyRange: ByteRange
    /// What the structure has against the grammar. Typed headers have their own.
    public let deviations: Deviations

    /// Reads one message. Line ends and NUL octets in front of it are skipped.
    ///
    /// - Throws: ``SIPParseError`` when the octets have no first line of SIP, or are larger than a limit. Nothing can be
    ///   answered then. `isResponse` says that a response was meant.
    public init(
        parsing bytes: Span<UInt8>, limits: MessageLimits = .default, framing: MessageFraming = .datagram
    ) throws(SIPParseError) {
        guard framing == .stream || bytes.count <= limits.messageOctets else {
            throw SIPParseError(.messageTooLarge, "more than \(limits.messageOctets) octets in a datagram")
        }
        var start = 0
        while start < bytes.count, StreamFramer.isFiller(bytes[start]) { start += 1 }
        guard start < bytes.count else {
            throw SIPParseError(.keepAlive, "nothing but line ends")
        }
        let message = bytes.extracting(start..<bytes.count)
        let head = try MessageHead(locating: message, limits: limits)
        if let error = head.uselessness { throw error }
        self.init(consume head, message, framing)
    }

    /// The same from an array.
    public init(
        parsing bytes: [UInt8], limits: MessageLimits = .default, framing: MessageFraming = .datagram
    ) throws(SIPParseError) {
        try self.init(parsing: bytes.span, limits: limits, framing: framing)
    }

    /// Copies the message whose head was located at the first octet of `message`.
    init(_ head: consuming MessageHead, _ message: Span<UInt8>, _ framing: MessageFraming) {
        self.init(head, octets: message.count, framing) { copied(message.extracting(0..<$0)) }
    }

    /// - Parameters:
    ///   - octets: how many there are, which may be more than the message has.
    ///   - bytes: as many of them as the message has.
    init(
        _ head: consuming MessageHead, octets: Int, _ framing: MessageFraming, _ bytes: (Int) -> [UInt8]
    ) {
        var deviations = head.deviations
        let available = octets - head.end
        let length: Int
        switch head.contentLength {
        case .octets(let declared) where declared <= available:
            length = declared
        case .octets:
            deviations.insert(.contentLengthBeyondDatagram)
            length = available
        case .absent:
            if framing == .stream { deviations.insert(.contentLengthMissing) }
            length = framing == .stream ? 0 : available
        case .unusable:
            length = framing == .stream ? 0 : available
        }
        firstLine = head.firstLine
        rows = head.rows
        present = head.present
        bodyRange = ByteRange(head.end, head.end + length)
        self.deviations = deviations
        self.bytes = bytes(head.end + length)
    }

    public var startLine: StartLine {
        switch firstLine {
        case .request(let method, let uri, _): .request(method, uri: text(uri))
        case .response(let status, let reason, _): .response(status: status, reason: text(reason))
        }
    }

    public var isRequest: Bool {
        if case .request = firstLine { true } else { false }
    }

    /// The method of the request line, or of the CSeq of a response; empty for a response whose CSeq is unreadable.
    public var method: Method {
        switch firstLine {
        case .request(let method, _, _): method
        case .response: (try? cseq().method) ?? Method("")
        }
    }

    /// The status code of a response, 100 to 699.
    public var status: Int? {
        if case .response(let status, _, _) = firstLine { status } else { nil }
    }

    /// The reason phrase of a response, as written.
    public var reason: SIPText? {
        if case .response(_, let reason, _) = firstLine { text(reason) } else { nil }
    }

    /// The Request-URI as written; empty for a response.
    public var requestURIText: SIPText {
        if case .request(_, let uri, _) = firstLine { text(uri) } else { .empty }
    }

    /// The version as written, for example `SIP/2.0`.
    public var version: SIPText {
        switch firstLine {
        case .request(_, _, let version), .response(_, _, let version): text(version)
        }
    }

    public var body: SIPText { text(bodyRange) }

    func text(_ range: ByteRange) -> SIPText { SIPText(bytes, range) }
}

extension SIPMessage: Equatable {
    /// Two messages are equal when their octets are.
    public static func == (a: SIPMessage, b: SIPMessage) -> Bool { a.bytes == b.bytes }
}

extension SIPMessage: CustomStringConvertible {
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// An array of exactly these octets.
func copied(_ bytes: Span<UInt8>) -> [UInt8] {
    bytes.withUnsafeBytes { source in
        [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
            UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
            count = source.count
        }
    }
}
