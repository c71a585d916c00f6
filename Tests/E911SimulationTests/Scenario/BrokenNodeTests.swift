import Alerting
import E911Service
import E911Simulation
import E911Values
import SIPCore
import Testing

/// Emergency calls while something beside them is broken, and whether the checks see what they are there for.
@Suite struct BrokenNodeTests {
    private typealias Scene = EndToEndTests.Scene
    private let way = PhoneCallTests.ways[0]

    private func scene(
        seed: UInt64 = 1, managers: Int = 1, _ change: (inout SimulatedNode.Conditions) -> Void = { _ in }
    ) -> EndToEndTests.Scene {
        var conditions = SimulatedNode.Conditions()
        change(&conditions)
        let scene = Scene(seed: seed, EndToEndTests.plan(way, managers: managers), conditions)
        scene.download()
        return scene
    }

    private func stall(_ from: Int, _ to: Int) -> ServiceConditions.Stall {
        .init(from: .zero + .seconds(from), to: .zero + .seconds(to))
    }

    private func records(_ node: SimulatedNode) -> [CallRecord] {
        guard case .calls(let calls, _)? = node.ask(.calls(before: nil, limit: 100)) else { return [] }
        return calls
    }

    @Test func aJournalThatStallsDelaysNoAnswer() {
        let scene = scene { $0.journal.stalls = [stall(10, 1000)] }
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.elins(of: "2000").count == 1)
        #expect(scene.nodes[0].alarms.contains("call.unrecorded"))
        #expect(records(scene.nodes[0]).map { $0.flags.contains(.unrecorded) } == [true])
        #expect(scene.violations() == [])
    }

    @Test func aJournalThatFailsDelaysNoAnswer() {
        let scene = scene { $0.journal.failure = 1 }
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.elins(of: "2000").count == 1)
        #expect(scene.nodes[0].alarms.contains("journal.failed"))
        #expect(scene.violations() == [])
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func whatWasAnsweredSurvivesTheKillWhileTheStoreIsLocked(seed: UInt64) throws {
        let scene = scene(seed: seed) { $0.store.stalls = [stall(30, 200)] }
        let node = scene.nodes[0]
        // Killed when the 302 leaves.
        var isKilled = false
        // The log is the world's: who listens must not hold the world.
        scene.world.log.observe { [unowned world = scene.world] entry in
            guard !isKilled, entry.host === node.host, case .sent(let octets, _, _, _, _) = entry.what,
                octets.starts(with: "SIP/2.0 302".utf8)
            else { return }
            isKilled = true
            world.schedule(after: .zero) { node.kill() }
        }
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(5))
        #expect(isKilled)
        let elin = try #require(scene.elins(of: "2000").first)
        #expect(node.disk.storedCalls == [])
        node.restart()
        // The store opens at 200 s: until then the node answers from snapshot and journal.
        scene.world.run(for: .seconds(10))
        #expect(records(node).map(\.callerDN) == ["2000"], "seed \(seed)")
        #expect(node.leases().map(\.elin) == [elin])
        scene.site.phones[2].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.elins(of: "2002").count == 1)
        scene.world.run(for: .seconds(200))
        #expect(node.disk.storedCalls.map(\.callerDN).sorted() == ["2000", "2002"], "seed \(seed)")
        #expect(Set(node.delivered.map(\.delivery.id.alert)).count == 2, "seed \(seed)")
        #expect(scene.violations() == [], "seed \(seed)")
    }

    @Test func theOtherNodeAnswersWhenOneIsGone() {
        let scene = scene(managers: 2)
        scene.nodes[0].kill(silently: true)
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.elins(of: "2000").count == 1)
        #expect(records(scene.nodes[1]).map(\.callerDN) == ["2000"])
        #expect(scene.violations() == [])
    }

    @Test func aNodeThatComesBackLearnsWhatChangedMeanwhile() {
        let scene = scene()
        scene.nodes[0].kill()
        scene.site.phones[0].command(.move(to: SimulatedSite.phone(0, floor: 1)))
        scene.site.phones[1].command(.unregister)
        scene.world.run(for: .seconds(60))
        scene.nodes[0].restart()
        scene.world.run(for: .seconds(120))
        let active = scene.nodes[0].devices().filter { $0.state == "active" }.sorted { $0.dn < $1.dn }
        #expect(active.map(\.dn) == ["2000", "2002", "2003"])
        #expect(active.map(\.location) == ["floor-1", "floor-0", "floor-1"])
        #expect(scene.violations() == [])
    }

    // MARK: The checks themselves

    @Test func aSlowAnswerIsFound() {
        let scene = scene()
        let strict = EmergencyCallCheck(scene.nodes, limit: .zero)
        scene.world.watch(with: strict)
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(strict.answered == 1)
        #expect(strict.violations.count == 1)
    }

    @Test func anELINThatTheServerForgotIsFound() {
        let scene = scene()
        scene.site.phones[0].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.violations() == [])
        scene.site.server.restart(
            with: SIPServerModel(
                SimulatedSite.serverConfiguration(scene.site.plan), identifiers: scene.world.identifiers(for: "new")))
        scene.world.run(for: .seconds(1))
        #expect(scene.violations().contains { $0.text.contains("the SIP Server rings nobody") })
    }

    @Test func aDeviceThatTheNodeDoesNotKnowIsFound() {
        let scene = scene()
        scene.world.block(from: scene.site.server, to: scene.nodes[0].host)
        scene.site.phones[0].command(.move(to: SimulatedSite.phone(0, floor: 1)))
        scene.world.run(for: .seconds(5))
        let found = scene.violations()
        #expect(found.contains { $0.text.contains("has lost sip:2000@example.com at sip:2000@10.1.1.1:5060") })
        #expect(found.contains { $0.text.contains("still has sip:2000@example.com at sip:2000@10.1.0.1:5060") })
    }
}
