#if Transport
    import E911Values
    import NIOCore
    import NIOSSL
    import SIPCore

    /// The files of a ``TransportSecurity``, read: what new handshakes are made with.
    struct TLSContexts: Sendable {
        private struct Server: Sendable {
            let context: NIOSSLContext
            let asksForCertificates: Bool
        }

        private let servers: [Listener: Server]
        private let client: NIOSSLContext
        private let roots: TrustRoots
        private let own: [OwnCertificate]

        /// Reads the disk, and so is nothing for an event loop.
        init(_ security: TransportSecurity) throws(TLSFileError) {
            var reader = TLSFileReader()
            roots = try TrustRoots(security.trust)
            var servers: [Listener: Server] = [:]
            // In a fixed order, so that of several errors the same one is told.
            for listener in security.servers.keys.sorted(by: { $0.endpoint < $1.endpoint }) {
                guard let wanted = security.servers[listener] else { continue }
                let verification: CertificateVerification =
                    switch wanted.clientCertificate {
                    case .none: .none
                    case .optional: .optionalVerification
                    case .required: .noHostnameVerification
                    }
                servers[listener] = Server(
                    context: try reader.context(wanted.files, verification),
                    asksForCertificates: wanted.clientCertificate != .none)
            }
            self.servers = servers
            // The names are compared by us: RFC 5922 has rules of its own.
            client = try reader.context(security.client, .noHostnameVerification)
            own = reader.own
        }

        /// What is to be told of certificates of ours that are over or have not begun, or will be over within `notice`.
        func problems(notice: Duration) -> [TLSFileError] { own.problems(notice: notice) }

        /// A listener may stand for every address, and get its port from the system.
        private func server(of listener: Listener) -> Server? {
            let address = listener.endpoint.address
            let any = address.isIPv4 ? IPAddress(v4: 0) : IPAddress(v6: 0)
            for address in [address, any] {
                for port in [listener.endpoint.port, 0] {
                    if let found = servers[Listener(listener.kind, Endpoint(address, port))] { return found }
                }
            }
            return nil
        }

        func serves(_ listener: Listener) -> Bool { server(of: listener) != nil }

        /// The handler of a connection that `listener` accepts, and what it will think of its peer.
        func accepting(by listener: Listener?) throws -> (NIOSSLHandler, PeerJudgement) {
            guard let server = listener.flatMap(server(of:)) else { throw TLSNotSetUp() }
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
