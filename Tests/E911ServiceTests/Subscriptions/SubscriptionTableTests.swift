import E911Values
import SIPCore
import Testing

@testable import E911Service

@Suite struct SubscriptionTableTests {
    private var table = SubscriptionTable()
    private var house = NodeHarness()
    private var jitter = SeededGenerator(seed: 7)
    private var now = MonotonicTime(nanoseconds: 5_000_000_000)

    private static let member = MemberConfiguration(address: NodeHarness.server.address, port: 5060, transport: .udp)

    private static func wish(expires: UInt32 = 3600, pace: Int = 500) -> SubscriptionGroup.Wish {
        SubscriptionGroup.Wish(
            server: 0, member: 0, expires: expires, hops: [NextHop(kind: .udp, endpoint: NodeHarness.server)],
            account: nil, pace: pace)
    }

    private static func aors(_ range: Range<Int>) -> [String?] { range.map { "sip:\($0)@example.com" } }

    private mutating func want(_ range: Range<Int>, expires: UInt32 = 3600, pace: Int = 500) {
        table.want([
            (.init(callServer: "main", member: Self.member), Self.wish(expires: expires, pace: pace), Self.aors(range))
        ])
    }

    /// Does what is due up to a time, and says what it was and when.
    private mutating func run(_ duration: Duration) -> [(time: MonotonicTime, task: String)] {
        var done: [(MonotonicTime, String)] = []
        let end = now + duration
        while let deadline = table.nextDeadline, deadline <= end {
            now = max(now, deadline)
            var budget = 256
            while let work = table.work(at: now, budget: &budget, jitter: &jitter) {
                let name = work.subscription.aor?.dropFirst(4).prefix { $0 != "@" } ?? "all"
                switch work.task {
                case .start:
                    let (id, _) = house.node.engine.subscribe(
                        SubscriptionConfiguration(
                            requestURI: "sip:x", to: "<sip:x>",
                            target: NextHop(kind: .udp, endpoint: NodeHarness.server)), now: house.now)
                    let registry = RegistrySubscription(index: Int(name) ?? 0, generation: 1)
                    table.started(work.subscription.place, as: id, registry: registry)
                    done.append((now, "start \(name)"))
                case .end:
                    table.leaving(work.subscription.place)
                    if let id = work.subscription.entry.id { table.ended(id) }
                    done.append((now, "end \(name)"))
                case .refresh: done.append((now, "refresh \(name)"))
                default: done.append((now, "renew \(name)"))
                }
            }
            #expect(budget >= 0)
        }
        now = end
        return done
    }

    @Test mutating func theRegistrysNameFindsASubscriptionOverAChangeOfTheSite() {
        want(0..<20)
        #expect(run(.seconds(1)).count == 20)
        func name(_ aor: Int) -> RegistrySubscription { RegistrySubscription(index: aor, generation: 1) }
        let ids = (0..<20).map { table.id(of: name($0)) }
        #expect(ids.allSatisfy { $0 != nil } && Set(ids).count == 20)
        want(5..<30)
        let done = run(.seconds(1)).map(\.task)
        #expect(Set(done) == Set((0..<5).map { "end \($0)" } + (20..<30).map { "start \($0)" }))
        #expect((0..<20).map { table.id(of: name($0)) } == ids.enumerated().map { $0.offset < 5 ? nil : $0.element })
        #expect(table.figures(ofServer: 0).wanted == 25)
    }

    /// Ten thousand take about twenty seconds, never more than 530 in one, and not in step.
    @Test mutating func tenThousandStartAtAPaceWithJitter() {
        want(0..<10_000)
        let began = now
        let starts = run(.seconds(60)).map { ($0.time - began).wholeNanoseconds }
        #expect(starts.count == 10_000)
        let seconds = Dictionary(grouping: starts) { $0 / 1_000_000_000 }.mapValues(\.count)
        #expect(seconds.values.max() ?? 0 <= 550, "\(seconds)")
        #expect((18...22).contains((starts.last ?? 0) / 1_000_000_000))
        let pauses = zip(starts.dropFirst(), starts).map { $0 - $1 }.dropFirst(16)
        #expect(Set(pauses).count > 1000)
        #expect(pauses.allSatisfy { (900_000...3_100_000).contains($0) })
        // The same again changes nothing, and a download is asked for at the same pace.
        want(0..<10_000)
        #expect(run(.seconds(60)).isEmpty)
        table.refreshAll(ofServer: 0)
        table.refreshAll(ofServer: 0)
        let refreshes = run(.seconds(10))
        #expect((4500...5500).contains(refreshes.count))
        #expect(run(.seconds(60)).count + refreshes.count == 10_000)
    }

