#if Daemon
    import Alerting
    import E911Service
    import Synchronization

    /// The ways out of the house as they are at present. What was given to earlier ones is theirs until it is done.
    final class CurrentChannels: Sendable {
        private let current: Mutex<Channels>

        /// The console's, which stays.
        private let screenPop: (any AlertChannel)?

        init(_ channels: Channels, screenPop: (any AlertChannel)? = nil) {
            current = Mutex(channels)
            self.screenPop = screenPop
        }

        private var channels: Channels { current.withLock { $0 } }

        func replace(with channels: Channels) {
            // What was there before ends outside of the lock.
            _ = current.withLock { current in
                defer { current = channels }
                return current
            }
        }

        func deliver(_ delivery: Delivery, done: @escaping @Sendable (DeliveryResult) -> Void) {
            if delivery.channel == .screenPop, let screenPop {
                Task { done(await screenPop.deliver(delivery)) }
            } else {
                channels.deliver(delivery, done: done)
            }
        }

        func post(_ post: WebhookPost, done: @escaping @Sendable (DeliveryResult) -> Void) {
            channels.post(post, done: done)
        }

        func close() { channels.close() }
    }
#endif
