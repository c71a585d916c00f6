#if Daemon
    import Alerting
    import E911Values
    import Foundation
    import Testing

    @testable import AlertChannels

    @Suite struct EmailChannelTests {
        let server: ToySMTPServer
        let from: MailAddress

        init() throws {
            server = try ToySMTPServer()
            from = try #require(MailAddress("e911d@example.com"))
        }

        func channel(_ change: (inout SMTPSettings) -> Void = { _ in }) -> EmailChannel {
            var settings = SMTPSettings(url: server.url, from: from)
            settings.startTLS = .none
            change(&settings)
            return EmailChannel(settings: settings)
        }

        func delivery(
            subject: String = "911 call from 1001", text: String = "Caller: 1001\n", html: String? = "<p>1001</p>",
            number: UInt32 = 1
        ) -> Delivery {
            let key = RecordKey(time: WallTime(milliseconds: 1_764_000_000_000), node: "a", counter: 7)
            return Delivery(
                id: DeliveryID(alert: key, number: number), channel: .email, recipient: "security",
                address: "security@example.com", reason: .first, attempt: 1,
                message: RenderedMessage(subject: subject, text: text, html: html, time: key.time))
        }

        @Test func conformsToThePort() async throws {
            let channel = channel { $0.totalTimeout = .milliseconds(500) }
            let server = server
            let subject = ChannelUnderTest(
                channel: channel, address: "security@example.com",
                badAddresses: ["", "a\r\nb", "security", "@example.com", "a@", "a b@example.com", "a>@example.com"],
                received: {
                    server.mails().map { mail in
                        .init(
                            address: mail.to.joined(separator: ",").filter { $0 != "<" && $0 != ">" },
                            text: ReadMail(mail.data).text)
                    }
                },
                behave: { side in
                    server.behaveWell()
                    switch side {
                    case .accepting: break
                    case .refusingForNow: server.on("RCPT", .say("451 4.7.1 greylisted, come again"))
                    case .refusingForGood: server.on("RCPT", .say("550 5.1.1 no such user"))
                    case .unreachable:
                        server.on("greeting", .beSilent)
                        server.on("MAIL", .beSilent)
                    }
                    return true
                })
            #expect(await ChannelConformance.violations(of: subject) == [])
            channel.close()
            server.close()
        }

        @Test func aMailHasBothTextsAndItsHeaders() async throws {
            let channel = channel { $0.fromName = "Notruf Süd" }
            let sent = delivery(
                subject: "911: Zoë Żółć, Gebäude Süd, 2. Stock", text: "Süd\n.\n..two\nlast line without end",
                html: "<p>Süd</p>\n.\n")
            #expect(await channel.deliver(sent) == .delivered(providerAnswer: "250 2.0.0 queued as 42"))
            let mail = try #require(server.mails().first)
            #expect(mail.from == "<e911d@example.com>")
            #expect(mail.to == ["<security@example.com>"])
            #expect(mail.raw.contains("\r\n..\r\n"), "a line with a dot alone would have ended the mail")
            let read = ReadMail(mail.data)
            #expect(read.header("Subject") == sent.message.subject)
            #expect(read.header("From") == "Notruf Süd <e911d@example.com>")
            #expect(read.header("To") == "\"security\" <security@example.com>")
            #expect(read.header("Message-ID") == "<1764000000000-a-7.1@example.com>")
            #expect(read.header("Auto-Submitted") == "auto-generated")
            #expect(read.header("MIME-Version") == "1.0")
            #expect(read.header("Date")?.hasSuffix("+0000") == true)
            #expect(read.parts.map(\.type) == ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
            #expect(read.parts.first?.text == "Süd\r\n.\r\n..two\r\nlast line without end")
            #expect(mail.raw.utf8.allSatisfy { $0 < 128 })
            let long = mail.raw.split(separator: "\r\n").filter {
                // The boundaries are libcurl's own.
                $0.utf8.count > 78 && !$0.hasPrefix("Content-Type: multipart/")
            }
            #expect(long.isEmpty)
            channel.close()
            server.close()
        }

        @Test func aRepetitionHasTheSameMessageIDAndAnotherDeliveryAnother() async throws {
            let channel = channel()
            for number in [1, 1, 2] as [UInt32] { _ = await channel.deliver(delivery(number: number)) }
            let ids = server.mails().compactMap { ReadMail($0.data).header("Message-ID") }
            #expect(ids.count == 3)
            #expect(ids[0] == ids[1])
            #expect(ids[0] != ids[2])
            channel.close()
            server.close()
        }

        struct Answer: Sendable, CustomTestStringConvertible {
            var command: String
            var act: ToySMTPServer.Act
            var result: DeliveryResult
            var testDescription: String { "\(act) to \(command)" }
        }

        @Test(arguments: [
            Answer(command: "greeting", act: .say("421 4.3.2 busy"), result: .temporary(reason: "421 4.3.2 busy")),
            Answer(command: "greeting", act: .say("554 no mail here"), result: .temporary(reason: "554 no mail here")),
            Answer(command: "MAIL", act: .say("530 5.7.0 log in"), result: .temporary(reason: "530 5.7.0 log in")),
            Answer(command: "MAIL", act: .say("452 4.3.1 full"), result: .temporary(reason: "452 4.3.1 full")),
            Answer(command: "RCPT", act: .say("451 4.7.1 later"), result: .temporary(reason: "451 4.7.1 later")),
            Answer(
                command: "RCPT", act: .say("550-5.1.1 no such user\r\n550 5.1.1 ask the postmaster"),
                result: .permanent(reason: "550 5.1.1 no such user 5.1.1 ask the postmaster")),
            Answer(command: "DATA", act: .say("554 5.5.1 no"), result: .permanent(reason: "554 5.5.1 no")),
            Answer(command: "end", act: .say("451 4.3.0 later"), result: .temporary(reason: "451 4.3.0 later")),
            Answer(command: "end", act: .say("554 5.7.1 spam"), result: .permanent(reason: "554 5.7.1 spam")),
        ])
        func theServersAnswerIsTheResult(_ answer: Answer) async {
            let channel = channel()
            server.on(answer.command, answer.act)
            #expect(await channel.deliver(delivery()) == answer.result)
            server.behaveWell()
            #expect(await channel.deliver(delivery()) == .delivered(providerAnswer: "250 2.0.0 queued as 42"))
            channel.close()
            server.close()
        }

        @Test(arguments: ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end"])
        func aBrokenConnectionIsTemporary(at command: String) async {
            let channel = channel()
            server.on(command, .hangUp)
            let result = await channel.deliver(delivery())
            guard case .temporary(let reason) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(!reason.isEmpty)
            #expect(server.mails().isEmpty)
            channel.close()
            server.close()
        }

        @Test(arguments: ["greeting", "MAIL", "end"])
        func aServerThatFallsSilentIsTemporaryAfterTheTimeout(at command: String) async {
            let channel = channel { $0.totalTimeout = .milliseconds(100) }
            server.on(command, .beSilent)
            let result = await channel.deliver(delivery())
            guard case .temporary(let reason) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(
                reason.contains("timed out") || reason.contains("timeout") || reason.contains("Timeout"), "\(reason)")
            channel.close()
            server.close()
        }

        @Test(arguments: ["greeting", "MAIL", "end"])
        func aSlowReplyHoldsUpNoOtherDelivery(to command: String) async {
            // However long this machine takes for the other one.
            let channel = channel {
                $0.connectTimeout = .seconds(600)
                $0.totalTimeout = .seconds(600)
            }
            server.on(command, .wait)
            async let slow = channel.deliver(delivery(number: 1))
            for await _ in server.waits { break }
            server.behaveWell()
            #expect(await channel.deliver(delivery(number: 2)) == .delivered(providerAnswer: "250 2.0.0 queued as 42"))
            server.letGo()
            #expect(await slow == .delivered(providerAnswer: "250 2.0.0 queued as 42"))
            channel.close()
            server.close()
        }

        @Test func deliveriesAtOnceAreBounded() async {
            let channel = channel { $0.concurrency = 3 }
            let results = await withTaskGroup(of: DeliveryResult.self, returning: [DeliveryResult].self) { group in
                for number in 1...20 as ClosedRange<UInt32> {
                    group.addTask { await channel.deliver(delivery(number: number)) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.allSatisfy { $0 == .delivered(providerAnswer: "250 2.0.0 queued as 42") })
            #expect(server.mails().count == 20)
            #expect(server.mostAtOnce <= 3)
            #expect(server.connections <= 3, "connections are used again")
            channel.close()
            server.close()
        }

        @Test func nobodyListeningIsTemporary() async {
            let channel = channel()
            server.close()
            let result = await channel.deliver(delivery())
            guard case .temporary(let reason) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(reason.contains("onnect"), "\(reason)")
            channel.close()
        }

        @Test func noMailGoesOutInTheClearWhenTLSIsRequired() async {
            let channel = channel { $0.startTLS = .required }
            let result = await channel.deliver(delivery())
            guard case .temporary(let reason) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(reason.contains("TLS") || reason.contains("SSL"), "\(reason)")
            #expect(server.mails().isEmpty)
            channel.close()
            server.close()
        }

        @Test func withOptionalTLSAServerWithoutItGetsTheMail() async {
            let channel = channel { $0.startTLS = .optional }
            #expect(await channel.deliver(delivery()) == .delivered(providerAnswer: "250 2.0.0 queued as 42"))
            channel.close()
            server.close()
        }

        @Test func theServerIsGivenUserAndPassword() async throws {
            let server = try ToySMTPServer(extensions: ["AUTH PLAIN"])
            let channel = channel {
                $0.url = server.url
                $0.username = "e911d"
                $0.password = "geheim"
            }
            #expect(await channel.deliver(delivery()) == .delivered(providerAnswer: "250 2.0.0 queued as 42"))
            #expect(server.logins == [Data("\0e911d\0geheim".utf8).base64EncodedString()], "RFC 4616")
            server.on("AUTH", .say("535 5.7.8 wrong password"))
            let other = self.channel {
                $0.url = server.url
                $0.username = "e911d"
                $0.password = "falsch"
            }
            guard case .temporary = await other.deliver(delivery()) else {
                Issue.record("a wrong password is no fault of the mail")
                return
            }
            channel.close()
            other.close()
            server.close()
            self.server.close()
        }

        @Test func closingEndsWhatIsUnderWay() async {
            let channel = channel { $0.concurrency = 1 }
            server.on("greeting", .beSilent)
            async let results = [
                await channel.deliver(delivery(number: 1)), await channel.deliver(delivery(number: 2)),
            ]
            channel.close()
            for result in await results {
                guard case .temporary = result else {
                    Issue.record("\(result)")
                    continue
                }
            }
            #expect(await channel.deliver(delivery(number: 3)) == .temporary(reason: "the channel is closed"))
            server.close()
        }
    }
#endif
