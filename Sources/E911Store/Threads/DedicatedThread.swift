#if Daemon
    import Dispatch
    import E911Values
    import Foundation

    /// A thread for work that blocks, which neither an event loop nor the cooperative pool may be used for.
    package final class DedicatedThread: Sendable {
        private let hasEnded = Monitor(false)

        package init(name: String, _ body: @escaping @Sendable () -> Void) {
            let thread = Thread { [hasEnded] in
                body()
                hasEnded.withLock { $0 = true }
                hasEnded.signal()
            }
            thread.name = name
            thread.start()
        }

        /// Waits until the body has returned; `false` if it has not in that time.
        ///
        /// - Parameter limit: `nil` waits without end.
        @discardableResult
        package func join(within limit: Duration? = nil) -> Bool {
            hasEnded.wait(until: limit.map { .now() + $0.dispatch }) { $0 ? true : nil } ?? false
        }
    }

    extension Duration {
        /// Bounded by what libdispatch can count.
        var dispatch: DispatchTimeInterval {
            .nanoseconds(Int(clamping: wholeNanoseconds))
        }
    }
#endif
