public import E911Values

/// What an ``AlertDesk`` wants done.
public enum AlertEffect: Equatable, Sendable {
    /// Keep this in place of what was kept for the alert. It stands before the deliveries that follow from it.
    case record(OutboxRecord)
    /// Give this to its channel, and the result to ``AlertDesk/handle(_:for:now:)``.
    case deliver(Delivery)
    /// The other node of a pair delivers this; those who look at the pages of this one see it too. Only a result that says
    /// that it was seen need come back.
    case mirror(Delivery)
    case event(AlertEvent)
}

/// Something worth telling.
public enum AlertEvent: Equatable, Sendable {
    /// An alert goes out in so many messages.
    case raised(RecordKey, messages: Int)
    /// A redial joined an open alert.
    case coalesced(RecordKey, into: RecordKey, count: Int)
    /// On-site notification is off: recorded, not alerted.
    case suppressed(RecordKey)
    /// Neither a subscription nor a fallback recipient fits. An alarm.
    case nobodyToTell(RecordKey)
    case delivered(DeliveryID, channel: AlertChannelKind, providerAnswer: String)
    case retrying(DeliveryID, channel: AlertChannelKind, reason: String, after: Duration)
    /// It will not be tried again. An alarm.
    case failed(DeliveryID, channel: AlertChannelKind, reason: String)
    /// Every way to everybody has failed. An alarm.
    case nobodyReached(RecordKey)
    case reminded(RecordKey, reminder: Int)
    case escalated(RecordKey)
    case acknowledged(RecordKey, by: String)
    /// Somebody acknowledged, and so many others who were told have to as well.
    case acknowledgedInPart(RecordKey, by: String, missing: Int)
    /// No reminder is left and nobody acknowledged, or not everybody who has to. An alarm.
    case unacknowledged(RecordKey)
    /// The alert was recorded and not delivered, since too many are waiting. An alarm.
    case overloaded(RecordKey)
    /// So many deliveries in a row have failed on a channel. An alarm.
    case channelFailing(AlertChannelKind, failures: Int, reason: String)
    /// A channel that was failing delivers again.
    case channelRecovered(AlertChannelKind)
}
