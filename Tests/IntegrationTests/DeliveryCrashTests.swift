#if Daemon
    import Alerting
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    /// e911d is killed while its mails are under way, again and again: everybody is told, and twice only who was told by a
    /// mail whose acknowledgement the store did not have yet (contract section 6: at least once, from a durable outbox).
    @Suite(.timeLimit(.minutes(10)))
    struct DeliveryCrashTests {
        @Test(.needs(.python, .setpriv))
        func noMailIsLostAndNoneComesTwiceThatTheStoreKnowsAsDelivered() async throws {
            try await Rig.run("delivery-crash") { rig in
                let (rounds, callsOfARound) = (6, 4)
                let mail = try await MailServer.start(in: rig, pause: 400)
                let site = try DeliverySite(rig, mailPort: mail.port, calls: rounds * callsOfARound)
                let caller = try CallerSocket(port: site.callServer.port, to: site.manager)
                var daemon = try await DaemonPeer.start(in: rig, site.configuration)
                try await daemon.apply(site: site.yaml)
                /// How many mails had come when e911d was killed, and what its store knew as delivered.
                var kills: [(mails: Int, stored: Set<String>)] = []
                var underWay = 0
                for round in 0..<rounds {
                    let before = try mail.mails.count
                    for number in 0..<callsOfARound {
                        #expect(try caller.call(round * callsOfARound + number).status == 302)
                    }
                    // Another moment in each round: some are kept and acknowledged, some kept, some not even begun.
                    _ = try await eventually("mails of round \(round)", every: .milliseconds(2)) { () -> Bool? in
                        try mail.mails.count >= before + 1 + 2 * round ? true : nil
                    }
                    await daemon.kill()
                    let found = try await site.deliveries(in: rig)
                    underWay += found.filter { $0.state == .owed }.count
                    kills.append((try mail.mails.count, Set(found.filter { $0.state == .delivered }.map(\.id))))
                    daemon = try await DaemonPeer.start(in: rig, site.configuration)
                }
                let messages = rounds * callsOfARound * site.recipients.count
                let mails = try await eventually("every mail", within: .seconds(60)) { () -> [MailServer.Mail]? in
                    let mails = try mail.mails
                    return Set(mails.map(\.messageID)).count >= messages ? mails : nil
                }
                // Each call was told to each recipient.
                for number in 0..<(rounds * callsOfARound) {
                    let told = mails.filter { $0.body.contains("\(30_000 + number)") }.flatMap(\.recipients)
                    #expect(Set(told) == Set(site.recipients.map { "\($0)@example.com" }), "call \(number)")
                }
                #expect(underWay > 0, "no mail was under way when e911d was killed")
                let known = kills.last?.stored.count ?? 0
                #expect(known > 0, "the store knew no mail as delivered when e911d was killed last")
                var seen: [String: Int] = [:]
                var repeated = 0
                for (position, one) in mails.enumerated() {
                    let lives = kills.filter { $0.mails <= position }
                    if let last = seen[one.messageID] {
                        repeated += 1
                        #expect(last < lives.count, "\(one.messageID) came twice in one life")
                    }
                    for life in lives {
                        #expect(!life.stored.contains(one.messageID), "\(one.messageID) was delivered, and came again")
                    }
                    seen[one.messageID] = lives.count
                }
                #expect(seen.count == messages)
                print("delivery-crash: \(messages) messages, \(known) known as delivered, \(repeated) came again")
                #expect(await daemon.stop() == .exited(0))
            }
        }
    }

    private struct DeliverySite {
        let configuration: URL
        let yaml: String
        let manager: Endpoint
        let callServer: Endpoint
        let recipients = ["security", "desk", "manager"]

        init(_ rig: Rig, mailPort: UInt16, calls: Int) throws {
            manager = try Ports.lease(on: try #require(IPAddress("127.0.0.3")))
            callServer = try Ports.lease(on: try #require(IPAddress("127.0.0.1")))
            configuration = try DaemonPeer.configure(
                in: rig, at: manager, [.udp], more: "answer-deadline: 250ms",
                "smtp: { url: \"smtp://127.0.0.1:\(mailPort)\", starttls: off, from: e911d@example.com }")
            yaml = DaemonPeer.site(
                callServer, options: ", reminders: { times: 0 }",
                alerts: "alert-fallback: [ \(recipients.joined(separator: ", ")) ]",
                elins: (0..<calls).map { "+1312555\(1000 + $0)" },
                recipients: recipients.map { "  - { name: \($0), email: \($0)@example.com }" })
        }

        /// What the store of a dead process has of each delivery, by the identifier that its mail has.
        func deliveries(in rig: Rig) async throws -> [(id: String, state: DeliveryRecord.State)] {
            let database = configuration.deletingLastPathComponent().appendingPathComponent("state/calls.db").path
            let program = """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], timeout=20)
                for (payload,) in db.execute("SELECT payload FROM outbox"): print(payload.hex())
                """
            let lines = try await ChildProcess.run(
                try PeerProgram.python.required(), ["-c", program, database],
                in: configuration.deletingLastPathComponent(), within: .seconds(30))
            return lines.split(separator: "\n").flatMap { line -> [(id: String, state: DeliveryRecord.State)] in
                let digits = Array(line.utf8)
                let octets = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                    UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
                }
                guard let record = OutboxRecord(encoded: octets.span) else {
                    Issue.record("a row of the outbox cannot be read")
                    return []
                }
                return record.deliveries.map {
                    ("<\(DeliveryID(alert: record.key, number: $0.number))@example.com>", $0.state)
                }
            }
        }
    }
#endif
