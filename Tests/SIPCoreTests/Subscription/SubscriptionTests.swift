import E911Values
import Testing

@testable import SIPCore

/// An engine with one subscription, and the notifier's side as text.
struct SubscriptionBench {
    var bench: EngineBench
    let id: SubscriptionID

    init(
        kind: SIPTransportKind = .udp, scope: SubscriptionScope = .server, digest: DigestHash? = nil,
        configure: (inout SubscriptionConfiguration) -> Void = { _ in }
    ) {
        bench = EngineBench { $0.digest = digest }
        var configuration = SubscriptionConfiguration(
            requestURI: "sip:192.0.2.10:5060", to: "<sip:192.0.2.10:5060>",
            target: NextHop(kind: kind, endpoint: EngineBench.peer), scope: scope)
        configure(&configuration)
        let (id, effects) = bench.engine.subscribe(configuration, now: bench.now)
        self.id = id
        bench.perform(effects)
    }

    /// Each once, however often it was repeated.
    var subscribes: [EngineBench.Sent] {
        var seen: Set<String> = []
        return bench.sent.filter { $0.text.hasPrefix("SUBSCRIBE") && seen.insert($0.text).inserted }
    }

    /// Lets time pass until another SUBSCRIBE leaves, and gives the time that it took.
    mutating func runToNextSubscribe() throws -> Int {
        let (count, start) = (subscribes.count, bench.milliseconds)
        while subscribes.count == count {
            let deadline = try #require(bench.engine.nextDeadline)
            bench.run(to: Int((deadline - at(0)).wholeNanoseconds / 1_000_000))
        }
        return try #require(subscribes.last).at - start
    }

    /// What the user learnt, without the NOTIFYs' contents.
    var story: [String] {
        bench.events.compactMap(\.subscriptionEvent).map { event in
            switch event {
            case .requested(let isRefresh): isRefresh ? "refresh" : "subscribe"
            case .accepted(let granted): "accepted \(granted.components.seconds)"
            case .notify(let notify):
                "notify \(notify.cseq) \(notify.state)" + (notify.isFirst ? " first" : "")
                    + (notify.gapBefore ? " gap" : "") + (notify.fillsGap ? " fills" : "") + " \(notify.dialog)"
            case .failed(let status, _, let pause):
                "failed \(status ?? 0) \((pause ?? .zero) > .zero ? "later" : "at once")"
            case .terminated(let reason, let pause):
                "terminated \(reason.map { String($0) } ?? "-") \((pause ?? .zero) > .zero ? "later" : "at once")"
            case .silent: "silent"
            case .outOfOrder(let cseq): "out of order \(cseq)"
            case .ended: "ended"
            }
        }
    }

    var lastNotify: SubscriptionNotify? {
        for event in bench.events.reversed() {
            if case .notify(let notify)? = event.subscriptionEvent { return notify }
        }
        return nil
    }

