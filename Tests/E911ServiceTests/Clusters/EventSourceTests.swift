import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Contract section 7, as a table over every state of the source, of its member and of another one.
@Suite struct EventSourceTests {
    /// How a member can be.
    enum Kind: String, CaseIterable, Sendable {
        case unproven, well, wobbling, mute, held, proven, refused, silent

        func health(_ now: MonotonicTime) -> MemberHealth {
            var health = MemberHealth()
            func take(_ inputs: MemberHealth.Input..., at time: MonotonicTime = .zero) {
                for input in inputs { health.take(input, misses: 3, at: time) }
            }
            switch self {
            case .unproven: break
            case .well: take(.subscription(.standing), .answered)
            case .wobbling: take(.subscription(.standing), .answered, .missed)
            case .mute: take(.subscription(.mute), .answered)
            case .held:
                take(.subscription(.failed("x")))
                take(.subscription(.standing), at: now - .seconds(29))
            case .proven:
                take(.subscription(.failed("x")))
                take(.subscription(.standing), at: now - .seconds(30))
            case .refused: take(.subscription(.standing), .subscription(.failed("503")))
            case .silent: take(.subscription(.standing), .missed, .missed, .missed)
            }
            return health
        }

        /// Whether it keeps the source that it is.
        var serves: Bool { self != .refused && self != .silent }
        var mayTakeOver: Bool { self == .well || self == .proven }
    }

    private static let now = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private static let states: [EventSource] = [.untried(0), .steady(0), .stranded(0)]

    @Test(arguments: Kind.allCases, Kind.allCases)
    func everyStateWithEveryPairOfMembers(_ active: Kind, _ other: Kind) {
        let members = [active.health(Self.now), other.health(Self.now)]
        for state in Self.states {
            for switchBack in [false, true] {
                var source = state
                let change = source.judge(members, .init(switchBack: switchBack), at: Self.now)
                let wasStranded = state == .stranded(0)
                switch (active, other.mayTakeOver) {
                case (.unproven, _): #expect(source == state && change == nil)
                case _ where active.serves:
                    #expect(source == .steady(0) && change == (wasStranded ? .rescued(0) : nil))
                case (_, true): #expect(source == .steady(1) && change == .switched(from: 0, to: 1))
                case (_, false): #expect(source == .stranded(0) && change == (wasStranded ? nil : .stranded(0)))
                }
            }
        }
    }

    /// The second of two is the source; the first one is in every state.
    @Test(arguments: Kind.allCases)
    func itGoesBackIfTheSiteSaysSo(_ first: Kind) {
        let members = [first.health(Self.now), Kind.well.health(Self.now)]
        var stays = EventSource.steady(1)
        #expect(stays.judge(members, .init(), at: Self.now) == nil && stays == .steady(1))
        #expect(stays.deadline(members, .init(), after: Self.now) == nil)
        var goes = EventSource.steady(1)
        let change = goes.judge(members, .init(switchBack: true), at: Self.now)
        #expect(change == (first.mayTakeOver ? .switched(from: 1, to: 0) : nil))
        let deadline = goes.deadline(members, .init(switchBack: true), after: Self.now)
        #expect(deadline == (first == .held ? Self.now + .seconds(1) : nil))
    }

    @Test func theNextOneTakesOverRoundInACircle() {
        let kinds: [Kind] = [.well, .silent, .refused, .held]
        var source = EventSource.steady(2)
        let members = kinds.map { $0.health(Self.now) }
        #expect(source.judge(members, .init(), at: Self.now) == .switched(from: 2, to: 0))
        // The one behind it comes first.
        source = .steady(0)
        let others = [Kind.silent, .held, .proven, .well].map { $0.health(Self.now) }
        #expect(source.judge(others, .init(), at: Self.now) == .switched(from: 0, to: 2))
    }

    @Test func whoeverWaitsForAHoldDownIsLookedAtWhenItEnds() {
        let members = [Kind.silent.health(Self.now), Kind.held.health(Self.now)]
        var source = EventSource.steady(0)
        #expect(source.judge(members, .init(), at: Self.now) == .stranded(0))
        let end = source.deadline(members, .init(), after: Self.now)
        #expect(end == Self.now + .seconds(1))
        #expect(source.judge(members, .init(), at: Self.now + .seconds(1)) == .switched(from: 0, to: 1))
    }

    @Test func noMemberAndOneMember() {
        var source = EventSource.untried(0)
        #expect(source.judge([], .init(), at: Self.now) == nil)
        #expect(source.judge([Kind.refused.health(Self.now)], .init(), at: Self.now) == .stranded(0))
        #expect(source.judge([Kind.well.health(Self.now)], .init(switchBack: true), at: Self.now) == .rescued(0))
    }

    /// Whatever happens, the source is never given to one that does not serve, and two switches of the same member lie at
    /// least a hold-down apart.
    @Test(arguments: [1, 2, 3, 4, 5]) func aRandomWalk(_ seed: UInt64) {
        var generator = SeededGenerator(seed: (seed, 0, 0, 0))
        var configuration = CallServerConfiguration(
            name: "main",
            members: (0..<3).map { MemberConfiguration(host: .name("m\($0).example.com")) },
            defaultLocation: "hq", defaultELIN: NodeHarness.site().callServers[0].defaultELIN)
        configuration.cluster = ClusterChoices()
        configuration.cluster?.switchBack = seed.isMultiple(of: 2)
        var cluster = Cluster(configuration, replacing: nil, now: .zero)
        var lastLost: [Int: MonotonicTime] = [:]
        var now = MonotonicTime.zero
        let inputs: [MemberHealth.Input] = [
            .subscription(.standing), .subscription(.standing), .subscription(.pending), .subscription(.mute), .told,
            .subscription(.failed("503")), .answered, .answered, .answered, .missed,
        ]
        for _ in 0..<5000 {
            now = now + .milliseconds(Int64(generator.next() % 20_000))
            let input = inputs[Int(generator.next() % UInt64(inputs.count))]
            let member = Int(generator.next() % 3)
            for step in 0...1 {
                let events = step == 0 ? cluster.advance(to: now) : cluster.take(input, of: member, at: now)
                for case .source(.switched(let from, let to)) in events {
                    #expect(cluster.health[to].verdict == .well)
                    if case .failed = cluster.health[from].verdict { lastLost[from] = now }
                    if let lost = lastLost[to] { #expect(now - lost >= .seconds(30)) }
                }
            }
            if let deadline = cluster.nextDeadline, deadline <= now { _ = cluster.takeCheck(at: now) }
        }
    }
}
