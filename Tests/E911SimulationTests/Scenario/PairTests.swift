import E911Service
import E911Values
import SIPCore
import Testing

@testable import E911Simulation

/// Two nodes and the store between them.
@Suite struct PairTests {
    private struct Scene {
        let site: SimulatedSite
        let nodes: [SimulatedNode]
        let check: PairCheck
        let store: SharedStore
        var world: World { site.world }

        init(seed: UInt64 = 1) throws {
            var plan = SimulatedSite.Plan()
            plan.isPaired = true
            plan.managers = 2
            plan.spreadsCalls = true
            plan.wallOffsets = [.seconds(15), .seconds(-15)]
            site = SimulatedSite(seed: seed, plan)
            nodes = site.addNodes()
            check = try #require(PairCheck(nodes))
            store = try #require(nodes[0].link?.store)
            site.world.watch(with: check)
            site.registerAll()
            look()
            world.run(for: .seconds(60))
        }

        private func look() { Self.look(world, check) }

        private static func look(_ world: World, _ check: PairCheck) {
            check.look(at: world.now)
            world.schedule(after: .seconds(1)) { [unowned world, unowned check] in look(world, check) }
        }

        func sees(_ index: Int) -> Bool? { nodes[index].status()?.peer?.isSeen }

        func call(_ phone: Int) {
            site.phones[phone].command(.call("911"))
            site.phones[phone].command(.hangUp, after: .seconds(5))
            world.run(for: .seconds(8))
        }

        func violations() -> [Violation] {
            check.conclude(at: world.now)
            return check.violations + world.faults
        }
    }

    @Test func nodesWhoseClocksAreApartSeeEachOther() throws {
        let scene = try Scene()
        #expect(scene.sees(0) == true && scene.sees(1) == true)
        for phone in 0..<4 { scene.call(phone) }
        let writers = Set(scene.store.calls.map(\.key.node))
        #expect(writers == ["a", "b"])
        #expect(scene.store.calls.count == 4)
        let counters = scene.store.calls.map(\.key.counter).sorted()
        let byCounter = scene.store.calls.sorted { $0.key.counter < $1.key.counter }.map(\.callerDN)
        #expect(byCounter == ["2000", "2001", "2002", "2003"], "\(counters): the order is the house's")
        #expect(scene.violations() == [])
    }

    @Test func aNodeThatEndedIsNotSeenAndIsSeenAgain() throws {
        let scene = try Scene()
        scene.nodes[1].kill(silently: true)
        scene.world.run(for: .seconds(4))
        #expect(scene.sees(0) == false)
        scene.nodes[1].restart()
        scene.world.run(for: .seconds(6))
        #expect(scene.sees(0) == true && scene.sees(1) == true)
        #expect(scene.violations() == [])
    }

    @Test func aNodeThatIsCutOffSeesNobodyAndSaysSo() throws {
        let scene = try Scene()
        scene.nodes[0].cutStore(for: .seconds(30))
        scene.world.run(for: .seconds(1))
        #expect(!scene.nodes[0].alarms.contains("store.failing"))
        scene.world.run(for: .seconds(4))
        #expect(scene.sees(0) == false && scene.sees(1) == false)
        #expect(scene.nodes[0].alarms.contains("store.failing") && !scene.nodes[1].alarms.contains("store.failing"))
        scene.call(0)
        scene.call(1)
        #expect(scene.store.calls.count == 1)
        scene.world.run(for: .seconds(20))
        #expect(scene.nodes[0].status()?.storeFailure == nil)
        #expect(scene.store.calls.count == 2)
        #expect(scene.sees(0) == true && scene.sees(1) == true)
        #expect(scene.violations() == [])
    }

    @Test func aStoppedNodeIsNotSeenAndCatchesUp() throws {
        let scene = try Scene()
        scene.nodes[0].freeze(for: .seconds(10))
        scene.world.run(for: .seconds(5))
        #expect(scene.sees(1) == false)
        scene.world.run(for: .seconds(11))
        #expect(scene.sees(0) == true && scene.sees(1) == true)
        #expect(scene.violations() == [])
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func lostAnswersAreRecognisedAndOldSessionsRefused(seed: UInt64) throws {
        let scene = try Scene(seed: seed)
        for node in scene.nodes {
            node.link?.conditions.haunting = 1
            node.loseAnswers(0.5, for: .seconds(120))
        }
        for phone in 0..<4 { scene.call(phone) }
        scene.world.run(for: .seconds(140))
        #expect(scene.store.repetitions > 5 && scene.store.refused > 0, "seed \(seed)")
        #expect(scene.store.calls.count == 4, "seed \(seed)")
        #expect(scene.violations() == [], "seed \(seed)")
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func aCallSurvivesTheKillDuringItsCommit(seed: UInt64) throws {
        let scene = try Scene(seed: seed)
        var left = true
        // The log is the world's: who listens must not hold the world.
        scene.world.log.observe { [unowned world = scene.world, nodes = scene.nodes] entry in
            guard left, case .told(NodeEffect.persist(let batch, _) as NodeEffect) = entry.what, !batch.calls.isEmpty,
                let node = nodes.first(where: { $0.host === entry.host })
            else { return }
            left = false
            world.schedule(after: .milliseconds(1)) {
                node.kill()
                node.restart(after: .seconds(1))
            }
        }
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(20))
        #expect(!left && scene.store.calls.count == 1, "seed \(seed)")
        #expect(scene.violations() == [], "seed \(seed)")
    }

    /// The first answer is lost on its way, the SIP Server asks the other node, and that one knows of the call.
    @Test func aCallThatTheOtherNodeHasAnsweredIsThatCall() throws {
        let scene = try Scene()
        let same = try #require(SameCallCheck(scene.site, scene.nodes))
        scene.world.watch(with: same)
        for phone in 0..<4 {
            let node = scene.nodes[(phone + 1) % 2]
            scene.world.block(from: node.host, to: scene.site.server)
            scene.site.phones[phone].command(.call("911"))
            scene.world.run(for: .seconds(7))
            scene.world.mend([node.host], from: [scene.site.server])
            scene.site.phones[phone].command(.hangUp)
            scene.world.run(for: .seconds(60))
        }
        let calls = scene.store.calls
        let later = calls.filter { $0.supersedes != nil }
        #expect(calls.count == 8 && later.count == 4, "\(calls.map(\.key))")
        for call in later {
            let first = try #require(calls.first { $0.key == call.supersedes })
            #expect(first.elin == call.elin && first.location == call.location && first.key.node != call.key.node)
        }
        same.conclude(at: scene.world.now)
        #expect(same.violations + scene.violations() == [])
    }

    // MARK: The check itself

    @Test func aNodeThatIsTakenForSeenIsFound() throws {
        let scene = try Scene()
        // As if the store had heard nothing for long, and the nodes took that for nothing.
        scene.check.look(at: scene.world.now.advanced(by: .seconds(30)))
        #expect(scene.check.violations.contains { $0.invariant == .pair })
    }

    @Test func twoNodesThatShareNothingAreNoPair() {
        var plan = SimulatedSite.Plan()
        plan.managers = 2
        let site = SimulatedSite(seed: 1, plan)
        #expect(PairCheck(site.addNodes()) == nil)
    }
}
