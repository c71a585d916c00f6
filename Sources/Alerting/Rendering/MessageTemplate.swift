/// A text of the site's own, with placeholders: `{caller_dn}` stands for that fact, `{{` and `}}` for a brace.
public struct MessageTemplate: Hashable, Sendable {
    /// A part of it.
    enum Segment: Hashable, Sendable {
        case literal(String)
        case placeholder(String)
        /// One that belongs to nothing.
        case brace(String)
    }

    /// Octets that a text of a site may have.
    public static let longest = 8192

    public let source: String
    let segments: [Segment]

    /// Reads any text. What is no placeholder is shown as it stands; ``problems`` says so.
    public init(_ source: String) {
        self.source = source
        segments = Self.segments(of: source)
    }

    /// The placeholders that there are: the fields of a webhook, and some in the words of people.
    public static let placeholders = [
        "title", "caller", "callback", "notes", "link", "alert", "kind", "reason", "flags", "caller_dn", "caller_name",
        "callback_number", "place", "address_checked", "psap_sees", "other_places", "rule", "dialled", "call_server",
        "call_id", "time", "last_call", "calls", "acknowledged_by",
    ]

    /// What is wrong with a template.
    public enum Problem: Hashable, Sendable {
        /// There is no such placeholder.
        case unknown(String)
        /// A brace that belongs to nothing.
        case brace
    }

    /// What is wrong with it, in its order.
    public var problems: [Problem] {
        segments.compactMap { segment in
            switch segment {
            case .placeholder(let name): Self.placeholders.contains(name) ? nil : .unknown(name)
            case .brace: .brace
            case .literal: nil
            }
        }
    }

    private static func segments(of source: String) -> [Segment] {
        var segments: [Segment] = []
        var literal = ""
        func flush() {
            if !literal.isEmpty { segments.append(.literal(literal)) }
            literal = ""
        }
        var rest = source[...]
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                literal.append(character)
                continue
            }
            if rest.first == character {
                rest.removeFirst()
                literal.append(character)
            } else if character == "{", let end = rest.firstIndex(of: "}"), !rest[..<end].contains("{") {
                flush()
                segments.append(.placeholder(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                flush()
                segments.append(.brace(String(character)))
            }
        }
        flush()
        return segments
    }
}

/// What the site says in its own words; `nil` is what e911d says by itself.
public struct AlertTexts: Equatable, Sendable {
    public var emailSubject: MessageTemplate?
    public var emailText: MessageTemplate?
    public var sms: MessageTemplate?

    public init(
        emailSubject: MessageTemplate? = nil, emailText: MessageTemplate? = nil, sms: MessageTemplate? = nil
    ) {
        self.emailSubject = emailSubject
        self.emailText = emailText
        self.sms = sms
    }
}
