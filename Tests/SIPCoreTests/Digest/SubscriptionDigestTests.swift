import E911Values
import Testing

@testable import SIPCore

/// Contract section 2: digest on 401 and 407.
@Suite struct SubscriptionDigestTests {
    private var world = SubscriptionBench(digest: .toy) {
        $0.account = DigestAccount(username: "e911d", password: DigestPassword("geheim"))
    }

    private func challenge(_ nonce: String, _ rest: String = "") -> [String] {
        ["WWW-Authenticate: Digest realm=\"r\", nonce=\"\(nonce)\", algorithm=SHA-256, qop=\"auth\"\(rest)"]
    }

    private func credentials(_ sent: EngineBench.Sent) throws -> DigestCredentials {
        let message = try #require(sent.message)
        let row = try #require(message.first(.authorization))
        let credentials = try DigestCredentials(parsing: row)
        let wanted = credentials.response(
            password: DigestPassword("geheim"), method: .subscribe, body: .empty, hash: .toy)
        #expect(credentials.response == wanted && message.requestURIText == credentials.uri)
        return credentials
    }

    private var reasons: [String] {
        world.bench.events.compactMap { event in
            if case .failed(_, let reason, _)? = event.subscriptionEvent { reason } else { nil }
        }
    }

    @Test mutating func aChallengeIsAnsweredAtOnce() throws {
        let first = try #require(world.subscribes.last)
        #expect(first.header(.authorization) == nil)
        try world.answer(401, challenge("a"))
        let second = try #require(world.subscribes.last)
        #expect(world.subscribes.count == 2 && second.at == first.at)
        #expect(second.header(.callID) == first.header(.callID) && second.header(.from) == first.header(.from))
        #expect(second.header(.to) == first.header(.to) && second.header(.cseq) == "2 SUBSCRIBE")
        #expect(second.header(.expires) == "3761")
        #expect(try credentials(second).count?.nonceCount == 1)
        try world.accept()
        #expect(world.story == ["subscribe", "accepted 3761"])
        #expect(world.bench.engine.counters.challengesAnswered == 1)
    }

    @Test mutating func refreshesAndTheEndCarryCredentials() throws {
        try world.answer(401, challenge("a"))
        try world.accept()
        try world.notify(1)
        world.bench.run(to: 3_008_800)
        let refresh = try #require(world.subscribes.last)
        #expect(refresh.header(.cseq) == "3 SUBSCRIBE")
        #expect(try credentials(refresh).count?.nonceCount == 2)
        // The nonce has grown old meanwhile.
        try world.answer(401, challenge("b", ", stale=true"))
        let again = try #require(world.subscribes.last)
        #expect(again.header(.cseq) == "4 SUBSCRIBE" && again.header(.to) == refresh.header(.to))
        #expect(try credentials(again).nonce == "b" && credentials(again).count?.nonceCount == 1)
        try world.accept()
        #expect(world.story.suffix(2) == ["refresh", "accepted 3761"])
        world.bench.perform(world.bench.engine.unsubscribe(world.id, now: world.bench.now))
        let end = try #require(world.subscribes.last)
        #expect(end.header(.expires) == "0")
        #expect(try credentials(end).count?.nonceCount == 2)
        try world.answer(401, challenge("c"))
        let repeated = try #require(world.subscribes.last)
        #expect(repeated.header(.expires) == "0" && repeated.header(.cseq) == "6 SUBSCRIBE")
        try world.accept(expires: 0)
        try world.notify(2, state: "terminated;reason=timeout")
        #expect(world.story.last == "ended" && world.bench.engine.subscriptions.count == 0)
    }

    @Test mutating func aWrongPasswordIsARefusal() throws {
        try world.answer(401, challenge("a"))
        try world.answer(401, challenge("b"))
        #expect(world.subscribes.count == 2 && world.story == ["subscribe", "failed 401 later"])
        #expect(reasons == ["X; user or password is wrong"])
        #expect(world.bench.engine.counters.challengesRefused == 1)
        // At the pace of refusals, and from the beginning.
        #expect(try world.runToNextSubscribe() == 60_000)
        #expect(try #require(world.subscribes.last).header(.authorization) == nil)
        try world.answer(401, challenge("c"))
        try world.accept()
        #expect(world.story.last == "accepted 3761")
    }

