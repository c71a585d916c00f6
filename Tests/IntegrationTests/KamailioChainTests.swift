#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// The whole chain with Kamailio as the SIP Server: phones registered by SIPp become located devices, their 911 calls
    /// reach the gateway with the ELIN of their place, the callback reaches them, and people have mail.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct KamailioChainTests {
        @Test(
            .needs(.kamailio, .sipp, .sipsak, .sqlite3, .python, .tshark, .dumpcap, .setpriv, .cc),
            arguments: [SIPTransportKind.udp, .tcp])
        func emergencyCallsReachTheGatewayWithTheirELIN(transport: SIPTransportKind) async throws {
            try await Rig.run("chain-\(transport)") { rig in
                let chain = try await Chain(rig, transport)
                try await chain.phonesAreLocated()
                try await chain.emergencyCalls()
                try await chain.callbacks()
                try await chain.testCall()
                try await chain.mails()
                try await chain.whatWasSent()
            }
        }

        /// By TLS with certificates on both sides between e911d and Kamailio. Nobody else reads what they say.
        @Test(.needs(.kamailio, .sipp, .sipsak, .sqlite3, .python, .openssl, .dumpcap, .setpriv))
        func emergencyCallsRunByTLS() async throws {
            try await Rig.run("chain-tls") { rig in
                let chain = try await Chain(rig, .tls, on: "127.0.0.10")
                try await chain.phonesAreLocated()
                try await chain.emergencyCalls()
                try await chain.callbacks()
                try await chain.testCall()
                try await chain.mails()
                let calls: [CallRecord] = try await chain.daemon.json("calls")
                #expect(calls.count == 4)
                #expect(calls.allSatisfy { $0.contact.hasSuffix(":\(chain.server.subscriptionPort);transport=tls") })
            }
        }
    }

    /// One site: three floors with a phone each, and a second phone on the first.
    private struct Chain {
        let rig: Rig
        let transport: SIPTransportKind
        let mail: MailServer
        let server: SIPServerPeer
        let daemon: DaemonPeer
        let phones: SIPPhones
        let gateway: AnsweringParty
        let testGateway: AnsweringParty
        let capture: Capture
        let manager: Endpoint
        /// The first three are on floors 1 to 3; the last one shares the first floor.
        let users: [Phone]
        let psap: Phone

        static let elins = ["+13125550111", "+13125550112", "+13125550113"]

        init(_ rig: Rig, _ transport: SIPTransportKind, on address: String = "127.0.0.5") async throws {
            self.rig = rig
            self.transport = transport
            // Nobody else may send from it: what e911d sends is told from the rest by its address.
            let own = try #require(IPAddress(address))
            let others = try #require(IPAddress("127.0.0.2"))
            manager = try Ports.lease(on: own)
            var settings = SIPServerPeer.Settings(
                transport, manager: manager, gateway: try Ports.lease(on: others),
                testGateway: try Ports.lease(on: others))
            if transport == .tls {
                settings.certificates = try await Certificates.make(in: rig, for: address, SIPServerPeer.host)
            }
            mail = try await MailServer.start(in: rig)
            capture = try await Capture.start(in: rig, "host \(manager.address)")
            server = try await SIPServerPeer.start(in: rig, settings)
            phones = SIPPhones(rig: rig, server: server, transport: transport == .udp ? .udp : .tcp)
            users = try [(1, 11), (2, 11), (3, 11), (1, 12)].enumerated().map { index, place in
                try Phone(
                    "200\(index + 1)", at: try #require(IPAddress("127.10.\(place.0).\(place.1)")),
                    mac: "00085d10000\(index + 1)")
            }
            psap = try Phone("3000", at: try #require(IPAddress("127.0.0.4")), mac: "00085d100009")
            gateway = try await phones.answer(at: settings.gateway)
            testGateway = try await phones.answer(at: settings.testGateway)
            let smtp = "smtp: { url: \"smtp://127.0.0.1:\(mail.port)\", starttls: off, from: e911d@example.com }"
            let configuration =
                if let certificates = settings.certificates {
                    try DaemonPeer.configure(
                        in: rig, "e911d", yaml: certificates.daemon(at: manager, asks: "required") + smtp + "\n")
                } else {
                    try DaemonPeer.configure(in: rig, at: manager, more: smtp)
                }
            daemon = try await DaemonPeer.start(in: rig, configuration)
            try await daemon.apply(site: Self.site(server: server, transport, users: users))
        }

        private static func site(server: SIPServerPeer, _ transport: SIPTransportKind, users: [Phone]) -> String {
            let floors = (1...3).map { floor in
                """
                      - { id: floor-\(floor), name: "Floor \(floor)", address: { FLR: "\(floor)" }, elins: [ "\(elins[floor - 1])" ] }
                """
            }.joined(separator: "\n")
            let rules = (1...3).map { "  - { prefix: 127.10.\($0).0/24, location: floor-\($0) }" }
            let domain = transport == .tls ? ", domain: server.test" : ""
            let aors = users.map { "\"sip:\($0.user)@\(SIPServerPeer.domain)\"" }.joined(separator: ", ")
            return """
                site: { name: Example, time-zone: America/Chicago, default-call-server: main }
                call-servers:
                  - name: main
                    profile: rfc3680
                    members: [ { address: 127.0.0.1, port: \(server.subscriptionPort), transport: \(transport)\(domain) } ]
                    username: "7911"
                    own-prefix: "911"
                    test-username: "7933"
                    default-location: hq
                    default-elin: "+13125550100"
                    test-elin: "+13125550199"
                    subscription: { target: aors, aors: [ \(aors) ] }
                    alert-fallback: [ security ]
                locations:
                  - id: hq
                    name: Headquarters
                    address: { country: US, A1: IL, A3: Chicago, RD: Main, STS: St, HNO: "100", PC: "60601" }
                    children:
                \(floors)
                rules:
                \(rules.joined(separator: "\n"))
                recipients:
                  - { name: security, email: security@example.com }
                alerts:
                  - { location: hq, to: [ security ], channels: [ email ], hours: always }
                """
        }

        func phonesAreLocated() async throws {
            try await phones.register(users)
            let devices = try await eventually("four located devices", within: .seconds(30)) {
                let devices = try await daemon.devices().filter { $0.state == "active" }
                return devices.count == 4 && devices.allSatisfy(\.isLocated) ? devices : nil
            }
            let places = devices.sorted { $0.dn < $1.dn }.map(\.location)
            #expect(places == ["floor-1", "floor-2", "floor-3", "floor-1"])
            #expect(devices.allSatisfy { !$0.elins.isEmpty })
        }

        func emergencyCalls() async throws {
            try await daemon.isInService(of: server, at: manager)
            for (index, phone) in users.prefix(3).enumerated() {
                try await phones.call("911", from: phone)
                let invite = try await gateway.invite("of \(phone.user)") {
                    $0.first("From")?.contains("sip:\(phone.user)@") == true
                }
                #expect(invite.first("P-Asserted-Identity")?.contains("sip:\(Self.elins[index])@") == true)
                #expect(invite.requestURI?.hasPrefix("sip:7911@") == true)
            }
            #expect(gateway.invites.count == 3)
        }

        /// The dispatcher calls each ELIN; the phone behind it rings.
        func callbacks() async throws {
            for (index, phone) in users.prefix(3).enumerated() { try await callback(Self.elins[index], rings: phone) }
        }

        private func callback(_ elin: String, rings phone: Phone) async throws {
            let party = try await phones.answer(as: phone)
            try await phones.call(elin, from: psap)
            let rung = try await party.invite("back to \(phone.user)")
            #expect(rung.requestURI?.contains("\(phone.user)@\(phone.endpoint)") == true)
            await party.stop()
        }

        /// A test call of somebody on the first floor: it never reaches the 911 gateway, and takes nobody's callback.
        func testCall() async throws {
            try await phones.call("933", from: users[3])
            let invite = try await testGateway.invite("of the test call")
            #expect(invite.first("P-Asserted-Identity")?.contains(Self.elins[0]) != true)
            #expect(gateway.invites.count == 3)
            try await callback(Self.elins[0], rings: users[0])
        }

        func mails() async throws {
            for (index, phone) in users.prefix(3).enumerated() {
                let mail = try await mail.mail("of \(phone.user)") {
                    $0.body.contains(phone.user) && $0.body.contains(Self.elins[index])
                }
                #expect(mail.recipients == ["security@example.com"])
                #expect(mail.body.contains("Floor \(index + 1)"))
                #expect(mail.body.contains("100 Main St"))
                // The time with the zone's offset: Chicago is five or six hours behind.
                #expect(mail.body.contains("-06:00") || mail.body.contains("-05:00"))
            }
            _ = try await mail.mail("of the test") { $0.subject.contains("TEST") }
        }

        /// What e911d sent, as tshark, libosip2 and sofia-sip read it.
        func whatWasSent() async throws {
            // Without a SIP Server nothing more is sent, and the counts can be compared.
            await server.process.stop()
            let calls: [CallRecord] = try await daemon.json("calls")
            let frames = try await SentComparison(
                capture, of: daemon, at: "\(manager.address)", ports: [manager.port, server.port], in: rig
            ).frames
            for call in calls {
                let frame = try #require(frames.first { $0.callID == call.callID && $0.status == 302 })
                #expect(frame.contact == "<\(call.contact)>")
                #expect(frame.assertedIdentity == call.elin.map { "<sip:\($0)@127.0.0.1>" })
                #expect(frame.cseqMethod == "INVITE")
                #expect(frame.fromTag == call.fromTag)
                #expect(frame.toTag?.isEmpty == false)
                #expect(frame.contentLength == 0)
            }
            #expect(calls.count == 4)
        }
    }
#endif
