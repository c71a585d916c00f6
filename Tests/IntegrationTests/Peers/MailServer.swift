#if Daemon
    import Foundation

    /// An SMTP server that keeps its mail.
    struct MailServer {
        struct Mail: Decodable, Sendable {
            struct Header: Decodable, Sendable {
                var name: String
                var value: String
            }

            var sender: String
            var recipients: [String]
            var subject: String
            var headers: [Header]
            /// As plain text, decoded.
            var body: String

            /// Which delivery it is: the same with each attempt.
            var messageID: String { headers.first { $0.name == "Message-ID" }?.value ?? "" }
        }

        let port: UInt16
        let process: ChildProcess
        private let folder: URL

        /// - Parameter pause: how long a mail that is kept waits for its acknowledgement at most, in milliseconds.
        static func start(in rig: Rig, port: UInt16? = nil, pause: Int = 0) async throws -> MailServer {
            let port = try port ?? Ports.lease()
            let folder = try rig.subfolder("mail-\(port)")
            let process = try await rig.start(
                try PeerProgram.python.required(),
                [
                    PackageFolder.url.appendingPathComponent("scripts/mail-server.py").path, "127.0.0.1:\(port)",
                    folder.path, "\(pause)",
                ])
            _ = try await process.output.first { $0.hasPrefix("listening") }
            return MailServer(port: port, process: process, folder: folder)
        }

        /// What came so far, in order.
        var mails: [Mail] {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: folder.path)
                    .filter { $0.hasSuffix(".json") }.sorted()
                    .map {
                        try JSONDecoder().decode(Mail.self, from: Data(contentsOf: folder.appendingPathComponent($0)))
                    }
            }
        }

        /// The first mail that is wanted, or the wait fails.
        func mail(_ what: String, within limit: Duration = .seconds(60), where wants: (Mail) -> Bool) async throws
            -> Mail
        {
            try await eventually("the mail \(what)", within: limit) { try mails.first(where: wants) }
        }
    }
#endif
