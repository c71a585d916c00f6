#if Transport
    import E911Values
    import Foundation
    import SIPCore
    import SIPTransport
    import Synchronization

    /// The certificates of `Tests/Fixtures/tls/make-certificates`, made once for all tests.
    enum TestCertificates {
        private static let removed = Mutex("")

        static let folder: URL? = {
            let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Fixtures/tls/make-certificates").standardizedFileURL
            let folder = FileManager.default.temporaryDirectory.appending(path: "e911-tls-\(UUID().uuidString)")
            do {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                let process = try Process.run(fixtures, arguments: [folder.path, "127.0.0.1", "::1"])
                process.waitUntilExit()
                guard process.terminationStatus == 0 else { return nil }
            } catch {
                return nil
            }
            removed.withLock { $0 = folder.path }
            atexit { TestCertificates.removed.withLock { try? FileManager.default.removeItem(atPath: $0) } }
            return folder
        }()

        /// The path of a file in the folder.
        static func path(_ name: String) -> String { folder?.appending(path: name).path ?? "/nowhere/\(name)" }

        static func files(_ name: String) -> TLSFiles {
            TLSFiles(certificate: path("\(name).pem"), key: path("\(name).key"))
        }

        /// Every listener with the certificate `server`.
        static func security(
            server: String = "server", _ clients: TransportSecurity.ClientCertificate = .none, client: String? = nil,
            trust: String = "ca"
        ) -> TransportSecurity {
            let served = TransportSecurity.Server(files: files(server), clientCertificate: clients)
            let any = [IPAddress(v4: 0), IPAddress(v6: 0)].map { Listener(.tls, Endpoint($0, 0)) }
            return TransportSecurity(
                servers: Dictionary(uniqueKeysWithValues: any.map { ($0, served) }), client: client.map { files($0) },
                trust: path("\(trust).pem"))
        }
    }
#endif
