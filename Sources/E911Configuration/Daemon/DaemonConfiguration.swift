#if Daemon
    public import Alerting
    public import E911Service
    public import E911Values
    public import SIPCore

    /// What a process of e911d needs to start: the content of `e911d.yaml`. Paths are absolute.
    public struct DaemonConfiguration: Equatable, Sendable {
        /// Unique per node; part of every key that the node makes. Letters, digits, `-`, `_` and `.`, at most 32.
        public var node: String
        /// The folder of journal, databases, site snapshot and control socket.
        public var state: String
        public var listeners: [Listener]
        public var store: Store = .sqlite
        /// The names of both nodes of a pair, this one's among them; `nil` for one that is alone.
        public var pair: [String]?
        /// How long a 302 waits for the journal: 1 ms to 1 s.
        public var answerDeadline: Duration = .milliseconds(20)
        /// Without it there is no console, no API and no screen pop.
        public var console: Console?
        /// Without it there is no email.
        public var smtp: SMTP?
        public var webhook = Webhook()
        /// Without it there is no SMS.
        public var sms: SMS?
        public var syslog = Syslog()
        public var tls = TLS()
        /// How often a ping goes out on a stream connection that e911d opened: 10 s to 1 h; `nil` for never.
        public var keepAlive: Duration? = .seconds(100)
        public var dns = DNS()
        public var log = Log()
        public var limits = Limits()

        public init(node: String, state: String, listeners: [Listener]) {
            self.node = node
            self.state = state
            self.listeners = listeners
        }

        /// The ways by which alerts can leave.
        public var channels: [AlertChannelKind] {
            (console == nil ? [] : [.screenPop]) + (smtp == nil ? [] : [.email]) + (sms == nil ? [] : [.sms]) + [
                .webhook, .syslog,
            ]
        }

        /// What the node itself needs of it.
        public func nodeConfiguration(software: String = "e911d") -> NodeConfiguration {
            var configuration = NodeConfiguration(
                node: node, listeners: listeners.map(\.node), answerDeadline: answerDeadline, software: software,
                streamBodyOctets: limits.streamBodyOctets)
            configuration.waitingBodyOctets = limits.waitingBodyOctets
            configuration.headerOctets = limits.headerOctets
            configuration.headerLines = limits.headerLines
            configuration.transactions = limits.transactions
            configuration.streamMessageTimeout = limits.messageTimeout
            configuration.streamIdleTimeout = limits.idleTimeout
            configuration.hopTimeout = dns.failover
            configuration.untrustedBodyOctets = limits.untrustedBodyOctets
            configuration.untrustedCallsPerSecond = limits.untrustedCallsPerSecond
            configuration.evidenceRows = limits.evidenceRows
            configuration.keepAlive = keepAlive
            configuration.channels = channels
            configuration.tellsLive = console != nil
            configuration.consoleURL = console?.publicURL
            configuration.pair = pair.map { PairConfiguration(nodes: $0) }
            return configuration
        }

        /// An address that SIP comes to.
        public struct Listener: Equatable, Sendable {
            public var transport: SIPTransportKind
            public var endpoint: Endpoint
            /// PEM files, with TLS only.
            public var tls: TLSFiles?
            /// Whether those who connect must show a certificate, with TLS only.
            public var clientCertificate = ClientCertificate.none

            public init(transport: SIPTransportKind, endpoint: Endpoint, tls: TLSFiles? = nil) {
                self.transport = transport
                self.endpoint = endpoint
                self.tls = tls
            }

            public var node: NodeConfiguration.Listener {
                NodeConfiguration.Listener(transport: transport, endpoint: endpoint)
            }
        }

        public struct TLSFiles: Equatable, Sendable {
            public var certificate: String
            public var key: String

            public init(certificate: String, key: String) {
                self.certificate = certificate
                self.key = key
            }
        }

        public enum ClientCertificate: String, Sendable, CaseIterable {
            /// Not asked for.
            case none
            /// Asked for; a bad one is refused, none is not.
            case optional
            /// Nobody connects without a good one.
            case required
        }

        /// What all of TLS for SIP has in common.
        public struct TLS: Equatable, Sendable {
            /// The certificates that peers' must lead to; `nil` for those that the system trusts.
            public var authorities: String?
            /// What connections of ours show to a server that asks; `nil` for that of the first listener by TLS.
            public var client: TLSFiles?
            /// How long a handshake may take: 1 s to 1 min.
            public var handshake: Duration = .seconds(10)

            public init() {}
        }

        /// Where calls, alerts, devices and the site are kept.
        public enum Store: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
            /// In the state folder.
            case sqlite
            /// In a database that several nodes share: a connection string of libpq's, which may hold a password.
            case postgres(String)

            /// Without anything secret.
            public var description: String {
                switch self {
                case .sqlite: "sqlite"
                case .postgres: "postgres"
                }
            }

            public var debugDescription: String { description }
        }

        public struct Console: Equatable, Sendable {
            public var endpoint: Endpoint
            public var tls: TLSFiles?
            /// How people's browsers reach it, for links in mails: `https://e911.example.com`; `nil` for no links.
            public var publicURL: String?
            /// Proxies in front of it, whose word is taken for where a request comes from.
            public var trustedProxies: [IPPrefix] = []
            /// How long somebody who does nothing stays logged in: 5 min to 7 days.
            public var session: Duration = .seconds(43_200)
            /// How long calls with their alerts, and entries of the audit log, are kept: a day or more; `nil` for ever.
            public var keepsCalls: Duration?
            public var keepsAudit: Duration?

            public init(endpoint: Endpoint, tls: TLSFiles? = nil) {
                self.endpoint = endpoint
                self.tls = tls
            }
        }

        /// The mail server that alerts leave by.
        public struct SMTP: Equatable, Sendable {
            public enum StartTLS: String, Sendable, CaseIterable {
                /// No mail without it.
                case required
                /// If the server offers it.
                case optional
                case off
            }

            /// `smtp://HOST:PORT`, or `smtps://HOST:PORT` for TLS from the first octet.
            public var url: String
            public var startTLS: StartTLS
            public var username: String?
            /// A file that holds the password alone.
            public var passwordFile: String?
            /// The sender's address.
            public var from: String

            public init(
                url: String, startTLS: StartTLS = .required, username: String? = nil, passwordFile: String? = nil,
                from: String
            ) {
                self.url = url
                self.startTLS = startTLS
                self.username = username
                self.passwordFile = passwordFile
                self.from = from
            }
        }

        /// Who is asked where the call servers are that the site names.
        public struct DNS: Equatable, Sendable {
            /// In the order in which they are asked, at most 8; empty for the system's.
            public var servers: [Endpoint] = []
            /// For one question, over all servers and repetitions: 1 s to 9 s.
            public var timeout: Duration = .seconds(8)
            /// How long a SIP Server has for its first answer while DNS names others too: 1 s to 30 s.
            public var failover: Duration = .seconds(4)

            public init() {}
        }

        public struct Log: Equatable, Sendable {
            public enum Level: String, Sendable, CaseIterable, Comparable {
                case trace, debug, info, notice, warning, error, critical

                private var rank: Int {
                    switch self {
                    case .trace: 0
                    case .debug: 1
                    case .info: 2
                    case .notice: 3
                    case .warning: 4
                    case .error: 5
                    case .critical: 6
                    }
                }

                public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
            }

            public enum Format: String, Sendable, CaseIterable {
                /// A line of text each.
                case text
                /// A JSON object a line.
                case json
            }

            public var level = Level.info
            public var format = Format.text

            public init() {}
        }

        public struct Limits: Equatable, Sendable {
            /// Most octets of a message by UDP: 16,384 to 65,535, since a NOTIFY body of 14,336 must arrive.
            public var messageOctets = 65535
            /// Most octets of a body on a stream: 512 kB, since one of 500,000 must arrive, to 64 MB, which is the longest
            /// document that RegInfo reads.
            public var streamBodyOctets = 16 << 20
            /// Most octets of NOTIFY bodies of one subscription that wait to be read: 1 MB to 1 GB.
            public var waitingBodyOctets = 64 << 20
            /// Most octets of the first line and the headers of a message on a stream: 8,192 to 1 MB.
            public var headerOctets = 65535
            /// Most header lines of a message: 64 to 4,096.
            public var headerLines = 512
            /// Server transactions at the same time: 1,000 to 1,000,000. Call servers may have more.
            public var transactions = 100_000
            /// Most octets that wait for one peer of a stream that does not read: 128 kB to 64 MB.
            public var streamOctetsWaiting = 4 << 20
            /// Stream connections that one source may have open, call servers excepted: 1 to 65,535.
            public var connectionsPerSource = 64
            /// Stream connections of all sources that are no call servers: 16 to 1,000,000, or what the system allows.
            public var connections = 4096
            /// Stream connections of call servers, beyond which the most silent is closed: 16 to 1,000,000, or what the
            /// system allows.
            public var callServerConnections = 4096
            /// How long others than call servers may take over one message on a stream: 1 s to 1 h.
            public var messageTimeout: Duration = .seconds(30)
            /// How long a stream connection of others stands on which nothing comes: 10 s to 24 h.
            public var idleTimeout: Duration = .seconds(600)
            /// Most octets of a body on a stream from others: 4,096 to 16 MB.
            public var untrustedBodyOctets = 65535
            /// Calls that are answered in one second of a source that is no call server: 1 to 10,000.
            public var untrustedCallsPerSecond = 10
            /// Sightings of devices on ports and access points: 1,000 to 2,000,000.
            public var evidenceRows = 200_000

            public init() {}
        }
    }
#endif
