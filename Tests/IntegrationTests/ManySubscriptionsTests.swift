#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import Glibc
    import SIPCore
    import Testing

    /// A subscription for each of thousands of phones, against Kamailio: all of them are known, and no change is lost.
    @Suite(.serialized, .timeLimit(.minutes(20)))
    struct ManySubscriptionsTests {
        /// 10,000 by `E911_AORS=10000`.
        private static let count = ProcessInfo.processInfo.environment["E911_AORS"].flatMap { Int($0) } ?? 2000

        @Test(.needs(.kamailio, .sipp, .sipsak, .sqlite3))
        func allAreKnownAndNothingIsLost() async throws {
            try await Rig.run("many-subscriptions") { rig in
                let count = Self.count
                let manager = try Ports.lease(on: try #require(IPAddress("127.0.0.13")))
                let gateway = try Ports.lease(on: try #require(IPAddress("127.0.0.2")))
                var settings = SIPServerPeer.Settings(
                    .udp, manager: manager, gateway: gateway, testGateway: gateway)
                settings.memory = 512
                settings.patience = 30_000
                let server = try await SIPServerPeer.start(in: rig, settings)
                let phones = SIPPhones(rig: rig, server: server, transport: .udp)
                try await phones.register(Self.phones(count, network: 10), expires: 3600)

                let list = try rig.subfolder("lists").appendingPathComponent("phones.txt")
                let aors = (0..<count).map { "sip:\(100_000 + $0)@\(SIPServerPeer.domain)\n" }
                // Half of them at first.
                try aors.prefix(count / 2).joined().write(to: list, atomically: true, encoding: .utf8)
                let daemon = try await DaemonPeer.start(in: rig, DaemonPeer.configure(in: rig, at: manager))
                try await daemon.apply(site: Self.site(server, list))
                try await Self.known(count / 2, by: daemon)
                try aors.joined().write(to: list, atomically: true, encoding: .utf8)
                daemon.process.send(SIGHUP)
                try await Self.known(count, by: daemon)
                var devices = try await daemon.devices().filter { $0.state == "active" }
                #expect(Set(devices.map(\.dn)) == Set((0..<count).map { "\(100_000 + $0)" }))
                #expect(devices.allSatisfy { $0.location == "floor-1" })

                // Every phone moves to the other floor.
                try await phones.register(Self.phones(count, network: 11), expires: 3600, cseq: 2)
                var counted = ""
                try await eventually(
                    "\(count) phones on the other floor\(counted)", within: .seconds(300), every: .seconds(1)
                ) {
                    let counters = try await Self.status(of: daemon).counters
                    func value(_ name: String) -> UInt64 { counters.first { $0.name == name }?.value ?? 0 }
                    let told = ["devices.moved", "devices.added", "received.NOTIFY", "repeated-requests"]
                    counted = told.map { ", \($0) \(value($0))" }.joined()
                    return value("devices.moved") + value("devices.added") >= UInt64(2 * count) ? true : nil
                }
                devices = try await daemon.devices().filter { $0.state == "active" && $0.location == "floor-2" }
                #expect(Set(devices.map(\.dn)).count == count)
                let counters = try await Self.status(of: daemon).counters
                #expect(counters.first { $0.name == "subscriptions.failed" }?.value == 0)
                #expect(counters.first { $0.name == "reginfo.dropped" }?.value == 0)
                _ = await daemon.stop()
            }
        }

        private static func phones(_ count: Int, network: Int) -> [Phone] {
            (0..<count).compactMap { number in
                IPAddress("127.\(network).\(number / 250).\(number % 250 + 1)").map {
                    Phone(
                        "\(100_000 + number)", endpoint: Endpoint($0, 5060),
                        mac: String(format: "00085d%06x", number))
                }
            }
        }

        private static func known(_ count: Int, by daemon: DaemonPeer) async throws {
            try await eventually("\(count) devices", within: .seconds(300), every: .seconds(1)) {
                let server = try await status(of: daemon).callServers.first
                return server.map { $0.active == count && $0.activeSubscriptions == count } == true ? true : nil
            }
        }

        private static func status(of daemon: DaemonPeer) async throws -> NodeStatus {
            try await daemon.json("status")
        }

        private static func site(_ server: SIPServerPeer, _ list: URL) -> String {
            """
            site: { name: Example, time-zone: America/Chicago, default-call-server: main }
            call-servers:
              - name: main
                profile: rfc3680
                members: [ { address: 127.0.0.1, port: \(server.port), transport: udp } ]
                username: "7911"
                default-location: hq
                default-elin: "+13125550100"
                onsite-notification: false
                subscription: { target: aors, aors-file: "\(list.path)" }
            locations:
              - { id: hq, name: Headquarters }
              - { id: floor-1, name: Here, elins: [ "+13125550111" ] }
              - { id: floor-2, name: There, elins: [ "+13125550112" ] }
            rules:
              - { location: floor-1, prefix: 127.10.0.0/16 }
              - { location: floor-2, prefix: 127.11.0.0/16 }
            """
        }
    }
#endif
