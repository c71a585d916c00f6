#if Transport
    /// A certificate with the ones that lead to its root, and its private key: two PEM files.
    public struct TLSFiles: Hashable, Sendable {
        /// Our own certificate first, then those that signed it, without the root.
        public var certificate: String
        /// Without a password.
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What a ``SIPHost`` needs for TLS: which files, and how strict it is. TLS 1.2 is the oldest version that is spoken.
    public struct TransportSecurity: Equatable, Sendable {
        /// Whether those who connect to us must say who they are.
        public enum ClientCertificate: String, Sendable, CaseIterable {
            /// Not asked for.
            case none
            /// Asked for; without one the connection stands, with a bad one it does not.
            case optional
            /// Asked for; without a good one there is no connection.
            case required
        }

        /// One listener's part.
        public struct Server: Hashable, Sendable {
            public var files: TLSFiles
            public var clientCertificate: ClientCertificate

            public init(files: TLSFiles, clientCertificate: ClientCertificate = .none) {
                self.files = files
                self.clientCertificate = clientCertificate
            }
        }

        /// By the listener as it stands in ``HostConfiguration/listeners``.
        public var servers: [Listener: Server]
        /// Shown by connections of ours to a server that asks; `nil` for none.
        public var client: TLSFiles?
        /// A PEM file of the certificates that peers' must lead to; `nil` for those that this system trusts.
        public var trust: String?

        public init(servers: [Listener: Server] = [:], client: TLSFiles? = nil, trust: String? = nil) {
            self.servers = servers
            self.client = client
            self.trust = trust
        }

        /// Reads the files, as a start would. It reads the disk.
        ///
        /// - Returns: what is wrong and would not keep a host from starting: certificates of ours that are over or have not
        ///   begun, or will be over within ``HostLimits/certificateNotice``.
        /// - Throws: ``TLSFileError`` for the first file that cannot be used.
        public func check() throws(TLSFileError) -> [TLSFileError] {
            try TLSContexts(self).problems(notice: HostLimits().certificateNotice)
        }
    }

    /// A file of TLS that cannot be used, and why.
    public struct TLSFileError: Error, Equatable, CustomStringConvertible {
        public var file: String
        public var reason: String
        /// Whether it may be good, and this user may not read it.
        public var isForbidden: Bool

        public init(file: String, reason: String, isForbidden: Bool = false) {
            self.file = file
            self.reason = reason
            self.isForbidden = isForbidden
        }

        public var description: String { "\(file): \(reason)" }
    }
#endif
