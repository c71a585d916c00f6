/// What a message or a header has against the grammar, and was read in spite of.
///
/// Reading is lenient in named ways only, all listed here: an emergency call is answered with whatever can be made out
/// (contract: 400 only when one of six essentials is unreadable). Whether such a message is also *accepted* is for
/// ``RequestPolicy`` to say, which refuses every other request by these names.
public struct Deviations: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    // Of the message
    /// More than one blank, or a tab, between the parts of the first line (RFC 3261 section 7.1 wants one blank).
    public static let startLineBlanks = Deviations(rawValue: 1 << 0)
    /// Blanks behind the first line.
    public static let startLineTrailingBlanks = Deviations(rawValue: 1 << 1)
    /// A line ends in LF alone.
    public static let bareLineFeed = Deviations(rawValue: 1 << 2)
    /// The datagram ends before the empty line behind the headers.
    public static let headersUnterminated = Deviations(rawValue: 1 << 3)
    /// A header line without a colon, or whose name is no token. It is kept, and has no meaning.
    public static let malformedHeaderLine = Deviations(rawValue: 1 << 4)
    /// More header lines than ``MessageLimits/headers``. What is behind them is not read.
    public static let tooManyHeaders = Deviations(rawValue: 1 << 5)
    /// No Content-Length on a stream (RFC 3261 section 18.3 wants one); taken for 0.
    public static let contentLengthMissing = Deviations(rawValue: 1 << 6)
    /// Content-Length is not a number, negative, or too large for any message.
    public static let contentLengthInvalid = Deviations(rawValue: 1 << 7)
    /// Two Content-Lengths that differ.
    public static let contentLengthContradictory = Deviations(rawValue: 1 << 8)
    /// Content-Length says more than the datagram holds.
    public static let contentLengthBeyondDatagram = Deviations(rawValue: 1 << 9)
    /// A status line without the blank behind the code.
    public static let reasonMissing = Deviations(rawValue: 1 << 10)

    // Of headers and URIs
    /// A parameter of no characters, as in `;;`.
    public static let emptyParameter = Deviations(rawValue: 1 << 11)
    /// A list element of no characters, as in `,,`.
    public static let emptyListElement = Deviations(rawValue: 1 << 12)
    /// The Request-URI stands in `<>`.
    public static let requestURIInBrackets = Deviations(rawValue: 1 << 13)
    /// Blanks between `<` or `>` and the URI.
    public static let blanksInBrackets = Deviations(rawValue: 1 << 14)
    /// A display name with characters that want quotes.
    public static let unquotedDisplayName = Deviations(rawValue: 1 << 15)
    /// A display name before a URI that does not stand in `<>`.
    public static let addressWithoutBrackets = Deviations(rawValue: 1 << 16)
    /// A URI with `?` that does not stand in `<>` (RFC 3261 section 20).
    public static let questionMarkInBareURI = Deviations(rawValue: 1 << 17)
    /// Something that is no parameter behind an address, a Via or a media type.
    public static let trailingText = Deviations(rawValue: 1 << 18)
    /// An IPv6 address without brackets where a port could follow.
    public static let unbracketedIPv6 = Deviations(rawValue: 1 << 19)
    /// CSeq from 2^31 on (RFC 3261 section 8.1.1.5); a widespread server sends it.
    public static let cseqAbove31Bits = Deviations(rawValue: 1 << 20)
    /// The user part of a URI has no characters, as in `sip:@host`: what some send for a caller that withholds its number.
    public static let emptyUser = Deviations(rawValue: 1 << 21)
    /// The port of a URI is empty, 0, above 65,535 or begins with 0; taken for none.
    public static let portUnusable = Deviations(rawValue: 1 << 22)
    /// The `rport` of a Via is no port; taken for one without a value.
    public static let rportUnusable = Deviations(rawValue: 1 << 23)
    /// Blanks inside a Call-ID.
    public static let blanksInCallID = Deviations(rawValue: 1 << 24)
    /// The status code of a response is not three digits from 100 to 699. No ``SIPMessage`` has it: such a response is
    /// useless, and only its end is of interest.
    static let statusUnusable = Deviations(rawValue: 1 << 25)

    /// The single deviations in it, lowest first, with their names.
    public var names: [String] {
        Self.allNames.indices.filter { rawValue >> UInt32($0) & 1 == 1 }.map { Self.allNames[$0] }
    }

    private static let allNames = [
        "start-line-blanks", "start-line-trailing-blanks", "bare-line-feed", "headers-unterminated",
        "malformed-header-line", "too-many-headers", "content-length-missing", "content-length-invalid",
        "content-length-contradictory", "content-length-beyond-datagram", "reason-missing", "empty-parameter",
        "empty-list-element", "request-uri-in-brackets", "blanks-in-brackets", "unquoted-display-name",
        "address-without-brackets", "question-mark-in-bare-uri", "trailing-text", "unbracketed-ipv6",
        "cseq-above-31-bits", "empty-user", "port-unusable", "rport-unusable", "blanks-in-call-id",
        "status-unusable",
    ]
}
