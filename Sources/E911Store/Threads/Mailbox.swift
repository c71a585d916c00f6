#if Daemon
    import Dispatch
    import Synchronization

    /// What a thread of its own waits for: any thread posts, one thread takes everything that has come, in order.
    ///
    /// The receiver is woken only when it waits, so that a busy writer costs its posters one lock and nothing more. Times are
    /// measured on the monotonic clock: somebody who sets the clock neither hurries nor holds up a writer.
    final class Mailbox<Item: Sendable>: Sendable {
        private struct State {
            var items: [Item] = []
            var isClosed = false
            var isWaiting = false
        }

        private enum Next: Sendable { case items([Item]), closed, wait }

        private let state = Mutex(State())
        private let wakening = DispatchSemaphore(value: 0)

        /// Adds an item. `false`, and nothing is added, once the mailbox is closed or holds `limit` items.
        @discardableResult
        func post(_ item: Item, limit: Int = .max) -> Bool {
            let (accepted, wake) = state.withLock { state -> (Bool, Bool) in
                guard !state.isClosed, state.items.count < limit else { return (false, false) }
                state.items.append(item)
                defer { state.isWaiting = false }
                return (true, state.isWaiting)
            }
            if wake { wakening.signal() }
            return accepted
        }

        /// No more items are accepted; those that wait are still handed out.
        func close() {
            let wake = state.withLock { state in
                state.isClosed = true
                defer { state.isWaiting = false }
                return state.isWaiting
            }
            if wake { wakening.signal() }
        }

        var isClosed: Bool { state.withLock { $0.isClosed } }

        /// Everything that has come, as soon as there is something; empty at the deadline; `nil` when the mailbox is closed
        /// and empty.
        ///
        /// - Parameter deadline: `nil` waits without end.
        func take(until deadline: DispatchTime? = nil) -> [Item]? {
            var isLate = false
            while true {
                let next = state.withLock { state -> Next in
                    if !state.items.isEmpty {
                        defer { state.items = [] }
                        return .items(state.items)
                    }
                    if state.isClosed { return .closed }
                    if isLate { return .items([]) }
                    state.isWaiting = true
                    return .wait
                }
                switch next {
                case .items(let items): return items
                case .closed: return nil
                case .wait: break
                }
                guard let deadline else {
                    wakening.wait()
                    continue
                }
                if wakening.wait(timeout: deadline) == .timedOut {
                    isLate = true
                    // A signal that was given in this moment must not wake a later wait.
                    let isOwed = state.withLock { state in
                        defer { state.isWaiting = false }
                        return !state.isWaiting
                    }
                    if isOwed { wakening.wait() }
                }
            }
        }
    }
#endif
