import E911Service
import E911Simulation
import E911Values
import SIPCore
import Testing

/// The first emergency call, end to end, against e911d itself.
@Suite struct EndToEndTests {
    struct Scene {
        let site: SimulatedSite
        let nodes: [SimulatedNode]
        let checks: [any InvariantChecker]
        var world: World { site.world }

        init(seed: UInt64, _ plan: SimulatedSite.Plan, _ conditions: SimulatedNode.Conditions = .init()) {
            site = SimulatedSite(seed: seed, plan)
            nodes = site.addNodes(conditions)
            checks = [
                EmergencyCallCheck(nodes), LeaseCheck(site, nodes), CallbackCheck(site, nodes),
                DeviceCheck(site, nodes),
            ]
            for check in checks { site.world.watch(with: check) }
            site.registerAll()
        }

        /// Every violation, after the world has come to rest.
        func violations() -> [Violation] {
            for check in checks { check.conclude(at: world.now) }
            return checks.flatMap(\.violations)
                + world.log.faults.map { Violation(.machine, $0, at: world.now.monotonic) }
        }

        /// Until the node has the devices: the first download is over.
        func download() {
            world.run(atMost: .seconds(120)) { site.phones.allSatisfy { $0.machine.model.isRegistered } }
            world.run(for: .seconds(60))
        }

        /// The ELIN with which a caller arrived at the gateway, newest last.
        func elins(of caller: String) -> [TelephoneNumber] {
            site.gateway.machine.model.received.filter { $0.from == caller }
                .compactMap { $0.assertedIdentity.flatMap { TelephoneNumber($0) } }
        }
    }

    static func plan(_ way: PhoneCallTests.Way, loss: Double = 0, managers: Int = 1) -> SimulatedSite.Plan {
        var plan = SimulatedSite.Plan()
        plan.mode = way.mode
        plan.transport = way.transport
        plan.managers = managers
        if loss > 0 { plan.conditions = .lossy(loss) }
        return plan
    }

    @Test(arguments: PhoneCallTests.ways)
    func everyPhoneBecomesALocatedDevice(way: PhoneCallTests.Way) {
        let scene = Scene(seed: 1, Self.plan(way))
        scene.download()
        let devices = scene.nodes[0].devices()
        #expect(devices.map(\.dn).sorted() == ["2000", "2001", "2002", "2003"])
        #expect(devices.sorted { $0.dn < $1.dn }.map(\.location) == ["floor-0", "floor-1", "floor-0", "floor-1"])
        #expect(devices.allSatisfy { $0.mac.hasPrefix("00:11:22:33:00:0") })
        #expect(scene.violations() == [])
    }

    @Test(arguments: PhoneCallTests.ways)
    func anEmergencyCallReachesTheGatewayWithTheELINOfItsFloor(way: PhoneCallTests.Way) throws {
        let scene = Scene(seed: 1, Self.plan(way))
        scene.download()
        scene.site.phones[1].command(.call("911"))
        scene.world.run(for: .seconds(10))
        #expect(scene.site.count(1, \.isAnswered) == 1)
        let elin = try #require(scene.elins(of: "2001").first)
        #expect(scene.site.elins(ofFloor: 1).contains(elin))
        #expect(scene.site.gateway.machine.model.received.map(\.dialled) == ["7911"])
        #expect(scene.nodes[0].delivered.count == 1)
        #expect(scene.nodes[0].disk.storedCalls.map(\.callerDN) == ["2001"])
        #expect(scene.violations() == [])
    }

    @Test(arguments: PhoneCallTests.ways)
    func aTestCallTakesNoELINFromARealCaller(way: PhoneCallTests.Way) throws {
        let scene = Scene(seed: 1, Self.plan(way))
        scene.download()
        scene.site.phones[1].command(.call("911"))
        scene.world.run(for: .seconds(10))
        scene.site.phones[3].command(.call("933"))
        scene.world.run(for: .seconds(10))
        #expect(scene.site.testGateway.machine.model.received.map(\.dialled) == ["7933"])
        let elin = try #require(scene.elins(of: "2001").first)
        scene.site.phones[1].command(.hangUp)
        scene.site.gateway.command(.callBack(elin.tenDigits ?? "", psapCallback: true), after: .seconds(1))
        scene.world.run(for: .seconds(10))
        #expect(scene.site.count(1, \.isAccepted) == 1)
        #expect(scene.site.gateway.machine.model.received.count == 1)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func everythingHoldsWithATenthOfAllDatagramsLost(seed: UInt64) throws {
        let way = PhoneCallTests.ways[Int(seed % 4)]
        let scene = Scene(seed: seed, Self.plan(way, loss: 0.1))
        scene.download()
        for number in 0..<4 {
            scene.site.phones[number].command(.call("911"), after: .seconds(2 * number))
            scene.site.phones[number].command(.hangUp, after: .seconds(60))
        }
        scene.world.run(for: .seconds(100))
        for number in 0..<4 {
            let elin = try #require(scene.elins(of: SimulatedSite.user(number)).last, "seed \(seed) phone \(number)")
            #expect(scene.site.elins(ofFloor: number % 2).contains(elin), "seed \(seed) phone \(number)")
            scene.site.gateway.command(.callBack(elin.tenDigits ?? "", psapCallback: true), after: .seconds(number))
        }
        scene.world.run(for: .seconds(100))
        for number in 0..<4 {
            #expect(scene.site.count(number, \.isAccepted) == 1, "seed \(seed) phone \(number)")
        }
        #expect(scene.violations() == [], "seed \(seed)")
    }

    @Test func theSameSeedIsTheSameHistory() {
        func history(_ seed: UInt64) -> EffectHash {
            let scene = Scene(seed: seed, Self.plan(PhoneCallTests.ways[0], loss: 0.1))
            scene.download()
            for number in 0..<4 { scene.site.phones[number].command(.call("911"), after: .seconds(number)) }
            scene.world.run(for: .seconds(60))
            return scene.world.log.hash
        }
        #expect(history(3) == history(3))
        #expect(history(3) != history(4))
    }
}
