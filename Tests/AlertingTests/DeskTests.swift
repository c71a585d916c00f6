import Alerting
import E911Values
import Testing

@Suite struct DeskTests {
    @Test func anAlertIsRecordedBeforeItIsDeliveredAndSettledWhenAcknowledged() throws {
        let subject = Subject()
        let effects = subject.submit(alert(1), at(0))
        #expect(effects.count == 3)
        #expect(effects.events == [.raised(key(1), messages: 1)])
        if case .deliver = effects[2] {} else { Issue.record("the delivery does not stand last") }
        let delivery = try #require(effects.deliveries.first)
        #expect(delivery.id == DeliveryID(alert: key(1), number: 1) && delivery.attempt == 1)
        #expect(DeliveryID(delivery.id.description) == delivery.id)
        let arrived = subject.handle(sent, delivery.id, at(1))
        #expect(arrived.events == [.delivered(delivery.id, channel: .email, providerAnswer: "250 ok")])
        #expect(arrived.records.first?.deliveries.first?.log.map(\.result) == [sent])
        let settled = try #require(subject.acknowledge(key(1), at(2)))
        #expect(settled.events == [.acknowledged(key(1), by: "bob")])
        #expect(settled.records.first?.state == .settled)
        #expect(settled.records.first?.acknowledgement?.comment == "on my way")
        #expect(subject.desk.openCount == 0 && subject.desk.nextDeadline == nil)
        #expect(subject.acknowledge(key(1), at(3)) == nil)
        #expect(subject.violations.isEmpty)
    }

