import Alerting
import E911Values
import Testing

@Suite struct SubscriptionTests {
    private func told(_ alert: Alert, _ change: (inout AlertConfiguration) -> Void = { _ in }) -> [String] {
        Subject(site(change)).submit(alert, at(0)).deliveries.map { "\($0.channel.rawValue) \($0.address)" }
    }

    @Test func aSubscriptionCoversItsSubtree() {
        #expect(told(alert(1)) == ["email security@example.com"])
        #expect(told(alert(1, path: ["hq"])) == ["email security@example.com"])
    }

    @Test func whatNoSubscriptionMatchesGoesToTheFallback() {
        #expect(told(alert(1, path: ["shop"])) == ["sms +13125550150"])
        #expect(told(alert(1, path: [])) == ["sms +13125550150"])
        let outside: (inout AlertConfiguration) -> Void = { $0.subscriptions[0].hours = AlertHours("sat 00:00-24:00")! }
        #expect(told(alert(1), outside) == ["sms +13125550150"])
        #expect(told(alert(1)) { $0.subscriptions[0].callServer = "other" } == ["sms +13125550150"])
    }

    @Test func hoursAreJudgedInTheSitesZoneAtTheTimeOfTheCall() {
        #expect(
            told(alert(1)) { $0.subscriptions[0].hours = AlertHours("tue 06:00-07:00")! }
                == ["email security@example.com"])
    }

    @Test func noChannelsMeansAllThatTheRecipientHasTheQuickestFirst() {
        #expect(
            told(alert(1)) { $0.subscriptions[0].channels = [] } == [
                "screen-pop security", "email security@example.com",
            ])
    }

    @Test func groupsAreTheirMembersAndNobodyIsToldTwice() {
        let change: (inout AlertConfiguration) -> Void = {
            $0.subscriptions.append(AlertSubscription(to: ["all", "security", "nobody"], channels: [.email, .sms]))
        }
        #expect(
            // Channel by channel, and in each in the order of the names.
            told(alert(1), change) == [
                "email security@example.com", "email chief@example.com", "sms +13125550150", "sms +13125550151",
            ])
    }

    @Test func aRecipientWithoutTheWantedChannelIsToldAnotherWay() {
        #expect(told(alert(1)) { $0.subscriptions[0].channels = [.webhook] }.count == 2)
        #expect(told(alert(1)) { $0.channels = [.screenPop, .sms] } == ["screen-pop security"])
    }

    @Test func theLocationsOwnContactsAreToldToo() {
        var call = alert(1)
        call.contacts = ["chief"]
        #expect(told(call).sorted() == ["email chief@example.com", "email security@example.com", "sms +13125550151"])
    }

    @Test func onSiteNotificationOffIsRecordedAndNotAlerted() {
        let subject = Subject(site { $0.callServers[0].onsiteNotification = false })
        let effects = subject.submit(alert(1), at(0))
        #expect(effects.deliveries.isEmpty && effects.events == [.suppressed(key(1))])
        #expect(effects.records.map(\.state) == [.suppressed] && effects.records[0].isSettled)
        #expect(subject.desk.openCount == 0 && subject.desk.nextDeadline == nil)
    }

    @Test func withNobodyToTellThereIsAnAlarmAndARepairIsFoundByTheReminder() {
        let subject = Subject(site { $0.callServers[0].fallback = [] })
        #expect(subject.submit(alert(1, path: ["shop"]), at(0)).events == [.nobodyToTell(key(1))])
        subject.desk.apply(site())
        #expect(subject.advance(at(300)).addresses == ["+13125550150"])
    }

    struct Case: Sendable {
        var code: AlertProblem.Code
        var position: AlertProblem.Position
        var change: @Sendable (inout AlertConfiguration) -> Void
    }

    @Test(arguments: [
        Case(code: .duplicateRecipient, position: .recipient(3)) {
            $0.recipients.append(Recipient(name: "guard", sms: "1"))
        },
        Case(code: .unreachableRecipient, position: .recipient(3)) { $0.recipients.append(Recipient(name: "ghost")) },
        Case(code: .duplicateRecipient, position: .group(1)) {
            $0.groups.append(RecipientGroup(name: "guard", members: []))
        },
        Case(code: .unknownRecipient, position: .group(0)) { $0.groups[0].members.append("ghost") },
        Case(code: .unknownRecipient, position: .subscription(0)) { $0.subscriptions[0].to.append("ghost") },
        Case(code: .channelWithoutAddress, position: .subscription(0)) { $0.subscriptions[0].channels = [.sms] },
        Case(code: .unknownRecipient, position: .callServer(0)) { $0.callServers[0].fallback.append("ghost") },
        Case(code: .unknownRecipient, position: .callServer(0)) { $0.callServers[0].escalation = ["ghost"] },
        Case(code: .noFallback, position: .callServer(0)) { $0.callServers[0].fallback = [] },
    ])
    func aProblemIsNamedWithItsPlace(_ one: Case) {
        let problems = site(one.change).problems()
        #expect(problems.map(\.code) == [one.code])
        #expect(problems.first?.position == one.position)
    }

    @Test func aSoundConfigurationHasNoProblem() {
        #expect(site().problems().isEmpty)
        #expect(
            site {
                $0.callServers[0].fallback = []
                $0.callServers[0].onsiteNotification = false
            }.problems().isEmpty)
    }
}
