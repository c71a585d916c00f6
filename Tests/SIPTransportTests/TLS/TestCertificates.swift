#if Transport
    import Dispatch
    import E911Values
    import Foundation
    import SIPCore
    import SIPTransport

    /// The certificates of `Tests/Fixtures/tls/make-certificates`, made once for all tests.
    enum TestCertificates {
        private static let folder = FileManager.default.temporaryDirectory
            .appending(path: "e911-tls-\(UUID().uuidString)")

        /// On a thread of Dispatch: other tests look at the clock, and have few threads.
        private static let making = Task.detached {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                DispatchQueue.global().async { done.resume(with: Result { try run() }) }
            }
        }

        private static func run() throws {
            let program = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../Fixtures/tls/make-certificates").standardizedFileURL
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            atexit { try? FileManager.default.removeItem(at: TestCertificates.folder) }
            let process = try Process.run(program, arguments: [folder.path, "127.0.0.1", "::1"])
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Failed() }
            // A key with a password on it.
            try "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
                .write(toFile: path("secret.key"), atomically: true, encoding: .utf8)
        }

        struct Failed: Error {}

        /// Waits until they are there.
        static func make() async throws { try await making.value }

        /// The path of a file in the folder.
        static func path(_ name: String) -> String { folder.appending(path: name).path }

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
