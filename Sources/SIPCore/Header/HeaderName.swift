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

    /// A name for a header that is sent or looked for. An octet that stands in no token becomes `-`, so that no name can
    /// end its line.
    public init(_ name: String) {
        let octets = name.utf8.map { ByteSet.token.contains($0) ? $0 : UInt8(ascii: "-") }
        id = HeaderNameTable.shared.id(octets.span, ByteRange(0, octets.count))
        text = id == 0 ? String(decoding: octets, as: UTF8.self) : ""
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
    public static var via: HeaderName { HeaderName(id: 1) }
    public static var from: HeaderName { HeaderName(id: 2) }
    public static var to: HeaderName { HeaderName(id: 3) }
    public static var callID: HeaderName { HeaderName(id: 4) }
    public static var cseq: HeaderName { HeaderName(id: 5) }
    public static var maxForwards: HeaderName { HeaderName(id: 6) }
    public static var contact: HeaderName { HeaderName(id: 7) }
    public static var contentLength: HeaderName { HeaderName(id: 8) }
    public static var contentType: HeaderName { HeaderName(id: 9) }
    public static var contentEncoding: HeaderName { HeaderName(id: 10) }
    public static var contentDisposition: HeaderName { HeaderName(id: 11) }
    public static var contentLanguage: HeaderName { HeaderName(id: 12) }
    public static var route: HeaderName { HeaderName(id: 13) }
    public static var recordRoute: HeaderName { HeaderName(id: 14) }
    public static var path: HeaderName { HeaderName(id: 15) }
    public static var serviceRoute: HeaderName { HeaderName(id: 16) }
    public static var require: HeaderName { HeaderName(id: 17) }
    public static var proxyRequire: HeaderName { HeaderName(id: 18) }
    public static var supported: HeaderName { HeaderName(id: 19) }
    public static var unsupported: HeaderName { HeaderName(id: 20) }
    public static var allow: HeaderName { HeaderName(id: 21) }
    public static var accept: HeaderName { HeaderName(id: 22) }
    public static var acceptEncoding: HeaderName { HeaderName(id: 23) }
    public static var acceptLanguage: HeaderName { HeaderName(id: 24) }
    public static var expires: HeaderName { HeaderName(id: 25) }
    public static var minExpires: HeaderName { HeaderName(id: 26) }
    public static var retryAfter: HeaderName { HeaderName(id: 27) }
    public static var event: HeaderName { HeaderName(id: 28) }
    public static var allowEvents: HeaderName { HeaderName(id: 29) }
    public static var subscriptionState: HeaderName { HeaderName(id: 30) }
    public static var pAssertedIdentity: HeaderName { HeaderName(id: 31) }
    public static var pPreferredIdentity: HeaderName { HeaderName(id: 32) }
    public static var pAccessNetworkInfo: HeaderName { HeaderName(id: 33) }
    public static var privacy: HeaderName { HeaderName(id: 34) }
    public static var diversion: HeaderName { HeaderName(id: 35) }
    public static var historyInfo: HeaderName { HeaderName(id: 36) }
    public static var priority: HeaderName { HeaderName(id: 37) }
    public static var geolocation: HeaderName { HeaderName(id: 38) }
    public static var geolocationRouting: HeaderName { HeaderName(id: 39) }
    public static var callInfo: HeaderName { HeaderName(id: 40) }
    public static var reason: HeaderName { HeaderName(id: 41) }
    public static var warning: HeaderName { HeaderName(id: 42) }
    public static var wwwAuthenticate: HeaderName { HeaderName(id: 43) }
    public static var proxyAuthenticate: HeaderName { HeaderName(id: 44) }
    public static var authorization: HeaderName { HeaderName(id: 45) }
    public static var proxyAuthorization: HeaderName { HeaderName(id: 46) }
    public static var authenticationInfo: HeaderName { HeaderName(id: 47) }
    public static var userAgent: HeaderName { HeaderName(id: 48) }
    public static var server: HeaderName { HeaderName(id: 49) }
    public static var subject: HeaderName { HeaderName(id: 50) }
    public static var date: HeaderName { HeaderName(id: 51) }
    public static var timestamp: HeaderName { HeaderName(id: 52) }
    public static var organization: HeaderName { HeaderName(id: 53) }
    public static var mimeVersion: HeaderName { HeaderName(id: 54) }
    public static var inReplyTo: HeaderName { HeaderName(id: 55) }
    public static var replyTo: HeaderName { HeaderName(id: 56) }
    public static var errorInfo: HeaderName { HeaderName(id: 57) }
    public static var alertInfo: HeaderName { HeaderName(id: 58) }
    public static var referTo: HeaderName { HeaderName(id: 59) }
    public static var referredBy: HeaderName { HeaderName(id: 60) }
    public static var replaces: HeaderName { HeaderName(id: 61) }
    public static var sessionExpires: HeaderName { HeaderName(id: 62) }
    public static var minSE: HeaderName { HeaderName(id: 63) }
    public static var rSeq: HeaderName { HeaderName(id: 64) }
    public static var rAck: HeaderName { HeaderName(id: 65) }
    public static var sipETag: HeaderName { HeaderName(id: 66) }
    public static var sipIfMatch: HeaderName { HeaderName(id: 67) }
    public static var requestDisposition: HeaderName { HeaderName(id: 68) }
    public static var acceptContact: HeaderName { HeaderName(id: 69) }
    public static var rejectContact: HeaderName { HeaderName(id: 70) }
    public static var identity: HeaderName { HeaderName(id: 71) }
    public static var identityInfo: HeaderName { HeaderName(id: 72) }
    public static var geolocationError: HeaderName { HeaderName(id: 73) }
    public static var resourcePriority: HeaderName { HeaderName(id: 74) }
    public static var acceptResourcePriority: HeaderName { HeaderName(id: 75) }
    public static var flowTimer: HeaderName { HeaderName(id: 76) }
    public static var contentID: HeaderName { HeaderName(id: 77) }

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
        ("Geolocation-Error", nil),
        ("Resource-Priority", nil),
        ("Accept-Resource-Priority", nil),
        ("Flow-Timer", nil),
        ("Content-ID", nil),
    ]
}
