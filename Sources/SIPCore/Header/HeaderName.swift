/// The name of a header.
///
/// Names are compared without regard to case, and a compact form is its long name (RFC 3261 section 7.3.1). A name of
/// the RFCs is a small number; any other one keeps its text as it was written.
public struct HeaderName: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The place in ``known`` plus one; 0 for any other name.
    let id: UInt8
    /// The text of a name that is not known.
    private let text: String

    private init(id: UInt8) {
        self.id = id
        text = ""
    }

    public init(_ name: String) {
        let octets = Array(name.utf8)
        id = HeaderNameTable.shared.id(octets.span, ByteRange(0, octets.count))
        text = id == 0 ? name : ""
    }

    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The name with the capitals that the RFCs give it, or as it was written.
    public var description: String {
        id == 0 ? text : Self.known[Int(id) - 1].name
    }

    public static func == (a: HeaderName, b: HeaderName) -> Bool {
        guard a.id == b.id else { return false }
        return a.id != 0 || a.text.utf8.elementsEqual(b.text.utf8) { lowercased($0) == lowercased($1) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        for octet in text.utf8 { hasher.combine(lowercased(octet)) }
    }

    /// Whether the name that lies in `bytes`, and is not one of the RFCs, is this one.
    func matches(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        guard id == 0, text.utf8.count == range.count else { return false }
        var index = range.bounds.lowerBound
        for octet in text.utf8 {
            guard lowercased(bytes[index]) == lowercased(octet) else { return false }
            index += 1
        }
        return true
    }

    /// The name of a row that was located in a message.
    init(id: UInt8, bytes: [UInt8], range: ByteRange) {
        self.id = id
        text = id == 0 ? String(decoding: bytes[range.bounds], as: UTF8.self) : ""
    }
}

extension HeaderName {
    public static let via = HeaderName(id: 1)
    public static let from = HeaderName(id: 2)
    public static let to = HeaderName(id: 3)
    public static let callID = HeaderName(id: 4)
    public static let cseq = HeaderName(id: 5)
    public static let maxForwards = HeaderName(id: 6)
    public static let contact = HeaderName(id: 7)
    public static let contentLength = HeaderName(id: 8)
    public static let contentType = HeaderName(id: 9)
    public static let contentEncoding = HeaderName(id: 10)
    public static let contentDisposition = HeaderName(id: 11)
    public static let contentLanguage = HeaderName(id: 12)
    public static let route = HeaderName(id: 13)
    public static let recordRoute = HeaderName(id: 14)
    public static let path = HeaderName(id: 15)
    public static let serviceRoute = HeaderName(id: 16)
    public static let require = HeaderName(id: 17)
    public static let proxyRequire = HeaderName(id: 18)
    public static let supported = HeaderName(id: 19)
    public static let unsupported = HeaderName(id: 20)
    public static let allow = HeaderName(id: 21)
    public static let accept = HeaderName(id: 22)
    public static let acceptEncoding = HeaderName(id: 23)
    public static let acceptLanguage = HeaderName(id: 24)
    public static let expires = HeaderName(id: 25)
    public static let minExpires = HeaderName(id: 26)
    public static let retryAfter = HeaderName(id: 27)
    public static let event = HeaderName(id: 28)
    public static let allowEvents = HeaderName(id: 29)
    public static let subscriptionState = HeaderName(id: 30)
    public static let pAssertedIdentity = HeaderName(id: 31)
    public static let pPreferredIdentity = HeaderName(id: 32)
    public static let pAccessNetworkInfo = HeaderName(id: 33)
    public static let privacy = HeaderName(id: 34)
    public static let diversion = HeaderName(id: 35)
    public static let historyInfo = HeaderName(id: 36)
    public static let priority = HeaderName(id: 37)
    public static let geolocation = HeaderName(id: 38)
    public static let geolocationRouting = HeaderName(id: 39)
    public static let callInfo = HeaderName(id: 40)
    public static let reason = HeaderName(id: 41)
    public static let warning = HeaderName(id: 42)
    public static let wwwAuthenticate = HeaderName(id: 43)
    public static let proxyAuthenticate = HeaderName(id: 44)
    public static let authorization = HeaderName(id: 45)
    public static let proxyAuthorization = HeaderName(id: 46)
    public static let authenticationInfo = HeaderName(id: 47)
    public static let userAgent = HeaderName(id: 48)
    public static let server = HeaderName(id: 49)
    public static let subject = HeaderName(id: 50)
    public static let date = HeaderName(id: 51)
    public static let timestamp = HeaderName(id: 52)
    public static let organization = HeaderName(id: 53)
    public static let mimeVersion = HeaderName(id: 54)
    public static let inReplyTo = HeaderName(id: 55)
    public static let replyTo = HeaderName(id: 56)
    public static let errorInfo = HeaderName(id: 57)
    public static let alertInfo = HeaderName(id: 58)
    public static let referTo = HeaderName(id: 59)
    public static let referredBy = HeaderName(id: 60)
    public static let replaces = HeaderName(id: 61)
    public static let sessionExpires = HeaderName(id: 62)
    public static let minSE = HeaderName(id: 63)
    public static let rSeq = HeaderName(id: 64)
    public static let rAck = HeaderName(id: 65)
    public static let sipETag = HeaderName(id: 66)
    public static let sipIfMatch = HeaderName(id: 67)
    public static let requestDisposition = HeaderName(id: 68)
    public static let acceptContact = HeaderName(id: 69)
    public static let rejectContact = HeaderName(id: 70)
    public static let identity = HeaderName(id: 71)
    public static let identityInfo = HeaderName(id: 72)

