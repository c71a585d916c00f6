/// One value of Resource-Priority or Accept-Resource-Priority (RFC 4412 section 3.1): `namespace "." r-priority`.
///
/// Both are tokens without a dot, for example `esnet.0` (RFC 7135, emergency services).
public struct ResourcePriority: HeaderValue {
    public let namespace: SIPText
    public let priority: SIPText

    public init(parsing text: SIPText) throws(SIPParseError) {
        let whole = try Scanner.onlyToken(text, "a resource priority is a token")
        let dot = whole.firstIndex(of: UInt8(ascii: ".")) ?? 0
        namespace = whole.slice(0, dot)
        priority = whole.slice(dot + 1, whole.count)
        guard !namespace.isEmpty, !priority.isEmpty, !priority.contains(UInt8(ascii: ".")) else {
            throw SIPParseError(.headerValue, "a resource priority is a namespace, a dot and a priority")
        }
    }

    public var text: SIPText { SIPText(joining: [namespace, ".", priority]) }
}
