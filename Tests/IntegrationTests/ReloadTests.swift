#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Glibc
    import SIPCore
    import Testing

    /// What SIGHUP does to a running e911d whose `e911d.yaml` was changed.
    @Suite(.timeLimit(.minutes(5)))
    struct ReloadTests {
        @Test(.needs(.setpriv)) func aBadFileIsRefusedAndAGoodOneIsTaken() async throws {
            try await Rig.run("reload") { rig in
                let own = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
                let configuration = try DaemonPeer.configure(in: rig, at: own, [.udp], more: "log: { level: notice }")
                let good = try String(contentsOf: configuration, encoding: .utf8)
                let daemon = try await DaemonPeer.start(in: rig, configuration)
                func change(_ text: String) throws {
                    try text.write(to: configuration, atomically: true, encoding: .utf8)
                    daemon.process.send(SIGHUP)
                }

                try change(good.replacing("notice", with: "noisy"))
                let refusal = try await daemon.process.output.first { $0.contains("code=configuration.refused") }
                #expect(refusal.contains("e911d.yaml:5:15: log.level: 'noisy' is not a choice here"))

                try change(good.replacing("notice", with: "debug").replacing("node: a", with: "node: b"))
                let waits = try await daemon.process.output.first { $0.contains("code=configuration.restart") }
                #expect(waits.contains("keys=node"))
                _ = try await daemon.process.output.first { $0.contains("code=configuration.changed keys=log") }
                let status: NodeStatus = try await daemon.json("status")
                #expect(status.node == "a")
                #expect(await daemon.stop() == .exited(0))
            }
        }
    }
#endif
