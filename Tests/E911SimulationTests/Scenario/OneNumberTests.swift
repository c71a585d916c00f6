import E911Service
import E911Simulation
import E911Values
import SIPCore
import Testing

/// Two phones of one number in two buildings, and a phone that moves while the source of events is down.
@Suite struct OneNumberTests {
    private struct Scene {
        let site: SimulatedSite
        let node: SimulatedNode
        let phones: [SimulatedHost<PhoneModel>]

        init(_ mode: SIPServerConfiguration.Mode, header: String?) {
            var plan = SimulatedSite.Plan()
            plan.mode = mode
            plan.phones = 0
            plan.callerAddressHeader = header
            site = SimulatedSite(seed: 1, plan)
            let world = site.world
            node = site.addNodes()[0]
            phones = (0..<2).map { building in
                let contact = NextHop(kind: .udp, endpoint: SimulatedSite.phone(building, floor: building))
                let configuration = PhoneConfiguration(
                    user: "2001", domain: SimulatedSite.domain, mac: SimulatedSite.mac(building), contact: contact,
                    registrars: [SimulatedSite.server(.udp)])
                let name = "phone \(building)"
                return world.add(
                    name, PhoneModel(configuration, identifiers: world.identifiers(for: name)),
                    at: [Listener(.udp, contact.endpoint)])
            }
            for (building, phone) in phones.enumerated() { phone.command(.register, after: .seconds(5 * building)) }
            world.run(for: .seconds(60))
        }

        /// The call of a phone, and the ELIN that the gateway got.
        func call(of building: Int) -> (call: CallRecord?, elin: TelephoneNumber?) {
            let before = site.gateway.machine.model.received.count
            phones[building].command(.call("911"))
            site.world.run(for: .seconds(10))
            phones[building].command(.hangUp)
            site.world.run(for: .seconds(5))
            let received = site.gateway.machine.model.received.dropFirst(before).first
            guard case .calls(let calls, _)? = node.ask(.calls(before: nil, limit: 1)) else { return (nil, nil) }
            return (calls.first, received?.assertedIdentity.flatMap { TelephoneNumber($0) })
        }
    }

    @Test(
        arguments: [
            (SIPServerConfiguration.Mode.proxy, nil), (.backToBack, "X-Phone-Address"),
        ] as [(SIPServerConfiguration.Mode, String?)])
    func eachOnesCallGetsItsOwnBuilding(_ mode: SIPServerConfiguration.Mode, _ header: String?) throws {
        let scene = Scene(mode, header: header)
        #expect(scene.node.devices().map(\.dn) == ["2001", "2001"])
        for building in 0..<2 {
            let (call, elin) = scene.call(of: building)
            #expect(call?.location == SimulatedSite.location(building))
            #expect(call?.flags == [])
            #expect(scene.site.elins(ofFloor: building).contains(try #require(elin)))
        }
    }

    @Test func withoutAHeaderTheAlertNamesBothPlaces() throws {
        let scene = Scene(.backToBack, header: nil)
        let (call, elin) = scene.call(of: 0)
        #expect(call?.flags.contains(.ambiguous) == true)
        // The one that registered last.
        #expect(call?.location == SimulatedSite.location(1))
        #expect(scene.site.elins(ofFloor: 1).contains(try #require(elin)))
        let alert = try #require(scene.node.delivered.first.map { "\($0.delivery)" })
        #expect(alert.contains("AMBIGUOUS") && alert.contains("Floor 0") && alert.contains("Floor 1"))
    }

    /// Two SIP Servers; each phone registers at both. The source dies, a phone moves, and the other one tells.
    @Test func aPhoneThatMovedWhileTheSourceWasDownIsReportedWithinTenSecondsOfTheSwitch() throws {
        var plan = SimulatedSite.Plan()
        plan.phones = 0
        let site = SimulatedSite(seed: 2, plan)
        let world = site.world
        var configuration = SimulatedSite.serverConfiguration(plan)
        let other = NextHop(kind: .udp, endpoint: Endpoint(IPAddress(v4: 10 << 24 | 11), 5060))
        configuration.listeners = [Listener(.udp, other.endpoint)]
        _ = world.add(
            "other SIP Server", SIPServerModel(configuration, identifiers: world.identifiers(for: "other")),
            at: configuration.listeners)
        var known = site.configuration
        known.callServers[0].members.append(
            MemberConfiguration(address: other.endpoint.address, port: 5060, transport: .udp))
        let hop = SimulatedSite.manager(0, .udp)
        let node = SimulatedNode(
            NodeConfiguration(node: "a", listeners: [.init(transport: .udp, endpoint: hop.endpoint)]), site: known,
            in: world, conditions: .init())
        let contacts = (0..<2).map { SimulatedSite.phone(0, floor: $0) }
        let phone = world.add(
            "phone",
            PhoneModel(
                PhoneConfiguration(
                    user: "2001", domain: SimulatedSite.domain, mac: SimulatedSite.mac(0),
                    contact: NextHop(kind: .udp, endpoint: contacts[0]),
                    registrars: [SimulatedSite.server(.udp), other]), identifiers: world.identifiers(for: "phone")),
            at: contacts.map { Listener(.udp, $0) })
        phone.command(.register)
        world.run(for: .seconds(60))
        #expect(node.devices().map(\.location) == [SimulatedSite.location(0)])
        #expect(node.status()?.callServers[0].members.map(\.devices) == [1, 1])

        site.server.kill(silently: true)
        world.run(for: .seconds(3))
        phone.command(.move(to: contacts[1]))
        world.run(for: .seconds(5))
        #expect(node.status()?.counters.first { $0.name == "devices.moved" }?.value == 0)
        world.run(atMost: .seconds(60)) { node.alarms.contains("member.switched") }
        #expect(node.alarms.contains("member.switched"))
        world.run(for: .seconds(10))
        #expect(node.status()?.counters.first { $0.name == "devices.moved" }?.value == 1)
        let devices = node.devices().filter { $0.state == "active" }
        #expect(devices.map(\.location) == [SimulatedSite.location(1)])
        #expect(devices.first?.elins.first.map { site.elins(ofFloor: 1).contains($0) } == true)
        #expect(node.status()?.callServers[0].activeMember == "10.0.0.11:5060")
    }
}