    @Test func failuresAreRetriedWithBackOffUpToALongestPause() {
        let subject = Subject(site { $0.policy.reminders = 0 })
        var delivery = subject.submit(alert(1), at(0)).deliveries[0]
        var now = 0.0
        var pauses: [Double] = []
        for attempt in 1...10 {
            #expect(delivery.attempt == attempt && delivery.id.number == 1)
            let effects = subject.handle(later, delivery.id, at(now))
            guard case .retrying(_, _, "451 later", let pause) = effects.events.first else {
                Issue.record("attempt \(attempt): \(effects.events)")
                return
            }
            // The third failure has the screen pop tried beside it.
            for other in effects.deliveries {
                #expect(attempt == 3 && other.channel == .screenPop)
                _ = subject.handle(sent, other.id, at(now))
            }
            pauses.append(Double(pause.components.seconds))
            now += pauses[attempt - 1]
            #expect(subject.advance(at(now - 0.001)).deliveries.isEmpty)
            let due = subject.advance(at(now)).deliveries
            #expect(due.count == 1)
            delivery = due.first ?? delivery
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300])
        #expect(subject.records[key(1)]?.deliveries.first?.log.count == DeliveryRecord.loggedAttempts)
        #expect(subject.violations.isEmpty)
    }

    @Test func aDeliveryIsGivenUpWhenItsTimeIsOver() throws {
        let subject = Subject(site { $0.policy.giveUpAfter = .seconds(60) })
        let delivery = try #require(subject.submit(alert(1), at(0)).deliveries.first)
        let effects = subject.handle(later, delivery.id, at(60))
        #expect(effects.events == [.failed(delivery.id, channel: .email, reason: "451 later")])
        #expect(effects.deliveries.map(\.reason) == [.fallback] && effects.addresses == ["security"])
    }

    @Test func aRefusalForGoodTriesTheOtherChannelsThenTheFallbackThenSaysSo() throws {
        let subject = Subject()
        let mail = try #require(subject.submit(alert(1), at(0)).deliveries.first)
        let first = subject.handle(never, mail.id, at(1))
        #expect(first.events == [.failed(mail.id, channel: .email, reason: "550 no")])
        #expect(first.addresses == ["security"])
        let second = subject.handle(never, try #require(first.deliveries.first).id, at(2))
        #expect(second.addresses == ["+13125550150"])
        let third = subject.handle(never, try #require(second.deliveries.first).id, at(3))
        #expect(third.events.last == .nobodyReached(key(1)) && third.deliveries.isEmpty)
        #expect(subject.violations.isEmpty)
    }

    @Test func aChannelThatDoesNotAnswerHasFailedForNowAndItsLateAnswerCounts() throws {
        let subject = Subject()
        let id = try #require(subject.submit(alert(1), at(0)).deliveries.first).id
        #expect(subject.advance(at(119)).isEmpty)
        let effects = subject.advance(at(120))
        #expect(
            effects.events == [.retrying(id, channel: .email, reason: "the channel did not answer", after: .seconds(5))]
        )
        #expect(effects.records.count == 1)
        // Too late to say that it failed, not too late to say that it arrived.
        #expect(subject.handle(later, id, at(121)).isEmpty)
        #expect(subject.handle(sent, id, at(122)).events.count == 1)
        #expect(subject.advance(at(126)).deliveries.isEmpty)
        #expect(subject.handle(sent, id, at(127)).isEmpty)
        #expect(subject.violations.isEmpty)
    }

    @Test func aKnownCallChangesNothing() {
        let subject = Subject()
        _ = subject.submit(alert(1), at(0))
        _ = subject.submit(alert(2, 10), at(10))
        #expect(subject.submit(alert(1), at(11)).isEmpty)
        #expect(subject.submit(alert(2, 10), at(11)).isEmpty)
    }

    @Test func flagsThatBecomeKnownAreRecordedAndShownWithTheNextMessage() {
        let subject = Subject()
        _ = subject.submit(alert(1), at(0))
        #expect(subject.mark(key(1), .unconfirmed, at(32)).records.first?.alert.flags == .unconfirmed)
        #expect(subject.mark(key(1), .unconfirmed, at(33)).isEmpty)
        #expect(subject.mark(key(9), .unconfirmed, at(33)).isEmpty)
        let again = subject.submit(alert(2, 40), at(40)).deliveries
        #expect(again.first?.message.subject.contains("AGAIN (call 2)") == true)
    }

    @Test func manyMessagesGoOutInSeveralTurns() {
        let subject = Subject(
            site {
                $0.recipients += (1...20).map { Recipient(name: "r\($0)", email: "r\($0)@example.com") }
                $0.subscriptions = [AlertSubscription(to: $0.recipients.dropFirst(3).map(\.name))]
            })
        var turns = [subject.submit(alert(1), at(0)).addresses]
        while let next = subject.desk.nextDeadline, next <= at(0).monotonic {
            turns.append(subject.advance(at(0)).addresses)
        }
        #expect(turns.map(\.count) == [8, 8, 4])
        #expect(turns.flatMap { $0 } == (1...20).map { "r\($0)@example.com" })
        #expect(subject.violations.isEmpty)
    }

    @Test func aChannelWorksOnSoManyAtOnceAndTheRestWaitInOrder() {
        let subject = Subject(site { $0.policy.inFlightPerChannel = 2 })
        var started: [UInt64] = []
        for number in 1...5 as ClosedRange<UInt64> {
            started += subject.submit(alert(number, device: "d\(number)"), at(0)).deliveries.map(\.id.alert.counter)
        }
        #expect(started == [1, 2])
        for number in 1...5 as ClosedRange<UInt64> {
            let effects = subject.handle(sent, DeliveryID(alert: key(number), number: 1), at(1))
            started += effects.deliveries.map(\.id.alert.counter)
        }
        #expect(started == [1, 2, 3, 4, 5])
        #expect(subject.violations.isEmpty)
    }
}

