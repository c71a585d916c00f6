import E911Service
import E911Values
import Testing

@testable import E911Simulation

/// Short days; `make simulate` lives long ones.
@Suite struct SimulatedDayTests {
    private static func plan(calls: Int = 40) -> DayPlan {
        var plan = DayPlan()
        plan.site.phones = 20
        plan.calls = calls
        plan.callsAMinute = 60
        plan.secondsBetweenFaults = 4
        return plan
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func nothingThatMustNotHappenHappens(seed: UInt64) {
        let report = SimulatedDay(seed: seed, Self.plan()).run()
        #expect(report.violations == [], "\(report)")
        #expect(report.dialled >= 40)
        #expect(report.faults > 5)
        #expect(report.redirected + report.unassisted > 30, "\(report)")
        #expect(report.struck.reduce(0, +) > 20, "\(report)")
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func aPairIsNoWorse(seed: UInt64) {
        var plan = Self.plan()
        plan.pair()
        let report = SimulatedDay(seed: seed, plan).run()
        #expect(report.violations == [], "\(report)")
        #expect(report.dialled >= 40 && report.faults > 5)
        #expect(report.redirected + report.unassisted > 30, "\(report)")
        #expect(report.hash == SimulatedDay(seed: seed, plan).run().hash, "seed \(seed)")
    }

    /// What only befalls pairs stands behind all else, so that the days of a node that is alone stay as they were.
    @Test func aNodeThatIsAloneHasNoFaultsOfPairs() {
        #expect(Fault.ofOneNode.count == 15 && Fault.ofOneNode.last == .notifyStorm)
        #expect(DayPlan().faults == Fault.ofOneNode)
        let day = SimulatedDay(seed: 5, Self.plan(calls: 20)).run()
        #expect(day.hash.description == "5c0af99ee1a69768")
    }

    @Test func theSameSeedIsTheSameDay() {
        let plan = Self.plan(calls: 20)
        let first = SimulatedDay(seed: 5, plan).run()
        #expect(first == SimulatedDay(seed: 5, plan).run())
        #expect(first.hash != SimulatedDay(seed: 6, plan).run().hash)
    }

    @Test func aDayLivedWithoutSomeOfItsEventsKeepsTheOthersAsTheyWere() {
        var plan = Self.plan()
        let all = plan.schedule(seed: 7)
        #expect(all.map(\.number) == Array(all.indices))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.at <= $1.at })
        let calls = all.filter { if case .call = $0.what { true } else { false } }.prefix(3)
        plan.events = Set(calls.map(\.number))
        let report = SimulatedDay(seed: 7, plan).run()
        #expect(report.dialled == 3)
        #expect(report.faults == 0)
        #expect(report.violations == [], "\(report)")
    }

    @Test func onlyTheFaultsThatAreWantedHappen() {
        var plan = Self.plan()
        plan.faults = [.clockJump]
        let faults = plan.schedule(seed: 8).compactMap {
            if case .fault(let fault, _, _, _) = $0.what { fault } else { nil }
        }
        #expect(!faults.isEmpty)
        #expect(faults.allSatisfy { $0 == .clockJump })
    }

    @Test func aWatchedDayTellsWhatBothNodesAndTheirPeersSawOfACall() throws {
        var plan = Self.plan(calls: 8)
        plan.pair(faults: [])
        let day = SimulatedDay(seed: 3, plan)
        var lines: [String] = []
        day.watch(for: [" of 2"]) { lines.append($0) }
        let unwatched = SimulatedDay(seed: 3, plan).run()
        #expect(day.run().hash == unwatched.hash)
        let keys = try #require(day.nodes[0].link).store.calls.map(\.key)
        try #require(keys.count >= 8)
        for key in keys {
            for what in ["journal", "persist", "fetched"] {
                #expect(lines.contains { $0.contains(": \(what) ") && $0.contains("call \(key), ") }, "\(what) \(key)")
            }
        }
    }

    @Test func aDayThatBreaksNothingCannotBeShrunk() {
        var shrinker = DayShrinker(seed: 9, Self.plan(calls: 5))
        #expect(shrinker.shrink() == nil)
    }

    @Test func theCallerOfAMessageIsFoundUnlessItIsARegister() {
        let invite =
            "INVITE sip:911@10.0.0.20 SIP/2.0\r\nVia: x\r\nFrom: \"Phone\" <sip:2017@example.com>;tag=1\r\nCSeq: 1 INVITE\r\n\r\n"
        #expect(StrikeLedger.caller(in: Array(invite.utf8)) == 2017)
        #expect(StrikeLedger.caller(in: Array(invite.replacing("INVITE", with: "REGISTER").utf8)) == nil)
        #expect(StrikeLedger.caller(in: Array("INVITE sip:911@10.0.0.20 SIP/2.0\r\nFrom: <sip:".utf8)) == nil)
        #expect(StrikeLedger.caller(in: []) == nil)
    }
}
