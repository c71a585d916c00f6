#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// `e911d explain` against a running daemon, and its PIDF-LO read by somebody else's parser.
    @Suite(.timeLimit(.minutes(5)))
    struct ExplainTests {
        private static let site = """
            site: { name: Example, time-zone: America/Chicago, off-premises: { networks: [ 10.200.0.0/16 ] } }
            call-servers:
              - name: main
                members: [ { address: 127.67.0.2 } ]
                username: "7911"
                default-location: hq
                default-elin: "+13125550100"
                onsite-notification: false
            locations:
              - id: hq
                name: Headquarters
                address: { country: us, A1: IL, A3: Chicago, RD: "Main & <Elm>", STS: St, HNO: "100", PC: "60601" }
                elins: [ "+13125550101" ]
                validation: { state: valid, by: Ann, at: 2026-11-24 }
                children:
                  - { id: hq-2, name: 2nd floor, address: { FLR: "2", NAM: "Käthe \\"K\\" Müller" }, elins: [ "+13125550102" ] }
            rules:
              - { prefix: 10.1.0.0/16, location: hq }
              - { prefix: 10.1.2.0/24, location: hq-2 }
              - { device: { mac: "00:11:22:33:44:55" }, location: hq-2 }
            """

        @Test(.needs(.setpriv, .python)) func anAddressIsExplainedAndItsDocumentIsReadByOthers() async throws {
            try await Rig.run("explain") { rig in
                let address = try #require(IPAddress("127.67.0.1"))
                let configuration = try DaemonPeer.configure(in: rig, at: try Ports.lease(on: address), [.udp])
                let daemon = try await DaemonPeer.start(in: rig, configuration)
                try await daemon.apply(site: Self.site)

                let text = try await daemon.run("explain", "--ip", "10.1.2.7")
                for line in [
                    "IP address 10.1.2.7, not registered, call server main",
                    "place     hq > hq-2: 2nd floor", "  => IP range 10.1.2.0/24 -> hq-2",
                    "   + IP range 10.1.0.0/16 -> hq: IP range 10.1.2.0/24 goes before it",
                    "   - device MAC 00:11:22:33:44:55 -> hq-2: MAC of the device is not known",
                    "ELIN      +13125550102: of the place's free ELINs", "address   valid, by Ann, 2026-11-24",
                    "told      nobody: on-site notification is off",
                ] {
                    #expect(text.contains(line), "\(line)\n\(text)")
                }
                let json = try await daemon.run("explain", "--ip", "10.200.3.4", "--json")
                let explanation = try JSONDecoder().decode(Explanation.self, from: Data(json.utf8))
                #expect(explanation.devices.first?.place.isOffPremises == true)
                #expect(explanation.devices.first?.alert.labels == ["OFF-PREMISES", "UNLOCATED"])

                let xml = try await daemon.run("explain", "--mac", "001122334455", "--pidf-lo")
                let read = try await ChildProcess.run(
                    try PeerProgram.python.required(), [PackageFolder.fixture("parsers/pidf.py").path], in: rig.folder,
                    input: Array(xml.utf8))
                #expect(
                    read.split(separator: "\n") == [
                        "entity pres:unknown@anonymous.invalid", "device mac:001122334455", "country US", "A1 IL",
                        "A3 Chicago", "RD Main & <Elm>", "STS St", "HNO 100", "FLR 2", "NAM Käthe \"K\" Müller",
                        "PC 60601", "method Manual",
                    ], "\(xml)\n\(read)")
                for wrong in [["--ip", "10.1"], ["--dn", "1", "--ip", "10.1.2.3"], []] {
                    await #expect(throws: (any Error).self) {
                        try await ChildProcess.run(
                            try DaemonPeer.program, ["explain", "--config", configuration.path] + wrong, in: rig.folder)
                    }
                }
                #expect(await daemon.stop() == .exited(0))
            }
        }
    }
#endif
