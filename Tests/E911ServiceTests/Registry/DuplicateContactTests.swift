import E911Service
import E911Values
import RegInfo
import Testing

/// One phone, several contacts: it is one device, and does not move to and fro.
@Suite struct DuplicateContactTests {
    private func at(_ host: Int, id: String? = nil, expires: UInt64? = nil) -> RegInfoDocument.Contact {
        contact("sip:1@192.0.2.\(host)", id: id ?? "\(host)", instance: "urn:x:1", expires: expires)
    }

    private func download(
        _ world: inout RegistryWorld, _ subscription: RegistrySubscription, _ contacts: RegInfoDocument.Contact...
    ) -> [String] {
        world.refresh(subscription)
        world.notify(
            subscription, .full, [.init(aor: "sip:1@pbx", id: "r", state: .active, contacts: contacts)])
        world.wait(.seconds(20))
        return world.takeChanges()
    }

    @Test func aContactThatLingersAfterAMoveIsNotBelieved() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        #expect(download(&world, subscription, at(1)) == ["added sip:1@192.0.2.1"])
        world.notify(subscription, [registration("1", .active, at(2))])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        for _ in 0..<3 {
            #expect(download(&world, subscription, at(1), at(2)) == [])
            #expect(download(&world, subscription, at(2), at(1)) == [])
        }
        #expect(world.registry.lookup(dn: "1").map(\.record.contactURI) == ["sip:1@192.0.2.2"])
        // Alone it is: the phone has gone back.
        world.notify(subscription, [registration("1", .active, at(1))])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.2 -> sip:1@192.0.2.1"])
        #expect(download(&world, subscription, at(1), at(2)) == [])
        // What ended and comes again is news.
        #expect(download(&world, subscription, at(1)) == [])
        #expect(download(&world, subscription, at(1)) == [])
        #expect(download(&world, subscription, at(2), at(1)) == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
    }

    @Test func aMoveThatNobodyToldIsFoundBesideTheOldContact() {
        for order in [0, 1] {
            var world = RegistryWorld()
            let subscription = world.subscribe()
            _ = download(&world, subscription, at(1))
            let changes =
                order == 0
                ? download(&world, subscription, at(1), at(2)) : download(&world, subscription, at(2), at(1))
            #expect(changes == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        }
    }

    @Test func theOneThatIsRefreshedIsBelieved() {
        for order in [0, 1] {
            var world = RegistryWorld()
            let subscription = world.subscribe()
            let (old, new) = (at(1, expires: 1000), at(2, expires: 3000))
            let changes =
                order == 0 ? download(&world, subscription, old, new) : download(&world, subscription, new, old)
            #expect(changes == ["added sip:1@192.0.2.2"])
            // Their places in time change; it stays where it is.
            #expect(download(&world, subscription, at(1, expires: 3500), at(2, expires: 2500)) == [])
        }
    }

    @Test func theOneRegisteredLaterIsBelievedWhateverElseSays() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        var (old, new) = (at(1, expires: 3000), at(2, expires: 1000))
        old.durationRegistered = 500
        new.durationRegistered = 20
        #expect(download(&world, subscription, new, old) == ["added sip:1@192.0.2.2"])
        old.durationRegistered = 5
        #expect(download(&world, subscription, old, new) == ["moved sip:1@192.0.2.2 -> sip:1@192.0.2.1"])
    }

    @Test func withoutInstancesARepeatedIdIsOneDeviceToo() {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        let (first, second) = (contact("sip:1@192.0.2.1", id: "c"), contact("sip:1@192.0.2.2", id: "c"))
        #expect(download(&world, subscription, first, second) == ["added sip:1@192.0.2.2"])
        #expect(download(&world, subscription, first, second) == [])
        #expect(world.registry.counts().total == 1)
        // The same contact twice is nothing at all.
        #expect(download(&world, subscription, second, second) == [])
    }
}