@Suite struct CoalescingTests {
    @Test func redialsWithin120SecondsJoinAndEachSoundsAgain() throws {
        let subject = Subject()
        _ = subject.handle(sent, try #require(subject.submit(alert(1), at(0)).deliveries.first).id, at(1))
        let second = subject.submit(alert(2, 120), at(120))
        #expect(second.events == [.coalesced(key(2, 120), into: key(1), count: 2)])
        #expect(second.deliveries.map(\.reason) == [.redial] && second.deliveries.map(\.id.number) == [2])
        _ = subject.handle(sent, DeliveryID(alert: key(1), number: 2), at(121))
        // The window runs from the latest call.
        let third = subject.submit(alert(3, 240), at(240))
        #expect(third.events == [.coalesced(key(3, 240), into: key(1), count: 3)])
        #expect(third.records.first?.count == 3 && third.records.first?.laterCalls == [key(2, 120), key(3, 240)])
        #expect(subject.desk[key(3, 240)]?.key == key(1))
        #expect(subject.desk.openCount == 1)
        let fourth = subject.submit(alert(4, 360.001), at(360.001))
        #expect(fourth.events == [.raised(key(4, 360.001), messages: 1)])
        #expect(subject.violations.isEmpty)
    }

    @Test(arguments: [
        alert(2, 10, device: "d2"), alert(2, 10, device: ""), alert(2, 10, flags: .test),
        alert(2, 10, server: "other"), alert(2, 121),
    ])
    func otherCallsAreAlertsOfTheirOwn(_ other: Alert) {
        let subject = Subject()
        _ = subject.submit(alert(1), at(0))
        #expect(subject.submit(other, at(10)).events == [.raised(other.key, messages: 1)])
    }

    @Test func unknownCallersNeverCoalesce() {
        let subject = Subject()
        _ = subject.submit(alert(1, device: ""), at(0))
        #expect(subject.submit(alert(2, 1, device: ""), at(1)).events == [.raised(key(2, 1), messages: 1)])
        #expect(subject.desk.openCount == 2)
    }

    @Test func anAcknowledgedAlertIsJoinedByNobody() {
        let subject = Subject()
        _ = subject.submit(alert(1), at(0))
        _ = subject.acknowledge(key(1), at(1))
        #expect(subject.submit(alert(2, 2), at(2)).events == [.raised(key(2, 2), messages: 1)])
        #expect(subject.violations.isEmpty)
    }

    @Test func aMessageThatHasNotGoneOutTakesTheRedialAlong() {
        let subject = Subject(site { $0.policy.inFlightPerChannel = 1 })
        _ = subject.submit(alert(9, device: "other"), at(0))
        #expect(subject.submit(alert(1), at(0)).deliveries.isEmpty)
        #expect(subject.submit(alert(2, 1), at(1)).deliveries.isEmpty)
        let effects = subject.handle(sent, DeliveryID(alert: key(9), number: 1), at(2))
        #expect(effects.deliveries.map(\.id) == [DeliveryID(alert: key(1), number: 1)])
        #expect(effects.deliveries.first?.message.subject.hasPrefix("AGAIN (call 2)") == true)
        #expect(subject.handle(sent, DeliveryID(alert: key(1), number: 1), at(3)).deliveries.isEmpty)
        #expect(subject.violations.isEmpty)
    }

    @Test func aRetryThatWaitsSoundsAtOnceOnARedial() throws {
        let subject = Subject()
        let id = try #require(subject.submit(alert(1), at(0)).deliveries.first).id
        _ = subject.handle(later, id, at(1))
        let effects = subject.submit(alert(2, 2), at(2))
        #expect(effects.deliveries.map(\.id) == [id] && effects.deliveries.map(\.attempt) == [2])
        #expect(subject.violations.isEmpty)
    }

    @Test func theNewestCallSaysWhereTheCallerIs() {
        let subject = Subject()
        _ = subject.submit(alert(1, flags: [.abandoned, .unlocated]), at(0))
        var moved = alert(2, 5, path: ["shop"])
        moved.placeText = "Shop"
        let effects = subject.submit(moved, at(5))
        #expect(effects.addresses == ["+13125550150"])
        let record = effects.records.first
        #expect(record?.alert.placeText == "Shop" && record?.alert.flags == [] && record?.key == key(1))
    }

    @Test func whoIsToldOfARedialDependsOnWhenItWasMade() throws {
        let hours = try #require(AlertHours("tue 06:44-07:00"))
        let subject = Subject(site { $0.subscriptions[0].hours = hours })
        #expect(subject.submit(alert(1), at(0)).addresses == ["+13125550150"])
        #expect(subject.submit(alert(2, 30), at(30)).addresses == ["security@example.com"])
    }

    @Test func aDeviceThatRedialsForHoursDoesNotGrowItsRecordForEver() {
        let subject = Subject()
        for number in 1...200 as ClosedRange<UInt64> {
            let now = Double(number) * 60
            for delivery in subject.submit(alert(number, now), at(now)).deliveries {
                _ = subject.handle(sent, delivery.id, at(now))
            }
        }
        let record = subject.desk[key(200, 12_000)]
        #expect(record?.count == 200 && record?.laterCalls.count == OutboxRecord.rememberedCalls)
        #expect((record?.deliveries.count ?? 0) <= 129)
        #expect(subject.violations.isEmpty)
    }
}

@Suite struct ReminderTests {
    private func run(_ subject: Subject, until end: Double) -> [String] { subject.run(until: end, naming: \.address) }

