#if Daemon
    import Dispatch
    import E911Values
    import Glibc
    import Synchronization

    /// Says that the process is alive as long as its loop answers, and only then.
    ///
    /// Each beat asks the loop something cheap; the answer is the sign of life. A loop that is stuck gives none, and then the
    /// service manager ends this process and starts another one, which finds its calls in the journal. Beats come on a queue
    /// of their own, beside the threads that tasks run on: a slow disk or mail server is no reason to be ended.
    final class Watchdog: Sendable {
        /// Asks the loop; the closure is called when it has answered, on any thread.
        typealias Question = @Sendable (_ answered: @escaping @Sendable () -> Void) -> Void

        private struct State {
            var isWaiting = false
            var isStopped = false
        }

        private let queue = DispatchQueue(label: "watchdog")
        private let state = Mutex(State())
        private let ask: Question
        private let alive: @Sendable () -> Void

        init(ask: @escaping Question, alive: @escaping @Sendable () -> Void) {
            self.ask = ask
            self.alive = alive
        }

        /// How often a beat is due, as the environment says (sd_watchdog_enabled(3)): half of what may pass in silence.
        /// `nil` when nobody watches this process.
        static func interval(_ environment: [String: String], process: Int32 = getpid()) -> Duration? {
            guard let limit = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), limit > 0 else { return nil }
            // Set for a process that was meant, and perhaps inherited by another one.
            if let watched = environment["WATCHDOG_PID"], Int32(watched) != process { return nil }
            return .microseconds(max(1, limit / 2))
        }

        /// Beats now, and again each time the interval is over, until ``stop()``.
        func start(every interval: Duration) {
            queue.async { [weak self] in
                guard let self, !state.withLock({ $0.isStopped }) else { return }
                beat()
                queue.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: interval.wholeNanoseconds))) {
                    [weak self] in self?.start(every: interval)
                }
            }
        }

        /// Asks the loop, unless it has not answered the question before.
        func beat() {
            let asks = state.withLock { state in
                defer { state.isWaiting = true }
                return !state.isWaiting
            }
            guard asks else { return }
            ask { [weak self] in
                guard let self else { return }
                state.withLock { $0.isWaiting = false }
                // Telling may wait for the manager, which the loop must not.
                queue.async(execute: self.alive)
            }
        }

        func stop() { state.withLock { $0.isStopped = true } }
    }
#endif
