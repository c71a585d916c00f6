import E911Simulation
import E911Values
import RegInfo
import SIPCore
import Testing

@Suite struct NotifierTests {
    struct Site {
        var site: SimulatedSite
        var watcher: SimulatedHost<ModelMachine<Watcher>>
        var model: Watcher { watcher.machine.model }
        var world: World { site.world }
    }

    private func make(seed: UInt64 = 1, _ change: (inout SimulatedSite.Plan) -> Void = { _ in }) -> Site {
        var plan = SimulatedSite.Plan()
        plan.managers = 0
        change(&plan)
        let site = SimulatedSite.registered(seed: seed, plan)
        let hop = SimulatedSite.manager(0, plan.transport)
        let engine = EngineConfiguration(listeners: [Listener(hop.kind, hop.endpoint)])
        let watcher = site.world.add(
            "watcher",
            ModelMachine(
                Watcher(), engine: SIPEngine(configuration: engine, identifiers: site.world.identifiers(for: "w"))),
            at: engine.listeners)
        return Site(site: site, watcher: watcher)
    }

    private func configuration(_ plan: SimulatedSite.Plan, user: String? = nil) -> SubscriptionConfiguration {
        let hop = SimulatedSite.server(plan.transport)
        let uri = "sip:\(user.map { "\($0)@" } ?? "")\(hop.endpoint)"
        return SubscriptionConfiguration(requestURI: uri, to: "<\(uri)>", target: hop)
    }

    private func devices(_ count: Int, floor: Int = 0) -> [RegisteredDevice] {
        (0..<count).map {
            RegisteredDevice(
                user: "\(30_000 + $0)", contact: "sip:\(30_000 + $0)@10.\(20 + floor).\($0 / 250).\($0 % 250 + 1):5060",
                instance: "<urn:uuid:00000000-0000-1000-8000-\(100_000_000_000 + $0)>")
        }
    }

    private func expected(_ site: Site) -> [String] {
        let server = site.site.server.machine.model
        let users = (0..<4).map { SimulatedSite.user($0) } + devices(3000).map(\.user)
        return users.flatMap { user in
            server.contacts(of: user, at: site.world.now.monotonic).map { "sip:\(user)@example.com \($0)" }
        }.sorted()
    }

