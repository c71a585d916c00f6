/// One address that is told.
struct Target: Hashable, Sendable {
    var channel: AlertChannelKind
    var recipient: String
    var address: String

    var isForPeople: Bool { channel.isForPeople }
}

extension AlertChannelKind {
    /// Whether somebody is told by it. What is in a log is read by nobody in time.
    var isForPeople: Bool { self != .syslog }
}

extension AlertConfiguration {
    /// Whom an alert goes to by what its location and the subscriptions say. No address twice, in the order of the
    /// configuration.
    func namedTargets(of alert: Alert) -> [Target] {
        var found: [Target] = []
        for recipient in named(alert.contacts) { add(recipient, on: [], to: &found) }
        for subscription in subscriptions where subscription.matches(alert) {
            for recipient in named(subscription.to) { add(recipient, on: subscription.channels, to: &found) }
        }
        return found
    }

    /// Who is told of a call server's alerts where nobody else is; looked up by its name only.
    var fallbackTargets: [String: [Target]] {
        Dictionary(callServers.map { ($0.name, targets(named: $0.fallback)) }, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter steps: so many of the call server's escalation have their turn.
    func escalationTargets(of alert: Alert, steps: Int) -> [Target] {
        targets(named: Array((callServer(named: alert.callServer)?.escalation ?? []).prefix(max(0, steps))))
    }

    /// How often everybody is reminded of an alert: as the policy says, and until the last step of the escalation.
    func reminders(of alert: Alert) -> Int {
        guard policy.reminders > 0 else { return 0 }
        let steps = callServer(named: alert.callServer)?.escalation.count ?? 0
        return steps == 0 ? policy.reminders : max(policy.reminders, policy.escalateWithReminder - 1 + steps)
    }

    /// The other ways to a recipient, beside those in `used`.
    func otherTargets(for recipient: String, beside used: [Target]) -> [Target] {
        targets(named: [recipient]).filter { !used.contains($0) }
    }

    private func targets(named names: [String]) -> [Target] {
        var found: [Target] = []
        for recipient in named(names) { add(recipient, on: [], to: &found) }
        return found
    }

    /// - Parameter wanted: empty is every channel; so is a list of which the recipient has none, since being told
    ///   another way is better than not being told.
    private func add(_ recipient: Recipient, on wanted: [AlertChannelKind], to found: inout [Target]) {
        let all = channels.sorted().compactMap { channel in
            recipient.address(on: channel).map {
                Target(channel: channel, recipient: recipient.name, address: $0)
            }
        }
        let chosen = all.filter { wanted.isEmpty || wanted.contains($0.channel) }
        for target in chosen.isEmpty ? all : chosen where !found.contains(target) { found.append(target) }
    }
}
