#if Daemon
    import E911Values
    import Foundation
    import SIPCore

    /// Kamailio in the part of the ICD's SIP Server: registrar, reg event, the 911 trunk with its OPTIONS checks, following
    /// the 302 to a gateway, the ELIN map for the callback. `Tests/Fixtures/sipserver/sipserver.cfg.in` says how.
    struct SIPServerPeer {
        struct Settings {
            /// How the SIP Server reaches e911d and the gateways.
            var transport: SIPTransportKind
            /// Where e911d listens, each node.
            var managers: [Endpoint]
            /// The emergency gateway, chosen by a Contact user that begins with `username`.
            var gateway: Endpoint
            /// The gateway of test calls, chosen by `testUsername`.
            var testGateway: Endpoint
            var username = "7911"
            var testUsername = "7933"
            /// How long its own map of ELINs keeps an entry, in seconds.
            var elinTimeout = 1200
            /// Seconds between its OPTIONS to the trunks.
            var optionsInterval = 1
            /// Milliseconds after which it gives up a request that nobody answers. It sends PUBLISHes to itself: one that it
            /// gives up is told to nobody.
            var patience = 3000
            /// MiB that its processes share.
            var memory = 64
            /// SUBSCRIBEs need ``digestUser`` and ``digestPassword`` then.
            var digest: DigestAlgorithm?
            /// With TLS to e911d: `server`, for both of its sides, and who it believes. The gateways are reached by TCP.
            var certificates: Certificates?
            var certificate = "server"

            init(_ transport: SIPTransportKind, manager: Endpoint, gateway: Endpoint, testGateway: Endpoint) {
                self.transport = transport
                managers = [manager]
                self.gateway = gateway
                self.testGateway = testGateway
            }
        }

        /// It alone uses this address, so that what it sends is known by it.
        static let host = "127.0.0.1"
        /// The domain of every AOR; nobody resolves it.
        static let domain = "sipserver.test"
        static let digestUser = "e911d"
        static let digestPassword = "Circle of Life"
        /// UDP and TCP.
        let port: UInt16
        /// Where e911d reaches it.
        let subscriptionPort: UInt16
        let process: ChildProcess

        /// Starts it; it answers OPTIONS when this returns.
        static func start(in rig: Rig, _ settings: Settings, port: UInt16? = nil) async throws -> SIPServerPeer {
            let kamailio = try PeerProgram.kamailio.required()
            let sipsak = try PeerProgram.sipsak.required()
            let port = try port ?? Ports.lease()
            let folder = try rig.subfolder("sipserver-\(port)")
            try await makeDatabase(in: folder)

            let isSecure = settings.transport == .tls
            let parameter = settings.transport == .udp ? "" : ";transport=\(settings.transport)"
            let gatewayParameter = isSecure ? ";transport=tcp" : parameter
            let subscriptionPort = isSecure ? try Ports.lease() : port
            let managers = settings.managers.map { "1 sip:\($0)\(parameter) 0\n" }.joined()
            try """
            \(managers)11 sip:\(settings.gateway)\(gatewayParameter) 0
            12 sip:\(settings.testGateway)\(gatewayParameter) 0

            """.write(to: folder.appendingPathComponent("dispatcher.list"), atomically: false, encoding: .utf8)
            let configuration = folder.appendingPathComponent("sipserver.cfg")
            var text = try String(contentsOf: PackageFolder.fixture("sipserver/sipserver.cfg.in"), encoding: .utf8)
            for (name, value) in [
                ("HOST", host), ("PORT", "\(port)"), ("DOMAIN", domain), ("FOLDER", folder.path),
                ("MODULES", try modules()), ("DEBUG", "2"), ("FAST_NOTIFY", "1"),
                ("FR_TIMER", "\(settings.patience)"), ("ELIN_TIMEOUT", "\(settings.elinTimeout)"),
                ("OOS_CHECK", "\(settings.optionsInterval)"),
                ("DIGEST", settings.digest == nil ? "" : "#!define DIGEST"),
                ("DIGEST_ALGORITHM", settings.digest?.token ?? ""), ("DIGEST_USER", digestUser),
                ("DIGEST_PASSWORD", digestPassword), ("USERNAME", settings.username),
                ("TEST_USERNAME", settings.testUsername), ("TLS", isSecure ? "#!define TLS" : ""),
                ("TLS_PORT", "\(subscriptionPort)"),
                ("CERTIFICATES", settings.certificates?.folder.path ?? ""), ("CERTIFICATE", settings.certificate),
                ("PRESENCE", isSecure ? "\(subscriptionPort);transport=tls" : "\(port)"),
            ] {
                text = text.replacingOccurrences(of: "@\(name)@", with: value)
            }
            try text.write(to: configuration, atomically: false, encoding: .utf8)

            // -DD -E: in the foreground, log on standard error.
            let process = try await rig.start(
                kamailio,
                ["-f", configuration.path, "-DD", "-E", "-m", "\(settings.memory)", "-M", "8", "-Y", folder.path],
                in: folder)
            try await eventually("an answer of Kamailio to OPTIONS: \(process.whatItDoes)") { () -> Bool? in
                guard process.isRunning else { throw PeerError("Kamailio ended:\n\(process.output.tail)") }
                let ask = try await ChildProcess.start(sipsak, ["-s", "sip:\(host):\(port)"], in: folder)
                if (try? await ask.end(within: .milliseconds(500))) == .exited(0) { return true }
                return nil
            }
            return SIPServerPeer(port: port, subscriptionPort: subscriptionPort, process: process)
        }

        private static func makeDatabase(in folder: URL) async throws {
            let sqlite = try PeerProgram.sqlite3.required()
            for part in ["standard", "presence"] {
                let tables = try Data(
                    contentsOf: URL(fileURLWithPath: "/usr/share/kamailio/db_sqlite/\(part)-create.sql"))
                try await ChildProcess.run(
                    sqlite, [folder.appendingPathComponent("presence.sqlite").path], in: folder, input: Array(tables))
            }
        }

        private static func modules() throws -> String {
            let library = "/usr/lib"
            for entry in try FileManager.default.contentsOfDirectory(atPath: library).sorted() {
                let path = "\(library)/\(entry)/kamailio/modules"
                if FileManager.default.fileExists(atPath: path) { return path }
            }
            throw PeerError("no modules of Kamailio under \(library)")
        }
    }
#endif
