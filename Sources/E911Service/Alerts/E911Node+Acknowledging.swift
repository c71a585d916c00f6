import Alerting
import E911Values

/// Acknowledging, and how the ways out do.
extension E911Node {
    /// What a link stands for. Looking at it changes nothing: programs that scan mail open every link in it.
    func meaning(of token: String) -> NodeAnswer {
        guard let meaning = links?.meaning(of: token) else { return Self.badLink }
        return .acknowledgement(info(of: meaning))
    }

    /// Acknowledges in the name of whom the link was sent to.
    mutating func acknowledge(token: String, by who: String, comment: String, now: Now) -> NodeAnswer {
        guard let meaning = links?.meaning(of: token) else { return Self.badLink }
        if let effects = desk.acknowledge(
            meaning.alert, by: who.isEmpty ? meaning.recipient : who, recipient: meaning.recipient, comment: comment,
            now: now)
        {
            // As it stands with this acknowledgement: when it was the last one, the desk forgets the alert.
            let last = effects.lazy.compactMap { if case .record(let record) = $0 { record } else { nil } }.first
            handle(effects, now: now)
            if let last { return .acknowledgement(info(of: meaning, last)) }
        }
        return .acknowledgement(info(of: meaning))
    }

    private static let badLink = NodeAnswer.refused(["this link is none of ours, or not whole"])

    private func info(of meaning: AcknowledgementLinks.Meaning) -> AcknowledgementInfo {
        guard let record = desk[meaning.alert] else {
            return AcknowledgementInfo(alert: meaning.alert, recipient: meaning.recipient, state: .over)
        }
        return info(of: meaning, record)
    }

    private func info(of meaning: AcknowledgementLinks.Meaning, _ record: OutboxRecord) -> AcknowledgementInfo {
        let state: AcknowledgementInfo.State =
            record.isAcknowledged
            ? .acknowledged : record.hasAcknowledged(meaning.recipient) ? .acknowledgedByRecipient : .open
        var info = AcknowledgementInfo(alert: record.key, recipient: meaning.recipient, state: state)
        let message = record.message(on: .webhook)
        info.subject = message.subject
        // The link is in the hands of whoever asks.
        info.fields = message.fields.filter { $0.name != "link" }.map { .init(name: $0.name, value: $0.value) }
        info.acknowledgements = record.acknowledgements.map {
            .init(by: $0.by, recipient: $0.recipient, at: $0.at, comment: $0.comment)
        }
        info.missing = record.acknowledgedBy == .all ? desk.missing(record) : []
        return info
    }

    /// The ways out that there are, and those by which something still waits.
    var channelStatus: [NodeStatus.Channel] {
        desk.channels.filter { state in
            configuration.channels.contains(state.kind) || state.inFlight + state.waiting > 0
        }.map { state in
            var channel = NodeStatus.Channel()
            channel.name = state.kind.rawValue
            channel.inFlight = state.inFlight + testSends.sent.filter { $0.what.channel == state.kind }.count
            channel.waiting = state.waiting
            channel.lastSuccess = state.health.lastSuccess
            channel.lastFailure = state.health.lastFailure
            channel.lastReason = state.health.lastReason
            channel.consecutiveFailures = state.health.consecutiveFailures
            channel.isFailing = state.health.isFailing
            return channel
        }
    }
}
