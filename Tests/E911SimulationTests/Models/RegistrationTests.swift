import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct RegistrationTests {
    private func plan(_ change: (inout SimulatedSite.Plan) -> Void = { _ in }) -> SimulatedSite.Plan {
        var plan = SimulatedSite.Plan()
        plan.managers = 0
        change(&plan)
        return plan
    }

    private func contacts(_ site: SimulatedSite, _ phone: Int) -> [String] {
        site.server.machine.model.contacts(of: SimulatedSite.user(phone), at: site.world.now.monotonic)
    }

    @Test(arguments: [SIPTransportKind.udp, .tcp])
    func aPhoneRegistersItsContact(transport: SIPTransportKind) {
        let site = SimulatedSite.registered(seed: 1, plan { $0.transport = transport })
        let suffix = transport == .tcp ? ";transport=tcp" : ""
        #expect(contacts(site, 0) == ["sip:2000@10.1.0.1:5060\(suffix)"])
        #expect(contacts(site, 1) == ["sip:2001@10.1.1.2:5060\(suffix)"])
        #expect(site.server.machine.model.bindingCount == 4)
        #expect(site.world.log.faults == [])
    }

    @Test func aRegistrationIsKeptUpAndEndsWithoutThePhone() {
        let site = SimulatedSite.registered(seed: 1, plan { $0.registrationExpires = 60 })
        site.world.run(for: .seconds(600))
        #expect(site.server.machine.model.bindingCount == 4)
        site.phones[0].kill()
        site.world.run(for: .seconds(61))
        #expect(site.server.machine.model.bindingCount == 3)
        #expect(site.server.events.contains(.gone(user: "2000", contact: "sip:2000@10.1.0.1:5060")))
    }

    @Test func unregisteringEndsIt() {
        let site = SimulatedSite.registered(seed: 1, plan())
        site.phones[2].command(.unregister)
        site.world.run(for: .seconds(1))
        #expect(contacts(site, 2) == [])
        #expect(site.phones[2].events.contains(.unregistered(at: SimulatedSite.server(.udp).endpoint)))
        site.world.run(for: .seconds(1000))
        #expect(contacts(site, 2) == [])
    }

    @Test func aPhoneThatMovesReplacesItsOldContact() {
        let site = SimulatedSite.registered(seed: 1, plan())
        site.phones[0].command(.move(to: SimulatedSite.phone(0, floor: 1)))
        site.world.run(for: .seconds(1))
        #expect(contacts(site, 0) == ["sip:2000@10.1.1.1:5060"])
    }

    @Test func aShortRegistrationIsRaised() {
        let site = SimulatedSite.registered(seed: 1, plan { $0.registrationExpires = 3 })
        #expect(
            site.phones[0].events.contains(.registrationFailed(at: SimulatedSite.server(.udp).endpoint, status: 423)))
        #expect(
            site.phones[0].events.contains(
                .registered(
                    at: SimulatedSite.server(.udp).endpoint, contact: "<sip:2000@10.1.0.1:5060>", expires: 10)))
    }

    @Test func aServerThatIsAwayIsAskedAgain() {
        let site = SimulatedSite(seed: 1, plan())
        site.server.kill()
        site.registerAll()
        site.world.run(for: .seconds(60))
        #expect(!site.phones[0].machine.model.isRegistered)
        site.server.restart(
            with: SIPServerModel(
                SimulatedSite.serverConfiguration(site.plan), identifiers: site.world.identifiers(for: "again")))
        site.world.run(for: .seconds(60))
        #expect(site.server.machine.model.bindingCount == 4)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func aLossyNetworkDelaysIt(seed: UInt64) {
        for transport in [SIPTransportKind.udp, .tcp] {
            let site = SimulatedSite.registered(
                seed: seed,
                plan {
                    $0.conditions = .lossy(0.25)
                    $0.transport = transport
                })
            #expect(site.server.machine.model.bindingCount == 4, "seed \(seed) \(transport)")
        }
    }
}
