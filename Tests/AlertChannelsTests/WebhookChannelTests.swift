#if Daemon
    import Alerting
    import E911Values
    import Foundation
    import Testing

    @testable import AlertChannels

    @Suite struct WebhookChannelTests {
        private let server: ToyWebServer

        init() throws { server = try ToyWebServer(["200 OK"]) }

        private var url: String { "http://127.0.0.1:\(server.port)/alerts" }

        private func delivery(_ alert: Alert, to address: String) -> Delivery {
            Delivery(
                id: DeliveryID(alert: alert.key, number: 3), channel: .webhook, recipient: "desk", address: address,
                reason: .reminder, attempt: 2, message: OutboxRecord(alert: alert).message(on: .webhook))
        }

        /// All texts of a JSON document, in any order.
        private static func texts(_ value: Any) -> [String] {
            switch value {
            case let text as String: [text]
            case let list as [Any]: list.flatMap(texts)
            case let object as [String: Any]: object.values.flatMap(texts)
            default: []
            }
        }

        @Test(arguments: ["", "slack+", "teams+"])
        func conformsToThePort(form: String) async throws {
            let channel = WebhookChannel()
            let (server, address) = (server, form + url)
            let subject = ChannelUnderTest(
                channel: channel, address: address,
                badAddresses: [
                    "", "a\r\nb", "example.com", "ftp://example.com/", "https://", "https:///x", "http://a b/",
                    "mail+https://x",
                ],
                received: {
                    server.takeReceived().map { request in
                        let path = request.head.first?.split(separator: " ").dropFirst().first ?? ""
                        let json = try? JSONSerialization.jsonObject(with: Data(request.body))
                        return .init(
                            address: "\(form)http://127.0.0.1:\(server.port)\(path)",
                            text: json.map { Self.texts($0).joined(separator: "\n") } ?? "no JSON")
                    }
                },
                behave: { side in
                    switch side {
                    case .accepting: server.answer(["202 Accepted"])
                    case .refusingForNow: server.answer(["503 Later"])
                    case .refusingForGood: server.answer(["410 Gone"])
                    case .unreachable: server.answer([""])
                    }
                    return true
                })
            #expect(await ChannelConformance.violations(of: subject) == [])
            channel.close()
            server.close()
        }

        @Test func ourOwnFormHasASchemaAndAllFacts() async throws {
            let channel = WebhookChannel()
            let (_, alert) = ChannelConformance.hostileAlerts()[0]
            #expect(await channel.deliver(delivery(alert, to: url)) == .delivered(providerAnswer: "HTTP/1.1 200 OK"))
            let request = try #require(server.takeReceived().first)
            #expect(request.value(of: "Content-Type") == "application/json")
            #expect(request.value(of: "Idempotency-Key") == "\(alert.key).3-reminder")
            #expect(request.value(of: "E911d-Attempt") == "2")
            #expect(request.value(of: WebhookSignature.name) == nil)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
            #expect(Set(json.keys) == ["schema", "id", "reason", "recipient", "subject", "text", "fields"])
            #expect(json["schema"] as? String == "e911d.alert/1" && json["reason"] as? String == "reminder")
            #expect(json["id"] as? String == "\(alert.key).3-reminder")
            let fields = try #require(json["fields"] as? [String: String])
            #expect(fields["caller_dn"] == "2001" && fields["callback_number"] == "+13125550103")
            #expect(fields["kind"] == "emergency" && fields["call_server"] == "main")
            channel.close()
            server.close()
        }

        /// The value was computed by Python's hmac.
        @Test func theSignatureIsAnHMACOverTimeAndBody() {
            #expect(
                WebhookSignature.header(of: Array(#"{"a":1}"#.utf8), at: 1_700_000_000, secret: Array("secret".utf8))
                    == "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686")
        }

        @Test func aRequestIsSignedWithWhatItCarries() async throws {
            var settings = WebhookChannel.Settings()
            settings.secret = Array("secret".utf8)
            settings.clock = { 1_800_000_000 }
            let channel = WebhookChannel(settings: settings)
            let (_, alert) = ChannelConformance.hostileAlerts()[3]
            _ = await channel.deliver(delivery(alert, to: url))
            let request = try #require(server.takeReceived().first)
            let wanted = WebhookSignature.header(of: request.body, at: 1_800_000_000, secret: Array("secret".utf8))
            #expect(request.value(of: WebhookSignature.name) == wanted && wanted != nil)
            channel.close()
            server.close()
        }

        /// What a caller calls himself is no link and no mention.
        @Test func slackReadsNoMarkupInIt() async throws {
            let channel = WebhookChannel()
            var (_, alert) = ChannelConformance.hostileAlerts()[0]
            alert.callerName = "<!channel> <https://evil.example|call back>"
            // Two units of UTF-16 each, in which Slack counts.
            alert.placeText = String(repeating: "🔥🔥🔥🔥 ", count: 500)
            _ = await channel.deliver(delivery(alert, to: "slack+" + url))
            let body = try #require(server.takeReceived().first).body
            let json = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
            #expect((json["text"] as? String)?.contains("&lt;!channel&gt;") == true && json["mrkdwn"] as? Bool == false)
            let blocks = try #require(json["blocks"] as? [[String: Any]])
            let texts = blocks.compactMap { $0["text"] as? [String: Any] }
            #expect(texts.count == blocks.count && texts.allSatisfy { $0["type"] as? String == "plain_text" })
            let lengths = texts.compactMap { ($0["text"] as? String)?.utf16.count }
            #expect(blocks.first?["type"] as? String == "header" && (lengths.first ?? 999) <= 150)
            #expect(lengths.dropFirst().allSatisfy { (1...3000).contains($0) })
            channel.close()
            server.close()
        }

        @Test func textsAreCutBehindLines() {
            #expect("one\ntwo\nthree".pieces(8) == ["one\ntwo", "three"])
            #expect("one\ntwo\nthree".pieces(7) == ["one", "two", "three"])
            #expect("abcdef".pieces(4) == ["abcd", "ef"])
            #expect("🔥🔥🔥".pieces(4) == ["🔥🔥", "🔥"], "a character is not cut in two")
            #expect("👩‍👩‍👧‍👦".pieces(2) == ["👩‍👩‍👧‍👦"], "nor is one that is longer than a piece")
            #expect("\n\nx\n\n\n".pieces(2) == ["x"])
            #expect("".pieces(3).isEmpty)
        }

        /// A token, a route, an account can be mended within the day for which an alert is tried.
        @Test func theStatusSaysWhatBecameOfIt() async throws {
            let channel = WebhookChannel()
            let (_, alert) = ChannelConformance.hostileAlerts()[1]
            let delivery = delivery(alert, to: url)
            for (status, wanted) in [
                (301, "temporary"), (302, "temporary"), (401, "temporary"), (402, "temporary"), (403, "temporary"),
                (404, "temporary"), (408, "temporary"), (409, "temporary"), (429, "temporary"), (500, "temporary"),
                (400, "permanent"), (410, "permanent"), (413, "permanent"), (422, "permanent"), (299, "delivered"),
            ] {
                server.answer(["\(status) S\nnot you, \(url)\u{7}"])
                let said = "HTTP/1.1 \(status) S: not you, ***"
                let result = await channel.deliver(delivery)
                switch wanted {
                case "temporary": #expect(result == .temporary(reason: said))
                case "permanent": #expect(result == .permanent(reason: said))
                default: #expect(result == .delivered(providerAnswer: "HTTP/1.1 \(status) S"))
                }
            }
            channel.close()
            server.close()
        }

        @Test func teamsSays200ToWhatItLoses() async throws {
            let channel = WebhookChannel()
            let (_, alert) = ChannelConformance.hostileAlerts()[1]
            server.answer(["200 OK\nWebhook message delivery failed with error: 429"])
            #expect(
                await channel.deliver(delivery(alert, to: "teams+" + url))
                    == .temporary(reason: "HTTP/1.1 200 OK: Webhook message delivery failed with error: 429"))
            channel.close()
            server.close()
        }

        @Test func teamsGetsACardOfPlainRuns() async throws {
            let channel = WebhookChannel()
            let (_, alert) = ChannelConformance.hostileAlerts()[2]
            _ = await channel.deliver(delivery(alert, to: "teams+" + url))
            let body = try #require(server.takeReceived().first).body
            let json = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
            let attachment = try #require((json["attachments"] as? [[String: Any]])?.first)
            #expect(attachment["contentType"] as? String == "application/vnd.microsoft.card.adaptive")
            let card = try #require(attachment["content"] as? [String: Any])
            let blocks = try #require(card["body"] as? [[String: Any]])
            #expect(card["type"] as? String == "AdaptiveCard" && blocks.count > 5)
            #expect(blocks.allSatisfy { $0["type"] as? String == "RichTextBlock" })
            channel.close()
            server.close()
        }
    }
#endif