    @Test func peopleAreRemindedThenOthersAreToldThenItIsSaidThatNobodyDid() throws {
        let subject = Subject()
        _ = subject.handle(sent, try #require(subject.submit(alert(1), at(0)).deliveries.first).id, at(0))
        #expect(
            run(subject, until: 10_000) == [
                "300 reminder security@example.com",
                "600 escalated", "600 reminder security@example.com", "600 escalation chief@example.com",
                "600 escalation +13125550151",
                "900 reminder security@example.com", "900 escalation chief@example.com", "900 escalation +13125550151",
                "1200 unacknowledged",
            ])
        #expect(subject.desk.openCount == 0 && subject.records[key(1)]?.state == .settled)
        #expect(subject.violations.isEmpty)
    }

    /// Each step of the escalation has its turn, and those before it go on being told.
    @Test func oneAfterTheOtherIsToldWhileNobodyAcknowledges() throws {
        let subject = Subject(
            site {
                $0.recipients[2].sms = nil
                $0.recipients.append(Recipient(name: "mayor", email: "mayor@example.com"))
                $0.callServers[0].escalation = ["guard", "chief", "mayor"]
            })
        _ = subject.handle(sent, try #require(subject.submit(alert(1), at(0)).deliveries.first).id, at(0))
        #expect(
            run(subject, until: 1199) == [
                "300 reminder security@example.com",
                "600 escalated", "600 reminder security@example.com", "600 escalation +13125550150",
                "900 escalated", "900 reminder security@example.com", "900 escalation chief@example.com",
                "900 escalation +13125550150",
            ])
        // The third step comes, though three reminders are the policy's.
        #expect(
            run(subject, until: 1200) == [
                "1200 escalated", "1200 reminder security@example.com", "1200 escalation chief@example.com",
                "1200 escalation mayor@example.com", "1200 escalation +13125550150",
            ])
        _ = subject.acknowledge(key(1), at(1300))
        #expect(run(subject, until: 10_000) == [])
        #expect(subject.desk.openCount == 0 && subject.violations.isEmpty)
    }

    /// What stands in a log has told nobody.
    @Test func aLogServerIsNobodyWhoWasTold() throws {
        let log = Recipient(name: "siem", syslog: "udp://192.0.2.9:514")
        let alone = Subject(
            site {
                $0.recipients.append(log)
                $0.subscriptions = [AlertSubscription(to: ["siem"], channels: [.syslog])]
            })
        let first = alone.submit(alert(1), at(0)).deliveries
        #expect(first.map(\.address) == ["+13125550150", "udp://192.0.2.9:514"], "the fallback is told beside it")
        let beside = Subject(
            site {
                $0.recipients.append(log)
                $0.subscriptions.append(AlertSubscription(to: ["siem"], channels: [.syslog]))
            })
        let both = beside.submit(alert(1), at(0)).deliveries
        #expect(both.map(\.address) == ["security@example.com", "udp://192.0.2.9:514"])
        _ = beside.handle(sent, both[1].id, at(1))
        // The only way to people has failed for good: their other ways, and then the fallback recipients.
        var effects = beside.handle(never, both[0].id, at(1))
        var tried: [String] = []
        while let next = effects.deliveries.first {
            tried.append(next.address)
            effects = beside.handle(never, next.id, at(2))
        }
        #expect(tried == ["security", "+13125550150"])
        #expect(effects.events.contains(.nobodyReached(key(1))))
        #expect(beside.violations.isEmpty && alone.violations.isEmpty)
    }

