#if Daemon
    import Alerting
    import E911Configuration
    import E911Service
    import E911Store
    import E911Values
    import Glibc
    import Testing

    @testable import e911d

    @Suite struct CurrentChannelsTests {
        /// A web server that answers one request when it is told to.
        private struct SlowServer {
            let descriptor: Int32
            let url: String

            init() throws {
                let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                // Without a bind(2) before, it gives the socket a port.
                try #require(listen(listener, 4) == 0)
                var own = sockaddr_in()
                var length = socklen_t(MemoryLayout.size(ofValue: own))
                _ = withUnsafeMutableBytes(of: &own) {
                    getsockname(listener, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
                }
                descriptor = listener
                url = "http://127.0.0.1:\(UInt16(bigEndian: own.sin_port))/"
            }

            /// Answers the next request when `body` has run. On a thread of its own: those that tasks run on may be busy for
            /// longer than the request waits.
            func answer(after body: @escaping @Sendable () -> Void) -> DedicatedThread {
                DedicatedThread(name: "slow server") { [descriptor] in
                    let connection = accept(descriptor, nil, nil)
                    body()
                    Self.answer(on: connection)
                }
            }

            private static func answer(on connection: Int32) {
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                close(connection)
            }
        }

        private static func channels() throws -> Channels {
            try Channels(DaemonConfiguration(node: "a", state: "/nowhere", listeners: []))
        }

        enum Errand: CaseIterable { case delivery, post }

        @Test(arguments: Errand.allCases) func whatIsUnderWayIsNotTouchedByNewChannels(errand: Errand) async throws {
            let server = try SlowServer()
            defer { close(server.descriptor) }
            let current = CurrentChannels(try Self.channels())
            let others = try Self.channels()
            let thread = server.answer { current.replace(with: others) }
            defer { thread.join() }
            let (results, result) = AsyncStream.makeStream(of: DeliveryResult.self)
            switch errand {
            case .delivery:
                let key = RecordKey(time: WallTime(milliseconds: 0), node: "a", counter: 1)
                let message = RenderedMessage(subject: "911", text: "911", time: WallTime(milliseconds: 0))
                current.deliver(
                    Delivery(
                        id: DeliveryID(alert: key, number: 1), channel: .webhook, recipient: "desk",
                        address: server.url,
                        reason: .first, attempt: 1, message: message)
                ) { result.yield($0) }
            case .post:
                current.post(
                    WebhookPost(target: WebhookConfiguration(url: server.url), key: "1", body: Array("{}".utf8))
                ) { result.yield($0) }
            }
            var told = results.makeAsyncIterator()
            guard case .delivered = await told.next() else {
                Issue.record("it was given up")
                return
            }
            current.close()
        }
    }
#endif
