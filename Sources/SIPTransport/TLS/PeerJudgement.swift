#if Transport
    import E911Values
    import NIOCore
    import NIOSSL
    import SIPCore

    /// What is to be thought of the peer of one connection, made while its handshake runs.
    final class PeerJudgement {
        private let roots: TrustRoots
        /// What the peer is looked for by; `nil` for one that came by itself.
        private let wanted: NextHop?
        private(set) var refusal: CertificateRefusal?
        /// Whose its certificate is, once that is found good.
        private(set) var identities: CertificateIdentities?

        init(roots: TrustRoots, wanted: NextHop?) {
            self.roots = roots
            self.wanted = wanted
        }

        /// Judges the certificates that the peer has shown. It is called at most once.
        func judge(_ shown: [NIOSSLCertificate]) -> NIOSSLVerificationResult {
            let chain = shown.compactMap { try? $0.toDERBytes() }.compactMap { X509Certificate(der: $0) }
            refusal =
                chain.count == shown.count
                ? judge(chain) : CertificateRefusal("it, or one that came with it, cannot be read", nil)
            return refusal == nil ? .certificateVerified : .failed
        }

        private func judge(_ chain: [X509Certificate]) -> CertificateRefusal? {
            if let refusal = roots.refusal(of: chain, as: wanted == nil ? .client : .server) { return refusal }
            guard let own = chain.first else { return nil }
            let found = own.identities
            if let wanted, !found.speak(for: wanted.domain, at: wanted.endpoint.address) {
                let name = wanted.domain ?? "\(wanted.endpoint.address)"
                return CertificateRefusal("it is of \(found), not of \(name)", own)
            }
            identities = found
            return nil
        }

        /// The handshake is done. A client that resumes a session shows no certificate again; the one that it showed then
        /// was judged by this same context, which alone can read the session's ticket.
        ///
        /// - Returns: whether the connection may stand: a server without a certificate that was found good is nobody.
        func conclude(_ certificate: NIOSSLCertificate?) -> Bool {
            guard wanted == nil else { return identities != nil }
            if identities == nil, let octets = try? certificate?.toDERBytes() {
                identities = X509Certificate(der: octets)?.identities
            }
            return true
        }
    }
#endif
