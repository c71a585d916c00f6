import E911Service
import E911Simulation
import E911Values
import SIPCore
import Testing

/// A SIP Server that asks subscribers for a password, whose nonces last five minutes.
@Suite struct SubscriberPasswordTests {
    private static let file = "/etc/e911d/sip.secret"

    private func plan(loss: Double = 0, _ kind: SIPTransportKind = .udp) -> SimulatedSite.Plan {
        var plan = SimulatedSite.Plan()
        plan.transport = kind
        plan.asksForPassword = true
        plan.check = nil
        if loss > 0 { plan.conditions = .lossy(loss) }
        return plan
    }

    private func counter(_ name: String, _ node: SimulatedNode) -> UInt64 {
        node.status()?.counters.first { $0.name == name }?.value ?? 0
    }

    /// Every refresh comes with a nonce that is stale.
    @Test(arguments: [(SIPTransportKind.udp, 0.1), (.tcp, 0)])
    func theSubscriptionStandsForHours(_ kind: SIPTransportKind, _ loss: Double) {
        let scene = EndToEndTests.Scene(seed: 3, plan(loss: loss, kind))
        scene.download()
        #expect(scene.nodes[0].devices().count == 4)
        scene.world.run(for: .seconds(2 * 3600))
        #expect(scene.site.server.machine.model.subscriptionCount == 1)
        let status = scene.nodes[0].status()?.callServers.first
        #expect(status?.activeSubscriptions == 1 && status?.subscriptionFailure == nil)
        #expect(status.map { $0.downloads > 2 } == true)
        #expect(counter("challenges-answered", scene.nodes[0]) > 2)
        #expect(counter("challenges-refused", scene.nodes[0]) == 0)
        #expect(scene.violations() == [])
    }

    /// Calls are answered all the same; the pace is that of refusals.
    @Test func aWrongPasswordIsTold() {
        var conditions = SimulatedNode.Conditions()
        conditions.passwords[Self.file] = Array("sesame".utf8)
        let scene = EndToEndTests.Scene(seed: 4, plan(), conditions)
        scene.download()
        scene.world.run(for: .seconds(1800))
        #expect(scene.nodes[0].devices().isEmpty && scene.site.server.machine.model.subscriptionCount == 0)
        let failure = scene.nodes[0].status()?.callServers.first?.subscriptionFailure ?? ""
        #expect(failure.contains("user or password is wrong"), "\(failure)")
        #expect(scene.nodes[0].alarms.contains("subscription.failed"))
        #expect((3...10).contains(counter("challenges-refused", scene.nodes[0])))
    }

    @Test func aNodeThatStartsAgainReadsThePasswordAgain() {
        let scene = EndToEndTests.Scene(seed: 5, plan())
        scene.download()
        scene.nodes[0].kill()
        scene.nodes[0].restart(after: .seconds(5))
        scene.world.run(for: .seconds(120))
        #expect(scene.nodes[0].status()?.callServers.first?.activeSubscriptions == 1)
        #expect(scene.nodes[0].devices().filter { $0.state == "active" }.count == 4)
    }
}
