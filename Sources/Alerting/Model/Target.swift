/// One address that is told.
struct Target: Hashable, Sendable {
    var channel: AlertChannelKind
    var recipient: String
    var address: String
}

extension AlertConfiguration {
    /// Whom an alert goes to: what its location and the subscriptions say, else the call server's fallback recipients.
    /// No address twice, in the order of the configuration.
    func targets(of alert: Alert) -> [Target] {
        var found: [Target] = []
        for recipient in named(alert.contacts) { add(recipient, on: [], to: &found) }
        for subscription in subscriptions where subscription.matches(alert) {
            for recipient in named(subscription.to) { add(recipient, on: subscription.channels, to: &found) }
        }
        return found.isEmpty ? fallbackTargets(of: alert) : found
    }

    func fallbackTargets(of alert: Alert) -> [Target] {
        targets(named: callServer(named: alert.callServer)?.fallback ?? [])
    }

    func escalationTargets(of alert: Alert) -> [Target] {
        targets(named: callServer(named: alert.callServer)?.escalation ?? [])
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
