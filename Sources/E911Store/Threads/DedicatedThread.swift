#if Daemon
    package import Dispatch
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

    /// How a thread that does the same again and again lets work gather, so that much of it costs few turns: what comes alone is
    /// done at once.
    package struct Gathering {
        private let pause: Duration
        private var ended = DispatchTime(uptimeNanoseconds: 0)

        /// - Parameter pause: how long work gathers.
        package init(for pause: Duration) { self.pause = pause }

        /// Called when a turn is over: waits if the one before it was a moment ago.
        package mutating func wait() {
            let now = DispatchTime.now()
            let isBusy = now.uptimeNanoseconds - ended.uptimeNanoseconds < UInt64(2 * pause.wholeNanoseconds)
            if isBusy {
                var time = timespec(tv_sec: 0, tv_nsec: Int(pause.wholeNanoseconds))
                nanosleep(&time, nil)
            }
            ended = isBusy ? DispatchTime.now() : now
        }
    }

    extension Duration {
        /// Bounded by what libdispatch can count.
        package var dispatch: DispatchTimeInterval {
            .nanoseconds(Int(clamping: wholeNanoseconds))
        }
    }
#endif
