#if Daemon
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// The programs of `Examples/`, among themselves and with the SIP Server model.
    @Suite(.timeLimit(.minutes(3)))
    struct ExampleTests {
        private func example(_ name: String) throws -> String {
            let path = PackageFolder.url.appendingPathComponent(".build-examples/debug/\(name)").path
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw PeerError("no \(name) at \(path): make examples builds it")
            }
            return path
        }

        @Test(arguments: ["", ";transport=tcp"])
        func aRedirectServerAnswersPingsAndCalls(transport: String) async throws {
            try await Rig.run("redirect") { rig in
                let port = try Ports.lease()
                let server = try await rig.start(
                    try example("sip-redirect"), ["127.0.0.1:\(port)", "sip:desk@192.0.2.7"])
                _ = try await server.output.first { $0.hasPrefix("listening on TCP") }
                let ping = try await rig.start(
                    try example("sip-ping"), ["sip:127.0.0.1:\(port)\(transport)", "3", "0.01"])
                #expect(try await ping.end(within: .seconds(20)) == .exited(0))
                #expect(ping.output.all.filter { $0.contains(": 200 OK, ") }.count == 3)
            }
        }

        @Test func aPingWithoutAnswerFails() async throws {
            try await Rig.run("ping") { rig in
                let port = try Ports.lease()
                let ping = try await rig.start(
                    try example("sip-ping"), ["sip:127.0.0.1:\(port);transport=tcp", "1"])
                #expect(try await ping.end(within: .seconds(20)) == .exited(1))
                #expect(ping.output.all.contains { $0.contains("efused") }, "\(ping.output.tail)")
            }
        }

        @Test(arguments: ["udp", "tcp"])
        func aWatcherSaysWhoComesMovesAndLeaves(transport: String) async throws {
            try await Rig.run("watch") { rig in
                let commands = try CommandPipe(in: rig)
                let (own, other) = (try Ports.lease(), try Ports.lease())
                _ = try await rig.start(
                    try BuiltProgram.daemon.path,
                    [
                        "sip-server", "--listen", "127.0.0.1:\(other)", "--manager", "127.0.0.1:\(own)", "--gateway",
                        "127.0.0.1:\(try Ports.lease())", "--test-gateway", "127.0.0.1:\(try Ports.lease())",
                        "--transport", transport, "--check", "0", "--commands", commands.path,
                    ])
                // Phones stand at port 5060 of addresses of their own.
                let network = transport == "udp" ? "127.66.1" : "127.66.2"
                try commands.tell("phone 2001 \(network).1")
                let watcher = try await rig.start(
                    try example("reg-watch"), ["127.0.0.1:\(own)", "sip:127.0.0.1:\(other);transport=\(transport)"])
                _ = try await watcher.output.first { $0.hasPrefix("+ sip:2001@") }
                try commands.tell("phone 2002 \(network).2")
                _ = try await watcher.output.first { $0.hasPrefix("+ sip:2002@") && $0.contains("\(network).2") }
                try commands.tell("move 2002 \(network).3")
                _ = try await watcher.output.first { $0.contains("sip:2002@") && $0.contains("\(network).3") }
                try commands.tell("unregister 2001")
                _ = try await watcher.output.first { $0.hasPrefix("- sip:2001@") }
                #expect(await watcher.stop() == .exited(0))
            }
        }
    }
#endif
