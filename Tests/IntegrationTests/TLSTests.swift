#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// e911d behind TLS, as OpenSSL and SIPp meet it.
    @Suite(.serialized, .timeLimit(.minutes(3)))
    struct TLSTests {
        @Test(.needs(.openssl, .setpriv)) func sClientGetsItsAnswers() async throws {
            try await Rig.run("tls") { rig in
                let place = try await Place(rig)
                let client = try await place.client()
                try client.send(place.request("OPTIONS", "sip:\(place.endpoint)"))
                #expect(try await client.line("SIP/2.0") == "SIP/2.0 200 OK")
                try client.send(place.request("INVITE", "sip:911@\(place.endpoint)"))
                #expect(
                    try await client.line("Contact: <sip:") == "Contact: <sip:7911@127.0.0.11:5061;transport=tls>")
                try client.send(place.request("INVITE", "sips:911@\(place.endpoint)"))
                #expect(
                    try await client.line("Contact: <sips:") == "Contact: <sips:7911@127.0.0.11:5061;transport=tls>")
                // RFC 5626 section 3.5.1.
                let before = client.emptyLines
                try client.send("\r\n\r\n")
                try await eventually("a pong") { client.emptyLines == before + 1 ? true : nil }
                #expect(await place.daemon.stop() == .exited(0))
            }
        }

        @Test(.needs(.openssl, .setpriv)) func oldVersionsAndNoTLSAtAllAreRefused() async throws {
            try await Rig.run("tls-versions") { rig in
                let place = try await Place(rig)
                for (version, stands) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
                    let client = try await place.client(version, "-cipher", "DEFAULT@SECLEVEL=0")
                    if stands {
                        try client.send(place.request("OPTIONS", "sip:\(place.endpoint)"))
                        #expect(try await client.line("SIP/2.0") == "SIP/2.0 200 OK")
                    } else {
                        #expect(try await client.process.end() == .exited(1))
                    }
                }
                let line = try await place.log { $0.contains("did not agree on TLS") }
                #expect(line.contains("unsupported protocol"))
            }
        }

        @Test(.needs(.openssl, .setpriv)) func whoHasNoCertificateIsRefusedWithAReason() async throws {
            try await Rig.run("tls-mutual") { rig in
                let place = try await Place(rig, asks: "required")
                for (name, reason) in [
                    ("expired", "certificate has expired (subject /O=Example/CN=server.test"),
                    ("stranger", "unable to get local issuer certificate"), (nil, "peer did not return a certificate"),
                ] {
                    let client = try await place.client(as: name)
                    // With TLS 1.3 the client learns of it when it reads.
                    #expect(try await client.process.end() == .exited(1))
                    // One line a second.
                    _ = try await eventually("'\(reason)' in the log") { () -> Bool? in
                        if place.daemon.process.output.all.contains(where: { $0.contains(reason) }) { return true }
                        _ = try await place.client(as: name).process.end()
                        return nil
                    }
                }
                let client = try await place.client(as: "client")
                try client.send(place.request("OPTIONS", "sip:\(place.endpoint)"))
                #expect(try await client.line("SIP/2.0") == "SIP/2.0 200 OK")
            }
        }

        @Test(.needs(.setpriv, .openssl)) func filesThatCannotBeUsedKeepItFromStarting() async throws {
            try await Rig.run("tls-files") { rig in
                let certificates = try await Certificates.make(in: rig, for: "127.0.0.10")
                let endpoint = try Ports.lease(on: try #require(IPAddress("127.0.0.10")))
                let configuration = try DaemonPeer.configure(
                    in: rig, "e911d", yaml: certificates.daemon(at: endpoint, key: "client"))
                for command in ["check", "serve"] {
                    let child = try await ChildProcess.start(
                        DaemonPeer.program, [command, "--config", configuration.path], in: rig.folder)
                    #expect(try await child.end() == .exited(78))
                    #expect(
                        child.output.tail.contains(
                            "TLS: \(certificates.path("client.key")): its key does not belong to the certificate in "
                                + certificates.path("server.pem")))
                }
            }
        }

        struct BadServer: CustomTestStringConvertible {
            var certificate = "server"
            var domain = "server.test"
            var reason: String
            var testDescription: String { "\(certificate) for \(domain)" }
        }

        /// Kamailio with a certificate that is no good; with a good one it has its subscription.
        @Test(
            .needs(.kamailio, .sipsak, .sqlite3, .openssl, .setpriv),
            arguments: [
                BadServer(
                    domain: "other.test", reason: "it is of server.test, 127.0.0.10, 127.0.0.1, not of other.test"),
                BadServer(certificate: "expired", reason: "certificate has expired (subject /O=Example/CN=server.test"),
                BadServer(certificate: "stranger", reason: "unable to get local issuer certificate"),
            ])
        func aSIPServerThatIsNotWhoItShouldBeIsRefused(server: BadServer) async throws {
            try await Rig.run("tls-refused") { rig in
                let certificates = try await Certificates.make(in: rig, for: "127.0.0.10", SIPServerPeer.host)
                let manager = try Ports.lease(on: try #require(IPAddress("127.0.0.10")))
                let nobody = try Ports.lease(on: try #require(IPAddress("127.0.0.2")))
                var settings = SIPServerPeer.Settings(.tls, manager: manager, gateway: nobody, testGateway: nobody)
                settings.certificates = certificates
                settings.certificate = server.certificate
                let bad = try await SIPServerPeer.start(in: rig, settings)
                let configuration = try DaemonPeer.configure(in: rig, "e911d", yaml: certificates.daemon(at: manager))
                let daemon = try await DaemonPeer.start(in: rig, configuration)
                func site(_ peer: SIPServerPeer, domain: String) -> String {
                    """
                    site: { name: Example, time-zone: America/Chicago, default-call-server: main }
                    call-servers:
                      - name: main
                        profile: rfc3680
                        members:
                          - { address: 127.0.0.1, port: \(peer.subscriptionPort), transport: tls, domain: \(domain) }
                        username: "7911"
                        default-location: hq
                        default-elin: "+13125550100"
                        onsite-notification: false
                        subscription: { target: aors, aors: [ "sip:2001@\(SIPServerPeer.domain)" ] }
                    locations: [ { id: hq, name: Headquarters } ]
                    """
                }
                try await daemon.apply(site: site(bad, domain: server.domain))
                let line = try await daemon.process.output.first { $0.contains(server.reason) }
                #expect(line.contains("no connection to TLS 127.0.0.1:\(bad.subscriptionPort) (\(server.domain))"))
                // Why it does not stand is also what an operator sees.
                try await eventually("the reason in the status") {
                    try await daemon.run("status").contains(server.reason) ? true : nil
                }
                settings.certificate = "server2"
                let good = try await SIPServerPeer.start(in: rig, settings)
                try await daemon.apply(site: site(good, domain: "server.test"))
                try await eventually("a subscription") {
                    let status: NodeStatus = try await daemon.json("status")
                    return status.counters.contains { $0.name == "received.NOTIFY" && $0.value > 0 } ? true : nil
                }
            }
        }

        @Test(.needs(.openssl, .stunnel4, .sipp, .setpriv), arguments: ["none", "required"])
        func certificatesAreReplacedUnderLoad(asks: String) async throws {
            try await Rig.run("tls-load") { rig in
                let place = try await Place(rig, asks: asks)
                #expect(
                    try await SecureClient.certificate(of: place.endpoint, in: rig)
                        == place.certificates.body(of: "server"))
                // A connection of TLS for each call.
                let calls = try await place.calls(count: 400, rate: 100)
                for round in 0..<8 {
                    let name = round % 2 == 0 ? "server2" : "server"
                    try place.certificates.install(name, as: "installed")
                    place.daemon.process.send(SIGHUP)
                    try await eventually("the certificate \(name)") {
                        try await SecureClient.certificate(of: place.endpoint, in: rig)
                            == place.certificates.body(of: name) ? true : nil
                    }
                }
                // What is no use changes nothing, and is told.
                try Data("nothing\n".utf8).write(to: place.certificates.folder.appendingPathComponent("installed.pem"))
                place.daemon.process.send(SIGHUP)
                let line = try await place.log { $0.contains("code=tls.unchanged") }
                #expect(line.contains("installed.pem: it holds no certificate in PEM"))
                #expect(
                    try await SecureClient.certificate(of: place.endpoint, in: rig)
                        == place.certificates.body(of: "server"))
                #expect(try await calls.end(within: .seconds(60)) == .exited(0))
                let status: NodeStatus = try await place.daemon.json("status")
                #expect(status.counters.contains { $0.name == "sent.302" && $0.value == 400 })
                #expect(status.counters.contains { $0.name == "transport.handshakes" && $0.value >= 400 })
            }
        }
    }

    /// An e911d that listens by TLS alone, and a SIP Server at 127.0.0.11 that the test plays.
    private struct Place {
        static let server = "127.0.0.11"

        let rig: Rig
        let certificates: Certificates
        let endpoint: Endpoint
        let daemon: DaemonPeer

        init(_ rig: Rig, asks: String = "none") async throws {
            self.rig = rig
            certificates = try await Certificates.make(in: rig, for: "127.0.0.10")
            try certificates.install("server", as: "installed")
            endpoint = try Ports.lease(on: try #require(IPAddress("127.0.0.10")))
            let configuration = try DaemonPeer.configure(
                in: rig, "e911d", yaml: certificates.daemon(at: endpoint, certificate: "installed", asks: asks))
            daemon = try await DaemonPeer.start(in: rig, configuration)
            try await daemon.apply(
                site: """
                    site: { name: Example, time-zone: America/Chicago, default-call-server: main }
                    call-servers:
                      - name: main
                        members: [ { address: \(Self.server), transport: tls, domain: server.test } ]
                        username: "7911"
                        own-prefix: "911"
                        default-location: hq
                        default-elin: "+13125550100"
                        onsite-notification: false
                    locations: [ { id: hq, name: Headquarters } ]
                    """)
        }

        func client(_ more: String..., as name: String? = nil) async throws -> SecureClient {
            let shown = name.map {
                ["-cert", certificates.path("\($0).pem"), "-key", certificates.path("\($0).key")]
            }
            return try await SecureClient.connect(
                in: rig, to: endpoint, from: Self.server, certificates, more + (shown ?? []))
        }

        func log(_ wants: @escaping @Sendable (String) -> Bool) async throws -> String {
            try await daemon.process.output.first(where: wants)
        }

        func request(_ method: String, _ uri: String) -> String {
            let id = UUID().uuidString
            return [
                "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/TLS \(Self.server):5061;branch=z9hG4bK\(id)",
                "Max-Forwards: 70", "From: <sip:2001@server.test>;tag=\(id.prefix(8))", "To: <\(uri)>",
                "Call-ID: \(id)", "CSeq: 1 \(method)", "Contact: <sip:2001@\(Self.server):5061;transport=tls>",
                "Content-Length: 0", "", "",
            ].joined(separator: "\r\n")
        }

        /// SIPp dials 911 so many times, so many a second, each call on a connection of its own, through stunnel, which
        /// shows a certificate if it is asked for one, and resumes sessions.
        func calls(count: Int, rate: Int) async throws -> ChildProcess {
            let port = try Ports.lease()
            let folder = try rig.subfolder("stunnel")
            let configuration = folder.appendingPathComponent("stunnel.conf")
            try """
            foreground = yes
            pid =
            syslog = no
            debug = err
            [sip]
            client = yes
            accept = \(Self.server):\(port)
            connect = \(endpoint)
            local = \(Self.server)
            CAfile = \(certificates.path("ca.pem"))
            verifyChain = yes
            checkIP = \(endpoint.address)
            cert = \(certificates.path("client.pem"))
            key = \(certificates.path("client.key"))

            """.write(to: configuration, atomically: false, encoding: .utf8)
            let tunnel = try await rig.start(try PeerProgram.stunnel4.required(), [configuration.path], in: folder)
            try await eventually("stunnel listens: \(tunnel.whatItDoes)") { Ports.isOpen(port) ? true : nil }
            let template = try String(contentsOf: PackageFolder.fixture("sipp/refused.xml.in"), encoding: .utf8)
            let scenario = folder.appendingPathComponent("redirected.xml")
            try template.replacingOccurrences(of: "@STATUS@", with: "302")
                .write(to: scenario, atomically: false, encoding: .utf8)
            return try await rig.start(
                try PeerProgram.sipp.required(),
                [
                    "\(Self.server):\(port)", "-sf", scenario.path, "-t", "tn", "-max_socket", "500", "-i", Self.server,
                    "-m", "\(count)", "-r", "\(rate)", "-s", "911", "-key", "caller", "2001", "-key", "name", "Agent",
                    "-key", "domain", "server.test", "-nostdin", "-timeout", "50s", "-timeout_error", "-trace_err",
                ], in: folder)
        }
    }
#endif
