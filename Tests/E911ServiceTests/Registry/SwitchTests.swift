import E911Values
import RegInfo
import Testing

@testable import E911Service

/// Two members whose sightings differ, and the source of events goes from one to the other.
@Suite struct SwitchTests {
    private var world = RegistryWorld(members: ["a", "b"])
    private let a: RegistrySubscription
    private let b: RegistrySubscription

    init() {
        a = world.subscribe(member: 0)
        b = world.subscribe(member: 1)
    }

    private mutating func both(_ registrations: RegInfoDocument.Registration...) {
        for member in [a, b] { world.notify(member, .full, registrations) }
        world.wait(.seconds(20))
        _ = world.takeEvents()
    }

    private mutating func switchOver(to member: Int = 1) -> [String] {
        world.registry.setActiveMember(member, ofCallServer: "main", now: world.now)
        world.settle()
        return world.takeChanges().sorted()
    }

    /// How the two contacts of one device are known as one.
    @Test(arguments: ["instance", "id", "mac"])
    mutating func aMoveIsReportedOnceAndOneDeviceIsLeft(_ by: String) {
        func at(_ host: String, id: String) -> RegInfoDocument.Contact {
            switch by {
            case "instance": contact("sip:1@\(host)", id: id, instance: "urn:x:1")
            case "mac": contact("sip:1@\(host);mac=001122334455", id: id)
            default: contact("sip:1@\(host)", id: "same")
            }
        }
        both(registration("1", .active, at("192.0.2.1", id: "x")))
        let old = world.devices[0].contactURI
        // By its MAC it is known although the member has other ids, and has seen the old contact end.
        if by == "mac" { world.notify(b, [registration("1", .terminated)]) }
        world.notify(b, [registration("1", .active, at("192.0.2.2", id: "y"))])
        #expect(world.takeChanges() == [])
        let new = world.registry.lookup(dn: "1").map(\.record.contactURI).last
        #expect(switchOver() == ["moved \(old) -> \(new ?? "")", "removed \(old)"])
        #expect(world.devices.map(\.contactURI) == [new])
        #expect(world.registry.present(callServer: "main", member: 0) == 0)
        #expect(world.registry.unseenMoves.isEmpty)
        // The member comes back with what it knew: nobody hears, and nothing is ambiguous.
        world.notify(a, [registration("1", .active, at("192.0.2.1", id: "x"))])
        #expect(world.takeChanges() == [])
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.current, .otherMember])
    }

    /// Two moves while the source was down are one.
    @Test mutating func twoMovesAreOne() {
        both(registration("1", .active, contact("sip:1@192.0.2.1")))
        for host in ["192.0.2.2", "192.0.2.3"] {
            world.notify(b, [registration("1", .active, contact("sip:1@\(host)"))])
        }
        #expect(switchOver() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.3", "removed sip:1@192.0.2.1"])
        #expect(world.devices.count == 1)
    }

    /// It went and came back: nothing has happened.
    @Test mutating func aMoveAndBackIsNone() {
        both(registration("1", .active, contact("sip:1@192.0.2.1")))
        for host in ["192.0.2.2", "192.0.2.1"] {
            world.notify(b, [registration("1", .active, contact("sip:1@\(host)"))])
        }
        _ = world.takeEvents()
        #expect(switchOver() == [])
        #expect(world.devices.map(\.contactURI) == ["sip:1@192.0.2.1"])
        #expect(world.devices.map(\.members) == [["a", "b"]])
    }

    /// Phones that share a number and are registered at one member each are two, and stay two.
    @Test mutating func phonesOfOneNumberAtDifferentMembersAreNotOne() {
        world.notify(a, .full, [registration("1", .active, contact("sip:1@192.0.2.1", id: "x"))])
        world.notify(b, .full, [registration("1", .active, contact("sip:1@192.0.2.2", id: "y"))])
        world.wait(.seconds(20))
        _ = world.takeEvents()
        #expect(switchOver() == ["added sip:1@192.0.2.2"])
        #expect(world.devices.count == 2)
    }

    @Test mutating func aDeviceThatTheSourceHadRetiredIsThereAgain() {
        both(registration("1", .active, contact("sip:1@192.0.2.1")))
        world.notify(a, [registration("1", .terminated)])
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.1"])
        #expect(switchOver() == ["confirmed sip:1@192.0.2.1"])
        #expect(world.devices.map(\.state) == [.active])
    }

    /// There and back without a change in between tells nothing.
    @Test mutating func thereAndBackTellsNothing() {
        both(
            registration("1", .active, contact("sip:1@192.0.2.1")),
            registration("2", .active, contact("sip:2@192.0.2.2", id: "d", instance: "urn:x:2")))
        #expect(switchOver() == [])
        #expect(switchOver(to: 0) == [])
        #expect(world.registry.activeMember(ofCallServer: "main") == 0)
    }

    /// What the new source says while the two are compared is told once.
    @Test mutating func documentsWaitForTheComparison() {
        var slow = RegistryConfiguration()
        slow.slice = 8
        world = RegistryWorld(members: ["a", "b"], configuration: slow)
        let (a, b) = (world.subscribe(member: 0), world.subscribe(member: 1))
        let phones = (0..<100).map { registration("\($0)", .active, contact("sip:\($0)@192.0.2.1", id: "\($0)")) }
        world.notify(a, .full, phones)
        world.notify(b, .full, phones)
        world.notify(b, [registration("7", .active, contact("sip:7@192.0.2.7", id: "7"))])
        world.wait(.seconds(30))
        _ = world.takeEvents()
        world.registry.setActiveMember(1, ofCallServer: "main", now: world.now)
        let fresh = [
            registration("new", .active, contact("sip:new@192.0.2.9", id: "n")),
            registration("7", .active, contact("sip:7@192.0.2.8", id: "7")),
            registration("99", .terminated),
        ]
        world.notify(b, fresh)
        #expect(
            world.takeChanges() == [
                "moved sip:7@192.0.2.1 -> sip:7@192.0.2.8", "removed sip:7@192.0.2.1", "added sip:new@192.0.2.9",
                "moved sip:7@192.0.2.7 -> sip:7@192.0.2.8", "retired sip:99@192.0.2.1",
            ])
    }

    /// The source is taken out of the site: what the other one sees goes on.
    @Test mutating func theSourceLeavesTheSite() {
        both(registration("1", .active, contact("sip:1@192.0.2.1")))
        world.notify(b, [registration("2", .active, contact("sip:2@192.0.2.2", id: "d"))])
        #expect(world.takeChanges() == [])
        world.registry.configure([RegistryCallServer(name: "main", members: ["b"])], now: world.now)
        world.settle()
        // The store is to have them all.
        #expect(world.takeChanges().sorted() == ["confirmed sip:1@192.0.2.1", "confirmed sip:2@192.0.2.2"])
        #expect(world.registry.lookup(dn: "2").map(\.tier) == [.current])
        world.notify(b, [registration("2", .terminated)])
        #expect(world.takeChanges() == ["retired sip:2@192.0.2.2"])
    }

    /// Members that come and go at random, phones that move meanwhile: after the last switch and a download of the source
    /// every phone is where the source says, once.
    @Test(arguments: 1...8) mutating func aRandomWalk(_ seed: UInt64) {
        var generator = SeededGenerator(seed: (seed, 0, 0, 0))
        func below(_ n: Int) -> Int { Int(generator.next() % UInt64(n)) }
        let withInstance = seed.isMultiple(of: 2)
        func phone(_ n: Int, _ place: Int) -> RegInfoDocument.Contact {
            contact("sip:\(n)@192.0.2.\(place)", id: "c\(n)", instance: withInstance ? "urn:x:\(n)" : nil)
        }
        var places = (0..<12).map { _ in 1 }
        let members = [a, b]
        for member in members {
            world.notify(member, .full, places.indices.map { registration("\($0)", .active, phone($0, 1)) })
        }
        world.wait(.seconds(20))
        var active = 0
        for _ in 0..<200 {
            switch below(3) {
            case 0:
                let n = below(places.count)
                places[n] = 1 + below(5)
                // The source may be the one that does not hear of it.
                let hears = below(3)
                for member in members.indices where hears == 2 || hears == member {
                    world.notify(members[member], [registration("\(n)", .active, phone(n, places[n]))])
                }
            case 1:
                active = 1 - active
                world.registry.setActiveMember(active, ofCallServer: "main", now: world.now)
                world.settle()
            default: world.wait(.seconds(1))
            }
        }
        world.refresh(members[active])
        world.notify(
            members[active], .full, places.indices.map { registration("\($0)", .active, phone($0, places[$0])) })
        world.wait(.seconds(30))
        for n in places.indices {
            let current = world.registry.lookup(dn: "\(n)").filter { $0.tier == .current }
            #expect(current.map(\.record.ip?.description) == ["192.0.2.\(places[n])"], "phone \(n), seed \(seed)")
        }
    }
}