    /// No step looks at more than its share, so that nothing holds the loop.
    @Test mutating func whatIsComparedIsComparedInSlices() {
        want(0..<10_000)
        var turns = 0
        var budget = 256
        while table.groups[0]?.isSettled == false {
            turns += 1
            budget = 256
            _ = table.work(at: .zero, budget: &budget, jitter: &jitter)
            if turns > 1000 { break }
        }
        #expect((70...90).contains(turns))
    }

    @Test mutating func whatIsWantedAgainBeforeItsEndStays() {
        want(0..<40, pace: 1)
        _ = run(.seconds(100))
        want(0..<0)
        _ = run(.zero)
        want(0..<40)
        #expect(run(.seconds(100)).map(\.task).allSatisfy { $0.hasPrefix("end") || $0.hasPrefix("start") })
        #expect(table.figures(ofServer: 0).wanted == 40)
    }

    @Test mutating func anotherExpiresIsAnotherSubscription() {
        want(0..<2)
        _ = run(.seconds(1))
        want(0..<2, expires: 60)
        #expect(Set(run(.seconds(1)).map(\.task)) == ["start 0", "start 1", "end 0", "end 1"])
        #expect(table.figures(ofServer: 0).wanted == 2)
    }

    @Test mutating func anotherAccountReachesThoseThatStand() {
        want(0..<2)
        _ = run(.seconds(1))
        var wish = Self.wish()
        wish.account = DigestAccount(username: "a", password: DigestPassword("b"))
        table.want([(.init(callServer: "main", member: Self.member), wish, Self.aors(0..<3))])
        #expect(run(.seconds(1)).map(\.task) == ["renew 0", "renew 1", "start 2"])
    }

    @Test mutating func oneMoreIsStarted() {
        want(0..<2)
        table.add("sip:7@example.com", ofServer: 0)
        _ = run(.seconds(1))
        table.add("sip:8@example.com", ofServer: 0)
        table.add("sip:8@example.com", ofServer: 0)
        #expect(run(.seconds(1)).map(\.task) == ["start 8"])
        #expect(table.figures(ofServer: 0).wanted == 4)
    }

    @Test mutating func allOfThemEndWithinThreeSeconds() {
        want(0..<10_000)
        _ = run(.seconds(60))
        table.leave()
        #expect(run(.milliseconds(2900)).count == 10_000)
        #expect(table.isEmpty)
    }

    /// A call server that the site has no more ends, and its place is used again.
    @Test mutating func aGroupThatIsGoneLeavesItsPlace() {
        want(0..<3)
        _ = run(.seconds(1))
        table.want([])
        #expect(run(.seconds(1)).count == 3)
        #expect(table.groups.allSatisfy { $0 == nil } && table.isEmpty)
        want(0..<1)
        #expect(table.groups.count == 1)
    }
}

/// One refused address of record says nothing of the member; all of them, or three without an answer, do.
@Suite struct SubscriptionTallyTests {
    @Test func whatTheyMeanTogether() {
        var tally = SubscriptionTally()
        #expect(tally.failed(status: 404, reason: "X", wasStanding: false) == .failed("404 X"))
        #expect(tally.accepted(wasStanding: false) == .standing)
        #expect(tally.accepted(wasStanding: false) == .standing)
        #expect(tally.failed(status: 404, reason: "X", wasStanding: false) == nil)
        #expect(tally.failed(status: nil, reason: "no answer", wasStanding: false) == nil)
        #expect(tally.failed(status: 408, reason: "X", wasStanding: false) == nil)
        #expect(tally.failed(status: 500, reason: "X", wasStanding: false) == .failed("500 X"))
        #expect(tally.accepted(wasStanding: true) == .standing)
        #expect(tally.standing == 2)
        #expect(tally.terminated(reason: "deactivated", isRenewed: true, wasStanding: true) == nil)
        #expect(tally.terminated(reason: "deactivated", isRenewed: true, wasStanding: true) == .pending)
        #expect(tally.accepted(wasStanding: false) == .standing)
        #expect(
            tally.terminated(reason: "", isRenewed: false, wasStanding: true)
                == .failed("ended by the SIP Server: its time is over"))
        tally.ended(wasStanding: false)
        #expect(tally.standing == 0)
    }
}
