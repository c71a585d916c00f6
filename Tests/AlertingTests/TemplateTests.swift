import Alerting
import E911Values
import Testing

@Suite struct TemplateTests {
    private func texts(subject: String? = nil, text: String? = nil, sms: String? = nil) -> AlertTexts {
        AlertTexts(
            emailSubject: subject.map { MessageTemplate($0) }, emailText: text.map { MessageTemplate($0) },
            sms: sms.map { MessageTemplate($0) })
    }

    private func message(
        _ alert: Alert, _ channel: AlertChannelKind, _ texts: AlertTexts, reason: DeliveryReason = .first,
        link: String? = nil
    ) -> RenderedMessage {
        OutboxRecord(alert: alert).message(on: channel, reason: reason, link: link, texts: texts)
    }

    @Test func placeholdersStandForTheFacts() {
        let texts = texts(
            subject: "{title}: {caller_dn} at {place}", text: "Call {callback_number}.\nPSAP: {psap_sees}\n{link}",
            sms: "{title} {caller_dn} {callback_number} {{x}}")
        let mail = message(alert(1), .email, texts, link: "https://e/acknowledge/t")
        #expect(mail.subject == "EMERGENCY CALL: 2001 at 2nd floor east, 100 W Main St, Chicago IL 60601")
        #expect(
            mail.text == "Call +13125550103.\nPSAP: 2nd floor east, 100 W Main St, Chicago IL 60601\n"
                + "https://e/acknowledge/t\n")
        #expect(mail.html?.contains("<a href=\"https://e/acknowledge/t\">https://e/acknowledge/t</a>") == true)
        // The alphabet has no braces.
        #expect(message(alert(1), .sms, texts).text == "EMERGENCY CALL 2001 +13125550103 (x)")
        // The other channels have their own form.
        for channel in [AlertChannelKind.webhook, .syslog, .screenPop] {
            #expect(message(alert(1), channel, texts) == message(alert(1), channel, AlertTexts()))
        }
    }

    @Test func everyPlaceholderOfTheListHasAValue() {
        let names = MessageTemplate.placeholders
        #expect(Set(names).count == names.count)
        let texts = texts(text: names.map { "{\($0)}" }.joined(separator: "|"))
        #expect(!message(alert(1), .email, texts).text.contains("{"))
        // And each field of a webhook is one.
        for field in message(alert(1), .webhook, AlertTexts()).fields {
            #expect(names.contains(field.name), "\(field)")
        }
    }

    @Test(
        arguments: [
            Alert.Flags.test, .ambiguous, .untrusted, .abandoned, .unlocated,
            [.test, .abandoned, .ambiguous, .untrusted],
        ], ["nothing is said", "{title} {place}", "{flags}", "{place} {flags}", "{caller_name}"])
    func theMarksStandFirstWhateverTheTemplateSays(_ flags: Alert.Flags, _ template: String) {
        var call = alert(1, flags: flags)
        call.callerName = "TEST"
        call.placeText = String(repeating: "a long place ", count: 40)
        let texts = texts(subject: template, text: template, sms: template)
        let mail = message(call, .email, texts)
        for text in [mail.subject, mail.text, mail.html ?? "", message(call, .sms, texts).text] {
            let end = text.firstRange(of: "a long")?.lowerBound ?? text.endIndex
            for label in flags.labels { #expect(text[..<end].contains(label), "\(label) in \(text)") }
        }
        #expect(mail.subject.count <= 250)
    }

    @Test func whyItComesAgainIsSaidToo() {
        let texts = texts(subject: "{place}", text: "{place}", sms: "{place}")
        for channel in [AlertChannelKind.email, .sms] {
            let again = message(alert(1), channel, texts, reason: .escalation)
            #expect(again.text.hasPrefix("NOT ACKNOWLEDGED: 2nd floor"))
        }
    }

    @Test func whatACallerSaysIsNeitherMarkupNorAPlaceholderNorALineOfItsOwn() {
        let template = texts(
            subject: "{caller_name}", text: "<b>{caller_name}</b>\nend", sms: "{caller_name} {callback_number}")
        for (name, call) in ChannelConformance.hostileAlerts() {
            var call = call
            call.callerName += " {link} {{ <i>&\""
            let mail = message(call, .email, template, link: "https://e/t")
            #expect(!mail.text.contains("https://e/t"), "\(name)")
            #expect(mail.text.split(separator: "\n").count == 2, "\(name)")
            #expect(mail.subject.unicodeScalars.allSatisfy { $0.value >= 32 }, "\(name)")
            let html = mail.html ?? ""
            #expect(html.contains("&lt;b&gt;") && !html.contains("<i>") && !html.contains("<script>"), "\(name)")
        }
    }

    @Test(arguments: ChannelConformance.hostileAlerts().map(\.alert) + [alert(1)])
    func anSMSFitsAndItsNumbersAndLinkStayWhole(_ call: Alert) {
        let link = "https://e911.example.com/acknowledge/" + String(repeating: "x", count: 55)
        let texts = texts(sms: "{title} {caller} {place} {callback_number} {link}")
        let text = message(call, .sms, texts, link: link).text
        #expect(text.count <= 160)
        #expect(text.contains(link) && text.contains("+13125550103"), "\(text)")
        #expect(text.allSatisfy { $0.isASCII || "£¥èéùìòÇØøÅåÆæßÉ¡ÄÖÑÜ§¿äöñüà".contains($0) }, "\(text)")
    }

    @Test(
        arguments: [
            ("{place}", []), ("{{place}}", []), ("a } b", [.brace]), ("{plaice}", [.unknown("plaice")]),
            ("{", [.brace]), ("{place", [.brace]), ("{a{place}", [.brace]), ("{}", [.unknown("")]), ("}}{{", []),
            ("{a}{b}", [.unknown("a"), .unknown("b")]),
        ] as [(String, [MessageTemplate.Problem])])
    func whatIsNoPlaceholderIsToldAndShownAsItStands(_ source: String, _ problems: [MessageTemplate.Problem]) {
        #expect(MessageTemplate(source).problems == problems)
        let text = message(alert(1), .email, texts(text: source)).text
        if problems.contains(.brace) { #expect(text.contains("{") || text.contains("}")) }
    }

    @Test func aMessageThatTriesAWayIsPlainlyATest() {
        let sample = alert(1, flags: .test)
        for channel in AlertChannelKind.allCases {
            let message = message(sample, channel, texts(subject: "Hello", text: "Hello", sms: "Hello"), reason: .test)
            #expect((message.subject + message.text).contains("TEST"), "\(channel)")
        }
        let mail = OutboxRecord(alert: sample).message(on: .email, reason: .test)
        #expect(mail.subject.hasPrefix("TEST MESSAGE") && mail.text.contains("No call was made"))
    }
}