    /// The names of the RFCs and their compact forms, in the order of their numbers.
    static let known: [(name: String, compact: String?)] = [
        ("Via", "v"),
        ("From", "f"),
        ("To", "t"),
        ("Call-ID", "i"),
        ("CSeq", nil),
        ("Max-Forwards", nil),
        ("Contact", "m"),
        ("Content-Length", "l"),
        ("Content-Type", "c"),
        ("Content-Encoding", "e"),
        ("Content-Disposition", nil),
        ("Content-Language", nil),
        ("Route", nil),
        ("Record-Route", nil),
        ("Path", nil),
        ("Service-Route", nil),
        ("Require", nil),
        ("Proxy-Require", nil),
        ("Supported", "k"),
        ("Unsupported", nil),
        ("Allow", nil),
        ("Accept", nil),
        ("Accept-Encoding", nil),
        ("Accept-Language", nil),
        ("Expires", nil),
        ("Min-Expires", nil),
        ("Retry-After", nil),
        ("Event", "o"),
        ("Allow-Events", "u"),
        ("Subscription-State", nil),
        ("P-Asserted-Identity", nil),
        ("P-Preferred-Identity", nil),
        ("P-Access-Network-Info", nil),
        ("Privacy", nil),
        ("Diversion", nil),
        ("History-Info", nil),
        ("Priority", nil),
        ("Geolocation", nil),
        ("Geolocation-Routing", nil),
        ("Call-Info", nil),
        ("Reason", nil),
        ("Warning", nil),
        ("WWW-Authenticate", nil),
        ("Proxy-Authenticate", nil),
        ("Authorization", nil),
        ("Proxy-Authorization", nil),
        ("Authentication-Info", nil),
        ("User-Agent", nil),
        ("Server", nil),
        ("Subject", "s"),
        ("Date", nil),
        ("Timestamp", nil),
        ("Organization", nil),
        ("MIME-Version", nil),
        ("In-Reply-To", nil),
        ("Reply-To", nil),
        ("Error-Info", nil),
        ("Alert-Info", nil),
        ("Refer-To", "r"),
        ("Referred-By", "b"),
        ("Replaces", nil),
        ("Session-Expires", "x"),
        ("Min-SE", nil),
        ("RSeq", nil),
        ("RAck", nil),
        ("SIP-ETag", nil),
        ("SIP-If-Match", nil),
        ("Request-Disposition", "d"),
        ("Accept-Contact", "a"),
        ("Reject-Contact", "j"),
        ("Identity", "y"),
        ("Identity-Info", "n"),
    ]
}
