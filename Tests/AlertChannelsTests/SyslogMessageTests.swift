#if Daemon
    import Alerting
    import E911Values
    import Testing

    @testable import AlertChannels

    @Suite struct SyslogMessageTests {
        private static func message(_ alert: Alert) -> SyslogMessage {
            SyslogMessage(
                facility: 16, host: "pbx 1", process: 77, enterprise: 32_473,
                delivery: Delivery(
                    id: DeliveryID(alert: alert.key, number: 1), channel: .syslog, recipient: "siem", address: "",
                    reason: .first, attempt: 1, message: OutboxRecord(alert: alert).message(on: .syslog)),
                now: WallTime(milliseconds: 1_764_000_000_123))
        }

        private static func datagram(_ alert: Alert) -> String {
            String(decoding: message(alert).datagram, as: UTF8.self)
        }

        @Test func itIsAMessageOfRFC5424() {
            var (_, alert) = ChannelConformance.hostileAlerts()[0]
            alert.callerName = #"A "quoted" ] \ name"#
            let text = Self.datagram(alert)
            #expect(
                text.hasPrefix(
                    "<129>1 2025-11-24T16:00:00.123Z pbx1 e911d 77 alert [e911d@32473 id=\"\(alert.key).1\" "))
            #expect(text.contains(#" caller_name="A \"quoted\" \] \\ name""#))
            #expect(text.contains(" caller_dn=\"2001\"") && text.contains(" callback_number=\"+13125550103\""))
            #expect(text.contains("\"] \u{feff}EMERGENCY CALL: "))
            #expect(!text.contains("\n"))
        }

        @Test func aTestIsANoticeAndSaysSo() {
            var (_, alert) = ChannelConformance.hostileAlerts()[0]
            alert.flags = .test
            let text = Self.datagram(alert)
            #expect(text.hasPrefix("<133>1 ") && text.contains(" 77 test [") && text.contains("TEST CALL"))
        }

        @Test func aDatagramLeavesOutWhatMattersLeast() {
            var (_, alert) = ChannelConformance.hostileAlerts()[0]
            alert.rule = String(repeating: "🏢", count: 400)
            alert.otherPlaces = String(repeating: "🏢", count: 400)
            alert.callID = String(repeating: "🏢", count: 400)
            alert.placeText = String(repeating: "🏢", count: 400)
            alert.psapText = String(repeating: "🏢", count: 400)
            let whole = Self.message(alert).octets(without: [])
            #expect(whole.count > 2048)
            let text = Self.datagram(alert)
            #expect(text.utf8.count <= 2048)
            for name in ["caller_dn", "callback_number", "place"] { #expect(text.contains(" \(name)=\"")) }
            #expect(!text.contains(" rule=") && !text.contains(" other_places="))
            #expect(Self.message(alert).counted == Array("\(whole.count) ".utf8) + whole)
        }
    }
#endif
