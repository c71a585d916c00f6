#if Daemon
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// The console as people have it: in a browser.
    @Suite(.serialized, .timeLimit(.minutes(15)))
    struct ConsoleTests {
        @Test(.needs(.python, .chromium))
        func aDayInTheBrowserFromSetUpToAudit() async throws {
            try await Rig.run("console") { rig in
                let house = try await ConsoleRig.start(in: rig)
                let pictures =
                    ProcessInfo.processInfo.environment["E911_PICTURES"]
                    ?? rig.folder.appendingPathComponent("pictures").path
                try await house.run("day.py", "\(house.server)", house.commands, pictures)
            }
        }

        /// What was known is known again in another state folder, and nobody was kept from anything meanwhile.
        @Test func accountsAreMadeAndABackupIsBroughtBackByTheCommandLine() async throws {
            try await Rig.run("backup") { rig in
                let house = try await ConsoleRig.start(in: rig)
                let daemon = house.daemon
                try await daemon.apply(site: house.site)
                try await ChildProcess.run(
                    try DaemonPeer.program,
                    ["user", "add", "ann", "--role", "security-desk", "--config", daemon.configuration.path],
                    in: rig.folder, input: Array("a long password\n".utf8))
                #expect(try await daemon.run("user", "list").contains("ann   security-desk"))
                let backup = rig.folder.appendingPathComponent("backup").path
                try await daemon.run("backup", backup)
                // Neither over a backup that is there, nor under a daemon that runs.
                await #expect(throws: (any Error).self) { try await daemon.run("backup", backup) }
                await #expect(throws: (any Error).self) { try await daemon.run("restore", backup) }
                let site = try await daemon.run("export", "site")
                #expect(await daemon.stop() == .exited(0))
                let state = daemon.configuration.deletingLastPathComponent().appendingPathComponent("state")
                // Nor under whoever else has the folder.
                await #expect(throws: (any Error).self) {
                    try await ChildProcess.run(
                        "/usr/bin/flock",
                        [
                            state.appendingPathComponent("lock").path, try DaemonPeer.program, "restore", backup,
                            "--config", daemon.configuration.path,
                        ], in: rig.folder)
                }
                #expect(try await daemon.run("export", "site") == site)
                try FileManager.default.removeItem(at: state)
                try await daemon.run("restore", backup)
                #expect(try await daemon.run("export", "site") == site)
                #expect(try await daemon.run("user", "list").contains("ann   security-desk"))
                let again = try await DaemonPeer.start(in: rig, daemon.configuration)
                #expect(try await again.run("export", "site") == site)
                #expect(await again.stop() == .exited(0))
            }
        }

        @Test(.needs(.python, .openssl))
        func overHTTPSWithACertificateOfItsOwn() async throws {
            try await Rig.run("https") { rig in
                let certificates = try await Certificates.make(in: rig, for: "127.0.0.1")
                let house = try await ConsoleRig.start(
                    in: rig,
                    more: ", certificate: \(certificates.path("server.pem")), key: \(certificates.path("server.key"))")
                let renewal = ["pem", "key"].map {
                    "mv \(certificates.path("server2.\($0)")) \(certificates.path("server.\($0)"))"
                }
                try await house.run(
                    "secure.py", certificates.path("ca.pem"),
                    (renewal + ["kill -HUP \(house.daemon.process.pid)"]).joined(separator: " && "))
            }
        }

        /// Whatever is wrong with the console, calls are answered: neither the check before a start nor the start minds.
        @Test func aConsoleThatCannotBeOpenedKeepsNobodyFromStarting() async throws {
            try await Rig.run("no-console") { rig in
                let address = try #require(IPAddress("127.0.0.1"))
                let (file, key) = (rig.folder.path + "/none.pem", rig.folder.path + "/none.key")
                let configuration = try DaemonPeer.configure(
                    in: rig, at: try Ports.lease(on: address), [.udp],
                    more:
                        "console: { address: 127.0.0.1, port: \(try Ports.lease()), certificate: \(file), key: \(key) }"
                )
                let said = try await ChildProcess.run(
                    try DaemonPeer.program, ["check", "--config", configuration.path], in: rig.folder)
                #expect(said.contains("warning: console: \(file)"), "\(said)")
                let daemon = try await DaemonPeer.start(in: rig, configuration)
                try await eventually("the log says that the console is closed") { () -> Bool? in
                    daemon.process.output.all.contains { $0.contains("code=console.closed") } ? true : nil
                }
                #expect(await daemon.stop() == .exited(0))
            }
        }

        /// Every answer of the API is one that its description names, whatever is asked.
        @Test(.needs(.python))
        func theAPIAnswersAsItsDescriptionSays() async throws {
            try await Rig.run("api") { rig in
                let house = try await ConsoleRig.start(in: rig)
                try await house.daemon.apply(site: house.site)
                try await house.run("api.py")
                // It says so when it could not answer, and did not.
                #expect(!house.daemon.process.output.all.contains { $0.contains("code=console.failed") })
            }
        }

        @Test(.needs(.python))
        func aThousandEventStreamsHaveAnAlertWithinHalfASecond() async throws {
            try await Rig.run("streams") { rig in
                let house = try await ConsoleRig.start(in: rig)
                try await house.daemon.apply(site: house.site)
                try await house.run("streams.py", house.commands, "1000")
            }
        }
    }

    /// e911d with its console, and a simulated SIP Server.
    private struct ConsoleRig {
        let rig: Rig
        let daemon: DaemonPeer
        let server: Endpoint
        /// The named pipe that the SIP Server reads.
        let commands: String
        private let firstRun: URL

        /// - Parameter more: keys of `console`, each with a comma before it.
        static func start(in rig: Rig, more: String = "") async throws -> ConsoleRig {
            let address = try #require(IPAddress("127.0.0.1"))
            let (manager, server) = (try Ports.lease(on: address), try Ports.lease(on: address))
            let configuration = try DaemonPeer.configure(
                in: rig, at: manager, [.udp], more: "console: { address: 127.0.0.1, port: \(try Ports.lease())\(more) }"
            )
            let daemon = try await DaemonPeer.start(in: rig, configuration)
            let firstRun = configuration.deletingLastPathComponent().appendingPathComponent("state/first-run")
            try await eventually("the link for the first account") { () -> Bool? in
                FileManager.default.fileExists(atPath: firstRun.path) ? true : nil
            }
            let commands = try CommandPipe(in: rig)
            let gateways = (try Ports.lease(), try Ports.lease())
            _ = try await rig.start(
                try DaemonPeer.program,
                [
                    "sip-server", "--listen", "\(server)", "--manager", "\(manager)", "--gateway",
                    "127.0.0.1:\(gateways.0)", "--test-gateway", "127.0.0.1:\(gateways.1)", "--check", "1",
                    "--commands",
                    commands.path,
                ])
            return ConsoleRig(rig: rig, daemon: daemon, server: server, commands: commands.path, firstRun: firstRun)
        }

        /// A small site with this SIP Server.
        var site: String {
            """
            site: { name: Example, time-zone: America/Chicago, default-call-server: main }
            call-servers:
              - name: main
                members: [ { address: \(server.address), port: \(server.port), transport: udp } ]
                username: "7911"
                default-location: hq
                default-elin: "+13125550100"
                alert-fallback: [ security ]
            locations: [ { id: hq, name: Headquarters, elins: [ "+13125550101" ] } ]
            rules: [ { prefix: 127.10.0.0/16, location: hq } ]
            recipients: [ { name: security, screen-pop: true } ]
            """
        }

        /// Runs a script of Tests/Browser, which must end well, and ends the daemon.
        func run(_ script: String, _ arguments: String...) async throws {
            let path = PackageFolder.url.appendingPathComponent("Tests/Browser/\(script)").path
            let process = try await rig.start(
                try PeerProgram.python.required(), [path, firstRun.path] + arguments,
                environment: ["HOME": rig.folder.path])
            let end = try await process.end(within: .seconds(600))
            #expect(end == .exited(0), "\(process.output.tail)")
            #expect(await daemon.stop() == .exited(0))
        }
    }
#endif
