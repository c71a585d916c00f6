/// Who is told of what. Names are those of `site.yaml`.
public struct AlertConfiguration: Equatable, Sendable {
    public var recipients: [Recipient]
    public var groups: [RecipientGroup]
    public var subscriptions: [AlertSubscription]
    public var callServers: [CallServer]
    /// The channels that there are; what is subscribed on others goes by another channel of the recipient.
    public var channels: [AlertChannelKind]
    public var policy: AlertPolicy
    /// What the site says in its own words.
    public var texts: AlertTexts

    public init(
        recipients: [Recipient] = [], groups: [RecipientGroup] = [], subscriptions: [AlertSubscription] = [],
        callServers: [CallServer] = [], channels: [AlertChannelKind] = AlertChannelKind.allCases,
        policy: AlertPolicy = AlertPolicy(), texts: AlertTexts = AlertTexts()
    ) {
        self.recipients = recipients
        self.groups = groups
        self.subscriptions = subscriptions
        self.callServers = callServers
        self.channels = channels
        self.policy = policy
        self.texts = texts
    }

    /// What a call server says about alerting.
    public struct CallServer: Equatable, Sendable {
        public var name: String
        /// The ICD's "Emergency Onsite Notification Enabled". Off: calls are recorded, not alerted.
        public var onsiteNotification: Bool
        /// Recipients, or groups, of alerts that match no subscription.
        public var fallback: [String]
        /// Recipients, or groups, who are told as well when nobody acknowledges: the first with the reminder of
        /// ``AlertPolicy/escalateWithReminder``, each further one with the next.
        public var escalation: [String]

        public init(
            name: String, onsiteNotification: Bool = true, fallback: [String] = [], escalation: [String] = []
        ) {
            self.name = name
            self.onsiteNotification = onsiteNotification
            self.fallback = fallback
            self.escalation = escalation
        }
    }
}

/// Who has to acknowledge before nobody is reminded any more. The names are those of `site.yaml`.
public enum AcknowledgementRule: UInt8, Hashable, Sendable, CaseIterable {
    /// One of those who were told, or anybody else.
    case one
    /// Everybody who was told, those of the escalation included; a log server is nobody.
    case all
}

/// Who is told of calls from where.
public struct AlertSubscription: Equatable, Sendable {
    /// The root of a subtree of locations; `nil` is everywhere.
    public var location: String?
    /// `nil` is every call server.
    public var callServer: String?
    /// Recipients, or groups.
    public var to: [String]
    /// Empty is every channel that the recipient has.
    public var channels: [AlertChannelKind]
    public var hours: AlertHours
    /// Of an alert that several match, all must acknowledge as soon as one of them says so.
    public var acknowledgedBy: AcknowledgementRule

    public init(
        location: String? = nil, callServer: String? = nil, to: [String], channels: [AlertChannelKind] = [],
        hours: AlertHours = .always, acknowledgedBy: AcknowledgementRule = .one
    ) {
        self.location = location
        self.callServer = callServer
        self.to = to
        self.channels = channels
        self.hours = hours
        self.acknowledgedBy = acknowledgedBy
    }

    func matches(_ alert: Alert) -> Bool {
        (location.map(alert.locationPath.contains) ?? true) && (callServer.map { $0 == alert.callServer } ?? true)
            && hours.contains(alert.time, offsetMinutes: alert.zoneOffsetMinutes)
    }
}

/// What is wrong with an ``AlertConfiguration``, and where.
public struct AlertProblem: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case duplicateRecipient, unknownRecipient, unreachableRecipient, noFallback, channelWithoutAddress
    }

    /// The part of the configuration, by its index.
    public enum Position: Equatable, Sendable {
        case recipient(Int)
        case group(Int)
        case subscription(Int)
        case callServer(Int)
    }

    public var code: Code
    public var position: Position
    /// A sentence for people: what is wrong and why.
    public var reason: String

    public var description: String { reason }
}

extension AlertConfiguration {
    /// Everything that is wrong, in the order of the configuration; empty when all is well. The desk works with any
    /// configuration all the same: of two recipients of a name the first one counts, an unknown name is nobody.
    public func problems() -> [AlertProblem] {
        var found: [AlertProblem] = []
        func add(_ code: AlertProblem.Code, _ position: AlertProblem.Position, _ reason: String) {
            found.append(AlertProblem(code: code, position: position, reason: reason))
        }
        var names: Set<String> = []
        for (index, recipient) in recipients.enumerated() {
            if !names.insert(recipient.name).inserted {
                add(.duplicateRecipient, .recipient(index), "recipient '\(recipient.name)' stands here twice")
            }
            if AlertChannelKind.allCases.allSatisfy({ recipient.address(on: $0) == nil }) {
                add(
                    .unreachableRecipient, .recipient(index),
                    "recipient '\(recipient.name)' has no address: give email, sms, webhook, syslog or screen-pop")
            }
        }
        let people = names
        for (index, group) in groups.enumerated() {
            if !names.insert(group.name).inserted {
                add(.duplicateRecipient, .group(index), "group '\(group.name)' has the name of another recipient")
            }
            for member in group.members where !people.contains(member) {
                add(.unknownRecipient, .group(index), "group '\(group.name)' names '\(member)', who does not exist")
            }
        }
        for (index, subscription) in subscriptions.enumerated() {
            for name in subscription.to where !names.contains(name) {
                add(.unknownRecipient, .subscription(index), "recipient '\(name)' does not exist")
            }
            for recipient in named(subscription.to) {
                for channel in subscription.channels where recipient.address(on: channel) == nil {
                    add(
                        .channelWithoutAddress, .subscription(index),
                        "recipient '\(recipient.name)' has no address for \(channel.rawValue)")
                }
            }
        }
        for (index, server) in callServers.enumerated() {
            for name in server.fallback + server.escalation where !names.contains(name) {
                add(
                    .unknownRecipient, .callServer(index),
                    "call server '\(server.name)' names recipient '\(name)', who does not exist")
            }
            if server.onsiteNotification, server.fallback.isEmpty {
                add(
                    .noFallback, .callServer(index),
                    "call server '\(server.name)' has on-site notification and no fallback recipients: a call that "
                        + "no subscription matches would be told to nobody")
            }
        }
        return found
    }

    /// The recipients behind names of recipients and groups, none twice, in the order of the names.
    func named(_ names: [String]) -> [Recipient] {
        var found: [Recipient] = []
        for name in names {
            let members = groups.first { $0.name == name }?.members ?? [name]
            for member in members {
                guard let recipient = recipients.first(where: { $0.name == member }), !found.contains(recipient) else {
                    continue
                }
                found.append(recipient)
            }
        }
        return found
    }

    /// Who has to acknowledge an alert.
    func acknowledgementRule(of alert: Alert) -> AcknowledgementRule {
        subscriptions.contains { $0.acknowledgedBy == .all && $0.matches(alert) } ? .all : .one
    }

    func callServer(named name: String) -> CallServer? {
        callServers.first { $0.name == name }
    }
}
