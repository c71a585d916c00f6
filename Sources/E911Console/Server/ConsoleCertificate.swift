#if Daemon
    import NIOCore
    import NIOSSL
    import Synchronization

    /// The console's certificate and its key, as they were read last: each handshake is made with these, so that a renewed
    /// certificate needs no restart.
    final class ConsoleCertificate: Sendable {
        private struct Pair: Sendable {
            var chain: [NIOSSLCertificateSource]
            var key: NIOSSLPrivateKeySource

            init(_ certificate: String, _ key: String) throws {
                chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
                self.key = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
                // A certificate without its key would end each handshake: this says so.
                _ = try NIOSSLContext(
                    configuration: .makeServerConfiguration(certificateChain: chain, privateKey: self.key))
            }
        }

        private let certificate: String
        private let key: String
        private let inForce: Mutex<Pair>

        /// - Parameters:
        ///   - certificate: a PEM file, our own certificate first.
        ///   - key: a PEM file.
        init(certificate: String, key: String) throws {
            self.certificate = certificate
            self.key = key
            inForce = Mutex(try Pair(certificate, key))
        }

        /// Reads the files again; if that fails, what was in force is so still.
        func reload() throws {
            let read = try Pair(certificate, key)
            inForce.withLock { $0 = read }
        }

        var configuration: TLSConfiguration {
            let pair = inForce.withLock { $0 }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: pair.chain, privateKey: pair.key)
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            configuration.sslContextCallback = { [self] _, answer in
                var changed = NIOSSLContextConfigurationOverride()
                let pair = inForce.withLock { $0 }
                changed.certificateChain = pair.chain
                changed.privateKey = pair.key
                answer.succeed(changed)
            }
            return configuration
        }
    }
#endif
