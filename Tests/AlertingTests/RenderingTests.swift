import Alerting
import E911Values
import Testing

@Suite struct RenderingTests {
    private func mail(_ alert: Alert, count: Int = 1, reason: DeliveryReason = .first) -> RenderedMessage {
        var record = OutboxRecord(alert: alert)
        record.count = count
        record.lastCall = alert.time + .seconds(30)
        record.reminders = 2
        return record.message(on: .email, reason: reason)
    }

    @Test func theMailShowsAllThatTheContractAsksFor() {
        let expected = """
            EMERGENCY CALL

            Caller:            2001 (Alice)
            Call back:         +13125550103 (the number that was sent), or extension 2001
            Best known place:  2nd floor east, 100 W Main St, Chicago IL 60601
            The PSAP sees:     2nd floor east, 100 W Main St, Chicago IL 60601
            Found by:          IP range 10.1.2.0/24
            Time:              2026-11-24 06:43:34 -06:00 (America/Chicago)
            Dialled:           911
            Call server:       main
            Call id:           abc@192.0.2.10
            Record:            1795524214000-a-1

            """
        let message = mail(alert(1))
        #expect(message.text == expected)
        #expect(
            message.subject == "EMERGENCY CALL: 2001 Alice, 2nd floor east, 100 W Main St, Chicago IL 60601")
        for fact in ["2001 (Alice)", "+13125550103", "IP range 10.1.2.0/24", "-06:00", "main", "abc@192.0.2.10"] {
            #expect(message.html?.contains(fact) == true, "\(fact)")
        }
    }

    @Test func aDifferenceBetweenThePlacesIsSaid() {
        var call = alert(1)
        call.psapText = "Headquarters, 100 W Main St"
        #expect(mail(call).text.contains("The PSAP sees another place than the best known one."))
    }

    @Test(
        arguments: [
            (Alert.Flags.test, "TEST CALL: 2001"), (.abandoned, "ABANDONED EMERGENCY CALL: 2001"),
            (.untrusted, "[UNTRUSTED]"), (.ambiguous, "[AMBIGUOUS]"), (.unlocated, "[UNLOCATED]"),
            (.defaulted, "[DEFAULTED]"), (.unconfirmed, "[UNCONFIRMED]"), ([.test, .abandoned], "TEST CALL: 2001"),
            ([.test, .abandoned], "[ABANDONED]"), ([.ambiguous, .unlocated], "[AMBIGUOUS] [UNLOCATED]"),
        ] as [(Alert.Flags, String)])
    func everyFlagIsShownInEveryForm(_ flags: Alert.Flags, _ text: String) {
        let record = OutboxRecord(alert: alert(1, flags: flags))
        #expect(record.message(on: .email).subject.contains(text))
        for channel in AlertChannelKind.allCases {
            let message = record.message(on: channel)
            for label in flags.labels { #expect((message.subject + message.text).contains(label), "\(channel)") }
            let field = message.fields.first { $0.name == "flags" }
            #expect(field?.value == flags.labels.joined(separator: " "))
        }
    }

    @Test func redialsRemindersAndEscalationsSayWhatTheyAre() {
        #expect(mail(alert(1), count: 3, reason: .redial).subject.hasPrefix("AGAIN (call 3): EMERGENCY CALL: 2001"))
        #expect(mail(alert(1), count: 3).text.contains("Calls:             3, the latest at 2026-11-24 06:44:04"))
        #expect(mail(alert(1), reason: .reminder).subject.hasPrefix("REMINDER 2: EMERGENCY CALL"))
        #expect(mail(alert(1), reason: .escalation).subject.hasPrefix("NOT ACKNOWLEDGED: EMERGENCY CALL"))
    }

    @Test func whatIsNotKnownIsSaid() {
        let message = mail(Alert(key: key(1)))
        #expect(message.subject == "EMERGENCY CALL: unknown caller, place not known")
        #expect(message.text.contains("Call back:         not known"))
        #expect(message.text.contains("The PSAP sees:     nothing that names a place"))
        #expect(message.text.contains("2026-11-24 12:43:34 +00:00"))
    }

    @Test(arguments: ChannelConformance.hostileAlerts().map(\.alert))
    func nothingThatACallerSendsBreaksALine(_ call: Alert) {
        let record = OutboxRecord(alert: call)
        let plain = OutboxRecord(alert: alert(1))
        for channel in AlertChannelKind.allCases {
            let message = record.message(on: channel)
            let usual = plain.message(on: channel)
            #expect(message.text.split(separator: "\n").count == usual.text.split(separator: "\n").count)
            #expect(message.fields.map(\.name) == usual.fields.map(\.name))
            for line in [message.subject] + message.fields.map(\.value) {
                #expect(line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }, "\(channel)")
            }
            #expect(message.text.unicodeScalars.allSatisfy { ($0.value >= 32 && $0.value != 127) || $0 == "\n" })
            #expect(message.text.utf8.count < 4000 && message.subject.count <= 250)
        }
        #expect(record.message(on: .email).html?.contains("<script>") == false)
    }

    @Test(arguments: ChannelConformance.hostileAlerts().map(\.alert) + [alert(1), Alert(key: key(9))])
    func anSMSFitsIntoOneMessageOfTheGSMAlphabet(_ call: Alert) {
        let alphabet =
            "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà"
        for reason in DeliveryReason.allCases {
            let text = OutboxRecord(alert: call).message(on: .sms, reason: reason).text
            #expect(text.count <= 160 && !text.isEmpty)
            #expect(text.allSatisfy { alphabet.contains($0) }, "\(text)")
            if !call.callerDN.isEmpty { #expect(text.contains("ext \(call.callerDN)"), "\(text)") }
            if let elin = call.elin { #expect(text.contains(elin.description), "\(text)") }
        }
    }

    /// 47 CFR 9.3: that a call was made, a number that rings the caller, and the place that the PSAP was given.
    @Test func everyFormHasTheLeastThatANotificationMustHave() {
        var elsewhere = alert(1, flags: .defaulted)
        elsewhere.psapText = "Headquarters, 100 W Main St"
        for call in [alert(1), elsewhere] {
            for channel in AlertChannelKind.allCases {
                let message = OutboxRecord(alert: call).message(on: channel)
                let said = message.subject + message.text
                for fact in ["EMERGENCY CALL", "+13125550103", call.psapText] {
                    #expect(said.contains(fact), "\(channel): \(said)")
                }
            }
        }
    }

    /// The two places share what room there is.
    @Test func anSMSNamesThePlaceThatThePSAPSeesWhereItIsAnother() {
        var call = alert(1, flags: .defaulted)
        call.placeText = String(repeating: "place ", count: 30)
        call.psapText = String(repeating: "other ", count: 30)
        let text = OutboxRecord(alert: call).message(on: .sms).text
        #expect(text.count == 160 && text.hasSuffix("Call back +13125550103 / ext 2001. 06:43"))
        #expect(text.contains("place place") && text.contains(".. PSAP sees other other"), "\(text)")
        call.psapText = "Lobby"
        let other = OutboxRecord(alert: call).message(on: .sms).text
        #expect(other.count == 160 && other.contains(".. PSAP sees Lobby. Call back"), "\(other)")
    }

    @Test func anSMSSaysWhoWhereAndWhatToCall() {
        #expect(
            OutboxRecord(alert: alert(1)).message(on: .sms).text
                == "EMERGENCY CALL 2001 Alice. 2nd floor east, 100 W Main St, Chicago IL 60601. "
                + "Call back +13125550103 / ext 2001. 06:43")
    }
}
