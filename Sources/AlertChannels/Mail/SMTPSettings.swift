#if Daemon
    /// The mail server and how it is spoken to: `smtp` in e911d.yaml.
    public struct SMTPSettings: Equatable, Sendable {
        /// Whether the connection turns to TLS by STARTTLS (RFC 3207).
        public enum StartTLS: String, Sendable, CaseIterable {
            /// No mail goes out in the clear.
            case required
            /// TLS if the server offers it.
            case optional
            case none
        }

        /// `smtp://HOST:PORT`, or `smtps://` for TLS from the first octet. A path is the name that EHLO gives.
        public var url: String
        public var startTLS: StartTLS = .required
        /// `nil`: the server asks for no password.
        public var username: String?
        public var password: String?
        public var from: MailAddress
        public var fromName: String = "e911d"
        /// A file with the certificates of authorities, PEM; `nil` is the system's.
        public var authorities: String?
        public var connectTimeout = Duration.seconds(10)
        /// From the start of the connection to the server's answer to the mail.
        public var totalTimeout = Duration.seconds(30)
        /// Deliveries that wait for others longer than this fail for now. With ``totalTimeout`` it stays below the time that
        /// the alert desk gives a channel.
        public var waitingTime = Duration.seconds(80)
        /// Connections at once, and threads.
        public var concurrency = 8

        public init(url: String, from: MailAddress) {
            self.url = url
            self.from = from
        }
    }
#endif
