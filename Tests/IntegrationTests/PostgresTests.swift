#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// e911d with its store in PostgreSQL.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct PostgresTests {
        private static func site(_ callServer: Endpoint) -> String {
            DaemonPeer.site(
                callServer, alerts: "onsite-notification: false",
                elins: ["+13125551001", "+13125551002", "+13125551003", "+13125551004"])
        }

        /// The calls that the database has, by caller.
        private static func callers(_ daemon: DaemonPeer) async throws -> Set<String> {
            let text = try await daemon.run("export", "store")
            return Set(
                text.split(separator: "\n").filter { $0.hasPrefix("{\"table\":\"call\"") }.compactMap { line in
                    line.firstRange(of: "\"caller_dn\":\"").map { String(line[$0.upperBound...].prefix(5)) }
                })
        }

        @Test(.needs(.postgres, .initdb, .psql, .setpriv))
        func aNodeMovesToPostgreSQLAnswersWithoutItAndMovesBack() async throws {
            try await Rig.run("pg") { rig in
                let database = try await DatabasePeer.start(in: rig)
                let own = try Ports.lease(on: try #require(IPAddress("127.0.0.3")))
                let server = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
                let file = try DaemonPeer.configure(in: rig, at: own, [.udp], more: "answer-deadline: 250ms")
                let sqlite = try String(contentsOf: file, encoding: .utf8)
                let shared = sqlite + "store: { postgres: \"\(database.address) password=s3cret-word\" }\n"
                let caller = try CallerSocket(port: server.port, to: own)
                func callers(_ daemon: DaemonPeer, are wanted: Set<String>) async throws {
                    try await eventually("\(wanted) in the store") { () -> Bool? in
                        try await Self.callers(daemon) == wanted ? true : nil
                    }
                }

                var daemon = try await DaemonPeer.start(in: rig, file)
                try await daemon.apply(site: Self.site(server))
                #expect(try caller.call(1).status == 302)
                try await callers(daemon, are: ["30001"])
                let migrate = ["migrate", "--from", "sqlite", "--to", "postgres"]
                // Not under a daemon that runs, not without a database, not over rows.
                await #expect(throws: (any Error).self) {
                    try await daemon.run(migrate + ["--postgres", database.address])
                }
                #expect(await daemon.stop() == .exited(0))
                await #expect(throws: (any Error).self) { try await daemon.run(migrate) }
                let before = try await daemon.run("export", "store")
                #expect(try await daemon.run(migrate + ["--postgres", database.address]).contains("the same as in"))
                try shared.write(to: file, atomically: false, encoding: .utf8)
                #expect(try await daemon.run("export", "store") == before)
                await #expect(throws: (any Error).self) { try await daemon.run(migrate) }

                // From now on there is no use for the files of SQLite.
                let state = file.deletingLastPathComponent().appendingPathComponent("state")
                for name in ["calls.db", "site.db"] {
                    try FileManager.default.removeItem(at: state.appendingPathComponent(name))
                }
                daemon = try await DaemonPeer.start(in: rig, file)
                #expect(try caller.call(2).status == 302)
                try await callers(daemon, are: ["30001", "30002"])
                // The database is away: calls are answered, a start answers, and what waited is written.
                await database.crash()
                #expect(try caller.call(3).status == 302)
                await daemon.kill()
                daemon = try await DaemonPeer.start(in: rig, file)
                #expect(try caller.call(4).status == 302)
                let again = try await database.again()
                try await callers(daemon, are: ["30001", "30002", "30003", "30004"])
                for name in ["calls.db", "site.db"] {
                    #expect(!FileManager.default.fileExists(atPath: state.appendingPathComponent(name).path))
                }

                let backup = rig.folder.appendingPathComponent("backup").path
                #expect(try await daemon.run("backup", backup).contains("pg_dump"))
                #expect(!FileManager.default.fileExists(atPath: backup + "/calls.db"))
                #expect(await daemon.stop() == .exited(0))
                try await daemon.run("restore", backup)
                let there = try await daemon.run("export", "store")
                try await daemon.run("migrate", "--from", "postgres", "--to", "sqlite")
                try sqlite.write(to: file, atomically: false, encoding: .utf8)
                #expect(try await daemon.run("export", "store") == there)
                await #expect(throws: (any Error).self) { try await daemon.run("restore", backup) }
                daemon = try await DaemonPeer.start(in: rig, file)
                #expect(try caller.call(5).status == 302)
                try await callers(daemon, are: ["30001", "30002", "30003", "30004", "30005"])
                #expect(await daemon.stop() == .exited(0))
                #expect(!daemon.process.output.all.contains { $0.contains("s3cret-word") })
                await again.crash()
            }
        }

        @Test(.needs(.setpriv)) func checkPlacesAConnectionStringThatIsNone() async throws {
            try await Rig.run("pgcheck") { rig in
                let own = try Ports.lease(on: try #require(IPAddress("127.0.0.3")))
                let file = try DaemonPeer.configure(
                    in: rig, at: own, [.udp], more: "store: { postgres: \"hots=db password=s3cret-word\" }")
                for command in ["check", "serve", "export site"] {
                    let words = command.split(separator: " ").map(String.init) + ["--config", file.path]
                    let process = try await rig.start(
                        try DaemonPeer.program, words, in: file.deletingLastPathComponent())
                    let end = try await process.end()
                    let said = process.output.all.joined(separator: "\n")
                    #expect(!said.contains("s3cret-word"))
                    guard command != "export site" else { continue }
                    #expect(end == .exited(78), "\(said)")
                    #expect(
                        said.contains("e911d.yaml:5:20: store.postgres: it is no connection string"), "\(said)")
                }
            }
        }
    }
#endif
