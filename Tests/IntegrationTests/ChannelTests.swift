#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// Alerts on their ways out, to far sides that are not there at first.
    @Suite(.timeLimit(.minutes(10)))
    struct ChannelTests {
        /// Contract section 3: whatever is broken beside it, the INVITE gets its 302; and section 6: at least once.
        @Test(.needs(.python, .setpriv))
        func withAllChannelsDownACallIsAnsweredAndEachAlertComesOnceTheyAreBack() async throws {
            try await Rig.run("channels") { rig in
                let site = try ChannelSite(rig)
                let daemon = try await DaemonPeer.start(in: rig, site.configuration)
                try await daemon.apply(site: site.yaml)
                let caller = try CallerSocket(port: site.callServer.port, to: site.manager)
                #expect(try caller.call(1).status == 302)
                #expect(caller.retransmissions == 0)
                // Each way has failed once, and waits for its next attempt.
                for channel in ["email", "sms", "webhook", "syslog"] {
                    _ = try await daemon.process.output.first {
                        $0.contains("code=alert.retrying") && $0.contains("channel=\(channel)")
                    }
                }
                let mail = try await MailServer.start(in: rig, port: site.mail)
                let web = try await WebReceiver.start(in: rig, port: site.web, secret: "s3cret")
                let log = try await LogReceiver.start(in: rig, port: site.log)
                func came(_ count: Int) async throws {
                    try await eventually("\(count) alerts by each way") { () -> Bool? in
                        let counts = [
                            try mail.mails.count, try web.posts(to: "/hook").count, try web.posts(to: "/sms").count,
                            try log.messages.count,
                        ]
                        return counts.allSatisfy { $0 >= count } ? true : nil
                    }
                }
                try await came(1)
                let hook = try #require(try web.posts(to: "/hook").first)
                #expect(hook.isSigned && hook.headers["content-type"] == "application/json")
                let json = try #require(
                    try JSONSerialization.jsonObject(with: Data(hook.body.utf8)) as? [String: Any])
                #expect(json["schema"] as? String == "e911d.alert/1" && json["recipient"] as? String == "security")
                #expect((Int(hook.headers["e911d-attempt"] ?? "") ?? 0) > 1)
                let fields = json["fields"] as? [String: String] ?? [:]
                #expect(fields["caller_dn"] == "30001" && fields["callback_number"] == "+13125551000")
                let sms = try #require(try web.posts(to: "/sms").first)
                #expect(sms.headers["authorization"] == "Bearer t0ken")
                let short = try #require(
                    try JSONSerialization.jsonObject(with: Data(sms.body.utf8)) as? [String: String])
                #expect(short["to"] == "+13125550150" && short["text"]?.contains("30001") == true)
                #expect((short["text"]?.count ?? 999) <= 160)
                let line = try #require(try log.messages.first)
                #expect(line.hasPrefix("<129>1 ") && line.contains("caller_dn=\"30001\""))
                #expect(try mail.mails.first?.body.contains("30001") == true)
                // What came twice would be there before what comes later.
                #expect(try caller.call(2).status == 302)
                try await came(2)
                #expect(try mail.mails.count == 2 && log.messages.count == 2)
                #expect(try web.posts(to: "/hook").count == 2 && web.posts(to: "/sms").count == 2)
                // Each mail has its reader's link, made with a key that nobody else can read.
                let link = "Acknowledge: https://e911.example.com/acknowledge/"
                #expect(try mail.mails.allSatisfy { $0.body.contains(link) })
                let key = site.configuration.deletingLastPathComponent().appendingPathComponent("state/link.key")
                let attributes = try FileManager.default.attributesOfItem(atPath: key.path)
                #expect(attributes[.posixPermissions] as? Int == 0o600 && attributes[.size] as? Int == 32)
                // Each way can be tried, and says how it does. Warnings of the configuration stand before.
                func lastLine(_ words: String...) async throws -> String {
                    let output = try await daemon.run(words)
                    return output.split(separator: "\n").last.map(String.init) ?? ""
                }
                for channel in ["email", "sms", "webhook", "syslog"] {
                    #expect(try await lastLine("test-send", "security", channel).hasPrefix("delivered to "))
                }
                #expect(try mail.mails.last?.subject.hasPrefix("TEST MESSAGE") == true)
                let status = try JSONDecoder().decode(
                    NodeStatus.self, from: Data(try await lastLine("status", "--json").utf8))
                #expect(status.channels.map(\.name) == ["screen-pop", "email", "sms", "webhook", "syslog"])
                for channel in status.channels.dropFirst() {
                    #expect(channel.lastSuccess != nil && channel.lastFailure != nil && !channel.isFailing)
                    #expect(channel.waiting == 0 && channel.inFlight == 0 && channel.consecutiveFailures == 0)
                }
                await mail.process.stop()
                await #expect(throws: PeerError.self) { try await daemon.run("test-send", "security", "email") }
                #expect(try await daemon.run("status").contains("channel email: well, last delivered "))
                #expect(await daemon.stop() == .exited(0))
            }
        }
    }

    private struct ChannelSite {
        let configuration: URL
        let yaml: String
        let manager: Endpoint
        let callServer: Endpoint
        let mail: UInt16
        let web: UInt16
        let log: UInt16

        init(_ rig: Rig) throws {
            manager = try Ports.lease(on: try #require(IPAddress("127.0.0.3")))
            callServer = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
            (mail, web, log) = (try Ports.lease(), try Ports.lease(), try Ports.lease())
            configuration = try DaemonPeer.configure(
                in: rig, at: manager, [.udp],
                more: "smtp: { url: \"smtp://127.0.0.1:\(mail)\", starttls: off, from: e911d@example.com }",
                "console: { address: 127.0.0.1, port: \(try Ports.lease()), public-url: \"https://e911.example.com\" }",
                "webhook: { secret-file: hook.secret }",
                "sms:",
                "  provider: custom",
                "  url: \"http://127.0.0.1:\(web)/sms\"",
                "  content-type: application/json",
                "  body: '{\"to\":\"{to}\",\"text\":\"{text}\"}'",
                "  headers: [ \"Authorization: Bearer {password}\" ]",
                "  password-file: sms.secret")
            let folder = configuration.deletingLastPathComponent()
            try Data("s3cret\n".utf8).write(to: folder.appendingPathComponent("hook.secret"))
            try Data("t0ken\n".utf8).write(to: folder.appendingPathComponent("sms.secret"))
            yaml = DaemonPeer.site(
                callServer, alerts: "alert-fallback: [ security ]", elins: ["+13125551000", "+13125551001"],
                recipients: [
                    "  - name: security", "    email: security@example.com", "    sms: \"+13125550150\"",
                    "    webhook: \"http://127.0.0.1:\(web)/hook\"", "    syslog: \"tcp://127.0.0.1:\(log)\"",
                ])
        }
    }
#endif
