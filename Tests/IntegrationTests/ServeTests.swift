#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Testing

    /// What a machine in trouble does to `e911d serve`.
    @Suite(.timeLimit(.minutes(5)))
    struct ServeTests {
        private func configure(_ rig: Rig) throws -> URL {
            let own = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
            return try DaemonPeer.configure(
                in: rig, "e911d",
                yaml: """
                    node: a
                    state: state
                    listen: [ { transport: udp, address: \(own.address), port: \(own.port) } ]
                    """)
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
    }
#endif
