#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// What a machine in trouble does to `e911d serve`.
    @Suite(.timeLimit(.minutes(5)))
    struct ServeTests {
        private func configure(_ rig: Rig) throws -> URL {
            let own = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
            return try DaemonPeer.configure(in: rig, at: own, [.udp])
        }

        /// A full disk behind standard error, or a reader that is gone.
        @Test(.needs(.setpriv), arguments: ["exec 2>/dev/full", "exec 2>&-", "mkfifo log; (exec 3<log) & exec 2>log"])
        func aLogThatCannotBeWrittenEndsNothing(shell: String) async throws {
            try await Rig.run("log") { rig in
                let daemon = try await DaemonPeer.start(in: rig, try configure(rig), shell: shell)
                let status: NodeStatus = try await daemon.json("status")
                #expect(status.node == "a")
                try await daemon.run("drain")
                #expect(await daemon.stop() == .exited(0))
            }
        }

        @Test(.needs(.setpriv)) func aControlSocketThatCannotBeOpenedEndsNothing() async throws {
            try await Rig.run("control") { rig in
                let configuration = try configure(rig)
                let place = try rig.subfolder("e911d/state/control")
                let process = try await rig.start(
                    DaemonPeer.program, ["serve", "--config", configuration.path],
                    in: configuration.deletingLastPathComponent())
                _ = try await process.output.first { $0.contains("code=control.closed") }
                _ = try await process.output.first { $0.contains("code=node.started") }
                try FileManager.default.removeItem(at: place)
                _ = try await process.output.first { $0.contains("code=control.open") }
                _ = try await ChildProcess.run(
                    DaemonPeer.program, ["status", "--config", configuration.path], in: rig.folder)
                #expect(await process.stop() == .exited(0))
            }
        }

        @Test(.needs(.setpriv)) func asManyFilesAreOpenAsTheSystemAllows() async throws {
            try await Rig.run("files") { rig in
                let daemon = try await DaemonPeer.start(in: rig, try configure(rig), shell: "ulimit -S -n 200")
                let limits = try String(contentsOfFile: "/proc/\(daemon.process.pid)/limits", encoding: .utf8)
                let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
                let numbers = line?.split(separator: " ").compactMap { Int($0) } ?? []
                try #require(numbers.count == 2, "soft and hard")
                #expect(numbers[0] == min(numbers[1], 65_536))
                _ = await daemon.stop()
                let narrow = try await DaemonPeer.start(in: rig, daemon.configuration, shell: "ulimit -n 400")
                let alarm = try await narrow.process.output.first { $0.contains("code=limits.files") }
                #expect(alarm.contains("connections=100 files=400"))
                #expect(await narrow.stop() == .exited(0))
            }
        }

        @Test(.needs(.setpriv)) func whatIsWrittenIsForItsOwnerAndATraceGoesOn() async throws {
            try await Rig.run("private") { rig in
                let configuration = try configure(rig)
                let trace = rig.folder.appendingPathComponent("trace")
                let first = try await DaemonPeer.start(
                    in: rig, configuration, ["--record", trace.path], shell: "umask 000")
                #expect(await first.stop() == .exited(0))
                let attributes = try FileManager.default.attributesOfItem(atPath: trace.path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                try Data("before\n".utf8).write(to: trace)
                let daemon = try await DaemonPeer.start(in: rig, configuration, ["--record", trace.path])
                #expect(await daemon.stop() == .exited(0))
                #expect(try String(contentsOf: trace, encoding: .utf8).hasPrefix("before\n"))
            }
        }

        @Test(.needs(.setpriv)) func aPasswordThatCannotBeReadIsAnErrorOfTheConfiguration() async throws {
            try await Rig.run("password") { rig in
                let configuration = try configure(rig)
                let smtp = """

                    smtp: { url: "smtp://127.0.0.1:25", username: a, password-file: secret, from: "e911d@example.com" }
                    """
                try (String(contentsOf: configuration, encoding: .utf8) + smtp)
                    .write(to: configuration, atomically: false, encoding: .utf8)
                let folder = configuration.deletingLastPathComponent()
                try Data([0xff, 0xfe]).write(to: folder.appendingPathComponent("secret"))
                let process = try await rig.start(
                    DaemonPeer.program, ["serve", "--config", configuration.path], in: folder)
                #expect(try await process.end() == .exited(78))
                #expect(process.output.tail.contains("smtp.password-file"))
            }
        }
    }
#endif
