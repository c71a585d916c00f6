#if Daemon
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// The peers themselves, without e911d: what the scenarios build on.
    @Suite(.timeLimit(.minutes(3)))
    struct PeerTests {
        @Test(.needs(.setpriv)) func aProcessTellsItsOutputAndItsEnd() async throws {
            try await Rig.run("process") { rig in
                let shell = try await rig.start("/bin/sh", ["-c", "echo one; echo two >&2; cat; exit 3"])
                #expect(try await shell.output.first { $0 == "two" } == "two")
                #expect(try await shell.end() == .exited(3))
                #expect(shell.output.all == ["one", "two"])
                await #expect(throws: PeerError.self) { try await shell.output.first { $0 == "three" } }
            }
        }

        /// A child of a child that does not listen to SIGTERM.
        @Test(.needs(.setpriv)) func stoppingEndsTheWholeGroup() async throws {
            try await Rig.run("group") { rig in
                let shell = try await rig.start(
                    "/bin/sh", ["-c", "(trap '' TERM; echo $$; exec sleep 1000) & echo started $!; wait"])
                let line = try await shell.output.first { $0.hasPrefix("started ") }
                let inner = try #require(pid_t(line.dropFirst(8)))
                #expect(await shell.stop() == .signalled(SIGTERM))
                try await eventually("the end of the inner process") {
                    let status = try? String(contentsOfFile: "/proc/\(inner)/status", encoding: .utf8)
                    // A zombie may wait for its new parent; it runs no more.
                    return status?.contains("State:\tZ") ?? true ? true : nil
                }
            }
        }

        @Test func portsAreNotGivenTwice() throws {
            let ports = try (0..<20).map { _ in try Ports.lease() }
            #expect(Set(ports).count == 20)
            #expect(ports.allSatisfy { Ports.isFree($0) })
        }

        @Test(.needs(.python, .setpriv)) func theMailServerKeepsItsMail() async throws {
            try await Rig.run("mail") { rig in
                let server = try await MailServer.start(in: rig)
                let letter = """
                    import smtplib
                    from email.message import EmailMessage
                    m = EmailMessage()
                    m["Subject"], m["From"], m["To"] = "Gr\\u00fc\\u00dfe", "e911d@example.com", "security@example.com"
                    m.set_content("A line\\nand one with \\u00e9")
                    with smtplib.SMTP("127.0.0.1", \(server.port)) as s: s.send_message(m)
                    """
                try await ChildProcess.run(try PeerProgram.python.required(), ["-c", letter], in: rig.folder)
                let mail = try await server.mail("of the test") { $0.recipients == ["security@example.com"] }
                #expect(mail.sender == "e911d@example.com")
                #expect(mail.subject == "Gr\u{fc}\u{df}e")
                #expect(mail.body == "A line\nand one with \u{e9}\n")
                #expect(await server.process.stop() == .exited(0))
            }
        }

        /// Without a manager Kamailio sends emergency calls to the default gateway, and a phone can call another. What crossed
        /// the wire is the same to tshark, libosip2, sofia-sip and the ends.
        @Test(
            .needs(.kamailio, .sipp, .sipsak, .sqlite3, .tshark, .dumpcap, .setpriv, .cc),
            arguments: [SIPTransportKind.udp, .tcp])
        func phonesRegisterAndCallThroughKamailio(transport: SIPTransportKind) async throws {
            try await Rig.run("kamailio-\(transport)") { rig in
                let others = try #require(IPAddress("127.0.0.2"))
                let settings = SIPServerPeer.Settings(
                    transport, manager: try Ports.lease(on: others), gateway: try Ports.lease(on: others),
                    testGateway: try Ports.lease(on: others))
                let server = try await SIPServerPeer.start(in: rig, settings)
                let phones = SIPPhones(rig: rig, server: server, transport: transport)
                let alice = try Phone("2001", at: try #require(IPAddress("127.0.1.11")), mac: "00085d100001")
                let bob = try Phone("2002", at: try #require(IPAddress("127.0.1.12")), mac: "00085d100002")
                let ports = [server.port, settings.gateway.port, settings.testGateway.port, bob.endpoint.port]
                let capture = try await Capture.start(
                    in: rig, ports.map { "port \($0)" }.joined(separator: " or "))
                let gateway = try await phones.answer(at: settings.gateway)
                let testGateway = try await phones.answer(at: settings.testGateway)
                try await phones.register([alice, bob])

                // Over TCP a call that meets the dead manager before the OPTIONS check did is refused.
                _ = try await server.process.output.first {
                    $0.contains("oos-check: DOWN sip:\(settings.managers[0])")
                }
                let answers = try await phones.call("911", from: alice)
                #expect(answers.contains { $0.status == 200 && $0.first("CSeq") == "1 INVITE" })
                let invite = try await gateway.invite("of Alice")
                #expect(invite.first("From")?.contains("sip:2001@sipserver.test") == true)
                #expect(invite.first("P-Asserted-Identity") == nil)
                try await phones.call("933", from: alice)
                _ = try await testGateway.invite("of the test")
                #expect(gateway.invites.count == 1)

                let atBob = try await phones.answer(as: bob)
                try await phones.call("2002", from: alice)
                let rung = try await atBob.invite("to Bob")
                #expect(rung.requestURI?.contains("2002@\(bob.endpoint)") == true)
                try await phones.call("2999", from: alice, refusedWith: 404)

                try await capture.stop()
                let sent = try await capture.dissected(ports: ports).filter { $0.sourceAddress == SIPServerPeer.host }
                let octets = try await capture.octetsSent(from: SIPServerPeer.host)
                #expect(sent.count == octets.count)
                #expect(sent.contains { $0.isRequest && $0.method == "INVITE" })
                let ours = sent.map { message in
                    let start = message.isRequest ? message.method ?? "-" : message.status.map(String.init) ?? "-"
                    let length = message.contentLength.map(String.init) ?? "-"
                    return "\(start) \(message.cseq ?? -1) \(message.cseqMethod ?? "-") \(length)"
                }
                for parser in ForeignParser.allCases {
                    let read = try await parser.read(octets, in: rig)
                    // The last word is the size of the body.
                    let heads = read.map { $0.split(separator: " ").dropLast().joined(separator: " ") }
                    #expect(heads.sorted() == ours.sorted())
                    #expect(
                        read.allSatisfy { $0.split(separator: " ").suffix(2).first == $0.split(separator: " ").last })
                }
            }
        }

        @Test(.needs(.python, .setpriv, .dumpcap, .tshark), .needsRoot)
        func longDatagramsTravelInFragments() async throws {
            try await Rig.run("netns") { rig in
                let (a, b) = try await NetworkNamespace.pair(in: rig)
                let capture = try await Capture.start(
                    in: rig, "udp port 5060", on: NetworkNamespace.interface, of: a)
                let program = """
                    import socket
                    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    s.sendto(b"x" * 14336, ("\(b.address)", 5060))
                    """
                let send = a.command(try PeerProgram.python.required(), ["-c", program])
                try await ChildProcess.run(send.0, send.1, in: rig.folder)
                try await capture.stop()
                // 14,344 octets with the head of UDP, 1,480 in each packet; tshark shows the whole with the last one.
                let fragments = try await capture.rows(
                    "ip.flags.mf==1 || ip.frag_offset>0", fields: ["ip.len", "ip.flags.mf", "udp.length"])
                #expect(fragments.count == 10)
                #expect(fragments.map { $0[2] } == Array(repeating: "", count: 9) + ["14344"])
            }
        }
    }
#endif
