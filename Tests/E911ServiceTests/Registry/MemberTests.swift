import E911Service
import E911Values
import RegInfo
import Testing

/// Sightings of the members of a cluster.
@Suite struct MemberTests {
    private let one = contact("sip:1@192.0.2.1", id: "a", instance: "urn:x:1")
    private let elsewhere = contact("sip:1@192.0.2.2", id: "b", instance: "urn:x:1")

    private func cluster() -> (RegistryWorld, RegistrySubscription, RegistrySubscription) {
        var world = RegistryWorld(members: ["a", "b"])
        let first = world.subscribe(member: 0)
        let second = world.subscribe(member: 1)
        return (world, first, second)
    }

    @Test func onlyTheActiveMemberMakesEvents() {
        var (world, a, b) = cluster()
        world.notify(b, .full, [registration("1", .active, one)])
        #expect(world.takeChanges() == [])
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.otherMember])
        world.notify(a, .full, [registration("1", .active, one)])
        #expect(world.takeChanges() == ["added sip:1@192.0.2.1"])
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.current])
        #expect(world.devices.map(\.members) == [["a", "b"]])
        // The other member loses sight of it: nobody hears.
        world.notify(b, [registration("1", .terminated)])
        #expect(world.takeChanges() == [])
        #expect(world.devices.map(\.members) == [["a"]])
    }

    @Test func membersThatDisagreeHaveARecordEach() {
        var (world, a, b) = cluster()
        world.notify(a, .full, [registration("1", .active, one)])
        world.notify(b, .full, [registration("1", .active, one)])
        _ = world.takeEvents()
        world.notify(b, [registration("1", .active, elsewhere)])
        #expect(world.takeChanges() == [])
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.current, .otherMember])
        // The active one follows: one move, one device.
        world.notify(a, [registration("1", .active, elsewhere)])
        #expect(
            world.takeChanges() == [
                "added sip:1@192.0.2.2", "moved sip:1@192.0.2.1 -> sip:1@192.0.2.2", "removed sip:1@192.0.2.1",
            ])
        #expect(world.devices.map(\.members) == [["a", "b"]])
    }

    @Test func aMoveThatTheActiveMemberSeesFirstLeavesTheOthersSighting() {
        var (world, a, b) = cluster()
        for member in [a, b] { world.notify(member, .full, [registration("1", .active, one)]) }
        _ = world.takeEvents()
        world.notify(a, [registration("1", .active, elsewhere)])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        #expect(world.registry.lookup(dn: "1").map(\.record.contactURI) == ["sip:1@192.0.2.2", "sip:1@192.0.2.1"])
        world.notify(b, [registration("1", .active, elsewhere)])
        #expect(world.registry.counts().total == 1)
    }

    @Test func whatHappenedBeforeASwitchIsFoundByTheDifference() {
        var (world, a, b) = cluster()
        let stays = registration("3", .active, contact("sip:3@192.0.2.3", id: "c"))
        for member in [a, b] { world.notify(member, .full, [registration("1", .active, one), stays]) }
        // Member a dies; b sees phone 1 move, phone 2 come, and phone 3 go.
        world.notify(b, [registration("1", .active, elsewhere), registration("3", .terminated)])
        world.notify(b, [registration("2", .active, contact("sip:2@192.0.2.9", id: "d"))])
        _ = world.takeEvents()
        world.registry.setActiveMember(1, ofCallServer: "main", now: world.now)
        world.settle()
        #expect(
            world.takeChanges().sorted() == [
                "added sip:2@192.0.2.9", "moved sip:1@192.0.2.1 -> sip:1@192.0.2.2", "removed sip:1@192.0.2.1",
            ])
        #expect(world.registry.activeMember(ofCallServer: "main") == 1)
        // Phone 3 is usable by what a saw, until somebody says otherwise.
        #expect(world.registry.lookup(dn: "3").map(\.tier) == [.otherMember])
        world.notify(b, [registration("2", .terminated)])
        #expect(world.takeChanges() == ["retired sip:2@192.0.2.9"])
    }

    @Test func theActiveMembersWordStandsWhereTheOthersDiffers() {
        var (world, a, b) = cluster()
        var fromA = one
        fromA.received = "sip:198.51.100.1:5060"
        fromA.expires = 60
        var fromB = one
        fromB.received = "sip:198.51.100.2:5060"
        fromB.expires = 600
        world.notify(b, .full, [registration("1", .active, fromB)])
        world.notify(a, .full, [registration("1", .active, fromA)])
        world.notify(b, [registration("1", .active, fromB)])
        #expect(world.devices.map(\.ip) == [IPAddress("198.51.100.1")])
        // While one of them refreshes it, it is not stale.
        world.wait(.seconds(599))
        #expect(world.registry.counts().active == 1)
        world.wait(.seconds(1))
        #expect(world.registry.counts().stale == 1)
    }

    @Test func aSweepConcernsItsMemberOnly() {
        var (world, a, b) = cluster()
        for member in [a, b] { world.notify(member, .full, [registration("1", .active, one)]) }
        world.wait(.seconds(20))
        _ = world.takeEvents()
        for _ in 0..<2 {
            world.refresh(a)
            world.notify(a, .full, [])
            world.wait(.seconds(20))
        }
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.1"])
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.otherMember])
        #expect(world.registry.present(callServer: "main", member: 0) == 0)
        #expect(world.registry.present(callServer: "main", member: 1) == 1)
        // The grace period ends without harm while b sees it; after that b's word ends it.
        world.wait(.seconds(25 * 3600))
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.otherMember])
        world.notify(b, [registration("1", .terminated)])
        world.wait(.seconds(25 * 3600))
        #expect(world.registry.counts().total == 0)
    }

    @Test func membersAreKnownByNameWhenTheSiteChanges() throws {
        var (world, a, b) = cluster()
        for member in [a, b] { world.notify(member, .full, [registration("1", .active, one)]) }
        world.notify(a, [registration("2", .active, contact("sip:2@192.0.2.9", id: "d"))])
        world.wait(.seconds(20))
        _ = world.takeEvents()
        world.registry.configure([RegistryCallServer(name: "main", members: ["c", "b"])], now: world.now)
        world.settle()
        #expect(world.takeChanges() == ["retired sip:2@192.0.2.9"])
        #expect(world.devices.map(\.members) == [["b"], []])
        #expect(world.registry.scope(of: a) == nil)
        #expect(world.registry.scope(of: b)?.member == 1)
        world.notify(b, [registration("1", .terminated)])
        #expect(world.registry.present(callServer: "main", member: 1) == 0)

        // The call server goes, and all of it.
        world.registry.configure([], now: world.now)
        world.settle()
        #expect(world.views.isEmpty)
        #expect(world.registry.counts() == DeviceCounts())
        #expect(world.registry.open(SubscriptionScope(callServer: "main", member: 0)) == nil)
    }

    @Test func callServersAreApart() {
        var world = RegistryWorld()
        world.registry.configure(
            [
                RegistryCallServer(name: "main", members: ["one"]),
                RegistryCallServer(name: "other", members: ["x", "y"]),
            ],
            now: world.now)
        let main = world.subscribe()
        let other = world.registry.open(SubscriptionScope(callServer: "other", member: 1))
        guard let other else { preconditionFailure("no such member") }
        world.registry.beginDownload(other, newDialog: true, now: world.now)
        world.notify(main, .full, [registration("1", .active, one)])
        world.notify(other, .full, [registration("1", .active, one)])
        #expect(world.registry.counts().active == 2)
        #expect(world.registry.lookup(dn: "1", callServer: "other").map(\.record.members) == [["y"]])
        world.notify(main, [registration("1", .terminated)])
        #expect(world.registry.counts(callServer: "main").retired == 1)
        #expect(world.registry.counts(callServer: "other").active == 1)
    }
}
