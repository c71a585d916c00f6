#if Daemon
    import E911Values
    import Foundation

    /// The certificates of `Tests/Fixtures/tls/make-certificates`, in a folder of the rig.
    struct Certificates {
        let folder: URL

        /// - Parameter addresses: those that the certificate `server` has beside its domain, `server.test`.
        static func make(in rig: Rig, for addresses: String...) async throws -> Certificates {
            _ = try PeerProgram.openssl.required()
            let folder = try rig.subfolder("certificates")
            try await ChildProcess.run(
                PackageFolder.fixture("tls/make-certificates").path, [folder.path] + addresses, in: folder)
            return Certificates(folder: folder)
        }

        func path(_ file: String) -> String { folder.appendingPathComponent(file).path }

        /// A copy that can be replaced: `certificate: FILE, key: FILE` for a listener.
        func install(_ name: String, as other: String) throws {
            for ending in ["pem", "key"] {
                let data = try Data(contentsOf: folder.appendingPathComponent("\(name).\(ending)"))
                // In one step: e911d may read it at any moment.
                let next = path("\(other).\(ending).next")
                guard
                    FileManager.default.createFile(
                        atPath: next, contents: data, attributes: [.posixPermissions: 0o600]),
                    rename(next, path("\(other).\(ending)")) == 0
                else { throw PeerError("\(next) cannot be written") }
            }
        }

        /// The e911d.yaml of a node that listens by TLS alone.
        func daemon(
            at endpoint: Endpoint, certificate: String = "server", key: String? = nil, asks: String = "none"
        ) -> String {
            """
            node: a
            state: state
            listen:
              - transport: tls
                address: \(endpoint.address)
                port: \(endpoint.port)
                certificate: \(path("\(certificate).pem"))
                key: \(path("\(key ?? certificate).key"))
                client-certificate: \(asks)
            tls: { ca: \(path("ca.pem")) }

            """
        }

        /// The lines of a certificate, without those around them.
        func body(of name: String) throws -> String {
            try String(contentsOf: folder.appendingPathComponent("\(name).pem"), encoding: .utf8)
                .split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        }
    }
#endif
