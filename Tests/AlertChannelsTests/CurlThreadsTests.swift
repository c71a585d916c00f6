#if Daemon
    import Dispatch
    import Synchronization
    import Testing

    @testable import AlertChannels

    @Suite struct CurlThreadsTests {
        /// A request that says when it is begun and waits before it goes on; it leads nowhere.
        func request(
            latest: DispatchTime = .distantFuture, begun: DispatchSemaphore? = nil, go: DispatchSemaphore? = nil,
            _ completion: @escaping @Sendable (CurlOutcome) -> Void
        ) -> CurlThreads.Request {
            CurlThreads.Request(
                latestStart: latest,
                prepare: { _ in
                    begun?.signal()
                    go?.wait()
                }, completion: completion)
        }

        @Test func aRequestThatWaitedTooLongIsNotBegun() {
            let threads = CurlThreads(concurrency: 1)
            let begun = DispatchSemaphore(value: 0)
            let go = DispatchSemaphore(value: 0)
            let done = DispatchSemaphore(value: 0)
            let said = Mutex<[String]>([])
            threads.start(request(begun: begun, go: go) { outcome in said.withLock { $0.append(outcome.message) } })
            begun.wait()
            threads.start(
                request(latest: .now()) { outcome in
                    said.withLock { $0.append(outcome.message) }
                    done.signal()
                })
            go.signal()
            done.wait()
            #expect(said.withLock { $0.last } == "too many others were under way")
            #expect(said.withLock { $0.count } == 2)
            #expect(threads.close())
        }

        @Test func requestsThatWaitAreAnsweredWhenTheChannelCloses() {
            let threads = CurlThreads(concurrency: 1)
            let begun = DispatchSemaphore(value: 0)
            let go = DispatchSemaphore(value: 0)
            let said = Mutex<[String]>([])
            threads.start(request(begun: begun, go: go) { _ in })
            begun.wait()
            threads.start(request { outcome in said.withLock { $0.append(outcome.message) } })
            go.signal()
            // Whichever is quicker: the waiting one is answered, once.
            #expect(threads.close())
            #expect(said.withLock { $0.count } == 1)
            threads.start(request { outcome in said.withLock { $0.append(outcome.message) } })
            #expect(said.withLock { $0.last } == "the channel is closed")
        }
    }
#endif