    /// Answers the last SUBSCRIBE.
    mutating func answer(_ status: Int, _ headers: [String] = [], toTag: String = "n1") throws {
        bench.receive(try responseText(to: try #require(subscribes.last), status, toTag: toTag, headers: headers))
    }

    mutating func accept(expires: Int = 3761, toTag: String = "n1") throws {
        try answer(200, ["Expires: \(expires)", "Contact: <sip:192.0.2.10:5060>"], toTag: toTag)
    }

    func notifyText(
        _ cseq: UInt32, state: String? = "active;expires=3761", event: String? = "reg", tag: String = "n1",
        type: String? = "application/reginfo+xml", body: String = "<reginfo/>", headers: [String] = [],
        branch: String? = nil
    ) throws -> String {
        let subscribe = try #require(subscribes.last)
        var headers = headers
        if let event { headers.append("Event: \(event)") }
        if let state { headers.append("Subscription-State: \(state)") }
        if let type, !body.isEmpty { headers.append("Content-Type: \(type)") }
        return requestText(
            "NOTIFY", uri: "sip:e911d@192.0.2.20:5060", branch: branch ?? "z9hG4bKn\(cseq)",
            from: "<sip:192.0.2.10:5060>;tag=\(tag)", to: subscribe.header(.from) ?? "",
            callID: subscribe.header(.callID) ?? "", cseq: "\(cseq) NOTIFY", headers: headers, body: body)
    }

    /// Sends a NOTIFY and gives the status of its answer.
    @discardableResult
    mutating func notify(
        _ cseq: UInt32, state: String? = "active;expires=3761", event: String? = "reg", tag: String = "n1",
        type: String? = "application/reginfo+xml", body: String = "<reginfo/>", headers: [String] = [],
        branch: String? = nil
    ) throws -> Int? {
        let count = bench.sent.count
        bench.receive(
            try notifyText(
                cseq, state: state, event: event, tag: tag, type: type, body: body, headers: headers, branch: branch))
        return bench.sent.dropFirst(count).first { $0.text.hasPrefix("SIP/2.0") }?.message?.status
    }
}

/// Contract section 2, from SUBSCRIBE to the end.
@Suite struct SubscriptionTests {
    @Test func whatIsAskedFor() throws {
        let world = SubscriptionBench()
        let sent = try #require(world.subscribes.first)
        let message = try #require(sent.message)
        #expect(sent.firstLine == "SUBSCRIBE sip:192.0.2.10:5060 SIP/2.0")
        #expect(sent.header(.to) == "<sip:192.0.2.10:5060>")
        #expect(sent.header(.event) == "reg" && sent.header(.accept) == "application/reginfo+xml")
        #expect(sent.header(.expires) == "3761" && sent.header(.contact) == "<sip:e911d@192.0.2.20:5060>")
        #expect(try message.from().tag != nil && message.cseq().number == 1)
        #expect(RequestPolicy(methods: [.subscribe]).refusal(of: message) == nil)
        #expect(world.story == ["subscribe"])
    }

    @Test func theNotifyIsAnsweredBeforeTheUserSeesIt() throws {
        var world = SubscriptionBench()
        try world.accept()
        let bytes = Array(try world.notifyText(1).utf8)
        let effects = world.bench.engine.receive(
            bytes.span, on: .datagram(local: EngineBench.ours, remote: EngineBench.peer), now: world.bench.now)
        #expect(effects.count == 2)
        guard case .transmit(let answer, _)? = effects.first, case .event(let event)? = effects.last else {
            Issue.record("not an answer and an event")
            return
        }
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix("SIP/2.0 200"))
        guard case .notify(let notify)? = event.subscriptionEvent else { return }
        #expect(notify.body == "<reginfo/>" && notify.contentType?.matches("application/reginfo+xml") == true)
        #expect(notify.isFirst && notify.dialog == 1 && notify.state == .active && !notify.gapBefore)
    }

    @Test func aRepeatedNotifyGetsTheSameAnswerAndIsToldOnce() throws {
        var world = SubscriptionBench()
        try world.accept()
        #expect(try world.notify(1) == 200)
        #expect(try world.notify(1) == 200)
        // By another transaction.
        #expect(try world.notify(1, branch: "z9hG4bKother") == 200)
        #expect(world.story == ["subscribe", "accepted 3761", "notify 1 active first 1"])
    }

    @Test func theNotifyMayComeFirst() throws {
        var world = SubscriptionBench()
        #expect(try world.notify(1) == 200)
        try world.accept()
        #expect(try world.notify(2) == 200)
        // A fork with another tag is none of ours.
        #expect(try world.notify(3, tag: "other") == 481)
        #expect(
            world.story == ["subscribe", "notify 1 active first 1", "accepted 3761", "notify 2 active 1"])
        world.bench.run(to: 3_008_800)
        let refresh = try #require(world.subscribes.last)
        #expect(refresh.at == 3_008_800 && refresh.header(.to) == "<sip:192.0.2.10:5060>;tag=n1")
        #expect(refresh.header(.cseq) == "2 SUBSCRIBE")
    }

