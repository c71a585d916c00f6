#if Transport
    import E911Values
    import NIOSSL

    /// A certificate that we show, and when it is valid. Times are in seconds since 1970.
    struct OwnCertificate: Equatable, Sendable {
        var file: String
        var beginning: Int64
        var beginningText: String
        var end: Int64
        var endText: String

        /// What is to be told of it at `now`: that peers refuse it at present, or will within `notice`.
        func problem(at now: Int64, notice: Duration) -> TLSFileError? {
            if end < now { return TLSFileError(file: file, reason: "the certificate expired \(endText)") }
            if beginning > now {
                return TLSFileError(file: file, reason: "the certificate is not valid before \(beginningText)")
            }
            guard end - now < notice.components.seconds else { return nil }
            return TLSFileError(file: file, reason: "the certificate expires \(endText)")
        }
    }

    extension [OwnCertificate] {
        /// Those that are over or have not begun, or will be over within `notice`.
        func problems(notice: Duration) -> [TLSFileError] {
            let now = HostClock.now().wall.milliseconds / 1000
            return compactMap { $0.problem(at: now, notice: notice) }
        }
    }

    /// Makes the contexts of handshakes from certificates and keys on disk.
    struct TLSFileReader {
        /// Certificates of ours, each once.
        private(set) var own: [OwnCertificate] = []

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
                let known = OwnCertificate(
                    file: files.certificate, beginning: own.beginsAt, beginningText: own.begins, end: own.expiresAt,
                    endText: own.expires)
                if !self.own.contains(known) { self.own.append(known) }
            }
            return (
                try NIOSSLCertificate.fromPEMBytes(certificates.octets).map { .certificate($0) },
                .privateKey(try NIOSSLPrivateKey(bytes: key.octets, format: .pem))
            )
        }
    }

    extension TLSFiles {
        /// Reads these two files alone, as a server would that asks nobody for a certificate.
        ///
        /// - Returns: that the certificate is over, has not begun, or will be over within ``HostLimits/certificateNotice``.
        /// - Throws: ``TLSFileError`` if one of them cannot be used, or they do not belong together.
        public func check() throws(TLSFileError) -> [TLSFileError] {
            var reader = TLSFileReader()
            _ = try reader.context(self, .none)
            return reader.own.problems(notice: HostLimits().certificateNotice)
        }
    }
#endif
