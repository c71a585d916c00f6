#if Daemon
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// The console as people have it: in a browser.
    @Suite(.timeLimit(.minutes(15)))
    struct ConsoleTests {
        @Test(.needs(.python, .chromium))
        func aDayInTheBrowserFromSetUpToAudit() async throws {
            try await Rig.run("console") { rig in
                let manager = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
                let server = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
                let web = try Ports.lease()
                let configuration = try DaemonPeer.configure(
                    in: rig, at: manager, [.udp], more: "console: { address: 127.0.0.1, port: \(web) }")
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
                        "--commands", commands.path,
                    ])
                let pictures =
                    ProcessInfo.processInfo.environment["E911_PICTURES"]
                    ?? rig.folder.appendingPathComponent("pictures").path
                let day = try await rig.start(
                    try PeerProgram.python.required(),
                    [
                        PackageFolder.url.appendingPathComponent("Tests/Browser/day.py").path, firstRun.path,
                        "\(server)",
                        commands.path, pictures,
                    ])
                let end = try await day.end(within: .seconds(600))
                #expect(end == .exited(0), "\(day.output.tail)")
                #expect(await daemon.stop() == .exited(0))
            }
        }
    }
#endif
