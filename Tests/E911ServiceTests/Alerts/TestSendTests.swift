import Alerting
import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Messages that try a way, and how the ways do.
@Suite struct TestSendTests {
    private static let send = NodeQuery.testSend(recipient: "security", channel: .email, by: "ann")

    private func sent(_ harness: NodeHarness) -> [Delivery] {
        harness.effects.compactMap { if case .deliver(let delivery) = $0 { delivery } else { nil } }
    }

    private func answers(_ harness: NodeHarness) -> [NodeAnswer] {
        harness.effects.compactMap { if case .answer(let answer, _) = $0 { answer } else { nil } }
    }

    private func audit(_ harness: NodeHarness) -> [String] {
        harness.effects.flatMap { effect -> [String] in
            guard case .persist(let batch, _) = effect else { return [] }
            return batch.audit.map { "\($0.row.who) \($0.row.action) \($0.row.detail)" }
        }
    }

    @Test(
        arguments: [
            (DeliveryResult.delivered(providerAnswer: "250 ok"), true, "250 ok", "delivered"),
            (.temporary(reason: "451 later"), false, "451 later", "failed"),
            (.permanent(reason: "550 no"), false, "550 no", "failed"),
        ])
    func itIsAnsweredWithWhatTheFarSideSaid(
        _ result: DeliveryResult, _ isDelivered: Bool, _ said: String, _ word: String
    ) throws {
        var harness = NodeHarness()
        harness.forget()
        #expect(harness.ask(Self.send) == nil)
        let delivery = try #require(sent(harness).first)
        #expect(delivery.recipient == "security" && delivery.address == "security@example.com")
        #expect(delivery.reason == .test && delivery.message.subject.hasPrefix("TEST MESSAGE"))
        #expect(harness.node.desk.openCount == 0 && sent(harness).count == 1)
        harness.command(.delivered(delivery.id, result))
        #expect(
            answers(harness) == [
                .testSent(.init(isDelivered: isDelivered, answer: said, address: "security@example.com"))
            ])
        // It is not tried again, and nobody else is told.
        harness.advance(by: .seconds(1000))
        #expect(sent(harness).count == 1 && answers(harness).count == 1 && harness.node.desk.openCount == 0)
        #expect(
            audit(harness) == [
                "ann test-send security by email to security@example.com",
                "ann test-send.\(word) security by email: \(said)",
            ])
        #expect(harness.node.violations() == [])
    }

    @Test func aChannelThatDoesNotAnswerHasFailed() throws {
        var harness = NodeHarness()
        #expect(harness.ask(Self.send) == nil)
        let id = try #require(sent(harness).last).id
        harness.advance(by: .seconds(120))
        #expect(
            answers(harness).last
                == .testSent(
                    .init(isDelivered: false, answer: "the channel did not answer", address: "security@example.com")))
        let before = harness.effects.count
        harness.command(.delivered(id, .delivered(providerAnswer: "250 ok")))
        #expect(harness.effects.count == before)
    }

    @Test(
        arguments: [
            (NodeQuery.testSend(recipient: "nobody", channel: .email, by: "ann"), "there is no recipient 'nobody'"),
            (.testSend(recipient: "security", channel: .sms, by: "ann"), "has no address for sms"),
            (.testSend(recipient: "security", channel: .webhook, by: "ann"), "no way out by webhook"),
            (.testSend(recipient: "all", channel: .email, by: "ann"), "is a group"),
        ])
    func whatCannotBeSentIsRefused(_ query: NodeQuery, _ reason: String) {
        var site = NodeHarness.site()
        site.recipients[0].webhook = "https://example.com/alerts"
        site.recipients.append(RecipientConfiguration(name: "all", members: ["security"]))
        var harness = NodeHarness(site: site) { $0.channels = [.email] }
        let answer = harness.ask(query)
        guard case .refused(let reasons)? = answer else {
            Issue.record("not refused: \(String(describing: answer))")
            return
        }
        #expect(reasons.count == 1 && reasons[0].contains(reason), "\(reasons)")
        #expect(sent(harness).isEmpty)
    }

    @Test func soManyMayBeUnderWay() throws {
        var harness = NodeHarness()
        for _ in 0..<TestSends.limit { #expect(harness.ask(Self.send) == nil) }
        #expect(harness.ask(Self.send) == .refused(["other test messages are under way; try again"]))
        harness.command(.delivered(try #require(sent(harness).first).id, .delivered(providerAnswer: "")))
        #expect(harness.ask(Self.send) == nil)
    }

    @Test func aNodeThatEndsAnswersWhoWaits() {
        var harness = NodeHarness()
        #expect(harness.ask(Self.send) == nil)
        harness.command(.shutdown)
        #expect(answers(harness).last == .refused(["the node is shutting down"]))
    }

    @Test func theSitesOwnWordsAreTried() throws {
        var site = NodeHarness.site()
        site.alertTexts = .init(emailSubject: "Help is needed at {place}")
        var harness = NodeHarness(site: site)
        _ = harness.ask(Self.send)
        #expect(try #require(sent(harness).first).message.subject.hasPrefix("[TEST] Help is needed at "))
    }

    @Test func theStateOfEachWayIsInTheStatusAndTold() throws {
        var harness = NodeHarness { $0.channels = [.email, .webhook] }
        for _ in 1...3 {
            _ = harness.ask(Self.send)
            harness.command(.delivered(try #require(sent(harness).last).id, .permanent(reason: "535 who are you")))
        }
        #expect(harness.notes.filter { $0 == "channel.failing" }.count == 1)
        guard case .channels(let channels) = harness.ask(.channels), case .status(let status) = harness.ask(.status)
        else {
            Issue.record("no answer")
            return
        }
        #expect(channels.map(\.name) == ["email", "webhook"] && status.channels == channels)
        #expect(channels[0].isFailing && channels[0].consecutiveFailures == 3)
        #expect(channels[0].lastReason == "535 who are you" && channels[0].lastFailure == harness.now.wall)
        #expect(!channels[1].isFailing && channels[1].lastFailure == nil)
        _ = harness.ask(Self.send)
        guard case .channels(let busy) = harness.ask(.channels) else { return }
        #expect(busy[0].inFlight == 1)
        harness.command(.delivered(try #require(sent(harness).last).id, .delivered(providerAnswer: "250 ok")))
        #expect(harness.notes.contains("channel.recovered"))
        guard case .channels(let well) = harness.ask(.channels) else { return }
        #expect(!well[0].isFailing && well[0].inFlight == 0 && well[0].lastSuccess == harness.now.wall)
    }
}
