public import E911Values

/// One alert with all that is needed to go on after a restart: what was said to whom, and what is still owed.
public struct OutboxRecord: Equatable, Sendable {
    public enum State: UInt8, Equatable, Sendable, CaseIterable {
        /// Something is owed: a message, a reminder, or the time in which redials join.
        case open
        /// Everything was delivered or given up, and somebody acknowledged or nobody has to any more.
        case settled
        /// On-site notification was off, or too many were waiting.
        case suppressed
    }

    public struct Acknowledgement: Equatable, Sendable {
        /// Who, in words.
        public var by: String
        /// The recipient who that is; `nil` if it is not known, or nobody who was told.
        public var recipient: String?
        public var at: WallTime
        public var comment: String

        public init(by: String, recipient: String? = nil, at: WallTime, comment: String) {
            self.by = by
            self.recipient = recipient
            self.at = at
            self.comment = comment
        }
    }

    /// Which node of a pair works an alert.
    public struct Claim: Hashable, Comparable, Sendable {
        public var holder: String
        /// Rises by one with each claim on the alert; of two that are alike the greater name has it.
        public var stamp: UInt64

        public init(holder: String, stamp: UInt64) {
            self.holder = holder
            self.stamp = stamp
        }

        public static func < (a: Claim, b: Claim) -> Bool { (a.stamp, a.holder) < (b.stamp, b.holder) }
    }

    /// Up to which number the deliveries that are not in the record are over and forgotten. Of a pair each node has
    /// numbers of its own: one the odd ones, the other the even ones.
    public struct Forgotten: Hashable, Sendable {
        public var odd: UInt32 = 0
        public var even: UInt32 = 0

        public init() {}
    }

    /// As of the latest call; the key is the first call's.
    public var alert: Alert
    /// Calls that came together in this alert.
    public var count: Int
    /// Keys of the later ones, the newest at the end; at most ``rememberedCalls``.
    public var laterCalls: [RecordKey]
    /// When the latest of them was made.
    public var lastCall: WallTime
    public var state: State
    public var deliveries: [DeliveryRecord]
    /// Who has to acknowledge, as it was when the alert was raised or last joined.
    public var acknowledgedBy: AcknowledgementRule
    /// In the order in which they came; at most ``keptAcknowledgements`` of those whose recipient is not known.
    public var acknowledgements: [Acknowledgement]
    /// Everybody who has to acknowledge did.
    public var isAcknowledged: Bool
    /// How many reminders have gone out, and when the last one or the alert itself did.
    public var reminders: Int
    public var lastSounded: WallTime
    /// No reminder goes out any more.
    public var isQuiet: Bool
    /// Which node of a pair took the alert over last; `nil` while whoever raised it works it.
    public var claim: Claim?
    /// The calls of a pair up to this counter have sounded. 0 in what a node without a pair wrote: all have.
    public var soundedThrough: UInt64
    /// The alert of the same call that goes on in place of this one. It is an earlier one.
    public var joinedInto: RecordKey?
    /// Of two calls that are one, the one whose facts were chosen; `nil` where there was no choice.
    public var factsOf: RecordKey?
    /// Keys of calls that are one with a call of the alert, answered by the other node too: neither counted nor sounded.
    /// The newest at the end; at most ``rememberedCalls``.
    public var attachedCalls: [RecordKey]
    public var forgotten: Forgotten

    /// How many later calls are remembered by key.
    public static let rememberedCalls = 32
    /// How many acknowledgements are kept of people who are no recipients.
    public static let keptAcknowledgements = 32

    public init(alert: Alert) {
        self.alert = alert
        count = 1
        laterCalls = []
        lastCall = alert.time
        state = .open
        deliveries = []
        acknowledgedBy = .one
        acknowledgements = []
        isAcknowledged = false
        reminders = 0
        lastSounded = alert.time
        isQuiet = false
        claim = nil
        soundedThrough = 0
        joinedInto = nil
        factsOf = nil
        attachedCalls = []
        forgotten = Forgotten()
    }

    public var key: RecordKey { alert.key }
    public var isSettled: Bool { state != .open }

    /// The node that works the alert.
    public var holder: String { claim?.holder ?? key.node }

    /// The acknowledgement after which nobody has to acknowledge any more.
    public var acknowledgement: Acknowledgement? { isAcknowledged ? acknowledgements.last : nil }

    /// Whether a recipient has acknowledged.
    public func hasAcknowledged(_ recipient: String) -> Bool {
        acknowledgements.contains { $0.recipient == recipient }
    }

    /// The people who were told or are to be told, none twice, in the order of the messages. Whoever no message can reach
    /// any more is none of them, nor is a log server.
    public var toldPeople: [String] {
        var told: [String] = []
        for delivery in deliveries where delivery.channel.isForPeople {
            guard delivery.state == .delivered || delivery.state == .owed, !told.contains(delivery.recipient) else {
                continue
            }
            told.append(delivery.recipient)
        }
        return told
    }
}

/// One message to one address, as far as it has got.
public struct DeliveryRecord: Equatable, Sendable {
    public enum State: UInt8, Equatable, Sendable, CaseIterable {
        /// Not delivered yet; after a restart it is tried again.
        case owed
        case delivered
        /// Refused for good, or given up.
        case failed
        /// No longer wanted, since somebody acknowledged.
        case dropped
    }

    public var number: UInt32
    public var channel: AlertChannelKind
    public var recipient: String
    public var address: String
    public var reason: DeliveryReason
    public var state: State
    /// Attempts so far.
    public var attempts: Int
    /// The log of what came of them, the newest at the end; at most ``loggedAttempts``.
    public var log: [Entry]

    public struct Entry: Equatable, Sendable {
        public var at: WallTime
        public var attempt: Int
        public var result: DeliveryResult

        public init(at: WallTime, attempt: Int, result: DeliveryResult) {
            self.at = at
            self.attempt = attempt
            self.result = result
        }
    }

    /// How many attempts stay in the log.
    public static let loggedAttempts = 8

    public init(
        number: UInt32, channel: AlertChannelKind, recipient: String, address: String, reason: DeliveryReason
    ) {
        self.number = number
        self.channel = channel
        self.recipient = recipient
        self.address = address
        self.reason = reason
        state = .owed
        attempts = 0
        log = []
    }

    mutating func note(_ result: DeliveryResult, at: WallTime) {
        log.append(Entry(at: at, attempt: attempts, result: result))
        if log.count > Self.loggedAttempts { log.removeFirst() }
    }
}
