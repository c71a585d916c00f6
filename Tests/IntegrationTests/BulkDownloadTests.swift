#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Glibc
    import SIPCore
    import Testing

    /// The bulk subscription of the ICD: thousands of devices in NOTIFYs of at most 14,336 octets, over UDP in real
    /// fragments, and over TCP. The SIP Server is the project's own model over real sockets.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct BulkDownloadTests {
        @Test(
            .needs(.setpriv, .tshark, .dumpcap, .cc), .needsRoot,
            arguments: [(SIPTransportKind.udp, 5_000), (.tcp, 20_000)])
        func aSecondDownloadBringsExactlyWhatChanged(transport: SIPTransportKind, count: Int) async throws {
            try await Rig.run("bulk-\(transport)") { rig in
                let bulk = try await Bulk(rig, transport)
                try bulk.commands.tell("load 100000 \(count) 10.20")
                var daemon = try await bulk.startDaemon()
                try await daemon.apply(site: bulk.site)
                let first = try await bulk.download(of: daemon, count)
                #expect(Set(first.map(\.dn)) == Set((0..<count).map { "\(100_000 + $0)" }))
                #expect(first.allSatisfy { $0.location == "floor-1" && $0.isLocated && $0.state == "active" })
                // At least as many answers as there were NOTIFYs, of at most 14,336 octets.
                let sent = try await SentComparison(
                    bulk.capture, of: daemon, at: bulk.own.address, ports: [5060], in: rig)
                #expect(sent.frames.count > count / 50)
                _ = await daemon.stop()

                // While e911d is away a hundred devices move, and a hundred others go.
                try bulk.commands.tell("load 100000 100 10.21")
                try bulk.commands.tell("drop 100100 100")
                _ = try await bulk.server.output.first { $0.contains("100199 is gone") }
                daemon = try await bulk.startDaemon()
                // The first one of this start does not list all that was known, and a second one agrees.
                try await eventually("the second download", within: .seconds(120)) {
                    try await bulk.status(of: daemon).downloads == 2 ? true : nil
                }
                let counters = try await bulk.counters(of: daemon)
                #expect(counters["devices.added"] == 0)
                #expect(counters["devices.moved"] == 100)
                #expect(counters["devices.retired"] == 100)
                let devices = try await daemon.devices()
                let moved = devices.filter { $0.location == "floor-2" && $0.state == "active" }
                #expect(Set(moved.map(\.dn)) == Set((0..<100).map { "\(100_000 + $0)" }))
                let retired = devices.filter { $0.state == "retired" }
                #expect(Set(retired.map(\.dn)) == Set((100..<200).map { "\(100_000 + $0)" }))
                #expect(devices.count == count)
                #expect(await daemon.stop() == .exited(0))
            }
        }
    }

    private struct Bulk {
        let rig: Rig
        let capture: Capture
        let server: ChildProcess
        let configuration: URL
        let site: String
        let commands: CommandPipe
        let own: NetworkNamespace

        init(_ rig: Rig, _ transport: SIPTransportKind) async throws {
            self.rig = rig
            let (a, b) = try await NetworkNamespace.pair(in: rig)
            own = a
            capture = try await Capture.start(
                in: rig, "host \(a.address)", on: NetworkNamespace.interface, of: a)
            commands = try CommandPipe(in: rig)
            let (path, words) = b.command(
                try DaemonPeer.program,
                [
                    "sip-server", "--listen", "\(b.address):5060", "--manager", "\(a.address):5060", "--gateway",
                    "\(b.address):5070", "--test-gateway", "\(b.address):5071", "--transport", "\(transport)",
                    "--commands", commands.path, "--check", "0",
                ])
            server = try await rig.start(path, words)
            configuration = try DaemonPeer.configure(in: rig, at: try #require(Endpoint("\(a.address):5060")))
            site = """
                site: { name: Example, time-zone: UTC, default-call-server: main }
                call-servers:
                  - name: main
                    members: [ { address: \(b.address), port: 5060, transport: \(transport) } ]
                    username: "7911"
                    default-location: hq
                    default-elin: "+13125550100"
                    subscription: { quiet: 3s }
                    alert-fallback: [ security ]
                locations:
                  - id: hq
                    name: Headquarters
                    children:
                      - { id: floor-1, name: Floor 1, elins: [ "+13125550111" ] }
                      - { id: floor-2, name: Floor 2, elins: [ "+13125550112" ] }
                rules:
                  - { prefix: 10.20.0.0/16, location: floor-1 }
                  - { prefix: 10.21.0.0/16, location: floor-2 }
                recipients:
                  - { name: security, email: security@example.com }
                """
        }

        func startDaemon() async throws -> DaemonPeer {
            try await DaemonPeer.start(in: rig, configuration, of: own)
        }

        func status(of daemon: DaemonPeer) async throws -> NodeStatus.CallServer {
            let status: NodeStatus = try await daemon.json("status")
            return try #require(status.callServers.first)
        }

        func counters(of daemon: DaemonPeer) async throws -> [String: UInt64] {
            let status: NodeStatus = try await daemon.json("status")
            return Dictionary(status.counters.map { ($0.name, $0.value) }) { first, _ in first }
        }

        /// Waits for a complete download, and for its rows to be in the store.
        func download(of daemon: DaemonPeer, _ count: Int) async throws -> [DeviceInfo] {
            try await eventually("\(count) devices", within: .seconds(120)) { () -> Bool? in
                let status: NodeStatus = try await daemon.json("status")
                guard let server = status.callServers.first, server.downloads >= 1 else { return nil }
                return server.active == count && status.storeWaiting == 0 ? true : nil
            }
            return try await daemon.devices()
        }
    }
#endif
