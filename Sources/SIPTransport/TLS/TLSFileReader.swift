#if Transport
    import NIOSSL

    /// Makes the contexts of handshakes from certificates and keys on disk.
    struct TLSFileReader {
        /// Certificates of ours that are over, each once.
        private(set) var expired: [TLSFileError] = []

        /// - Parameter files: `nil` for a client that shows no certificate.
        mutating func context(
            _ files: TLSFiles?, _ verification: CertificateVerification
        ) throws(TLSFileError) -> NIOSSLContext {
            // The same for both sides; which it is, is for the handler to say.
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.minimumTLSVersion = .tlsv12
            configuration.certificateVerification = verification
            // The peers' certificates are judged by ``TrustRoots``.
            configuration.trustRoots = .certificates([])
            do {
                if let files {
                    let (chain, key) = try read(files)
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

        private mutating func read(_ files: TLSFiles) throws -> ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) {
            let certificates = try PEMFile(files.certificate)
            let key = try PEMFile(files.key)
            if let own = try certificates.certificates().first {
                try key.checkKey(of: own, files.certificate)
                let isOver = TLSFileError(file: files.certificate, reason: "the certificate expired \(own.expires)")
                if own.isExpired, !expired.contains(isOver) { expired.append(isOver) }
            }
            return (
                try NIOSSLCertificate.fromPEMBytes(certificates.octets).map { .certificate($0) },
                .privateKey(try NIOSSLPrivateKey(bytes: key.octets, format: .pem))
            )
        }
    }
#endif
