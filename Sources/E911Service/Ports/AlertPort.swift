public import E911Values

/// What somebody sees who opens a link to acknowledge, before and after he does.
public struct AcknowledgementInfo: Equatable, Sendable, Codable {
    public enum State: String, Equatable, Sendable, Codable, CaseIterable {
        /// The recipient has to acknowledge, or may.
        case open
        /// The recipient has acknowledged; others have to as well.
        case acknowledgedByRecipient = "acknowledged-by-recipient"
        /// Nobody has to acknowledge any more.
        case acknowledged
        /// The alert is over: it was acknowledged some time ago, or nobody is waited for any more.
        case over
    }

    public struct Acknowledgement: Equatable, Sendable, Codable {
        /// Who, in words.
        public var by: String
        /// The recipient who that is; `nil` if it is not known.
        public var recipient: String?
        public var at: WallTime
        public var comment: String
    }

    /// The alert's key.
    public var alert: RecordKey
    /// Who was sent the link.
    public var recipient: String
    public var state: State
    /// One line: what it is about. Empty when the alert is over.
    public var subject = ""
    /// The facts one by one, in a fixed order, under the names of a webhook's fields. Empty when the alert is over.
    public var fields: [Field] = []
    public var acknowledgements: [Acknowledgement] = []
    /// Who else has to acknowledge.
    public var missing: [String] = []

    public struct Field: Equatable, Sendable, Codable {
        public var name: String
        public var value: String
    }

    init(alert: RecordKey, recipient: String, state: State) {
        self.alert = alert
        self.recipient = recipient
        self.state = state
    }
}

/// What came of a message that tries a way.
public struct TestSendResult: Equatable, Sendable, Codable {
    /// Whether the far side has taken the message.
    public var isDelivered: Bool
    /// What the far side answered, or why it failed.
    public var answer: String
    /// Where it was sent.
    public var address: String
}

extension NodeStatus {
    /// A way out of the house as it is at present.
    public struct Channel: Equatable, Sendable, Codable {
        public var name: String = ""
        public var inFlight: Int = 0
        /// Messages that wait for their turn or their next attempt.
        public var waiting: Int = 0
        public var lastSuccess: WallTime?
        public var lastFailure: WallTime?
        /// Why the last one failed; empty if none has.
        public var lastReason: String = ""
        /// Attempts that have failed since the last success.
        public var consecutiveFailures: Int = 0
        /// So many have failed in a row that it was told as an alarm.
        public var isFailing: Bool = false
        public init() {}
    }
}
