public import E911Values

/// One message to one address. The same id comes back with each attempt to deliver it, over restarts too, so that a
/// channel can give it to a provider that recognises repetitions.
public struct DeliveryID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The alert's key.
    public let alert: RecordKey
    /// Counts the deliveries of the alert from 1.
    public let number: UInt32

    public init(alert: RecordKey, number: UInt32) {
        self.alert = alert
        self.number = number
    }

    /// Reads what ``description`` writes.
    public init?(_ text: some StringProtocol) {
        guard let dot = text.lastIndex(of: "."), let number = UInt32(text[text.index(after: dot)...]),
            let alert = RecordKey(text[..<dot])
        else { return nil }
        self.init(alert: alert, number: number)
    }

    public static func < (a: DeliveryID, b: DeliveryID) -> Bool { (a.alert, a.number) < (b.alert, b.number) }

    /// `ALERT.NUMBER`
    public var description: String { "\(alert).\(number)" }
}

/// Why a message goes out.
public enum DeliveryReason: UInt8, Hashable, Sendable, CaseIterable {
    case first
    /// The caller called again.
    case redial
    /// Nobody has acknowledged yet.
    case reminder
    /// Nobody of those who were told first has acknowledged.
    case escalation
    /// Another way failed.
    case fallback
    /// Somebody tries the way; no call was made.
    case test

    /// Which of two reasons of one message counts for more: what nobody has been told before does.
    var weight: Int {
        switch self {
        case .test: 0
        case .reminder: 1
        case .escalation: 2
        case .redial: 3
        case .fallback: 4
        case .first: 5
        }
    }
}

/// What a channel is to deliver.
public struct Delivery: Equatable, Sendable {
    public var id: DeliveryID
    public var channel: AlertChannelKind
    /// The recipient's name.
    public var recipient: String
    /// As the channel understands it: a mail address, a number, a URL, a user's name.
    public var address: String
    public var reason: DeliveryReason
    /// Counts the attempts from 1.
    public var attempt: Int
    public var message: RenderedMessage

    public init(
        id: DeliveryID, channel: AlertChannelKind, recipient: String, address: String, reason: DeliveryReason,
        attempt: Int, message: RenderedMessage
    ) {
        self.id = id
        self.channel = channel
        self.recipient = recipient
        self.address = address
        self.reason = reason
        self.attempt = attempt
        self.message = message
    }
}

/// An alert as one channel shows it.
public struct RenderedMessage: Equatable, Sendable {
    /// One line without control characters. Empty for SMS.
    public var subject: String
    /// Plain text, lines ended by `\n`. For SMS at most 160 characters of GSM 03.38, on one line.
    public var text: String
    /// The same as HTML, for email.
    public var html: String?
    /// The facts one by one, in a fixed order: for webhooks and screen pops.
    public var fields: [Field]
    /// When the call was made.
    public var time: WallTime

    public struct Field: Equatable, Sendable {
        /// In lower case with `_`: `caller_dn`.
        public var name: String
        /// One line without control characters.
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(subject: String, text: String, html: String? = nil, fields: [Field] = [], time: WallTime) {
        self.subject = subject
        self.text = text
        self.html = html
        self.fields = fields
        self.time = time
    }
}

/// What became of an attempt.
public enum DeliveryResult: Equatable, Sendable {
    /// The far side has taken responsibility. What it said is kept as proof.
    case delivered(providerAnswer: String)
    /// It may work later: no connection, a 4xx of SMTP, a 5xx of HTTP.
    case temporary(reason: String)
    /// It will never work for this address or message.
    case permanent(reason: String)
}
