#if Daemon
    import CCurl
    import Dispatch
    import Foundation
    import Glibc
    import Synchronization

    /// Threads on which libcurl works for one channel, a transfer at a time on each.
    ///
    /// Not one thread with a multi handle: libcurl waits for the reply to the end of a mail and to QUIT without giving the
    /// thread back, so a slow server would make every mail wait for all those before it. There are never more threads than
    /// `concurrency`, and none before the first transfer. Each keeps its connection for the next one.
    final class CurlThreads: Sendable {
        /// What is to be done.
        struct Request: Sendable {
            /// A request that has not been begun by then fails.
            var latestStart: DispatchTime
            /// Sets the transfer up, on the thread.
            var prepare: @Sendable (CurlTransfer) -> Void
            /// Called once, on the thread.
            var completion: @Sendable (CurlOutcome) -> Void
        }

        private struct State {
            var waiting: [Request] = []
            var threads = 0
            /// Threads that wait for a request and have not been called.
            var idle = 0
            var isClosed = false
        }

        private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

        private let state = Mutex(State())
        private let call = DispatchSemaphore(value: 0)
        private let ended = DispatchGroup()
        private let concurrency: Int

        /// - Parameter concurrency: most transfers at once; others wait in their order.
        init(concurrency: Int) {
            self.concurrency = max(1, concurrency)
        }

        var isClosed: Bool { state.withLock { $0.isClosed } }

        func start(_ request: Request) {
            enum Next { case refuse, call, begin, wait }
            let next = state.withLock { state -> Next in
                guard !state.isClosed, Self.isInitialised else { return .refuse }
                state.waiting.append(request)
                if state.idle > 0 {
                    state.idle -= 1
                    return .call
                }
                guard state.threads < concurrency else { return .wait }
                state.threads += 1
                return .begin
            }
            switch next {
            case .refuse: request.completion(.notBegun("the channel is closed"))
            case .call: call.signal()
            case .begin: beginThread()
            case .wait: break
            }
        }

        /// Ends all transfers and the threads.
        ///
        /// - Returns: whether all threads have ended within `time`: libcurl waits for the far side's answer to its goodbye.
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
            for request in left { request.completion(.notBegun("the channel was closed")) }
            for _ in 0..<idle { call.signal() }
            return ended.wait(timeout: .now() + time) == .success
        }

        private func beginThread() {
            ended.enter()
            let thread = Thread { [self] in
                Self.ignoreBrokenPipes()
                if let handle = curl_easy_init() {
                    while let request = next() { perform(request, handle) }
                    curl_easy_cleanup(handle)
                } else {
                    while let request = next() { request.completion(.notBegun("no memory")) }
                }
                ended.leave()
            }
            thread.name = "curl"
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

        /// Waits for a request; `nil` when the channel is closed.
        private func next() -> Request? {
            while true {
                let (request, isOver) = state.withLock { state -> (Request?, Bool) in
                    if state.isClosed { return (nil, true) }
                    if state.waiting.isEmpty {
                        state.idle += 1
                        return (nil, false)
                    }
                    return (state.waiting.removeFirst(), false)
                }
                if request != nil || isOver { return request }
                call.wait()
            }
        }

        private func perform(_ request: Request, _ handle: UnsafeMutableRawPointer) {
            guard DispatchTime.now() <= request.latestStart else {
                return request.completion(.notBegun("too many others were under way"))
            }
            let transfer = CurlTransfer(handle, isOver: { [self] in isClosed })
            request.prepare(transfer)
            request.completion(transfer.perform())
        }
    }
#endif
