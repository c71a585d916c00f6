/// Where a webhook goes, and in which form: a URL, with `slack+` or `teams+` before it for the forms of those.
public struct WebhookAddress: Hashable, Sendable {
    public enum Form: String, Sendable, CaseIterable {
        /// JSON of our own.
        case plain
        /// An incoming webhook of Slack.
        case slack
        /// A workflow or an incoming webhook of Microsoft Teams.
        case teams
    }

    public var url: String
    public var form: Form

    /// `nil` for what is no `http` or `https` URL with a host, in printable ASCII.
    public init?(_ text: String) {
        (url, form) = (text, .plain)
        for other in [Form.slack, .teams] where text.hasPrefix(other.rawValue + "+") {
            (url, form) = (String(text.dropFirst(other.rawValue.count + 1)), other)
        }
        guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }),
            let first = url.utf8.dropFirst(scheme.utf8.count).first,
            !"/?#:@".utf8.contains(first), url.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { return nil }
    }
}
