import Alerting
import E911Values
import Testing

/// Acknowledgement by one or by all.
@Suite struct AcknowledgementTests {
    /// `security` by mail and `guard` by SMS are told at once and must both acknowledge; `chief` is the escalation.
    private static func both(_ change: (inout AlertConfiguration) -> Void = { _ in }) -> AlertConfiguration {
        site {
            $0.recipients[2].sms = nil
            $0.subscriptions = [
                AlertSubscription(
                    location: "hq", to: ["security", "guard"], channels: [.email, .sms], acknowledgedBy: .all)
            ]
            change(&$0)
        }
    }

    /// A desk whose alert 1 has reached both.
    private func told(_ configuration: AlertConfiguration = both()) -> Subject {
        let subject = Subject(configuration)
        for delivery in subject.submit(alert(1), at(0)).deliveries { _ = subject.handle(sent, delivery.id, at(0)) }
        return subject
    }

    private func run(_ subject: Subject, until end: Double) -> [String] {
        subject.run(until: end, naming: \.recipient)
    }

    @Test func theAlertIsSettledWhenEverybodyWhoWasToldHasAcknowledged() throws {
        let subject = told()
        let first = try #require(subject.acknowledge(key(1), at(10), as: "security", by: "Ann"))
        #expect(first.events == [.acknowledgedInPart(key(1), by: "Ann", missing: 1)])
        #expect(subject.records[key(1)]?.state == .open && subject.records[key(1)]?.acknowledgement == nil)
        let second = try #require(subject.acknowledge(key(1), at(20), as: "guard", by: "Bob", comment: "at the door"))
        #expect(second.events == [.acknowledged(key(1), by: "Bob")])
        let record = try #require(subject.records[key(1)])
        #expect(record.state == .settled && record.isAcknowledged && subject.desk.openCount == 0)
        #expect(
            record.acknowledgements == [
                .init(by: "Ann", recipient: "security", at: at(10).wall, comment: ""),
                .init(by: "Bob", recipient: "guard", at: at(20).wall, comment: "at the door"),
            ])
        #expect(subject.violations.isEmpty)
    }

    @Test func remindersAndEscalationGoOnToThoseWhoHaveNotAcknowledged() {
        let subject = told()
        _ = subject.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        #expect(
            run(subject, until: 899) == [
                "300 reminder security", "600 escalated", "600 reminder security", "600 escalation chief",
            ])
        // The escalation was told as well, so it has to acknowledge too.
        _ = subject.acknowledge(key(1), at(890), as: "security", by: "Ann")
        #expect(run(subject, until: 1199) == ["900 escalation chief"])
        _ = subject.acknowledge(key(1), at(1190), as: "chief", by: "Cid")
        #expect(run(subject, until: 10_000) == [])
        #expect(subject.records[key(1)]?.state == .settled && subject.violations.isEmpty)
    }

    @Test func thatNotEverybodyDidIsSaidInTheEnd() {
        let subject = told(Self.both { $0.callServers[0].escalation = [] })
        _ = subject.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        #expect(
            run(subject, until: 10_000) == [
                "300 reminder security", "600 reminder security", "900 reminder security", "1200 unacknowledged",
            ])
        #expect(subject.records[key(1)]?.isAcknowledged == false && subject.violations.isEmpty)
    }

    enum Who: String, CaseIterable, Sendable {
        case byName, byRecipient, twice, stranger, nobodyKnown
    }

    @Test(arguments: Who.allCases)
    func whoAcknowledgesCountsOnceAndOnlyForHimself(_ who: Who) {
        let subject = told()
        let effects: [AlertEffect]?
        let (recipients, missing): ([String?], Int)
        switch who {
        case .byName:
            effects = subject.acknowledge(key(1), at(1), as: nil, by: "guard")
            (recipients, missing) = (["guard"], 1)
        case .byRecipient:
            effects = subject.acknowledge(key(1), at(1), as: "guard", by: "Bob")
            (recipients, missing) = (["guard"], 1)
        case .twice:
            _ = subject.acknowledge(key(1), at(1), as: "guard", by: "Bob")
            effects = subject.acknowledge(key(1), at(2), as: "guard", by: "Eve")
            #expect(effects == [])
            (recipients, missing) = (["guard"], 1)
        case .stranger:
            effects = subject.acknowledge(key(1), at(1), as: nil, by: "Eve")
            (recipients, missing) = ([nil], 2)
        case .nobodyKnown:
            effects = subject.acknowledge(key(1), at(1), as: "nobody", by: "Eve")
            (recipients, missing) = ([nil], 2)
        }
        #expect(effects != nil)
        let record = subject.desk[key(1)]
        #expect(record?.acknowledgements.map(\.recipient) == recipients)
        #expect(record.map { subject.desk.missing($0).count } == missing)
        #expect(subject.violations.isEmpty)
    }

    @Test func ofOneTheFirstIsEnoughWhoeverItIs() {
        let subject = told(Self.both { $0.subscriptions[0].acknowledgedBy = .one })
        #expect(
            subject.acknowledge(key(1), at(1), as: nil, by: "Eve")?.events == [.acknowledged(key(1), by: "Eve")])
        #expect(subject.records[key(1)]?.acknowledgement?.by == "Eve" && subject.desk.openCount == 0)
    }

    @Test func strangersAreRememberedUpToALimit() {
        let subject = told()
        for number in 0..<100 { _ = subject.acknowledge(key(1), at(1), as: nil, by: "stranger \(number)") }
        #expect(subject.desk[key(1)]?.acknowledgements.count == OutboxRecord.keptAcknowledgements)
        _ = subject.acknowledge(key(1), at(2), as: "guard", by: "Bob")
        #expect(subject.desk[key(1)]?.hasAcknowledged("guard") == true)
    }

    @Test func whomNoMessageCanReachIsNotWaitedFor() throws {
        let subject = Subject(Self.both { $0.recipients[0].screenPop = false })
        let deliveries = subject.submit(alert(1), at(0)).deliveries
        let mail = try #require(deliveries.first { $0.channel == .email })
        let sms = try #require(deliveries.first { $0.channel == .sms })
        _ = subject.handle(sent, sms.id, at(1))
        _ = subject.acknowledge(key(1), at(2), as: "guard", by: "Bob")
        #expect(subject.desk.openCount == 1)
        let effects = subject.handle(never, mail.id, at(3))
        #expect(effects.events.contains(.acknowledged(key(1), by: "Bob")))
        #expect(subject.records[key(1)]?.state == .settled && subject.violations.isEmpty)
    }

    @Test func aLogServerNeedNotAcknowledge() {
        let subject = told(
            Self.both {
                $0.recipients.append(Recipient(name: "siem", syslog: "udp://192.0.2.9:514"))
                $0.subscriptions.append(AlertSubscription(to: ["siem"]))
            })
        for name in ["security", "guard"] { _ = subject.acknowledge(key(1), at(1), as: name, by: name) }
        #expect(subject.records[key(1)]?.isAcknowledged == true && subject.violations.isEmpty)
    }

    @Test func ofSeveralEntriesOneThatSaysAllIsEnough() {
        let subject = told(
            Self.both {
                $0.subscriptions[0].acknowledgedBy = .one
                $0.subscriptions.append(AlertSubscription(to: ["chief"], acknowledgedBy: .all))
            })
        #expect(subject.records[key(1)]?.acknowledgedBy == .all)
    }

    @Test func aRedialSoundsToAllAndThoseWhoHaveAcknowledgedNeedNotAgain() {
        let subject = told()
        _ = subject.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        let again = subject.submit(alert(2, 20), at(20))
        #expect(again.events == [.coalesced(key(2, 20), into: key(1), count: 2)])
        #expect(again.deliveries.map(\.recipient) == ["security", "guard"])
        for delivery in again.deliveries { _ = subject.handle(sent, delivery.id, at(21)) }
        #expect(run(subject, until: 320) == ["320 reminder security"])
        _ = subject.acknowledge(key(1), at(330), as: "security", by: "Ann")
        #expect(subject.desk.openCount == 0 && subject.violations.isEmpty)
    }

    @Test func aReminderInFlightIsNotTriedAgainOnceItsReaderHasAcknowledged() throws {
        let subject = told()
        let reminders = subject.advance(at(300)).deliveries
        #expect(reminders.map(\.recipient).sorted() == ["guard", "security"])
        _ = subject.acknowledge(key(1), at(301), as: "guard", by: "Bob")
        for reminder in reminders { _ = subject.handle(later, reminder.id, at(302)) }
        let states = subject.desk[key(1)]?.deliveries.filter { $0.reason == .reminder }
        #expect(states?.first { $0.recipient == "guard" }?.state == .dropped)
        #expect(states?.first { $0.recipient == "security" }?.state == .owed)
        #expect(subject.violations.isEmpty)
    }

    // MARK: Restart, and another configuration

    /// The next run of the desk, begun with what the last one recorded, on a monotonic clock that begins anew.
    private func restarted(_ subject: Subject, _ configuration: AlertConfiguration, _ now: Now) -> Subject {
        let records = subject.records.values.filter { !$0.isSettled }.sorted { $0.key < $1.key }
        let read = records.compactMap { record -> OutboxRecord? in
            let octets = record.encoded()
            return OutboxRecord(encoded: octets.span)
        }
        #expect(read == records)
        let next = Subject(configuration)
        next.records = subject.records
        for delivery in next.restore(read, now).deliveries { _ = next.handle(sent, delivery.id, now) }
        return next
    }

    @Test(arguments: [290.0, 310, 590, 610, 890])
    func aRestartBetweenStepsGoesOnWhereItWas(_ moment: Double) {
        let whole = told()
        _ = whole.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        let expected = run(whole, until: 1199)
        let first = told()
        _ = first.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        var log = run(first, until: moment)
        let second = restarted(first, Self.both(), at(moment))
        log += run(second, until: 1199)
        #expect(log == expected)
        for name in ["security", "chief"] { _ = second.acknowledge(key(1), at(1199), as: name, by: name) }
        #expect(second.records[key(1)]?.acknowledgements.map(\.recipient) == ["guard", "security", "chief"])
        #expect(first.violations.isEmpty && second.violations.isEmpty)
    }

    @Test func anAcknowledgedReminderThatWasOwedIsNotSentByTheNextRun() throws {
        let subject = told()
        let reminders = subject.advance(at(300)).deliveries
        _ = subject.acknowledge(key(1), at(301), as: "guard", by: "Bob")
        // The process dies with both in flight.
        let next = Subject(Self.both())
        let record = try #require(subject.records[key(1)])
        #expect(record.deliveries.filter { $0.state == .owed }.count == reminders.count)
        #expect(next.restore([record], at(302)).deliveries.map(\.recipient) == ["security"])
        #expect(next.violations.isEmpty)
    }

    @Test func anotherConfigurationBetweenTwoStepsIsTheNextStepsOwn() {
        let subject = told(
            Self.both {
                $0.recipients.append(Recipient(name: "mayor", email: "mayor@example.com"))
                $0.callServers[0].escalation = ["chief", "mayor"]
            })
        _ = subject.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        #expect(run(subject, until: 610).last == "600 escalation chief")
        // The second step is another one now, and `security` has gone.
        subject.desk.apply(
            Self.both {
                $0.recipients.removeFirst()
                $0.recipients.append(Recipient(name: "deputy", email: "deputy@example.com"))
                $0.callServers[0].escalation = ["chief", "deputy"]
                $0.subscriptions[0].acknowledgedBy = .one
            })
        #expect(
            run(subject, until: 910) == ["900 escalated", "900 escalation chief", "900 escalation deputy"])
        // What was said when the alert was raised stands: all must acknowledge. Whoever has gone need not.
        #expect(subject.desk[key(1)].map { subject.desk.missing($0) } == ["chief", "deputy"])
        for name in ["chief", "deputy"] { _ = subject.acknowledge(key(1), at(920), as: name, by: name) }
        #expect(subject.records[key(1)]?.state == .settled && subject.violations.isEmpty)
    }

    @Test func theLastOneWhoIsMissingMayGoFromTheSite() {
        let subject = told(Self.both { $0.callServers[0].escalation = [] })
        _ = subject.acknowledge(key(1), at(10), as: "guard", by: "Bob")
        subject.desk.apply(Self.both { $0.recipients.removeFirst() })
        #expect(run(subject, until: 1000) == ["300 acknowledged by Bob"])
        #expect(subject.desk.openCount == 0 && subject.records[key(1)]?.isAcknowledged == true)
        #expect(subject.violations.isEmpty)
    }
}

extension Subject {
    func acknowledge(
        _ key: RecordKey, _ now: Now, as recipient: String?, by who: String, comment: String = ""
    ) -> [AlertEffect]? {
        desk.acknowledge(key, by: who, recipient: recipient, comment: comment, now: now).map(kept)
    }
}
