#if Daemon
    public import Alerting
    public import Dispatch
    import E911Values
    import Foundation

    /// Alerts as messages of RFC 5424 to a log server, by UDP or by TCP.
    ///
    /// No log server says that it has a message. By TCP one is delivered when the far side's TCP has all of it; by UDP when
    /// nobody said within a moment that nobody listens there.
    public final class SyslogChannel: AlertChannel {
        public struct Settings: Sendable {
            /// 16 is local0 (RFC 5424 section 6.2.1).
            public var facility = 16
            /// The private enterprise number of whoever runs this; 32473 is the one of examples (RFC 5612).
            public var enterprise = 32_473
            /// How long the name of a log server may take to be resolved before its message fails.
            public var lookupTime: DispatchTimeInterval = .seconds(10)
            /// Of one message, over all addresses of a log server.
            public var timeout: DispatchTimeInterval = .seconds(10)
            /// How long a message may wait for others before it fails.
            public var waitingTime: DispatchTimeInterval = .seconds(60)
            /// How long to wait for word that nobody listens on a UDP port.
            public var refusalWait: DispatchTimeInterval = .milliseconds(200)
            public var concurrency = 4

            public init() {}
        }

        public let kind = AlertChannelKind.syslog
        private let settings: Settings
        private let host: String
        private let lookups: LogServerLookups
        private let threads: ChannelThreads<Void>

        public convenience init(settings: Settings = Settings()) {
            self.init(settings: settings, lookups: LogServerLookups())
        }

        init(settings: Settings, lookups: LogServerLookups) {
            self.settings = settings
            self.lookups = lookups
            host = ProcessInfo.processInfo.hostName
            threads = ChannelThreads(name: "syslog", concurrency: settings.concurrency, begin: {}, end: { _ in })
        }

        /// Delivers one message.
        ///
        /// - Returns: permanent for an address that is none; temporary for anything else that fails.
        public func deliver(_ delivery: Delivery) async -> DeliveryResult {
            guard let address = SyslogAddress(delivery.address) else {
                return .permanent(reason: "'\(delivery.address)' is no log server: udp://HOST:PORT or tcp://HOST:PORT")
            }
            let message = SyslogMessage(
                facility: settings.facility, host: host, process: ProcessInfo.processInfo.processIdentifier,
                enterprise: settings.enterprise, delivery: delivery,
                now: WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
            let octets = address.isStream ? message.counted : message.datagram
            let addresses: [LogServerAddress]
            switch await lookups.addresses(of: address, within: settings.lookupTime) {
            case .success(let found): addresses = found
            case .failure(let error): return .temporary(reason: error.reason)
            }
            let settings = settings
            return await withCheckedContinuation { continuation in
                threads.start(
                    ChannelThreads.Job(
                        latestStart: .now() + settings.waitingTime,
                        run: {
                            continuation.resume(returning: Self.send(octets, to: address, at: addresses, settings))
                        },
                        refuse: { continuation.resume(returning: .temporary(reason: $0)) }))
            }
        }

        /// Ends; what waits has failed for now.
        public func close() {
            lookups.close()
            threads.close()
        }

        private static func send(
            _ octets: [UInt8], to server: SyslogAddress, at addresses: [LogServerAddress], _ settings: Settings
        ) -> DeliveryResult {
            do {
                try LogSocket.send(
                    octets, to: server, at: addresses, until: .now() + settings.timeout,
                    refusalWait: settings.refusalWait)
                return .delivered(providerAnswer: "\(octets.count) octets sent")
            } catch {
                return .temporary(reason: error.reason)
            }
        }
    }
#endif
