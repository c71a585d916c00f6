#if Transport
    import COpenSSL
    import Glibc

    /// The certificates that peers' must lead to, and the judgement of those.
    ///
    /// Unchecked, since the compiler knows nothing of what the pointer leads to: OpenSSL locks its store and counts its
    /// references itself, and nothing changes it once it is made.
    final class TrustRoots: @unchecked Sendable {
        private let store: OpaquePointer
        /// Where the systems that we know keep those that they trust.
        private static let systemFiles = [
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
        ]

        /// - Parameter path: a PEM file; `nil` for those that the system trusts.
        init(_ path: String?) throws(TLSFileError) {
            guard let path = path ?? Self.systemFiles.first(where: { access($0, R_OK) == 0 }) else {
                throw TLSFileError(
                    file: Self.systemFiles[0], reason: "this system has no trusted certificates; name a file of them")
            }
            guard let store = X509_STORE_new() else { throw TLSFileError(file: path, reason: "out of memory") }
            self.store = store
            for certificate in try PEMFile(path).certificates() {
                X509_STORE_add_cert(store, certificate.pointer)
            }
            ERR_clear_error()
        }

        deinit { X509_STORE_free(store) }

        enum Role {
            case server
            /// A SIP Server shows the certificate that it has, which may be meant for servers alone.
            case client
        }

        /// Why a chain, the peer's own certificate first, is not good; `nil` if it is.
        ///
        /// Signatures, times, usage, key lengths of at least 112 bits of security; at most eight certificates between. No
        /// revocation list is looked at.
        func refusal(of chain: [X509Certificate], as role: Role) -> CertificateRefusal? {
            guard let own = chain.first else { return CertificateRefusal("no certificate", nil) }
            var about: OpaquePointer?
            let purpose = role == .server ? X509_PURPOSE_SSL_SERVER : 0
            let code = chain.map { Optional($0.pointer) }.withUnsafeBufferPointer {
                sip_verify(store, $0.baseAddress, Int32($0.count), purpose, &about)
            }
            // Behind the check: the certificate that the error is about may be any of the chain.
            let culprit = about.map { X509Certificate(owning: $0) }
            if code != X509_V_OK {
                return CertificateRefusal(String(cString: X509_verify_cert_error_string(Int(code))), culprit ?? own)
            }
            let usages = [X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER]
            if role == .client, !usages.contains(where: { X509_check_purpose(own.pointer, $0, 0) == 1 }) {
                return CertificateRefusal("it may not be used for TLS", own)
            }
            return nil
        }
    }

    /// Why a peer's certificate was not taken.
    struct CertificateRefusal: Error, Equatable, CustomStringConvertible {
        let description: String

        init(_ reason: String, _ certificate: X509Certificate?) {
            var text = "the peer's certificate is refused: \(reason)"
            if let certificate {
                text +=
                    " (subject \(certificate.subject), issuer \(certificate.issuer), "
                    + "valid from \(certificate.begins) to \(certificate.expires))"
            }
            description = text
        }
    }
#endif
