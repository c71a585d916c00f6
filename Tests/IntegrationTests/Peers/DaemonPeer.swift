#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore

    /// The e911d that this package builds, as a process.
    final class DaemonPeer: Sendable {
        /// Beside the test runner.
        static var program: String { get throws { try BuiltProgram.daemon.path } }

        let configuration: URL
        let process: ChildProcess
        private let rig: Rig
        private let namespace: NetworkNamespace?

        private init(configuration: URL, process: ChildProcess, rig: Rig, namespace: NetworkNamespace?) {
            self.configuration = configuration
            self.process = process
            self.rig = rig
            self.namespace = namespace
        }

        /// Writes e911d.yaml into a folder of the rig.
        static func configure(in rig: Rig, _ name: String, yaml: String) throws -> URL {
            let file = try rig.subfolder(name).appendingPathComponent("e911d.yaml")
            try yaml.write(to: file, atomically: false, encoding: .utf8)
            return file
        }

        /// Writes the e911d.yaml of a node that listens there, with more lines behind.
        static func configure(
            in rig: Rig, at endpoint: Endpoint, _ transports: [SIPTransportKind] = [.udp, .tcp], more: String...
        ) throws -> URL {
            let listeners = transports.map {
                "  - { transport: \($0), address: \(endpoint.address), port: \(endpoint.port) }"
            }
            let lines = ["node: a", "state: state", "listen:"] + listeners + more + [""]
            return try configure(in: rig, "e911d", yaml: lines.joined(separator: "\n"))
        }

        /// A site.yaml of one call server by UDP, and of one location for all phones of 127.10.0.0/16.
        ///
        /// - Parameters:
        ///   - options: of the site, as `, reminders: { times: 0 }`.
        ///   - alerts: the line of the call server that says who is told.
        ///   - recipients: their lines; none for nobody.
        static func site(
            _ callServer: Endpoint, options: String = "", alerts: String, elins: [String], recipients: [String] = []
        ) -> String {
            let numbers = elins.map { "\"\($0)\"" }.joined(separator: ", ")
            let people = recipients.isEmpty ? "" : (["", "recipients:"] + recipients).joined(separator: "\n")
            return """
                site: { name: Example, time-zone: UTC, default-call-server: main\(options) }
                call-servers:
                  - name: main
                    members: [ { address: 127.0.0.1, port: \(callServer.port), transport: udp } ]
                    username: "7911"
                    default-location: hq
                    default-elin: "+13125550100"
                    \(alerts)
                locations:
                  - { id: hq, name: Headquarters, elins: [ \(numbers) ] }
                rules:
                  - { prefix: 127.10.0.0/16, location: hq }\(people)
                """
        }

        /// Starts `e911d serve`; it answers commands when this returns. Started again with the same configuration, it finds
        /// its state again.
        ///
        /// - Parameter shell: what a shell does before, as a redirection of `exec`.
        static func start(
            in rig: Rig, _ configuration: URL, _ arguments: [String] = [], of namespace: NetworkNamespace? = nil,
            shell: String? = nil
        ) async throws -> DaemonPeer {
            var words = ["serve", "--config", configuration.path] + arguments
            var path = try program
            if let shell {
                words = ["-c", "\(shell)\nexec \"$0\" \"$@\"", path] + words
                path = "/bin/sh"
            }
            let command = namespace.map { $0.command(path, words) } ?? (path, words)
            let process = try await rig.start(
                command.0, command.1, in: configuration.deletingLastPathComponent(),
                environment: ["SWIFT_BACKTRACE": "enable=no"])
            let daemon = DaemonPeer(configuration: configuration, process: process, rig: rig, namespace: namespace)
            try await eventually("e911d answers commands: \(process.whatItDoes)", every: .milliseconds(50)) {
                () -> String? in
                guard process.isRunning else { throw PeerError("e911d ended:\n\(process.output.tail)") }
                // While no daemon has the state folder, a command is answered from it.
                let lock = configuration.deletingLastPathComponent().appendingPathComponent("state/lock")
                let owner = (try? String(contentsOf: lock, encoding: .utf8)) ?? ""
                guard owner.trimmingCharacters(in: .whitespacesAndNewlines) == "\(process.pid)" else { return nil }
                return try? await daemon.run("leases", "--json")
            }
            return daemon
        }

        /// Runs a command of e911d against this one, and answers what it printed. A command that fails throws.
        @discardableResult
        func run(_ arguments: String...) async throws -> String { try await run(arguments) }

        @discardableResult
        func run(_ arguments: [String]) async throws -> String {
            let words = arguments + ["--config", configuration.path]
            let path = try Self.program
            let command = namespace.map { $0.command(path, words) } ?? (path, words)
            // Thousands of devices take their time in a debug build on a busy machine.
            return try await ChildProcess.run(
                command.0, command.1, in: configuration.deletingLastPathComponent(), within: .seconds(120))
        }

        /// Applies a site.
        func apply(site yaml: String) async throws {
            let file = configuration.deletingLastPathComponent().appendingPathComponent("site.yaml")
            try yaml.write(to: file, atomically: false, encoding: .utf8)
            try await run("apply", file.path)
        }

        /// Applies a site whose one call server tells of addresses of record, as Kamailio does, and where nobody is told of
        /// calls.
        ///
        /// - Parameters:
        ///   - member: keys of the call server's member.
        ///   - more: keys of the subscription beside the addresses.
        func apply(member: String, aors: [String], more: String...) async throws {
            let list = aors.map { "\"sip:\($0)@\(SIPServerPeer.domain)\"" }.joined(separator: ", ")
            let subscription = (["target: aors", "aors: [ \(list) ]"] + more).joined(separator: ", ")
            try await apply(
                site: """
                    site: { name: Example, time-zone: America/Chicago, default-call-server: main }
                    call-servers:
                      - name: main
                        profile: rfc3680
                        members: [ { \(member) } ]
                        username: "7911"
                        default-location: hq
                        default-elin: "+13125550100"
                        onsite-notification: false
                        subscription: { \(subscription) }
                    locations: [ { id: hq, name: Headquarters } ]
                    """)
        }

        /// Runs a command with `--json` and decodes what it prints.
        func json<T: Decodable>(_ command: String, as type: T.Type = T.self) async throws -> T {
            try JSONDecoder().decode(type, from: Data(try await run(command, "--json").utf8))
        }

        func devices() async throws -> [DeviceInfo] { try await json("devices") }

        /// Until Kamailio sends calls here: it does only while its OPTIONS are answered with 200, and e911d answers so with a
        /// site alone. Two have come since now, after the site, and what Kamailio said last is not that this one is down.
        func isInService(of server: SIPServerPeer, at manager: Endpoint) async throws {
            func asked() async throws -> UInt64 {
                try await json("status", as: NodeStatus.self).counters.first { $0.name == "received.OPTIONS" }?.value
                    ?? 0
            }
            let before = try await asked()
            try await eventually("\(manager) in service of Kamailio", within: .seconds(60)) { () -> Bool? in
                guard try await asked() >= before + 2 else { return nil }
                let last = server.process.output.all.last { $0.contains("oos-check: ") && $0.contains("\(manager)") }
                return last?.contains("DOWN") == true ? nil : true
            }
        }

        /// Ends it as `systemctl stop` does, and answers how it ended.
        func stop() async -> ProcessEnd { await process.stop() }

        /// Ends it without a warning.
        func kill() async { await process.kill() }
    }
#endif
