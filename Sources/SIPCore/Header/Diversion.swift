/// One Diversion (RFC 5806 section 5): who sent the call on, and why. The latest comes first.
///
/// `diversion-params = name-addr *( SEMI ( "reason" / "counter" / "limit" / "privacy" / "screen" / extension ) )`.
public struct Diversion: HeaderValue {
    public let target: NameAddress

    public init(parsing text: SIPText) throws(SIPParseError) {
        target = try NameAddress(parsing: text)
    }

    /// For example `user-busy`, without quotes.
    public var reason: SIPText? { target.parameter("reason") ?? nil }

    /// How many diversions this entry stands for; 1 if that is not said (RFC 5806 section 5.2).
    public var counter: UInt32 { target.parameters.seconds("counter") ?? 1 }

    /// `full`, `name`, `uri` or `off`.
    public var privacy: SIPText? { target.parameter("privacy") ?? nil }

    public var text: SIPText { target.text }
}
