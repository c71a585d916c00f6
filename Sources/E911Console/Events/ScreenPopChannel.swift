#if Daemon
    public import Alerting
    import E911Values
    import Synchronization

    /// Screen pops: an alert shown at once on the pages of the console that are open.
    ///
    /// An alert counts as delivered when a page says that it has shown it. With no page open, or none that says so in time,
    /// it is tried again, and the recipient's other ways are taken as after each failure.
    public final class ScreenPopChannel: AlertChannel {
        private struct State {
            var waiting: [DeliveryID: (recipient: String, continuation: CheckedContinuation<DeliveryResult, Never>)] =
                [:]
            /// Deliveries of which a receipt is nothing strange, the oldest first.
            var told: [DeliveryID] = []
        }

        private let hub: EventHub
        private let patience: Duration
        private let state = Mutex(State())

        public var kind: AlertChannelKind { .screenPop }

        /// - Parameter patience: how long a page has to show an alert.
        public init(hub: EventHub, patience: Duration = .seconds(5)) {
            self.hub = hub
            self.patience = patience
        }

        /// What a page gets.
        struct Event: Encodable {
            var id: String
            var alert: String
            var recipient: String
            var reason: String
            var subject: String
            var text: String
            var fields: [String: String]
            var time: Int64
        }

        public func deliver(_ delivery: Delivery) async -> DeliveryResult {
            guard !delivery.address.isEmpty, delivery.address.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
                return .permanent(reason: "this is no recipient's name")
            }
            let event = Event(
                id: delivery.id.description, alert: delivery.id.alert.description, recipient: delivery.recipient,
                reason: "\(delivery.reason)", subject: delivery.message.subject, text: delivery.message.text,
                fields: Dictionary(delivery.message.fields.map { ($0.name, $0.value) }) { first, _ in first },
                time: delivery.message.time.milliseconds)
            return await withCheckedContinuation { continuation in
                let before = state.withLock { state in
                    state.told.append(delivery.id)
                    if state.told.count > 2000 { state.told.removeFirst(1000) }
                    // Of an attempt that is repeated before the first one has ended, the first one failed.
                    return state.waiting.updateValue((delivery.address, continuation), forKey: delivery.id)
                }
                before?.continuation.resume(returning: .temporary(reason: "it is shown anew"))
                // Those who wait stand before anybody can answer.
                guard hub.send("screen-pop", event, to: .recipient(delivery.address)) > 0 else {
                    end(delivery.id, .temporary(reason: "no page is open that shows the alerts of \(delivery.address)"))
                    return
                }
                Task {
                    try? await Task.sleep(for: patience)
                    end(delivery.id, .temporary(reason: "no page said in time that it shows the alert"))
                }
            }
        }

        /// A page has shown it.
        ///
        /// - Returns: whether this is known of.
        func shown(_ id: DeliveryID, to identity: Identity) -> Bool {
            let isKnown = state.withLock { state in
                state.told.contains(id) && (state.waiting[id].map { identity.sees($0.recipient) } ?? true)
            }
            if isKnown { end(id, .delivered(providerAnswer: "shown to \(identity.name)")) }
            return isKnown
        }

        private func end(_ id: DeliveryID, _ result: DeliveryResult) {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.continuation.resume(returning: result)
        }
    }
#endif
