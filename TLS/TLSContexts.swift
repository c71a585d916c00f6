#if Transport
    import E911Values
    import NIOCore
    import NIOSSL
    import SIPCore

    /// The files of a ``TransportSecurity``, read: what new handshakes are made with.
    struct TLSContexts: Sendable {
        private struct Server {
            let context: NIOSSLContext
            let asksForCertificates: Bool
        }

        private let servers: [Listener: Server]
        private let client: NIOSSLContext
        private let roots: TrustRoots
        /// Certificates of ours that are over, as text for people.
        let expired: [String]

        /// Reads the disk, and so is nothing for an event loop.
        init(_ security: TransportSecurity) throws(TLSFileError) {
            roots = try TrustRoots(security.trust)
            var servers: [Listener: Server] = [:]
            var expired: Set<String> = []
            // In a fixed order, so that of several errors the same one is told.
            for listener in security.servers.keys.sorted(by: { $0.endpoint < $1.endpoint }) {
                guard let wanted = security.servers[listener] else { continue }
                var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: [], privateKey: nil)
                configuration.certificateVerification =
                    switch wanted.clientCertificate {
                    case .none: .none
                    case .optional: .optionalVerification
                    case .required: .noHostnameVerification
                    }
                servers[listener] = Server(
                    context: try Self.context(configuration, wanted.files, &expired),
                    asksForCertificates: wanted.clientCertificate != .none)
            }
            var configuration = TLSConfiguration.makeClientConfiguration()
            // The names are compared by us: RFC 5922 has rules of its own.
            configuration.certificateVerification = .noHostnameVerification
            client = try Self.context(configuration, security.client, &expired)
            self.servers = servers
            self.expired = expired.sorted()
        }

        private static func context(
            _ configuration: TLSConfiguration, _ files: TLSFiles?, _ expired: inout Set<String>
        ) throws(TLSFileError) -> NIOSSLContext {
            var configuration = configuration
            configuration.minimumTLSVersion = .tlsv12
            // The peers' certificates are judged by ``TrustRoots``.
            configuration.trustRoots = .certificates([])
            do {
                if let files {
                    let (chain, key) = try read(files, &expired)
                    configuration.certificateChain = chain
                    configuration.privateKey = key
                }
                return try NIOSSLContext(configuration: configuration)
            } catch let error as TLSFileError {
                throw error
            } catch {
                throw TLSFileError(file: files?.certificate ?? "", reason: TLSReason.text(of: error))
            }
        }

        private static func read(
            _ files: TLSFiles, _ expired: inout Set<String>
        ) throws -> ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) {
            let certificates = try PEMFile(files.certificate)
            let key = try PEMFile(files.key)
            let chain = try certificates.certificates()
            if let own = chain.first {
                try key.checkKey(of: own, files.certificate)
                if own.isExpired { expired.insert("\(files.certificate): it expired \(own.expires)") }
            }
            return (
                try NIOSSLCertificate.fromPEMBytes(certificates.octets).map { .certificate($0) },
                .privateKey(try NIOSSLPrivateKey(bytes: key.octets, format: .pem))
            )
        }

        /// The handler of a connection that `listener` accepts, and what it will think of its peer.
        func accepting(by listener: Listener) throws -> (NIOSSLHandler, PeerJudgement) {
            guard let server = servers[listener] else { throw TLSFileError(file: "", reason: TLSReason.notSetUp) }
            let judgement = PeerJudgement(roots: roots, wanted: nil)
            guard server.asksForCertificates else { return (NIOSSLServerHandler(context: server.context), judgement) }
            let handler = NIOSSLServerHandler(
                context: server.context,
                customVerificationCallback: { shown, promise in promise.succeed(judgement.judge(shown)) })
            return (handler, judgement)
        }

        /// The handler of a connection to `hop`, and what it will think of its peer.
        func connecting(to hop: NextHop) throws -> (NIOSSLHandler, PeerJudgement) {
            let judgement = PeerJudgement(roots: roots, wanted: hop)
            let handler = try NIOSSLClientHandler(
                context: client, serverHostname: hop.domain,
                customVerificationCallback: { shown, promise in promise.succeed(judgement.judge(shown)) })
            return (handler, judgement)
        }
    }
#endif
