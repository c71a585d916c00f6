import E911Simulation
import E911Values
import SIPCore
import Testing

/// The SIP Server's part of an emergency call, with a stub in the place of the E911 Manager.
@Suite struct EmergencyRoutingTests {
    private func site(
        _ way: PhoneCallTests.Way, seed: UInt64 = 1, loss: Double = 0, stubs: Int = 1,
        _ change: (inout SimulatedSite.Plan) -> Void = { _ in }
    ) -> (site: SimulatedSite, managers: [SimulatedHost<ModelMachine<StubManager>>]) {
        var plan = SimulatedSite.Plan()
        plan.mode = way.mode
        plan.transport = way.transport
        plan.managers = stubs
        if loss > 0 { plan.conditions = .lossy(loss) }
        change(&plan)
        let site = SimulatedSite(seed: seed, plan)
        let managers = (0..<stubs).map { site.addStub($0) }
        site.registerAll()
        site.world.run(atMost: .seconds(60)) { site.phones.allSatisfy { $0.machine.model.isRegistered } }
        site.world.log.keepsEntries = true
        return (site, managers)
    }

    private let proxy = PhoneCallTests.Way(mode: .proxy, transport: .udp)

    @Test(arguments: PhoneCallTests.ways)
    func anEmergencyCallIsRedirectedToTheGatewayWithItsELIN(way: PhoneCallTests.Way) throws {
        let (site, _) = site(way)
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(5))
        #expect(site.count(0, \.isAnswered) == 1)
        let call = try #require(site.gateway.machine.model.received.first)
        #expect(call.requestURI == "sip:7911@10.0.0.30:5060")
        #expect(call.assertedIdentity == "+13125552000")
        #expect(call.from == "2000")
        #expect(call.displayName == "Phone 2000")
        #expect(site.testGateway.machine.model.received == [])
        let redirected = SIPServerEvent.redirected(
            caller: "2000", to: "sip:7911@10.0.0.10:5060", elin: "+13125552000")
        #expect(site.server.events.contains(redirected))
        site.phones[0].command(.hangUp)
        site.world.run(for: .seconds(5))
        #expect(site.gateway.events.count(where: \.isEnded) == 1)
        #expect(site.world.log.faults == [])
    }

    @Test(arguments: PhoneCallTests.ways)
    func aTestCallGoesToTheTestGateway(way: PhoneCallTests.Way) {
        let (site, _) = site(way)
        site.phones[0].command(.call("933"))
        site.world.run(for: .seconds(5))
        #expect(site.testGateway.machine.model.received.map(\.dialled) == ["7933"])
        #expect(site.gateway.machine.model.received == [])
    }

    @Test(arguments: PhoneCallTests.ways)
    func aCallToTheELINRingsTheCaller(way: PhoneCallTests.Way) throws {
        let (site, _) = site(way)
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(5))
        site.phones[0].command(.hangUp)
        site.world.run(for: .seconds(5))
        site.gateway.command(.callBack("3125552000", psapCallback: true))
        site.world.run(for: .seconds(5))
        #expect(site.count(0, \.isAccepted) == 1)
        let incoming = site.phones[0].events.compactMap { event -> IncomingCall? in
            if case .call(.incoming(let call)) = event { call } else { nil }
        }
        #expect(incoming.map(\.priority) == ["psap-callback"])
        #expect(site.server.events.contains(.callback(elin: "3125552000", to: "2000")))
    }

    @Test func theLatestCallerIsCalledBackAndOnlyForAWhile() {
        let (site, _) = site(proxy) { $0.elinTimeout = .seconds(100) }
        let elin = TelephoneNumber(digits: 13_125_552_000)
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(5))
        let server = site.server.machine.model
        #expect(elin.flatMap { server.caller(behind: $0, at: site.world.now.monotonic) } == "2000")
        site.world.run(for: .seconds(100))
        #expect(elin.flatMap { site.server.machine.model.caller(behind: $0, at: site.world.now.monotonic) } == nil)
        site.gateway.command(.callBack("3125552000", psapCallback: false))
        site.world.run(for: .seconds(5))
        #expect(site.gateway.events.contains(.failed(number: "3125552000", status: 404)))
    }

    @Test func aManagerThatRefusesIsFollowedByTheNext() {
        let (site, managers) = site(proxy, stubs: 2)
        managers[0].command(.refuse(503))
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(5))
        #expect(managers[1].machine.model.callers == ["2000"])
        #expect(site.gateway.machine.model.received.map(\.assertedIdentity) == ["+13125552000"])
    }

    @Test func aManagerThatIsSilentIsFollowedByTheNext() {
        let (site, managers) = site(proxy, stubs: 2) { $0.check = nil }
        managers[0].kill()
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(7))
        #expect(managers[1].machine.model.callers == ["2000"])
        #expect(site.gateway.machine.model.received.count == 1)
    }

    @Test func anAnswerThatIsFinalGoesBackToThePhone() {
        let (site, managers) = site(proxy, stubs: 2)
        managers[0].command(.refuse(403))
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(5))
        #expect(site.count(0) { $0.failure == 403 } == 1)
        #expect(managers[1].machine.model.callers == [])
    }

    @Test func withoutAnyManagerTheCallGoesToTheGatewayWithoutELIN() {
        let (site, managers) = site(proxy, stubs: 1)
        managers[0].kill()
        site.world.run(for: .seconds(60))
        let node = SimulatedSite.manager(0, .udp).endpoint
        #expect(site.server.events.contains(.node(node, inService: false)))
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(3))
        #expect(site.gateway.machine.model.received.map(\.assertedIdentity) == ["2000"])
        #expect(site.server.events.contains(.noManager(caller: "2000")))
        #expect(!site.server.events.contains(.emergency(caller: "2000", dialled: "911", to: node)))
    }

    @Test func aManagerThatComesBackIsUsedAgain() {
        let (site, managers) = site(proxy, stubs: 1)
        managers[0].command(.refuse(503))
        site.world.run(for: .seconds(60))
        let node = SimulatedSite.manager(0, .udp).endpoint
        #expect(!site.server.machine.model.isInService(node))
        managers[0].command(.refuse(nil))
        site.world.run(for: .seconds(60))
        #expect(site.server.machine.model.isInService(node))
    }

    @Test(arguments: PhoneCallTests.ways)
    func aCallerWhoGivesUpIsNotSentToTheGateway(way: PhoneCallTests.Way) {
        let (site, managers) = site(way)
        managers[0].command(.silence(true))
        site.phones[0].command(.call("911"))
        site.phones[0].command(.hangUp, after: .seconds(1))
        site.world.run(for: .seconds(60))
        #expect(site.gateway.machine.model.received == [])
        #expect(site.count(0) { $0.failure == 487 } == 1)
    }

    @Test(arguments: PhoneCallTests.ways)
    func theLoopTrapComesBackToTheManagerAndEnds(way: PhoneCallTests.Way) {
        let (site, managers) = site(way)
        // A user name that has the prefix of the manager's own trunk.
        managers[0].command(.prefix("911"))
        site.phones[0].command(.call("911"))
        site.world.run(for: .seconds(20))
        #expect(managers[0].machine.model.callers.count == 11)
        #expect(site.count(0) { $0.failure == 500 } == 1)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func emergencyCallsAndCallbacksSurviveALossyNetwork(seed: UInt64) {
        for way in PhoneCallTests.ways {
            let (site, _) = site(way, seed: seed, loss: 0.1)
            for number in 0..<4 { site.phones[number].command(.call("911"), after: .seconds(number)) }
            site.world.run(for: .seconds(60))
            for number in 0..<4 {
                #expect(site.count(number, \.isAnswered) == 1, "seed \(seed) \(way) phone \(number)")
                site.gateway.command(.callBack("312555200\(number)", psapCallback: true), after: .seconds(number))
            }
            site.world.run(for: .seconds(60))
            let identities = site.gateway.machine.model.received.map { $0.assertedIdentity ?? "" }
            #expect(identities.sorted() == (0..<4).map { "+1312555200\($0)" }, "seed \(seed) \(way)")
            for number in 0..<4 {
                #expect(site.count(number, \.isAccepted) == 1, "seed \(seed) \(way) phone \(number)")
            }
            #expect(site.world.log.faults == [])
        }
    }
}
