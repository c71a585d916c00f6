/// One part of a body (RFC 2046 section 5.1, RFC 5621): its headers and its octets.
///
/// A body that is no multipart is one part, with the headers of the message that say something of the content.
public struct BodyPart: Sendable, Hashable {
    public struct Header: Sendable, Hashable {
        public let name: HeaderName
        /// Trimmed and unfolded.
        public let value: SIPText
    }

    public let headers: [Header]
    public let content: SIPText
    /// 0 for the body itself, 1 for a part of it, 2 for a part of a part.
    public let depth: Int

    /// The value of the first header of that name.
    public func first(_ name: HeaderName) -> SIPText? { headers.first { $0.name == name }?.value }

    /// The value of a header of the content; `nil` without it.
    public func value<Value>(of header: SingleHeader<Value>) throws(SIPParseError) -> Value? {
        guard let text = first(header.name), !text.isEmpty else { return nil }
        return try Value(parsing: text, of: header.name)
    }

    /// What the part is; `nil` if it does not say, which means `text/plain` (RFC 2046 section 5.2).
    public func contentType() throws(SIPParseError) -> MediaType? { try value(of: .contentType) }

    /// `session` for SDP and `render` for others, if it does not say (RFC 3261 section 20.11).
    public func disposition() throws(SIPParseError) -> ContentDisposition? { try value(of: .contentDisposition) }

    /// The Content-ID without its angle brackets, as a `cid:` URI names it (RFC 2392).
    public var contentID: SIPText? {
        guard var text = first(.contentID)?.trimmed else { return nil }
        if text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">") { text = text.slice(1, text.count - 1) }
        return text.isEmpty ? nil : text
    }
}