    @Test func withoutTheSuccessTheNotifyMakesTheSubscription() throws {
        var world = SubscriptionBench()
        #expect(try world.notify(1, state: "active;expires=600") == 200)
        world.bench.run(to: 32_000)
        #expect(world.story.last == "failed 0 later")
        world.bench.run(to: 34_000)
        let refresh = try #require(world.subscribes.last)
        #expect(refresh.header(.to)?.hasSuffix(";tag=n1") == true && refresh.header(.cseq) == "2 SUBSCRIBE")
        #expect(try world.notify(2) == 200)
    }

    @Test(arguments: [(3761, 3_008_800), (100, 70_000), (40, 20_000), (100_000, 3_008_800)])
    func refreshesComeInTime(expires: Int, at: Int) throws {
        var world = SubscriptionBench()
        try world.accept(expires: expires)
        try world.notify(1, state: "active")
        world.bench.run(to: at - 1)
        #expect(world.subscribes.count == 1)
        world.bench.run(to: at)
        #expect(world.subscribes.count == 2)
        #expect(world.story.last == "refresh")
        try world.accept(expires: expires)
        #expect(try world.notify(2, state: "active") == 200)
        world.bench.run(to: 2 * at)
        #expect(world.subscribes.count == 3)
        #expect(Set(world.subscribes.compactMap { $0.header(.callID) }).count == 1)
        #expect(world.subscribes.compactMap { $0.header(.cseq) } == ["1 SUBSCRIBE", "2 SUBSCRIBE", "3 SUBSCRIBE"])
    }

    @Test func theShortestTimeWins() throws {
        var world = SubscriptionBench()
        try world.accept(expires: 1000)
        try world.notify(1, state: "active;expires=500")
        try world.notify(2, state: "active;expires=5000")
        world.bench.run(to: 400_000)
        #expect(world.subscribes.map(\.at) == [0, 400_000])
    }

    @Test func aRefreshAtTheUsersWish() throws {
        var world = SubscriptionBench()
        try world.accept()
        world.bench.perform(world.bench.engine.refresh(world.id, now: world.bench.now))
        world.bench.perform(world.bench.engine.refresh(world.id, now: world.bench.now))
        #expect(world.subscribes.count == 2)
        #expect(world.story == ["subscribe", "accepted 3761", "refresh"])
    }

