#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import SIPCore
    import Testing

    @testable import SIPTransport

    /// Questions over real sockets, to a server that says what the test wants.
    @Suite struct DNSClientTests {
        /// A DNS server on loopback.
        private final class Server: ChannelInboundHandler, Sendable {
            typealias InboundIn = AddressedEnvelope<ByteBuffer>
            typealias OutboundOut = AddressedEnvelope<ByteBuffer>

            /// What it says to a query; `nil`: nothing.
            let reply: @Sendable ([UInt8]) -> [UInt8]?

            init(_ reply: @escaping @Sendable ([UInt8]) -> [UInt8]?) {
                self.reply = reply
            }

            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                let query = unwrapInboundIn(data)
                guard let reply = reply(Array(query.data.readableBytesView)) else { return }
                let buffer = ByteBuffer(bytes: reply)
                let envelope = AddressedEnvelope(remoteAddress: query.remoteAddress, data: buffer)
                context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
            }
        }

        /// What a client says, question by question, with a server behind it.
        private func answers(
            _ names: [String], patience: Duration = .milliseconds(50), timeout: Duration = .milliseconds(400),
            deadServersFirst: Bool = false, from reply: @escaping @Sendable ([UInt8]) -> [UInt8]?
        ) async throws -> [String: DNSAnswer] {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let channel = try await DatagramBootstrap(group: group)
                .channelInitializer { channel in channel.pipeline.addHandler(Server(reply)) }
                .bind(host: "127.0.0.1", port: 0).get()
            let endpoint = try #require(channel.localAddress.flatMap(Endpoint.init))
            var configuration = DNSConfiguration(servers: [endpoint])
            if deadServersFirst {
                // Nobody listens at the port of a socket that is closed again.
                let other = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
                configuration.servers.insert(try #require(other.localAddress.flatMap(Endpoint.init)), at: 0)
                try await other.close()
            }
            configuration.patience = patience
            configuration.timeout = timeout
            let (stream, continuation) = AsyncStream.makeStream(of: (DNSQuestion, DNSAnswer).self)
            let client = try DNSClient(configuration) { continuation.yield(($0, $1)) }
            client.ask(names.compactMap { DNSQuestion($0, .a) })
            var found: [String: DNSAnswer] = [:]
            for await (question, answer) in stream {
                found[question.name] = answer
                if found.count == names.count { break }
            }
            await client.close()
            try await channel.close()
            try await group.shutdownGracefully()
            return found
        }

        /// A reply with one address that lives 77 seconds.
        private static let address: @Sendable ([UInt8]) -> [UInt8] = { query in
            var reply = query
            reply[2] = 0x81
            reply[3] = 0x80
            reply[7] = 1
            return reply + [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 77, 0, 4, 192, 0, 2, 9]
        }

        private var expected: DNSAnswer {
            get throws {
                .records([DNSRecord(.address(try #require(IPAddress("192.0.2.9"))), timeToLive: 77)])
            }
        }

        @Test func repliesBecomeAnswers() async throws {
            let names = (0..<50).map { "n\($0).example.com" }
            let found = try await answers(names, timeout: .seconds(8), from: Self.address)
            for name in names { #expect(found[name] == (try expected)) }
        }

        @Test func theNextServerIsAskedWhenOneIsDead() async throws {
            let found = try await answers(
                ["a.example.com"], timeout: .seconds(8), deadServersFirst: true, from: Self.address)
            #expect(found == ["a.example.com": try expected])
        }

        @Test func aSilentServerIsAFailureInTime() async throws {
            let found = try await answers(["a.example.com"], patience: .seconds(60)) { _ in nil }
            #expect(found == ["a.example.com": .failed(reason: "no server answers")])
        }

        @Test func thatThereIsNoneIsAnAnswer() async throws {
            let found = try await answers(["a.example.com"], timeout: .seconds(8)) { query in
                var reply = query
                reply[2] = 0x81
                reply[3] = 0x83
                return reply
            }
            #expect(found == ["a.example.com": .absent(timeToLive: nil)])
        }

        /// Octets that are none, replies to another question, and ones that break off.
        @Test func nonsenseIsAFailure() async throws {
            let names = (0..<40).map { "n\($0).example.com" }
            let found = try await answers(names) { query in
                switch query.count % 4 {
                case 0: Array(query.prefix(13))
                case 1: query.prefix(2) + [UInt8](repeating: 0xff, count: 500)
                case 2: query.prefix(2) + [0x81, 0x80, 0, 1, 0, 9, 0, 9, 0, 9] + query.dropFirst(12) + [0xc0, 0xff]
                default: []
                }
            }
            for name in names {
                guard case .failed? = found[name] else {
                    Issue.record("\(name): \(String(describing: found[name]))")
                    continue
                }
            }
        }

        @Test func whatIsOpenWhenTheClientCloses() async throws {
            let (stream, continuation) = AsyncStream.makeStream(of: DNSAnswer.self)
            let client = try DNSClient(DNSConfiguration(servers: [try #require(Endpoint("127.0.0.1:9"))])) {
                continuation.yield($1)
            }
            await client.close()
            let question = try #require(DNSQuestion("a.example.com", .a))
            client.ask([question])
            for await answer in stream {
                #expect(answer == .failed(reason: "too many questions are open"))
                break
            }
        }

        @Test func moreQuestionsThanTheBoundFailAtOnce() async throws {
            var configuration = DNSConfiguration(servers: [try #require(Endpoint("127.0.0.1:9"))])
            configuration.questions = 0
            let (stream, continuation) = AsyncStream.makeStream(of: DNSAnswer.self)
            let client = try DNSClient(configuration) { continuation.yield($1) }
            client.ask([try #require(DNSQuestion("a.example.com", .a))])
            for await answer in stream {
                #expect(answer == .failed(reason: "too many questions are open"))
                break
            }
            await client.close()
        }
    }
#endif
