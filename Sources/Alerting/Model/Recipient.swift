/// A way to reach people. The raw value is the name in configuration.
public enum AlertChannelKind: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
    case screenPop = "screen-pop"
    case email
    case sms
    case webhook
    case syslog

    /// In the order in which they are tried: the quickest first.
    public static func < (a: AlertChannelKind, b: AlertChannelKind) -> Bool { a.order < b.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Somebody who is told, and how.
public struct Recipient: Hashable, Sendable {
    public var name: String
    public var email: String?
    public var sms: String?
    public var webhook: String?
    public var syslog: String?
    /// Whether his browser shows a screen pop.
    public var screenPop: Bool

    public init(
        name: String, email: String? = nil, sms: String? = nil, webhook: String? = nil, syslog: String? = nil,
        screenPop: Bool = false
    ) {
        self.name = name
        self.email = email
        self.sms = sms
        self.webhook = webhook
        self.syslog = syslog
        self.screenPop = screenPop
    }

    /// The address on a channel, if he has that channel. A screen pop is addressed by name.
    public func address(on channel: AlertChannelKind) -> String? {
        switch channel {
        case .screenPop: screenPop ? name : nil
        case .email: email
        case .sms: sms
        case .webhook: webhook
        case .syslog: syslog
        }
    }
}

/// Several recipients under one name.
public struct RecipientGroup: Hashable, Sendable {
    public var name: String
    /// Names of recipients.
    public var members: [String]

    public init(name: String, members: [String]) {
        self.name = name
        self.members = members
    }
}
