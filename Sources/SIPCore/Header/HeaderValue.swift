/// What one header, or one element of a list header, says.
///
/// A value is read when it is asked for and never before: parsing a message costs nothing for it. Reading gives the
/// same value, or throws the same error, every time. ``text`` is what would be sent for it, and reading that again gives
/// an equal value with the same text. Two values are equal when their parts are, octet by octet.
public protocol HeaderValue: Sendable, Hashable, CustomStringConvertible {
    /// Reads a whole value: trimmed, unfolded, and of a list one element.
    ///
    /// - Throws: ``SIPParseError`` when the text does not follow the grammar. Its `header` is set by whoever knows it.
    init(parsing text: SIPText) throws(SIPParseError)

    /// The value as it is sent.
    var text: SIPText { get }
}

extension HeaderValue {
    public var description: String { text.description }
}

extension NameAddress: HeaderValue {}

extension Via: HeaderValue {}

extension MediaType: HeaderValue {
    public var text: SIPText { SIPText(joining: [type, "/", subtype, parameters.text]) }
}

extension EventHeader: HeaderValue {
    public var text: SIPText { SIPText(joining: [package, parameters.text]) }
}

extension SubscriptionStateHeader: HeaderValue {
    public var text: SIPText { SIPText(joining: [stateText, parameters.text]) }
}

extension CSeq: HeaderValue {
    public var text: SIPText { SIPText("\(number) \(method)") }
}

extension Method: HeaderValue {
    /// A method of Allow (RFC 3261 section 20.5): a token, whose case counts.
    public init(parsing text: SIPText) throws(SIPParseError) {
        guard let method = Method(text.storage.span, text.range) else {
            throw SIPParseError(.headerValue, "a method is a token")
        }
        self = method
    }

    public var text: SIPText { SIPText(name) }
}
