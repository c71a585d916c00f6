#if Daemon
    import CCurl
    import Dispatch

    /// Threads on which libcurl works for one channel, a transfer at a time on each. Each keeps its connection for the next
    /// one.
    ///
    /// Not one thread with a multi handle: libcurl waits for the reply to the end of a mail and to QUIT without giving the
    /// thread back, so a slow server would make every mail wait for all those before it.
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

        private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

        private let threads: ChannelThreads<UnsafeMutableRawPointer?>

        /// - Parameter concurrency: most transfers at once; others wait in their order.
        init(concurrency: Int) {
            threads = ChannelThreads(
                name: "curl", concurrency: concurrency, begin: { curl_easy_init() },
                end: { if let handle = $0 { curl_easy_cleanup(handle) } })
        }

        func start(_ request: Request) {
            guard Self.isInitialised else { return request.completion(.notBegun("libcurl cannot be used")) }
            threads.start(
                ChannelThreads.Job(
                    latestStart: request.latestStart,
                    run: { [threads] handle in
                        guard let handle else { return request.completion(.notBegun("no memory")) }
                        let transfer = CurlTransfer(handle, isOver: { threads.isClosed })
                        request.prepare(transfer)
                        request.completion(transfer.perform())
                    },
                    refuse: { request.completion(.notBegun($0)) }))
        }

        /// Ends all transfers and the threads.
        ///
        /// - Returns: whether all threads have ended within `time`: libcurl waits for the far side's answer to its goodbye.
        @discardableResult
        func close(within time: DispatchTimeInterval = .seconds(2)) -> Bool { threads.close(within: time) }
    }
#endif
