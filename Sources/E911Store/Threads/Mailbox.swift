#if Daemon
    package import Dispatch

    /// What a thread of its own waits for: any thread posts, one thread takes everything that has come, in order.
    ///
    /// The receiver is woken only when it waits, so that a busy writer costs its posters one lock and nothing more. Times are
    /// measured on the monotonic clock (``Monitor``).
    package final class Mailbox<Item: Sendable>: Sendable {
        private struct State: Sendable {
            var items: [Item] = []
            var isClosed = false
        }

        private let state = Monitor(State())

        package init() {}

        /// Adds an item. `false`, and nothing is added, once the mailbox is closed or holds `limit` items.
        @discardableResult
        package func post(_ item: Item, limit: Int = .max) -> Bool {
            let isAccepted = state.withLock { state in
                guard !state.isClosed, state.items.count < limit else { return false }
                state.items.append(item)
                return true
            }
            if isAccepted { state.signal() }
            return isAccepted
        }

        /// No more items are accepted; those that wait are still handed out.
        package func close() {
            state.withLock { $0.isClosed = true }
            state.signal()
        }

        package var isClosed: Bool { state.withLock { $0.isClosed } }

        /// Everything that has come, as soon as there is something; empty at the deadline; `nil` when the mailbox is closed
        /// and empty.
        ///
        /// - Parameter deadline: `nil` waits without end.
        package func take(until deadline: DispatchTime? = nil) -> [Item]? {
            let taken = state.wait(until: deadline) { state -> [Item]?? in
                if !state.items.isEmpty {
                    defer { state.items = [] }
                    return .some(state.items)
                }
                return state.isClosed ? .some(nil) : nil
            }
            return taken ?? []
        }
    }
#endif
