import E911Values
import Testing

@testable import SIPCore

@Suite struct SubscriptionPacingTests {
    @Test(arguments: [
        (3761, 3_008_800), (600, 480_000), (150, 120_000), (100, 70_000), (60, 30_000), (40, 20_000), (2, 1000),
    ])
    func aRefreshComesInTime(granted: Int, milliseconds: Int) {
        #expect(SubscriptionPacing.refreshDelay(granted: .seconds(granted)) == .milliseconds(milliseconds))
    }

    @Test func backOffIsEvenlySpreadFromOneSecondToItsBound() {
        for (failures, bound) in [(0, 2000), (1, 4000), (4, 32_000), (5, 60_000), (1000, 60_000)] {
            var generator = SeededGenerator(seed: UInt64(failures))
            let drawn = (0..<2000).map { _ in
                SubscriptionPacing.backOff(failures: failures, jitter: generator.next()).components
            }.map { Int($0.seconds) * 1000 + Int($0.attoseconds / 1_000_000_000_000_000) }
            #expect(drawn.allSatisfy { (1000...bound).contains($0) })
            let middle = (1000 + bound) / 2
            let mean = drawn.reduce(0, +) / drawn.count
            #expect(abs(mean - middle) < middle / 20, "mean \(mean)")
        }
    }

    @Test func refusalsAreTriedAgainEverMoreSlowly() {
        #expect(
            (0...5).map { SubscriptionPacing.slowly(refusals: $0) }
                == [60, 120, 240, 480, 900, 900].map(Duration.seconds))
    }

    @Test func noPeerSilencesUsForGood() {
        #expect(SubscriptionPacing.wish(.max) == .seconds(3600))
        #expect(SubscriptionPacing.wish(nil) == .zero)
    }

    /// What is "at once" the first time backs off when it happens again and again.
    @Test func aNotifierThatEndsEverythingAtOnceIsNotChased() {
        let rules = ClientSubscription.Rules(expires: 3761, scope: .server, timerN: .seconds(32))
        var machine = ClientSubscription.idle
        var now = at(0)
        var pauses: [Duration] = []
        _ = machine.handle(.start, at: now, rules, jitter: 0)
        for _ in 0..<10 {
            _ = machine.handle(.accepted(expires: nil), at: now, rules, jitter: .max)
            let outcome = machine.handle(.terminated(.atOnce, retryAfter: nil), at: now, rules, jitter: .max - 1)
            guard case .terminated(let pause)? = outcome.report else { return }
            pauses.append(pause)
            now = now + pause
            _ = machine.handle(.time, at: now, rules, jitter: 0)
        }
        #expect(pauses[0] == .zero && pauses.dropFirst().allSatisfy { $0 >= .seconds(1) })
    }

    @Test func aMinimumThatRunsAwayIsNotFollowed() {
        let rules = ClientSubscription.Rules(expires: 60, scope: .server, timerN: .seconds(32))
        var machine = ClientSubscription.idle
        _ = machine.handle(.start, at: at(0), rules, jitter: 0)
        for minimum in UInt32(61)...63 {
            let outcome = machine.handle(.intervalTooBrief(minimum: minimum), at: at(0), rules, jitter: 0)
            #expect(outcome.request == .again(expires: minimum))
        }
        let fourth = machine.handle(.intervalTooBrief(minimum: 64), at: at(0), rules, jitter: 0)
        #expect(fourth.report == .failed(retryIn: .seconds(60)))

        machine = .idle
        _ = machine.handle(.start, at: at(0), rules, jitter: 0)
        let forever = machine.handle(.intervalTooBrief(minimum: .max), at: at(0), rules, jitter: 0)
        #expect(forever.report == .failed(retryIn: .seconds(60)))
    }

    @Test func oneAddressOfRecordMayBeSilentAndIsAskedForOftener() {
        let rules = ClientSubscription.Rules(expires: 3761, scope: .aor, timerN: .seconds(32))
        var machine = ClientSubscription.idle
        _ = machine.handle(.start, at: at(0), rules, jitter: 0)
        _ = machine.handle(.accepted(expires: 1000), at: at(0), rules, jitter: 0)
        #expect(machine.deadline == at(32_000))
        #expect(machine.handle(.time, at: at(32_000), rules, jitter: 0) == .init(.silent))
        // The refresh comes when it would have come anyway.
        #expect(machine.deadline == at(800_000))
        let outcome = machine.handle(.terminated(.noResource, retryAfter: nil), at: at(40_000), rules, jitter: 0)
        #expect(outcome.report == .terminated(retryIn: .seconds(60)))

        // An empty NOTIFY is what an unregistered phone has to say.
        machine = .idle
        _ = machine.handle(.start, at: at(0), rules, jitter: 0)
        _ = machine.handle(.notified(expires: nil, hasBody: false), at: at(0), rules, jitter: 0)
        _ = machine.handle(.accepted(expires: 1000), at: at(0), rules, jitter: 0)
        #expect(machine.deadline == at(800_000))
    }

    @Test func silenceIsAskedAgainEverMoreSlowly() {
        let rules = ClientSubscription.Rules(expires: 100_000, scope: .server, timerN: .seconds(32))
        var machine = ClientSubscription.idle
        _ = machine.handle(.start, at: at(0), rules, jitter: 0)
        _ = machine.handle(.accepted(expires: nil), at: at(0), rules, jitter: 0)
        var silences: [Int] = []
        while silences.count < 6, let deadline = machine.deadline {
            let outcome = machine.handle(.time, at: deadline, rules, jitter: 0)
            if outcome.report == .silent { silences.append(Int((deadline - at(0)).components.seconds)) }
            if outcome.request != nil { _ = machine.handle(.accepted(expires: nil), at: deadline, rules, jitter: 0) }
        }
        #expect(silences == [32, 124, 276, 548, 1060, 1992])
    }
}

@Suite struct NotifyOrderTests {
    @Test func numbersMayRiseByMoreThanOne() {
        var order = NotifyOrder()
        #expect(order.take(4_294_967_290, at: at(0)) == .next)
        #expect(order.take(4_294_967_291, at: at(0)) == .next)
        #expect(order.take(4_294_967_295, at: at(0)) == .behindGap)
        #expect(order.take(4_294_967_295, at: at(0)) == .repeated)
        #expect(order.take(4_294_967_293, at: at(1)) == .fillsGap)
        #expect(order.take(4_294_967_293, at: at(1)) == .stale)
        #expect(order.take(4_294_967_292, at: at(1999)) == .fillsGap)
        #expect(order.take(4_294_967_294, at: at(2000)) == .stale)
        #expect(order.take(1, at: at(2000)) == .stale)
    }

    @Test func theFirstOneMayBeAnyAndWhatCameBeforeItIsWaitedFor() {
        var order = NotifyOrder()
        #expect(order.take(7, at: at(0)) == .next)
        #expect(order.take(6, at: at(1999)) == .fillsGap)
        #expect(order.take(6, at: at(1999)) == .stale)
        #expect(order.take(5, at: at(2000)) == .stale)
    }

    @Test func gapsAreBounded() {
        var order = NotifyOrder()
        for number in 0..<1000 { _ = order.take(UInt32(number * 2), at: at(0)) }
        #expect(order.take(1, at: at(0)) == .stale)
        #expect(order.take(1997, at: at(0)) == .fillsGap)
    }
}