    @Test mutating func aRefreshWithAChangedPasswordKeepsTheSubscription() throws {
        try world.answer(401, challenge("a"))
        try world.accept()
        try world.notify(1)
        world.bench.run(to: 3_008_800)
        try world.answer(401, challenge("b"))
        try world.answer(401, challenge("c"))
        #expect(world.story.suffix(2) == ["refresh", "failed 401 later"])
        #expect(try world.notify(2) == 200)
        // The right one is tried at once, in the same dialog.
        let account = DigestAccount(username: "e911d", password: DigestPassword("better"))
        world.bench.perform(world.bench.engine.authenticate(world.id, as: account, now: world.bench.now))
        let refresh = try #require(world.subscribes.last)
        #expect(refresh.at == 3_008_800 && refresh.header(.authorization) == nil)
        #expect(refresh.header(.to) == "<sip:192.0.2.10:5060>;tag=n1")
        try world.answer(401, challenge("d"))
        try world.accept()
        #expect(world.story.suffix(2) == ["refresh", "accepted 3761"])
    }

    @Test(arguments: [true, false]) mutating func withoutAnAccountOrHashesItIsARefusal(_ hasHash: Bool) throws {
        world = SubscriptionBench(digest: hasHash ? .toy : nil) {
            $0.account = hasHash ? nil : DigestAccount(username: "u", password: DigestPassword("p"))
        }
        try world.answer(401, challenge("a"))
        #expect(world.story == ["subscribe", "failed 401 later"] && world.subscribes.count == 1)
        let reason = hasHash ? "it asks for a password, and none is configured" : "there are no hash functions"
        #expect(reasons.first?.contains(reason) == true)
    }

    @Test mutating func aProxyAsksToo() throws {
        try world.answer(407, [#"Proxy-Authenticate: Digest realm="p", nonce="1""#])
        try world.answer(401, challenge("a"))
        let last = try #require(world.subscribes.last)
        #expect(last.header(.proxyAuthorization) != nil && last.header(.cseq) == "3 SUBSCRIBE")
        #expect(try credentials(last).realm == "r")
        try world.answer(423, ["Min-Expires: 7200"])
        let longer = try #require(world.subscribes.last)
        #expect(longer.header(.expires) == "7200" && longer.header(.proxyAuthorization) != nil)
        #expect(try credentials(longer).count?.nonceCount == 2)
    }

    /// A NOTIFY of the second SUBSCRIBE may come before its 2xx, as ever.
    @Test mutating func aNotifyBetween() throws {
        try world.answer(401, challenge("a"), toTag: "other")
        #expect(try world.notify(1) == 200)
        try world.accept()
        #expect(world.story == ["subscribe", "notify 1 active first 1", "accepted 3761"])
    }

    @Test mutating func anEndThatIsWantedIsNotHeldUp() throws {
        world.bench.perform(world.bench.engine.unsubscribe(world.id, now: world.bench.now))
        try world.answer(401, challenge("a"))
        #expect(world.subscribes.count == 1 && world.story == ["subscribe", "ended"])
        #expect(world.bench.engine.subscriptions.count == 0)
    }

    @Test mutating func anotherPasswordIsTriedAtOnce() throws {
        try world.answer(401, challenge("a"))
        try world.answer(401, challenge("b"))
        let account = DigestAccount(username: "e911d", password: DigestPassword("better"))
        world.bench.perform(world.bench.engine.authenticate(world.id, as: account, now: world.bench.now))
        #expect(world.subscribes.count == 3)
        world.bench.perform(world.bench.engine.authenticate(world.id, as: account, now: world.bench.now))
        #expect(world.subscribes.count == 3)
    }

    /// Nothing is tried before its time that was not refused.
    @Test mutating func anotherPasswordDisturbsNothingElse() throws {
        try world.answer(503)
        let account = DigestAccount(username: "e911d", password: DigestPassword("better"))
        world.bench.perform(world.bench.engine.authenticate(world.id, as: account, now: world.bench.now))
        #expect(world.subscribes.count == 1)
        _ = try world.runToNextSubscribe()
        try world.accept()
        world.bench.perform(world.bench.engine.authenticate(world.id, as: nil, now: world.bench.now))
        #expect(world.subscribes.count == 2)
    }

    /// The server never says anything else: every exchange ends, and the pace is that of refusals.
    @Test mutating func aServerThatIsNeverContent() throws {
        var answered = 0
        while answered < world.subscribes.count, answered < 50 {
            answered = world.subscribes.count
            try world.answer(401, challenge("\(answered)", ", stale=true"))
        }
        #expect(world.subscribes.count == DigestClient.mostRounds + 1)
        #expect(world.story == ["subscribe", "failed 401 later"])
    }
}
