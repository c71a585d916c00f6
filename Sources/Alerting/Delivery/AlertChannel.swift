/// A way out of the house. `Alerting` ships the suite that each one must pass: ``ChannelConformance``.
public protocol AlertChannel: Sendable {
    var kind: AlertChannelKind { get }

    /// Delivers one message, within a time of the channel's own that is shorter than ``AlertPolicy/attemptTimeout``.
    ///
    /// It may be called for several messages at once, and again for one that it has delivered already (at least once).
    /// It never throws and never retries by itself: whatever happens is in the result.
    func deliver(_ delivery: Delivery) async -> DeliveryResult
}
