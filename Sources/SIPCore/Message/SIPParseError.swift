/// Why a message, or one header of it, cannot be read.
///
/// Two errors are equal when their codes are and they are about the same header; reasons are for people.
public struct SIPParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A name that stays the same from release to release: counters and tests go by it.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// Nothing but line ends and NUL octets: a keep-alive. Not to be answered, not an error to be logged.
        public static let keepAlive = Code("keep-alive")
        /// Not SIP at all. Not to be answered.
        public static let notSIP = Code("not-sip")
        /// The first line is no request line and no status line.
        public static let startLine = Code("start-line")
        /// The status code is not three digits from 100 to 699.
        public static let statusCode = Code("status-code")
        public static let messageTooLarge = Code("message-too-large")
        public static let headersTooLarge = Code("headers-too-large")
        public static let bodyTooLarge = Code("body-too-large")
        /// A header that must be there is not.
        public static let headerMissing = Code("header-missing")
        /// A header that may stand once stands twice, with different values.
        public static let headerRepeated = Code("header-repeated")
        public static let requestURI = Code("request-uri")
        public static let via = Code("via")
        /// A name-addr or addr-spec: From, To, Contact, Route and the like.
        public static let address = Code("address")
        public static let uri = Code("uri")
        public static let host = Code("host")
        public static let port = Code("port")
        public static let callID = Code("call-id")
        public static let cseq = Code("cseq")
        public static let contentLength = Code("content-length")
        /// A header that is a number is not one.
        public static let number = Code("number")
        public static let mediaType = Code("media-type")
        public static let event = Code("event")
        public static let subscriptionState = Code("subscription-state")
        public static let token = Code("token")
        public static let quoteUnbalanced = Code("quote-unbalanced")
        /// A typed header does not follow its grammar; `header` says which.
        public static let headerValue = Code("header-value")
        /// A multipart body without a usable boundary, or whose parts cannot be told apart.
        public static let multipart = Code("multipart")
        /// More parts, or deeper nesting, than ``MultipartLimits`` allows.
        public static let multipartTooLarge = Code("multipart-too-large")
    }

    public let code: Code
    /// One sentence for people, without the words of the peer.
    public let reason: String
    /// Where in the octets that were read, if it is one place.
    public let offset: Int?
    /// The header that it is about.
    public internal(set) var header: HeaderName?
    /// The status of the answer, if one can be sent.
    public let status: Int
    /// Whether a response was being read: it is dropped, never answered.
    public internal(set) var isResponse = false

    init(_ code: Code, _ reason: String, offset: Int? = nil, header: HeaderName? = nil, status: Int = 400) {
        self.code = code
        self.reason = reason
        self.offset = offset
        self.header = header
        self.status = status
    }

    /// The same, said of `header`.
    func about(_ header: HeaderName) -> SIPParseError {
        var copy = self
        copy.header = header
        return copy
    }

    public static func == (a: SIPParseError, b: SIPParseError) -> Bool {
        a.code == b.code && a.header == b.header
    }

    public var description: String {
        header.map { "\(code) (\($0)): \(reason)" } ?? "\(code): \(reason)"
    }
}
