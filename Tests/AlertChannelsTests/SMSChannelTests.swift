#if Daemon
    import Alerting
    import E911Values
    import Foundation
    import Testing

    @testable import AlertChannels

    @Suite struct SMSChannelTests {
        private func delivery(_ text: String = "EMERGENCY & Süd + \"2\"", to address: String = "+13125550150")
            -> Delivery
        {
            let key = RecordKey(time: WallTime(milliseconds: 1_764_000_000_000), node: "a", counter: 7)
            return Delivery(
                id: DeliveryID(alert: key, number: 1), channel: .sms, recipient: "guard", address: address,
                reason: .first,
                attempt: 1, message: RenderedMessage(subject: "", text: text, time: key.time))
        }

        /// A provider's template, sent to a server on loopback.
        private func channel(
            _ server: ToyWebServer, _ provider: SMSGateway.Provider
        ) throws -> (SMSChannel, path: String) {
            var settings = SMSChannel.Settings(gateway: provider.gateway)
            let url = settings.gateway.url
            let host = try #require(url.dropFirst("https://".count).firstIndex(of: "/"))
            settings.gateway.url = "http://127.0.0.1:\(server.port)" + url[host...]
            (settings.account, settings.password, settings.from) = ("AC/7", "p&w", "+13125550100")
            return (SMSChannel(settings: settings), String(url[host...]))
        }

        private static func form(_ body: [UInt8]) -> [String: String] {
            let pairs = String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
                pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                    String($0).removingPercentEncoding ?? "?"
                }
            }
            return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { a, _ in a }
        }

        @Test func conformsToThePort() async throws {
            let server = try ToyWebServer(["201 Created"])
            let (channel, _) = try channel(server, .twilio)
            let subject = ChannelUnderTest(
                channel: channel, address: "+13125550150",
                badAddresses: ["", "a\r\nb", "911", "+1312555o150", "+13125550150;ext=1", "+1234567890123456"],
                received: {
                    server.takeReceived().map { request in
                        let form = Self.form(request.body)
                        return .init(address: form["To"] ?? "", text: form["Body"] ?? "")
                    }
                },
                behave: { side in
                    switch side {
                    case .accepting: server.answer(["201 Created"])
                    case .refusingForNow: server.answer(["429 Too Many Requests"])
                    case .refusingForGood: server.answer(["400 Bad Request"])
                    case .unreachable: server.answer([""])
                    }
                    return true
                })
            #expect(await ChannelConformance.violations(of: subject) == [])
            channel.close()
            server.close()
        }

        @Test func twilioGetsAFormAndBasicAuthentication() async throws {
            let server = try ToyWebServer(["201 Created"])
            let (channel, _) = try channel(server, .twilio)
            #expect(await channel.deliver(delivery()) == .delivered(providerAnswer: "HTTP/1.1 201 Created"))
            let request = try #require(server.takeReceived().first)
            #expect(request.head.first == "POST /2010-04-01/Accounts/AC%2F7/Messages.json HTTP/1.1")
            #expect(request.value(of: "Content-Type") == "application/x-www-form-urlencoded")
            #expect(request.value(of: "Authorization") == "Basic " + Data("AC/7:p&w".utf8).base64EncodedString())
            #expect(
                Self.form(request.body)
                    == ["To": "+13125550150", "From": "+13125550100", "Body": "EMERGENCY & Süd + \"2\""])
            channel.close()
            server.close()
        }

        @Test func vonageSays200ToEverything() async throws {
            let server = try ToyWebServer(["200 OK"])
            let (channel, _) = try channel(server, .vonage)
            for taken in ["\"status\":\"0\"", "\"status\": \"0\"", "\"status\" :\n\"0\""] {
                server.answer(["200 OK\n{\"messages\":[{\(taken)}]}"])
                #expect(await channel.deliver(delivery()) == .delivered(providerAnswer: "HTTP/1.1 200 OK"))
            }
            let form = Self.form(try #require(server.takeReceived().first).body)
            #expect(form["to"] == "13125550150" && form["api_key"] == "AC/7" && form["api_secret"] == "p&w")
            #expect(form["from"] == "13125550100")
            let refusal = "{\"to\":\"13125550150\",\"status\":\"4\",\"error-text\":\"Bad Credentials p&w\"}"
            server.answer(["200 OK\n" + refusal])
            guard case .temporary(let reason) = await channel.deliver(delivery()) else {
                Issue.record("not temporary")
                return
            }
            #expect(reason.contains("Bad Credentials"))
            #expect(!reason.contains("3125550150") && !reason.contains("p&w"), "neither numbers nor secrets: \(reason)")
            channel.close()
            server.close()
        }

        @Test func messageBirdGetsItsKeyInAHeader() async throws {
            let server = try ToyWebServer(["201 Created"])
            let (channel, _) = try channel(server, .messagebird)
            _ = await channel.deliver(delivery(to: "(312) 555-0150"))
            let request = try #require(server.takeReceived().first)
            #expect(request.value(of: "Authorization") == "AccessKey p&w")
            #expect(Self.form(request.body)["recipients"] == "13125550150", "ten digits are of North America")
            channel.close()
            server.close()
        }

        @Test(arguments: [
            (
                "application/json", #"{"to":"{to}","n":{"text":"{text}"}}"#,
                #"{"to":"+1","n":{"text":"a \"b\" & <c>\né"}}"#
            ),
            ("text/xml", "<m to='{to-digits}'>{text}</m>", "<m to='1'>a &quot;b&quot; &amp; &lt;c&gt;\né</m>"),
            ("application/x-www-form-urlencoded", "t={text}&d={to}", "t=a%20%22b%22%20%26%20%3Cc%3E%0A%C3%A9&d=%2B1"),
            ("text/plain", "{to}:{text}", "+1:a \"b\" & <c>\né"),
        ])
        func valuesAreEncodedForWhereTheyStand(_ type: String, _ template: String, _ wanted: String) throws {
            let gateway = try SMSGateway(url: "https://x", contentType: type, body: template)
            let values = ["to": "+1", "to-digits": "1", "text": "a \"b\" & <c>\né"]
            #expect(SMSGateway.fill(gateway.body, values, .init(contentType: type)) == wanted)
        }

        /// A value that looks like a placeholder is a value.
        @Test func valuesAreNotFilledAgain() {
            #expect(SMSGateway.fill("{text}|{to}", ["text": "{to}", "to": "1"], .plain) == "{to}|1")
        }

        @Test(arguments: [
            ("https://x/{too}", "{text}", "{too}"), ("https://x", "{to} and {txet}", "{txet}"),
            ("https://x", "{to}", "{text}"), ("https://x", "{text}", "{to}"), ("https://x", "{To} {text}", "{To}"),
            ("https://x", "{to_digits} {text}", "{to_digits}"), ("https://x", "{\"to\":\"{to}\"}", "{text}"),
        ])
        func aTemplateThatCannotWorkSaysWhy(_ url: String, _ body: String, _ wanted: String) {
            let problem = #expect(throws: SMSGatewayProblem.self) { try SMSGateway(url: url, body: body) }
            #expect(problem?.reason.contains(wanted) == true, "\(problem.map { "\($0)" } ?? "")")
        }

        @Test(arguments: [
            ("Authorization", "Authorization"), (": x", ": x"), ("content-TYPE: text/plain", "content-type"),
        ])
        func aHeaderThatIsNoneIsRefused(_ header: String, _ wanted: String) {
            let problem = #expect(throws: SMSGatewayProblem.self) {
                try SMSGateway(url: "https://x", body: "{to}{text}", headers: [header])
            }
            #expect(problem?.reason.contains(wanted) == true, "\(problem.map { "\($0)" } ?? "")")
        }

        @Test func whatTheBodyLooksLikeIsItsType() throws {
            let json = try SMSGateway(url: "https://x", body: " {\"to\":\"{to}\",\"text\":\"{text}\"}")
            #expect(json.contentType == "application/json" && json.uses == ["to", "text"])
            let xml = try SMSGateway(url: "https://x", body: "<m to='{to}' key='{password}'>{text}</m>")
            #expect(xml.contentType.hasPrefix("text/xml") && xml.uses == ["to", "text", "password"])
            let form = try SMSGateway(url: "https://x", body: "to={to}&text={text}", usesBasicAuthentication: true)
            #expect(form.contentType == "application/x-www-form-urlencoded")
            #expect(form.uses == ["to", "text", "account", "password"])
        }
    }
#endif