    @Test(arguments: SIPServerConfiguration.Labelling.allCases, SIPServerConfiguration.Versions.allCases)
    func aFullStateComesInPiecesOfTheAllowedSize(
        labelling: SIPServerConfiguration.Labelling, versions: SIPServerConfiguration.Versions
    ) {
        let site = make {
            $0.labelling = labelling
            $0.versions = versions
            $0.maxBodyOctets = 2000
        }
        site.site.server.command(.populate(devices(60), expires: 3000))
        site.watcher.command(.subscribe(configuration(site.site.plan)), after: .milliseconds(10))
        site.world.run(for: .seconds(10))
        let documents = site.model.documents
        #expect(documents.count > 8)
        #expect(
            site.model.notifies.allSatisfy {
                $0.body.count <= 2000 && $0.body.count > 1000 || $0 == site.model.notifies.last
            })
        #expect(site.model.devices == expected(site))
        #expect(site.model.devices.count == 64)
        let first: DocumentState = labelling == .allPartial ? .partial : .full
        let others: DocumentState = labelling == .allFull ? .full : .partial
        #expect(documents.map(\.state) == [first] + Array(repeating: others, count: documents.count - 1))
        let numbers: [UInt64] =
            switch versions {
            case .shared, .zero: Array(repeating: 0, count: documents.count)
            case .rising: (0..<UInt64(documents.count)).map { $0 }
            }
        #expect(documents.map(\.version) == numbers)
    }

    @Test func theNextNotifyWaitsForTheAnswerToTheLast() {
        let site = make { $0.maxBodyOctets = 1000 }
        site.world.log.keepsEntries = true
        site.site.server.command(.populate(devices(20), expires: 3000))
        site.watcher.command(.subscribe(configuration(site.site.plan)))
        site.world.run(for: .seconds(10))
        var open = 0
        var most = 0
        for entry in site.world.log.entries where entry.host === site.site.server {
            switch entry.what {
            case .sent(let octets, _, _, _, _) where octets.starts(with: "NOTIFY".utf8):
                open += 1
                most = max(most, open)
            case .received(let octets, _, _, _, _) where String(decoding: octets, as: UTF8.self).contains("NOTIFY\r\n"):
                open -= 1
            default: break
            }
        }
        #expect(most == 1)
        #expect(site.model.documents.count > 5)
    }

    @Test func everyChangeIsNotified() {
        let site = make()
        site.watcher.command(.subscribe(configuration(site.site.plan)))
        site.world.run(for: .seconds(5))
        #expect(site.model.documents.count == 1)
        site.site.phones[0].command(.move(to: SimulatedSite.phone(0, floor: 1)))
        site.site.phones[1].command(.unregister)
        site.world.run(for: .seconds(5))
        #expect(site.model.devices == expected(site))
        #expect(site.model.devices.count == 3)
        let changes = site.model.documents.dropFirst()
        #expect(changes.allSatisfy { $0.state == .partial })
        #expect(site.model.documents.map(\.version) == [0, 1, 2])
        let events = changes.flatMap { $0.registrations.flatMap { $0.contacts.map { "\($0.state) \($0.event)" } } }
        #expect(events == ["terminated deactivated", "active registered", "terminated unregistered"])
        site.site.phones[2].kill()
        site.world.run(for: .seconds(601))
        #expect(site.model.devices.count == 2)
    }

    @Test func anAddressOfRecordCanBeWatchedAlone() {
        let site = make()
        site.watcher.command(.subscribe(configuration(site.site.plan, user: "2001")))
        site.world.run(for: .seconds(5))
        site.site.phones[0].command(.unregister)
        site.site.phones[1].command(.unregister)
        site.world.run(for: .seconds(5))
        let documents = site.model.documents
        #expect(documents.map { $0.registrations.map(\.aor) } == [["sip:2001@example.com"], ["sip:2001@example.com"]])
        #expect(documents.map { $0.registrations.map(\.state) } == [[.active], [.terminated]])
    }

    @Test func anUnknownAddressOfRecordIsInItsInitialState() {
        let site = make()
        site.watcher.command(.subscribe(configuration(site.site.plan, user: "nobody")))
        site.world.run(for: .seconds(5))
        #expect(site.model.documents.map { $0.registrations.map(\.state) } == [[.`init`]])
    }

    @Test func aRefreshBringsTheFullStateAgain() {
        let site = make()
        site.watcher.command(.subscribe(configuration(site.site.plan)))
        site.watcher.command(.refresh, after: .seconds(5))
        site.world.run(for: .seconds(10))
        #expect(site.model.documents.map(\.state) == [.full, .full])
        #expect(site.model.documents.map(\.registrations.count) == [4, 4])
        #expect(site.site.server.machine.model.subscriptionCount == 1)
    }

    @Test func unsubscribingAndRunningOutEndIt() {
        let site = make()
        var configuration = configuration(site.site.plan)
        configuration.expires = .seconds(100)
        site.watcher.command(.subscribe(configuration))
        site.world.run(for: .seconds(5))
        site.watcher.command(.unsubscribe)
        site.world.run(for: .seconds(5))
        #expect(site.model.notifies.last?.state == .terminated)
        #expect(site.site.server.machine.model.subscriptionCount == 0)
        site.watcher.command(.subscribe(configuration))
        site.world.run(for: .seconds(5))
        site.watcher.kill()
        site.world.run(for: .seconds(200))
        #expect(site.site.server.machine.model.subscriptionCount == 0)
        #expect(site.site.server.events.contains(.subscriptionEnded(user: nil, reason: "no answer")))
    }

    @Test func aServerThatEndsItSaysWhy() {
        let site = make()
        site.watcher.command(.subscribe(configuration(site.site.plan)))
        site.world.run(for: .seconds(5))
        site.site.server.command(.endSubscriptions(reason: "deactivated"))
        site.world.run(for: .seconds(5))
        #expect(site.watcher.events.contains(.terminated(reason: "deactivated", retryIn: .zero)))
        // The subscriber begins again at once.
        #expect(site.site.server.machine.model.subscriptionCount == 1)
        #expect(site.model.devices == expected(site))
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func aBulkStateArrivesOverALossyNetwork(seed: UInt64) {
        for transport in [SIPTransportKind.udp, .tcp] {
            let site = make(seed: seed) {
                $0.conditions = .lossy(0.1)
                $0.conditions.fragmentOctets = 1472
                $0.transport = transport
                $0.maxBodyOctets = 5000
            }
            site.site.server.command(.populate(devices(100), expires: 3000))
            site.watcher.command(.subscribe(configuration(site.site.plan)))
            site.world.run(for: .seconds(300))
            site.site.server.command(.remove(["30000", "30001", "30002"]))
            site.world.run(for: .seconds(300))
            #expect(site.model.devices == expected(site), "seed \(seed) \(transport)")
            #expect(site.world.log.faults == [])
        }
    }
}
