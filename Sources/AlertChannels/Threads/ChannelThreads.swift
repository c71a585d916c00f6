#if Daemon
    import Dispatch
    import Foundation
    import Glibc
    import Synchronization

    /// Threads on which one channel waits for its far sides, a job at a time on each, so that none of the threads on which
    /// the rest of the process runs is held up. There are never more than `concurrency`, and none before the first job.
    final class ChannelThreads<Context>: Sendable {
        /// What is to be done.
        struct Job: Sendable {
            /// A job that has not been begun by then is refused.
            var latestStart: DispatchTime
            /// Called once, on a thread, with what that thread has; unless the job is refused.
            var run: @Sendable (Context) -> Void
            /// Called once, with the reason, if the job is never run.
            var refuse: @Sendable (String) -> Void
        }

        private struct State {
            var waiting: [Job] = []
            var threads = 0
            /// Threads that wait for a job and have not been called.
            var idle = 0
            var isClosed = false
        }

        private enum Next { case refuse, call, begin, wait }

        private let state = Mutex(State())
        private let call = DispatchSemaphore(value: 0)
        private let ended = DispatchGroup()
        private let name: String
        private let concurrency: Int
        private let begin: @Sendable () -> Context
        private let end: @Sendable (Context) -> Void

        /// - Parameters:
        ///   - concurrency: most jobs at once; others wait in their order.
        ///   - begin: makes what a thread has, on that thread.
        ///   - end: takes it apart, likewise.
        init(
            name: String, concurrency: Int, begin: @escaping @Sendable () -> Context,
            end: @escaping @Sendable (Context) -> Void
        ) {
            self.name = name
            self.concurrency = max(1, concurrency)
            self.begin = begin
            self.end = end
        }

        var isClosed: Bool { state.withLock { $0.isClosed } }

        func start(_ job: Job) {
            let next = state.withLock { state -> Next in
                guard !state.isClosed else { return .refuse }
                state.waiting.append(job)
                if state.idle > 0 {
                    state.idle -= 1
                    return .call
                }
                guard state.threads < concurrency else { return .wait }
                state.threads += 1
                return .begin
            }
            switch next {
            case .refuse: job.refuse("the channel is closed")
            case .call: call.signal()
            case .begin: beginThread()
            case .wait: break
            }
        }

        /// Refuses what waits and ends the threads.
        ///
        /// - Returns: whether all threads have ended within `time`.
        @discardableResult
        func close(within time: DispatchTimeInterval = .seconds(2)) -> Bool {
            let (left, idle) = state.withLock { state in
                defer {
                    state.isClosed = true
                    state.waiting = []
                    state.idle = 0
                }
                return (state.waiting, state.idle)
            }
            for job in left { job.refuse("the channel was closed") }
            for _ in 0..<idle { call.signal() }
            return ended.wait(timeout: .now() + time) == .success
        }

        private func beginThread() {
            ended.enter()
            let thread = Thread { [self] in
                Self.ignoreBrokenPipes()
                let context = begin()
                while let job = next() {
                    if DispatchTime.now() <= job.latestStart {
                        job.run(context)
                    } else {
                        job.refuse("too many others were under way")
                    }
                }
                end(context)
                ended.leave()
            }
            thread.name = name
            thread.start()
        }

        /// A connection that the far side has closed must not end the process: libcurl leaves SIGPIPE alone with
        /// CURLOPT_NOSIGNAL, and OpenSSL writes without MSG_NOSIGNAL.
        private static func ignoreBrokenPipes() {
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
        }

        /// Waits for a job; `nil` when the channel is closed.
        private func next() -> Job? {
            while true {
                let (job, isOver) = state.withLock { state -> (Job?, Bool) in
                    if state.isClosed { return (nil, true) }
                    if state.waiting.isEmpty {
                        state.idle += 1
                        return (nil, false)
                    }
                    return (state.waiting.removeFirst(), false)
                }
                if job != nil || isOver { return job }
                call.wait()
            }
        }
    }
#endif
