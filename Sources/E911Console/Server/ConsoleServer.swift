#if Daemon
    public import E911Values
    import HTTPTypes
    import Hummingbird
    import HummingbirdCore
    import HummingbirdTLS
    import Logging
    import NIOCore
    import NIOPosix
    import NIOSSL
    import Synchronization

    /// The console's HTTP server: pages, API, events, health and metrics, on event loops of its own.
    public final class ConsoleServer: Sendable {
        /// Where and how it listens.
        public struct Settings: Sendable {
            public var endpoint: Endpoint
            /// PEM files; without them there is no TLS.
            public var certificate: String?
            public var key: String?
            /// Proxies whose word is taken for where a request comes from.
            public var trustedProxies: [IPPrefix] = []
            /// Connections at once.
            public var connections = 6000

            public init(endpoint: Endpoint) { self.endpoint = endpoint }
        }

        /// Why it cannot listen.
        public struct Failure: Error, CustomStringConvertible {
            public var description: String
        }

        /// Where it listens, with the port that the system gave if none was asked for.
        public let endpoint: Endpoint
        public let isSecure: Bool
        private let task: Task<Void, any Error>
        private let ticker: Task<Void, Never>
        private let group: MultiThreadedEventLoopGroup
        private let hub: EventHub
        private let certificate: ConsoleCertificate?

        /// `https://192.0.2.20:8443`
        public var url: String {
            "\(isSecure ? "https" : "http")://\(endpoint)"
        }

        /// Opens the port and answers.
        ///
        /// - Throws: ``Failure`` when a file cannot be used or the port cannot be had.
        public static func start(
            _ settings: Settings, house: ConsoleHouse, accounts: Accounts, hub: EventHub, screenPops: ScreenPopChannel
        ) async throws(Failure) -> ConsoleServer {
            let isSecure = settings.certificate != nil
            let certificate: ConsoleCertificate?
            let responder = ConsoleResponder(
                house: house, accounts: accounts, hub: hub, screenPops: screenPops, isTLS: isSecure,
                trustedProxies: settings.trustedProxies)
            var channel = HTTP1Channel.Configuration(idleTimeout: .seconds(75))
            channel.httpDecoder.maxHeaderFieldSize = 16 << 10
            channel.httpDecoder.maxHeaderListSize = 32 << 10
            channel.httpDecoder.maxHeaderFieldCount = 100
            let http = HTTPServerBuilder.http1(configuration: channel)
            let server: HTTPServerBuilder
            do {
                if let file = settings.certificate, let key = settings.key {
                    let read = try ConsoleCertificate(certificate: file, key: key)
                    certificate = read
                    server = try .tls(http, tlsConfiguration: read.configuration)
                } else {
                    certificate = nil
                    server = http
                }
            } catch {
                throw Failure(description: "console: the certificate or key cannot be used: \(error)")
            }
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
            var logger = Logger(label: "e911d.console")
            logger.logLevel = .critical
            let (opened, open) = AsyncStream.makeStream(of: Result<Int, Failure>.self)
            let application = Application(
                responder: responder, server: server,
                configuration: ApplicationConfiguration(
                    address: .hostname("\(settings.endpoint.address)", port: Int(settings.endpoint.port)),
                    backlog: 1024, availableConnectionsDelegate: MaximumAvailableConnections(settings.connections)),
                onServerRunning: { open.yield(.success($0.localAddress?.port ?? Int(settings.endpoint.port))) },
                eventLoopGroupProvider: .shared(group), logger: logger)
            let task = Task {
                do {
                    try await application.run()
                } catch {
                    open.yield(.failure(Failure(description: "console: \(settings.endpoint): \(error)")))
                    throw error
                }
            }
            var result = Result<Int, Failure>.failure(Failure(description: "console: the server did not start"))
            for await first in opened {
                result = first
                break
            }
            switch result {
            case .failure(let failure):
                task.cancel()
                try? await group.shutdownGracefully()
                throw failure
            case .success(let port):
                return ConsoleServer(
                    endpoint: Endpoint(settings.endpoint.address, UInt16(clamping: port)), isSecure: isSecure,
                    certificate: certificate, task: task,
                    ticker: Self.tick(hub, accounts, house), group: group, hub: hub)
            }
        }

        private init(
            endpoint: Endpoint, isSecure: Bool, certificate: ConsoleCertificate?, task: Task<Void, any Error>,
            ticker: Task<Void, Never>, group: MultiThreadedEventLoopGroup, hub: EventHub
        ) {
            self.endpoint = endpoint
            self.isSecure = isSecure
            self.certificate = certificate
            self.task = task
            self.ticker = ticker
            self.group = group
            self.hub = hub
        }

        /// Signs of life on the streams, and the node's state while somebody looks on.
        private static func tick(_ hub: EventHub, _ accounts: Accounts, _ house: ConsoleHouse) -> Task<Void, Never> {
            Task {
                var round = 0
                var told: NodeSummary?
                while (try? await Task.sleep(for: .seconds(2))) != nil {
                    round += 1
                    // A page that is open is used.
                    if round % 5 == 0 {
                        hub.tick { identity in
                            guard accounts.stands(identity) else { return false }
                            accounts.touch(identity)
                            return true
                        }
                    }
                    guard hub.count > 0, let status = await house.status() else { continue }
                    let summary = NodeSummary(status)
                    if summary != told { hub.send("status", summary, to: .everybody) }
                    told = summary
                }
            }
        }

        /// Reads certificate and key again, for the handshakes from now on.
        ///
        /// - Throws: ``Failure``; what was in force is so still.
        public func reloadCertificate() throws(Failure) {
            do {
                try certificate?.reload()
            } catch {
                throw Failure(description: "console: the certificate or key cannot be used: \(error)")
            }
        }

        public func stop() async {
            ticker.cancel()
            hub.close()
            task.cancel()
            _ = try? await task.value
            try? await group.shutdownGracefully()
        }
    }
#endif
