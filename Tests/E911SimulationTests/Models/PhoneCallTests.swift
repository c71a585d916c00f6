import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct PhoneCallTests {
    struct Way: CustomTestStringConvertible, Sendable {
        var mode: SIPServerConfiguration.Mode
        var transport: SIPTransportKind
        var testDescription: String { "\(mode.rawValue) over \(transport)" }
    }

    static let ways: [Way] = [
        Way(mode: .proxy, transport: .udp), Way(mode: .proxy, transport: .tcp),
        Way(mode: .backToBack, transport: .udp), Way(mode: .backToBack, transport: .tcp),
    ]

    private func site(_ way: Way, seed: UInt64 = 1, loss: Double = 0) -> SimulatedSite {
        var plan = SimulatedSite.Plan()
        plan.managers = 0
        plan.mode = way.mode
        plan.transport = way.transport
        if loss > 0 { plan.conditions = .lossy(loss) }
        let site = SimulatedSite.registered(seed: seed, plan)
        site.world.log.keepsEntries = true
        return site
    }

    @Test(arguments: ways)
    func onePhoneCallsAnotherAndHangsUp(way: Way) {
        let site = site(way)
        site.phones[0].command(.call("2001"))
        site.world.run(for: .seconds(5))
        #expect(site.count(0) { $0 == .progress(number: "2001", status: 180) } == 1)
        #expect(site.count(0, \.isAnswered) == 1)
        #expect(site.count(1, \.isAccepted) == 1)
        site.phones[0].command(.hangUp)
        site.world.run(for: .seconds(5))
        #expect(site.count(0, \.isEnded) == 1)
        #expect(site.count(1, \.isEnded) == 1)
        site.world.run(for: .seconds(100))
        #expect(site.world.log.faults == [])
    }

    @Test(arguments: ways)
    func theCalledPhoneHangsUp(way: Way) {
        let site = site(way)
        site.phones[0].command(.call("2001"))
        site.world.run(for: .seconds(5))
        site.phones[1].command(.hangUp)
        site.world.run(for: .seconds(5))
        #expect(site.count(0, \.isEnded) == 1)
        #expect(site.count(1, \.isEnded) == 1)
    }

    @Test(arguments: ways)
    func aCallerWhoGivesUpStopsTheRinging(way: Way) {
        let site = site(way)
        site.phones[0].command(.call("2001"))
        site.phones[0].command(.hangUp, after: .milliseconds(500))
        site.world.run(for: .seconds(40))
        #expect(site.count(1, \.isAbandoned) == 1)
        #expect(site.count(0) { $0.failure == 487 } == 1)
        #expect(site.count(1, \.isAccepted) == 0)
    }

    @Test(arguments: ways)
    func aNumberThatNobodyHasIsNotFound(way: Way) {
        let site = site(way)
        site.phones[0].command(.call("2999"))
        site.world.run(for: .seconds(5))
        #expect(site.count(0) { $0.failure == 404 } == 1)
    }

    @Test(arguments: ways)
    func whatTheCalledPhoneSeesDependsOnTheMode(way: Way) throws {
        let site = site(way)
        site.phones[0].command(.call("2001"))
        site.world.run(for: .seconds(5))
        let sent = try #require(site.messages(to: site.server, .invite).first)
        let arrived = try #require(site.messages(to: site.phones[1], .invite).first)
        let callID = try sent.callID() == arrived.callID()
        let tag = try sent.from().tag == arrived.from().tag
        let contact = try arrived.contacts().first?.uri.hostAddress
        #expect(callID == (way.mode == .proxy))
        #expect(tag == (way.mode == .proxy))
        #expect(try arrived.vias().count == (way.mode == .proxy ? 2 : 1))
        #expect(arrived.count(.recordRoute) == (way.mode == .proxy ? 1 : 0))
        #expect(
            contact
                == (way.mode == .proxy
                    ? SimulatedSite.phone(0, floor: 0).address : SimulatedSite.server(way.transport).endpoint.address))
        #expect(arrived.body == sent.body)
        #expect(try arrived.from().displayName == "Phone 2000")
        #expect(try arrived.assertedIdentities().first?.uri.user == "2000")
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func callsGetThroughALossyNetworkAndEnd(seed: UInt64) {
        for way in Self.ways {
            let site = site(way, seed: seed, loss: 0.1)
            site.phones[0].command(.call("2001"))
            site.phones[2].command(.call("2003"))
            // A back-to-back server acknowledges the called side before the caller has its answer.
            site.world.run(atMost: .seconds(60)) {
                [0, 2].allSatisfy { site.count($0, \.isAnswered) == 1 && site.count($0 + 1, \.isAccepted) == 1 }
            }
            for phone in [0, 2] { #expect(site.count(phone, \.isAnswered) == 1, "seed \(seed) \(way)") }
            for phone in [1, 3] { #expect(site.count(phone, \.isAccepted) == 1, "seed \(seed) \(way)") }
            site.phones[0].command(.hangUp)
            site.phones[3].command(.hangUp)
            site.world.run(for: .seconds(60))
            for phone in 0..<4 { #expect(site.count(phone, \.isEnded) == 1, "seed \(seed) \(way) phone \(phone)") }
            #expect(site.world.log.faults == [])
        }
    }

    @Test(arguments: ways)
    func theSameSeedIsTheSameHistory(way: Way) {
        func history(_ seed: UInt64) -> EffectHash {
            let site = site(way, seed: seed, loss: 0.2)
            for number in 0..<4 { site.phones[number].command(.call(SimulatedSite.user((number + 1) % 4))) }
            site.world.run(for: .seconds(120))
            return site.world.log.hash
        }
        #expect(history(7) == history(7))
        #expect(history(7) != history(8))
    }
}
