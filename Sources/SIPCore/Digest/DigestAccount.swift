/// Who we are to a server that asks.
public struct DigestAccount: Equatable, Sendable {
    public var username: String
    public var password: DigestPassword
    /// The realm that this account is for: challenges of others are passed over. `nil` is any realm.
    public var realm: String?

    public init(username: String, password: DigestPassword, realm: String? = nil) {
        self.username = username
        self.password = password
        self.realm = realm
    }
}

/// A password. It has no text, so that no log, dump or trace can show it.
public struct DigestPassword: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    let text: SIPText

    public init(_ text: String) {
        self.text = SIPText(text)
    }

    public var description: String { "(password)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
