import Alerting
import E911Values
import Testing

@Suite struct ChannelHealthTests {
    private func mail(_ subject: Subject) -> ChannelState? { subject.desk.channels.first { $0.kind == .email } }

    @Test func failuresInARowAreToldOnceAndSoIsTheRecovery() throws {
        let subject = Subject(
            site {
                $0.recipients[0].screenPop = false
                $0.callServers[0].escalation = []
            })
        var id = try #require(subject.submit(alert(1), at(0)).deliveries.first).id
        var told: [AlertEvent] = []
        var now = 0.0
        for _ in 1...5 {
            let effects = subject.handle(later, id, at(now))
            told += effects.events.filter(\.isOfAChannel)
            now += 300
            id = try #require(subject.advance(at(now)).deliveries.first { $0.channel == .email }).id
        }
        #expect(told == [.channelFailing(.email, failures: 3, reason: "451 later")])
        let failing = try #require(mail(subject))
        #expect(failing.health.consecutiveFailures == 5 && failing.health.isFailing && failing.inFlight > 0)
        #expect(failing.health.lastReason == "451 later" && failing.health.lastSuccess == nil)
        #expect(failing.health.lastFailure == at(now - 300).wall)
        let recovered = subject.handle(sent, id, at(now))
        #expect(recovered.events.filter(\.isOfAChannel) == [.channelRecovered(.email)])
        let well = try #require(mail(subject))
        #expect(well.health.consecutiveFailures == 0 && !well.health.isFailing)
        #expect(well.health.lastSuccess == at(now).wall && well.health.lastReason == "451 later")
        #expect(subject.violations.isEmpty)
    }

    @Test func aChannelThatDoesNotAnswerHasFailed() throws {
        let subject = Subject()
        _ = subject.submit(alert(1), at(0))
        _ = subject.advance(at(120))
        let state = try #require(mail(subject))
        #expect(state.health.consecutiveFailures == 1 && state.inFlight == 0 && state.waiting == 1)
    }

    @Test func whatWaitsIsCountedApartFromWhatIsInFlight() throws {
        let subject = Subject(site { $0.policy.inFlightPerChannel = 2 })
        var first: [DeliveryID] = []
        for number in 1...5 as ClosedRange<UInt64> {
            first += subject.submit(alert(number, device: "d\(number)"), at(0)).deliveries.map(\.id)
        }
        #expect(mail(subject)?.inFlight == 2 && mail(subject)?.waiting == 3)
        _ = subject.handle(sent, first[0], at(1))
        #expect(mail(subject)?.inFlight == 2 && mail(subject)?.waiting == 2)
        _ = subject.handle(later, first[1], at(1))
        #expect(mail(subject)?.inFlight == 2 && mail(subject)?.waiting == 2)
        #expect(subject.violations.isEmpty)
    }

    @Test func anAttemptThatIsNotTheDesksOwnCounts() {
        let subject = Subject()
        for _ in 1...2 { #expect(subject.desk.observe(never, on: .sms, now: at(0)).isEmpty) }
        #expect(
            subject.desk.observe(never, on: .sms, now: at(1)).events == [
                .channelFailing(.sms, failures: 3, reason: "550 no")
            ])
        #expect(subject.desk.observe(sent, on: .sms, now: at(2)).events == [.channelRecovered(.sms)])
    }
}

extension AlertEvent {
    fileprivate var isOfAChannel: Bool {
        switch self {
        case .channelFailing, .channelRecovered: true
        default: false
        }
    }
}
