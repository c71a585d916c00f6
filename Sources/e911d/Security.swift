#if Daemon
    import E911Configuration
    import SIPCore
    import SIPTransport

    extension TransportSecurity {
        /// `nil` when nothing listens by TLS: without a listener nothing is sent by it either.
        init?(_ configuration: DaemonConfiguration) {
            let listeners = configuration.listeners.filter { $0.transport == .tls && $0.tls != nil }
            guard let first = listeners.first?.tls else { return nil }
            self.init(
                client: TLSFiles(configuration.tls.client ?? first), trust: configuration.tls.authorities)
            for listener in listeners {
                guard let files = listener.tls else { continue }
                servers[SIPTransport.Listener(listener.transport, listener.endpoint)] = Server(
                    files: TLSFiles(files), clientCertificate: ClientCertificate(listener.clientCertificate))
            }
        }
    }

    extension DaemonConfiguration {
        /// The console's certificate; `nil` where it has none.
        var consoleFiles: SIPTransport.TLSFiles? {
            console?.tls.map { SIPTransport.TLSFiles(certificate: $0.certificate, key: $0.key) }
        }
    }

    extension TLSFiles {
        fileprivate init(_ files: DaemonConfiguration.TLSFiles) {
            self.init(certificate: files.certificate, key: files.key)
        }
    }

    extension TransportSecurity.ClientCertificate {
        fileprivate init(_ choice: DaemonConfiguration.ClientCertificate) {
            self =
                switch choice {
                case .none: .none
                case .optional: .optional
                case .required: .required
                }
        }
    }
#endif
