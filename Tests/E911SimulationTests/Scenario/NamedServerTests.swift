import E911Service
import E911Simulation
import E911Values
import SIPCore
import Testing

/// A SIP Server that the site calls by a name.
@Suite struct NamedServerTests {
    private typealias Scene = EndToEndTests.Scene

    private func scene(_ naming: SimulatedSite.Naming, _ kind: SIPTransportKind = .udp, seed: UInt64 = 1) -> Scene {
        var plan = SimulatedSite.Plan()
        plan.naming = naming
        plan.transport = kind
        return Scene(seed: seed, plan)
    }

    /// A call that is answered as it should be.
    private func call(_ scene: Scene) {
        scene.site.phones[1].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.elins(of: "2001").count == 1)
        #expect(scene.violations() == [])
    }

    /// Also by service records of which the first leads to nobody: the call server is reached within 32 seconds.
    @Test(arguments: SimulatedSite.Naming.allCases, [SIPTransportKind.udp, .tcp])
    func itIsFound(_ naming: SimulatedSite.Naming, _ kind: SIPTransportKind) {
        let scene = scene(naming, kind)
        scene.world.run(for: .seconds(32))
        #expect(scene.nodes[0].status()?.callServers.first?.activeSubscriptions == 1)
        scene.download()
        #expect(scene.nodes[0].devices().count == 4)
        call(scene)
    }

    /// Once a server has failed, the next subscription begins with the other.
    @Test func theLiveServerIsAskedFirstTheNextTime() {
        let scene = scene(.services)
        scene.world.run(for: .seconds(32))
        let before = scene.nodes[0].status()?.counters.first { $0.name == "failovers" }?.value
        scene.site.server.command(.endSubscriptions(reason: "deactivated"))
        scene.world.run(for: .seconds(2))
        #expect(scene.nodes[0].status()?.callServers.first?.activeSubscriptions == 1)
        #expect(before == 1)
        #expect(scene.nodes[0].status()?.counters.first { $0.name == "failovers" }?.value == 1)
    }

    /// DNS falls silent for an hour, and what it said lives for half a minute.
    @Test func callsAreAnsweredWithoutDNS() {
        let scene = scene(.services)
        scene.download()
        scene.nodes[0].stallDNS(for: .seconds(3600))
        scene.world.run(for: .seconds(600))
        #expect(scene.nodes[0].alarms.contains("member.unlocated") == false)
        call(scene)
    }

    /// A process that starts while DNS is silent goes by what the one before knew.
    @Test func aStartWithoutDNSGoesByWhatWasKnown() {
        let scene = scene(.services)
        scene.download()
        scene.nodes[0].stallDNS(for: .seconds(3600))
        scene.nodes[0].kill()
        scene.nodes[0].restart(after: .seconds(5))
        scene.world.run(for: .seconds(60))
        #expect(scene.nodes[0].status()?.callServers.first?.activeSubscriptions == 1)
        call(scene)
    }
}
