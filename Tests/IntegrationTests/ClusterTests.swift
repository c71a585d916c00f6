#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// Two Kamailios as one call server, and two phones of one number.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct ClusterTests {
        private static let elins = ["+13125550111", "+13125550112"]

        /// A site with a building for each network, and the Kamailios of a rig.
        private struct Place {
            let rig: Rig
            let servers: [SIPServerPeer]
            let phones: [SIPPhones]
            let gateway: AnsweringParty
            let daemon: DaemonPeer
            let manager: Endpoint

            init(_ rig: Rig, servers count: Int, on address: String) async throws {
                self.rig = rig
                manager = try Ports.lease(on: try #require(IPAddress(address)))
                let others = try #require(IPAddress("127.0.0.2"))
                let settings = SIPServerPeer.Settings(
                    .udp, manager: manager, gateway: try Ports.lease(on: others),
                    testGateway: try Ports.lease(on: others))
                var servers: [SIPServerPeer] = []
                for _ in 0..<count { servers.append(try await SIPServerPeer.start(in: rig, settings)) }
                self.servers = servers
                phones = servers.map { SIPPhones(rig: rig, server: $0, transport: .udp) }
                gateway = try await phones[0].answer(at: settings.gateway)
                daemon = try await DaemonPeer.start(in: rig, DaemonPeer.configure(in: rig, at: manager))
                let members = servers.map { "{ address: 127.0.0.1, port: \($0.port), transport: udp }" }
                try await daemon.apply(
                    site: """
                        site: { name: Example, time-zone: America/Chicago, default-call-server: main }
                        call-servers:
                          - name: main
                            profile: rfc3680
                            members: [ \(members.joined(separator: ", ")) ]
                            cluster: { check: 1s, hold-down: 5s }
                            username: "7911"
                            test-username: "7933"
                            default-location: hq
                            default-elin: "+13125550100"
                            onsite-notification: false
                            subscription: { target: aors, aors: [ "sip:2001@\(SIPServerPeer.domain)" ] }
                        locations:
                          - id: hq
                            name: Headquarters
                            children:
                              - { id: east, name: East, elins: [ "\(elins[0])" ] }
                              - { id: west, name: West, elins: [ "\(elins[1])" ] }
                        rules:
                          - { prefix: 127.10.1.0/24, location: east }
                          - { prefix: 127.10.2.0/24, location: west }
                        """)
            }

            func status() async throws -> NodeStatus { try await daemon.json("status") }

            func located(_ places: [String]) async throws {
                try await eventually("phones at \(places)") {
                    let devices = try await daemon.devices().filter { $0.state == "active" }
                    return Set(devices.map(\.location)) == Set(places) ? true : nil
                }
            }

            /// A call, and the ELIN with which it came to the gateway.
            func call(from phone: Phone, by phones: SIPPhones) async throws -> String? {
                let before = gateway.invites.count
                try await phones.call("911", from: phone)
                let invite = try await eventually("the call of \(phone.endpoint)") {
                    gateway.invites.dropFirst(before).first
                }
                return ClusterTests.elins.first { invite.first("P-Asserted-Identity")?.contains($0) == true }
            }
        }

        private static func phone(_ address: String, _ mac: String) throws -> Phone {
            try Phone("2001", at: try #require(IPAddress(address)), mac: mac)
        }

        @Test(.needs(.kamailio, .sipp, .sipsak, .sqlite3))
        func twoPhonesOfOneNumberGetTheELINOfTheirOwnBuilding() async throws {
            try await Rig.run("one-number") { rig in
                let place = try await Place(rig, servers: 1, on: "127.0.0.14")
                let phones = [
                    try Self.phone("127.10.1.11", "00085d100001"), try Self.phone("127.10.2.11", "00085d100002"),
                ]
                for phone in phones { try await place.phones[0].register([phone]) }
                try await place.located(["east", "west"])
                try await place.daemon.isInService(of: place.servers[0], at: place.manager)
                for (phone, elin) in zip(phones, Self.elins) {
                    #expect(try await place.call(from: phone, by: place.phones[0]) == elin)
                }
                let calls: [CallRecord] = try await place.daemon.json("calls")
                #expect(calls.count == 2 && calls.allSatisfy { !$0.flags.contains(.ambiguous) })
            }
        }

        @Test(.needs(.kamailio, .sipp, .sipsak, .sqlite3))
        func aPhoneThatMovedWhileTheSourceWasDownIsReported() async throws {
            try await Rig.run("cluster") { rig in
                let place = try await Place(rig, servers: 2, on: "127.0.0.15")
                let before = try Self.phone("127.10.1.11", "00085d100001")
                for phones in place.phones { try await phones.register([before]) }
                try await place.located(["east"])
                try await eventually("both members see it") {
                    try await place.status().callServers[0].members.map(\.devices) == [1, 1] ? true : nil
                }
                let names = place.servers.map { "127.0.0.1:\($0.port)" }
                #expect(try await place.status().callServers[0].activeMember == names[0])
                _ = await place.servers[0].process.kill()
                let after = try Self.phone("127.10.2.11", "00085d100001")
                try await place.phones[1].register([after], cseq: 2)
                try await eventually("the other member is the source") {
                    try await place.status().callServers[0].activeMember == names[1] ? true : nil
                }
                // Contract: within ten seconds of the switch.
                try await eventually("the move is reported", within: .seconds(10)) {
                    let counters = try await place.status().counters
                    return counters.contains { $0.name == "devices.moved" && $0.value > 0 } ? true : nil
                }
                let devices = try await place.daemon.devices().filter { $0.state == "active" && $0.location == "west" }
                #expect(devices.map { $0.elins.first?.description } == [Self.elins[1]])
                let members = try await place.status().callServers[0].members
                #expect(members.map(\.state) == ["failed", "well"])
                try await place.daemon.isInService(of: place.servers[1], at: place.manager)
                #expect(try await place.call(from: after, by: place.phones[1]) == Self.elins[1])
            }
        }
    }
#endif
