/// The number of a request to a web address.
public struct PostToken: Hashable, Comparable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: PostToken, b: PostToken) -> Bool { a.rawValue < b.rawValue }
}

/// JSON that is to be posted to a web address. Whoever does it never repeats it by himself; the same post may come again.
public struct WebhookPost: Equatable, Sendable {
    public var target: WebhookConfiguration
    /// The same with each attempt, as the header `Idempotency-Key`: the far side may have done it already.
    public var key: String
    /// `application/json`.
    public var body: [UInt8]

    public init(target: WebhookConfiguration, key: String, body: [UInt8]) {
        self.target = target
        self.key = key
        self.body = body
    }
}