    @Test func theRouteSetAndTheTargetAreHonoured() throws {
        var world = SubscriptionBench()
        try world.answer(
            202,
            [
                "Record-Route: <sip:192.0.2.9;lr>, <sip:192.0.2.8:5080;lr>", "Contact: <sip:a@192.0.2.30:5070>",
                "Expires: 600",
            ])
        try world.notify(1, state: "active", headers: ["Contact: <sip:b@192.0.2.31:5071>"])
        world.bench.perform(world.bench.engine.refresh(world.id, now: world.bench.now))
        let refresh = try #require(world.subscribes.last)
        #expect(refresh.firstLine == "SUBSCRIBE sip:b@192.0.2.31:5071 SIP/2.0")
        #expect(refresh.message?.all(.route) == ["<sip:192.0.2.8:5080;lr>", "<sip:192.0.2.9;lr>"])
        #expect(
            refresh.flow
                == .datagram(local: EngineBench.ours, remote: Endpoint(IPAddress(v4: 0xc000_0208), 5080)))
    }

    /// What has a name instead of an address goes where the configuration says.
    @Test func aTargetThatIsANameGoesToTheMember() throws {
        var world = SubscriptionBench()
        try world.answer(200, ["Contact: <sip:sips.example.com>"])
        world.bench.perform(world.bench.engine.refresh(world.id, now: world.bench.now))
        let refresh = try #require(world.subscribes.last)
        #expect(refresh.firstLine == "SUBSCRIBE sip:sips.example.com SIP/2.0")
        #expect(refresh.flow == .datagram(local: EngineBench.ours, remote: EngineBench.peer))
    }

    // MARK: Failures

    @Test func aRefreshThatFindsNothingBeginsAnew() throws {
        var world = SubscriptionBench()
        try world.accept()
        try world.notify(1)
        world.bench.run(to: 3_008_800)
        try world.answer(481)
        let renewed = try #require(world.subscribes.last)
        #expect(world.subscribes.count == 3 && renewed.header(.cseq) == "1 SUBSCRIBE")
        #expect(renewed.header(.to) == "<sip:192.0.2.10:5060>")
        #expect(Set(world.subscribes.compactMap { $0.header(.callID) }).count == 2)
        #expect(Set(world.subscribes.compactMap { $0.header(.from) }).count == 2)
        #expect(world.story.suffix(2) == ["failed 481 at once", "subscribe"])
        try world.accept(toTag: "n2")
        #expect(try world.notify(1, tag: "n2") == 200)
        #expect(world.lastNotify?.dialog == 2 && world.lastNotify?.isFirst == true)
    }

    @Test func aNotifyInAFormerDialogIs481() throws {
        var world = SubscriptionBench()
        try world.accept()
        try world.notify(1)
        let old = try world.notifyText(2)
        world.bench.run(to: 3_008_800)
        try world.answer(481)
        world.bench.receive(old)
        #expect(world.bench.sent.last?.firstLine.hasPrefix("SIP/2.0 481") == true)
    }

    @Test func anIntervalTooBriefIsRaised() throws {
        var world = SubscriptionBench()
        try world.answer(423, ["Min-Expires: 7200"])
        let second = try #require(world.subscribes.last)
        #expect(second.header(.expires) == "7200" && second.header(.cseq) == "2 SUBSCRIBE")
        #expect(second.header(.callID) == world.subscribes[0].header(.callID))
        #expect(second.header(.to) == "<sip:192.0.2.10:5060>")
        try world.accept(expires: 7200)
        #expect(world.story == ["subscribe", "subscribe", "accepted 7200"])
        // A second one that asks for no more is a refusal.
        var other = SubscriptionBench()
        try other.answer(423, ["Min-Expires: 60"])
        #expect(other.story.last == "failed 423 later" && other.subscribes.count == 1)
    }

    @Test(arguments: [408, 482, 500, 503, 504])
    func passingFailuresAreTriedAgainSoon(status: Int) throws {
        var world = SubscriptionBench()
        for failure in 0..<12 {
            try world.answer(status)
            #expect(world.story.last == "failed \(status) later")
            let pause = try world.runToNextSubscribe()
            #expect((1000...min(60_000, 2000 << failure)).contains(pause), "\(pause)")
        }
    }

    @Test func retryAfterIsHonoured() throws {
        var world = SubscriptionBench()
        try world.answer(503, ["Retry-After: 120 (busy);duration=60"])
        world.bench.run(to: 119_999)
        #expect(world.subscribes.count == 1)
        world.bench.run(to: 120_000)
        #expect(world.subscribes.count == 2)
    }

    @Test func silenceOfTheServerIsAPassingFailure() throws {
        var world = SubscriptionBench()
        world.bench.run(to: 32_000)
        #expect(world.story == ["subscribe", "failed 0 later"])
        #expect(world.bench.times("SUBSCRIBE").count == 11)
        world.bench.run(to: 34_000)
        #expect(world.subscribes.count == 2)
        #expect(world.story.last == "subscribe")
    }

    @Test(arguments: [401, 403, 404, 489, 302, 603])
    func refusalsAreTriedAgainSlowly(status: Int) throws {
        var world = SubscriptionBench()
        var starts: [Int] = []
        for _ in 0..<6 {
            starts.append(try #require(world.subscribes.last).at)
            try world.answer(status)
            #expect(world.story.last == "failed \(status) later")
            _ = try world.runToNextSubscribe()
        }
        #expect(zip(starts, starts.dropFirst()).map { $1 - $0 } == [60_000, 120_000, 240_000, 480_000, 900_000])
    }

    @Test func aFailedRefreshKeepsTheSubscription() throws {
        var world = SubscriptionBench()
        try world.accept(expires: 100)
        try world.notify(1, state: "active")
        world.bench.run(to: 70_000)
        try world.answer(503)
        #expect(try world.notify(2, state: "active") == 200)
        world.bench.run(to: 72_000)
        #expect(world.subscribes.count == 3)
        #expect(world.subscribes[2].header(.to)?.hasSuffix("tag=n1") == true)
        // It is refused until the time is over.
        try world.answer(503, ["Retry-After: 60"])
        world.bench.run(to: 100_000)
        #expect(world.story.last == "terminated - later")
        #expect(try world.notify(3, state: "active") == 481)
        world.bench.run(to: 133_000)
        #expect(world.subscribes.last?.header(.to) == "<sip:192.0.2.10:5060>")
    }

    @Test func acceptedAndThenSilent() throws {
        var world = SubscriptionBench()
        try world.accept()
        world.bench.run(to: 31_999)
        #expect(world.story == ["subscribe", "accepted 3761"])
        world.bench.run(to: 32_000)
        #expect(world.story.last == "silent")
        world.bench.run(to: 92_000)
        #expect(world.story.last == "refresh" && world.subscribes.last?.header(.to)?.hasSuffix("tag=n1") == true)

        // Kamailio's way: one empty NOTIFY.
        var kamailio = SubscriptionBench()
        try kamailio.accept()
        #expect(try kamailio.notify(1, body: "") == 200)
        kamailio.bench.run(to: 32_000)
        #expect(kamailio.story.last == "silent")
    }

    // MARK: NOTIFYs

    @Test func notifiesThatCannotBeUsedAreRefusedByTheirHeaders() throws {
        var world = SubscriptionBench { $0.bodyOctets = 100 }
        try world.accept()
        #expect(try world.notify(1, event: "presence") == 489)
        #expect(world.bench.sent.last?.header(.allowEvents) == "reg")
        #expect(try world.notify(2, event: nil) == 489)
        #expect(try world.notify(3, event: "reg;id=7") == 481)
        #expect(try world.notify(4, type: "application/pidf+xml") == 415)
        #expect(world.bench.sent.last?.header(.accept) == "application/reginfo+xml")
        #expect(try world.notify(5, headers: ["Content-Encoding: gzip"]) == 415)
        // Of two that differ, whichever comes first.
        #expect(try world.notify(5, headers: ["Content-Type: text/plain"]) == 415)
        #expect(try world.notify(5, type: "text/plain", headers: ["Content-Type: application/reginfo+xml"]) == 415)
        #expect(try world.notify(6, body: String(repeating: "x", count: 101)) == 413)
        #expect(try world.notify(7, tag: "other") == 481)
        #expect(world.story == ["subscribe", "accepted 3761"])
        // None of them counts for the order.
        #expect(try world.notify(7, event: "Reg", type: "Application/REGINFO+xml;charset=utf-8") == 200)
        #expect(try world.notify(8, type: nil) == 200)
        #expect(try world.notify(9, state: nil) == 200)
        #expect(try world.notify(10, state: "odd") == 200)
        #expect(world.story.last == "notify 10 active 1")
        #expect(world.bench.engine.counters.notifiesWithoutState == 1)
    }

    @Test func theOrderIsThatOfTheCSeq() throws {
        var world = SubscriptionBench()
        try world.accept()
        #expect(try world.notify(10) == 200)
        #expect(try world.notify(13) == 200)
        world.bench.run(for: 1000)
        #expect(try world.notify(11) == 200)
        world.bench.run(for: 1000)
        #expect(try world.notify(12) == 500)
        #expect(try world.notify(9) == 500)
        #expect(
            world.story.suffix(5) == [
                "notify 10 active first 1", "notify 13 active gap 1", "notify 11 active fills 1", "out of order 12",
                "out of order 9",
            ])
        #expect(try world.notify(4_294_967_295) == 200)
    }

    /// An error answer would end the subscription at the notifier (RFC 6665 section 4.2.2).
    @Test(arguments: [true, false])
    func theFirstOnesMayPassEachOther(hasSuccess: Bool) throws {
        var world = SubscriptionBench()
        if hasSuccess { try world.accept() }
        #expect(try world.notify(7) == 200)
        world.bench.run(for: 1900)
        #expect(try world.notify(5) == 200)
        #expect(try world.notify(5, branch: "z9hG4bKagain") == 500)
        #expect(try world.notify(6) == 200)
        world.bench.run(for: 100)
        #expect(try world.notify(4) == 500)
        #expect(
            world.story.suffix(5) == [
                "notify 7 active first 1", "notify 5 active fills 1", "out of order 5", "notify 6 active fills 1",
                "out of order 4",
            ])
    }

    @Test func aLateNotifyDoesNotNameTheTarget() throws {
        var world = SubscriptionBench()
        try world.accept()
        try world.notify(1)
        try world.notify(3, headers: ["Contact: <sip:192.0.2.12:5060>"])
        try world.notify(2, headers: ["Contact: <sip:192.0.2.11:5060>"])
        world.bench.perform(world.bench.engine.refresh(world.id, now: world.bench.now))
        #expect(try #require(world.subscribes.last).firstLine == "SUBSCRIBE sip:192.0.2.12:5060 SIP/2.0")
    }

    @Test(arguments: [
        ("deactivated", 0...0), ("timeout", 0...0), ("TIMEOUT", 0...0), ("probation;retry-after=30", 30_000...30_000),
        ("probation", 1000...2000), ("giveup", 1000...2000), ("giveup;retry-after=100000", 3_600_000...3_600_000),
        ("rejected", 900_000...900_000), ("noresource", 900_000...900_000), ("invariant", 900_000...900_000),
        ("strange", 1000...2000),
    ])
    func itIsMadeAnewByTheReasonOfItsEnd(reason: String, pause: ClosedRange<Int>) throws {
        var world = SubscriptionBench()
        try world.accept()
        #expect(try world.notify(1, state: "terminated;reason=\(reason)") == 200)
        let word = reason.prefix { $0 != ";" }
        #expect(
            world.story.filter { $0 != "subscribe" } == [
                "accepted 3761", "notify 1 terminated first 1",
                "terminated \(word) \(pause.upperBound == 0 ? "at once" : "later")",
            ])
        #expect(world.lastNotify?.body == "<reginfo/>")
        world.bench.run(to: pause.upperBound)
        #expect(world.subscribes.count == 2)
        #expect(pause.contains(try #require(world.subscribes.last).at))
        #expect(world.subscribes[0].header(.callID) != world.subscribes[1].header(.callID))
        #expect(world.subscribes[1].header(.to) == "<sip:192.0.2.10:5060>")
    }

    @Test func ofOneAddressOfRecordNoResourceIsAskedEveryMinute() throws {
        var world = SubscriptionBench(scope: .aor)
        try world.accept()
        try world.notify(1, state: "terminated;reason=noresource")
        world.bench.run(to: 60_000)
        #expect(world.subscribes.map(\.at) == [0, 60_000])
    }

    // MARK: Transport

    @Test func overTCPTheNotifyMayComeByAnotherConnection() throws {
        var world = SubscriptionBench(kind: .tcp)
        let id = try #require(world.bench.opened.first).id
        world.bench.flow(.opened(id, local: Endpoint(EngineBench.ours.address, 33_333)))
        #expect(world.subscribes[0].header(.contact) == "<sip:e911d@192.0.2.20:5060;transport=tcp>")
        world.bench.receive(
            try responseText(to: world.subscribes[0], 200, toTag: "n1", headers: ["Expires: 600"]), on: id)
        let other = world.bench.accept(2)
        world.bench.receive(try world.notifyText(1), on: other)
        #expect(world.bench.sent.last?.flow == .stream(other))
        #expect(world.story.last == "notify 1 active first 1")
    }

    @Test func aConnectionThatCannotBeMadeIsTriedAgain() throws {
        var world = SubscriptionBench(kind: .tcp)
        world.bench.flow(.openFailed(try #require(world.bench.opened.first).id, reason: "refused"))
        #expect(world.story == ["subscribe", "failed 0 later"])
        world.bench.run(to: 2000)
        #expect(world.bench.opened.count == 2)
    }

    @Test func withoutAListenerItKeepsTrying() {
        var world = SubscriptionBench(kind: .tls)
        world.bench.run(to: 10_000)
        #expect(world.story.allSatisfy { $0 == "failed 0 later" } && world.story.count >= 3)
    }

    // MARK: The end

    @Test func anEndIsAskedForAndTheLastNotifyAnswered() throws {
        var world = SubscriptionBench()
        try world.accept()
        try world.notify(1)
        world.bench.perform(world.bench.engine.unsubscribe(world.id, now: world.bench.now))
        let last = try #require(world.subscribes.last)
        #expect(last.header(.expires) == "0" && last.header(.to)?.hasSuffix("tag=n1") == true)
        try world.answer(200, ["Expires: 0"])
        #expect(world.story.last == "notify 1 active first 1")
        #expect(try world.notify(2, state: "terminated;reason=timeout") == 200)
        #expect(world.story.suffix(2) == ["notify 2 terminated 1", "ended"])
        world.bench.run(for: 64_000)
        #expect(world.subscribes.count == 2)
        #expect(world.bench.leftovers == 0 && world.bench.engine.nextDeadline == nil)
    }

    @Test func aServerThatSaysNothingMoreDoesNotHoldTheEndUp() throws {
        var world = SubscriptionBench()
        try world.accept()
        world.bench.perform(world.bench.engine.unsubscribe(world.id, now: world.bench.now))
        world.bench.run(for: 32_000)
        #expect(world.story.last == "ended" && world.bench.leftovers == 0)
    }

    @Test func anEndWhileASubscribeIsUnderWay() throws {
        var world = SubscriptionBench()
        world.bench.perform(world.bench.engine.unsubscribe(world.id, now: world.bench.now))
        #expect(world.subscribes.count == 1)
        try world.accept()
        #expect(world.subscribes.last?.header(.expires) == "0")
        try world.answer(481)
        #expect(world.story == ["subscribe", "ended"])
    }

    @Test func anEndWhileItWaits() throws {
        var world = SubscriptionBench()
        try world.answer(403)
        world.bench.perform(world.bench.engine.unsubscribe(world.id, now: world.bench.now))
        #expect(world.story.last == "ended")
        world.bench.run(to: 100_000)
        #expect(world.subscribes.count == 1 && world.bench.leftovers == 0)
    }

    /// Neither an unsolicited NOTIFY nor one of a stranger finds anything.
    @Test func unsolicitedNotifiesAre481() {
        var bench = EngineBench()
        bench.receive(requestText("NOTIFY", headers: ["Event: keep-alive"]))
        bench.receive(requestText("NOTIFY", branch: "z9hG4bKx", to: "<sip:x@y>;tag=z", headers: ["Event: reg"]))
        #expect(bench.times("SIP/2.0 481").count == 2)
        #expect(bench.events.isEmpty && bench.leftovers == 0)
    }
}