    @Test func whoIsNeverRemindedIsNeverEscalated() throws {
        let subject = Subject(site { $0.policy.reminders = 0 })
        _ = subject.handle(sent, try #require(subject.submit(alert(1), at(0)).deliveries.first).id, at(0))
        #expect(run(subject, until: 10_000) == [])
    }

    @Test func anAcknowledgementStopsReminders() throws {
        let subject = Subject()
        _ = subject.handle(sent, try #require(subject.submit(alert(1), at(0)).deliveries.first).id, at(0))
        _ = subject.advance(at(300))
        _ = subject.acknowledge(key(1), at(301))
        #expect(subject.acknowledge(key(1), at(302)) == [])
        _ = subject.handle(sent, DeliveryID(alert: key(1), number: 2), at(303))
        #expect(run(subject, until: 10_000) == [])
        #expect(subject.desk.openCount == 0)
    }

    @Test func anAcknowledgementDropsRepetitionsButNotTheFirstWordToAnybody() throws {
        let subject = Subject(site { $0.subscriptions[0].channels = [] })
        let first = subject.submit(alert(1), at(0)).deliveries
        #expect(first.map(\.channel) == [.screenPop, .email])
        _ = subject.handle(later, first[0].id, at(1))
        _ = subject.handle(later, first[1].id, at(1))
        let effects = try #require(subject.acknowledge(key(1), at(2)))
        #expect(effects.records.first?.deliveries.map(\.state) == [.owed, .owed])
        // Both are told; then there is nothing left.
        #expect(run(subject, until: 20) == ["6 first security", "6 first security@example.com"])
        #expect(subject.desk.openCount == 0)
        #expect(subject.violations.isEmpty)
    }

    @Test func aReminderThatWaitsIsDroppedByAnAcknowledgement() throws {
        let subject = Subject()
        _ = subject.handle(sent, try #require(subject.submit(alert(1), at(0)).deliveries.first).id, at(0))
        let reminder = try #require(subject.advance(at(300)).deliveries.first)
        _ = subject.handle(later, reminder.id, at(301))
        _ = subject.acknowledge(key(1), at(302))
        #expect(subject.records[key(1)]?.deliveries.map(\.state) == [.delivered, .dropped])
        #expect(subject.records[key(1)]?.state == .settled)
        #expect(subject.violations.isEmpty)
    }

    @Test func aTestCallIsToldOnce() throws {
        let subject = Subject()
        _ = subject.handle(sent, try #require(subject.submit(alert(1, flags: .test), at(0)).deliveries.first).id, at(0))
        #expect(run(subject, until: 10_000) == [])
        #expect(subject.desk.openCount == 0)
    }

    @Test func aRedialBeginsTheRemindersAnew() {
        let subject = Subject()
        for delivery in subject.submit(alert(1), at(0)).deliveries { _ = subject.handle(sent, delivery.id, at(0)) }
        for delivery in subject.submit(alert(2, 100), at(100)).deliveries {
            _ = subject.handle(sent, delivery.id, at(100))
        }
        #expect(run(subject, until: 400) == ["400 reminder security@example.com"])
    }
}

@Suite struct LimitTests {
    @Test func aboveTheLimitAnAlertIsRecordedWithAnAlarm() {
        let subject = Subject(site { $0.policy.alertLimit = 2 })
        for number in 1...2 as ClosedRange<UInt64> { _ = subject.submit(alert(number, device: "d\(number)"), at(0)) }
        let effects = subject.submit(alert(3, device: "d3"), at(0))
        #expect(effects.events == [.overloaded(key(3))] && effects.records.first?.state == .suppressed)
        // A redial still joins.
        #expect(
            subject.submit(alert(4, 1, device: "d1"), at(1)).events.first
                == .coalesced(key(4, 1), into: key(1), count: 2))
    }

    @Test func withTooManyOpenTheOldestThatHasGoneOutGivesUpItsReminders() {
        let subject = Subject(site { $0.policy.openAlerts = 3 })
        for number in 1...3 as ClosedRange<UInt64> {
            let effects = subject.submit(alert(number, device: "d\(number)"), at(0))
            // The first one's message does not get out.
            if number > 1 { _ = subject.handle(sent, effects.deliveries[0].id, at(0)) }
        }
        #expect(subject.submit(alert(4, device: "d4"), at(1)).events.last == .unacknowledged(key(2)))
        #expect(subject.submit(alert(5, device: "d5"), at(2)).events.last == .unacknowledged(key(3)))
        #expect(subject.submit(alert(6, device: "d6"), at(3)).events.last == .raised(key(6), messages: 1))
        #expect(subject.desk[key(1)]?.isQuiet == false && subject.desk[key(2)]?.isQuiet == true)
        #expect(subject.violations.isEmpty)
    }

    @Test func workIsDoneInTurns() {
        var desk = AlertDesk(configuration: site())
        for number in 1...200 as ClosedRange<UInt64> {
            for delivery in desk.submit(alert(number, device: "d\(number)"), now: at(0)).deliveries {
                _ = desk.handle(sent, for: delivery.id, now: at(0))
            }
        }
        var turns = 0
        while let next = desk.nextDeadline, next <= at(300).monotonic {
            let effects = desk.advance(to: at(300), limit: 32)
            #expect(effects.events.count <= 32 && effects.deliveries.count <= 8)
            turns += 1
        }
        // 200 reminders take 7 turns, the 64 messages that may be on their way at once 8.
        #expect(turns == 8)
        #expect(desk.violations() == [])
    }
}
