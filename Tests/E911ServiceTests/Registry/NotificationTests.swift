import E911Service
import E911Values
import RegInfo
import Testing

/// What single documents do to devices.
@Suite struct NotificationTests {
    private func world(_ registrations: RegInfoDocument.Registration...) -> (RegistryWorld, RegistrySubscription) {
        var world = RegistryWorld()
        let subscription = world.subscribe()
        world.notify(subscription, .full, registrations)
        world.wait(.seconds(20))
        _ = world.takeEvents()
        return (world, subscription)
    }

    // MARK: Moves

    @Test func anInstanceWithAnotherContactIsAMove() throws {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a", instance: "urn:x:1")))
        let id = try #require(world.registry.lookup(dn: "1").first?.id)
        world.notify(
            subscription,
            [registration("1", .active, contact("sip:1@192.0.2.2", id: "b", instance: "urn:x:1"))])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        #expect(world.registry.lookup(dn: "1").map(\.id) == [id])
        #expect(world.registry.address(of: id) == IPAddress("192.0.2.2"))
        #expect(world.registry.lookup(address: IPAddress(v4: 0xc000_0201)).isEmpty)
        #expect(world.registry.lookup(address: IPAddress(v4: 0xc000_0202)).map(\.id) == [id])
    }

    @Test(arguments: [true, false])
    func oldAndNewContactInOneDocumentAreOneMoveInAnyOrder(newFirst: Bool) {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a", instance: "urn:x:1")))
        let old = contact("sip:1@192.0.2.1", id: "a", .terminated, instance: "urn:x:1")
        let new = contact("sip:1@192.0.2.2", id: "b", instance: "urn:x:1")
        world.notify(
            subscription,
            [newFirst ? registration("1", .active, new, old) : registration("1", .active, old, new)])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        #expect(world.registry.counts().total == 1)
    }

    @Test func withoutAnInstanceTheContactIdTellsAMove() {
        var (world, subscription) = world(registration("1", .active, contact("sip:1@192.0.2.1", id: "a")))
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.2", id: "a"))])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        // Another id is another device, and so is the same id of another address of record.
        world.notify(
            subscription,
            [
                registration("1", .active, contact("sip:1@192.0.2.3", id: "b")),
                registration("2", .active, contact("sip:1@192.0.2.4", id: "a")),
            ])
        #expect(world.takeChanges() == ["added sip:1@192.0.2.3", "added sip:1@192.0.2.4"])
    }

    @Test func contactIdsMeanNothingInTheNextDialog() {
        var (world, subscription) = world(registration("1", .active, contact("sip:1@192.0.2.1", id: "a")))
        world.registry.beginDownload(subscription, newDialog: true, now: world.now)
        world.notify(subscription, .full, [registration("1", .active, contact("sip:1@192.0.2.2", id: "a"))])
        #expect(world.takeChanges() == ["added sip:1@192.0.2.2"])
    }

    @Test func exchangedContactIdsAreNoMoves() {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a"), contact("sip:1@192.0.2.2", id: "b")))
        world.notify(
            subscription,
            [registration("1", .active, contact("sip:1@192.0.2.1", id: "b"), contact("sip:1@192.0.2.2", id: "a"))])
        #expect(world.takeChanges() == [])
        #expect(world.registry.counts().active == 2)
    }

    @Test func aMoveOntoAContactThatWasKnownLeavesOneDevice() {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a", instance: "urn:x:1")))
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b"))])
        _ = world.takeEvents()
        // The second contact turns out to be the phone of the first.
        world.notify(
            subscription, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b", instance: "urn:x:1"))])
        #expect(
            world.takeChanges() == [
                "changed sip:1@192.0.2.2", "moved sip:1@192.0.2.1 -> sip:1@192.0.2.2", "removed sip:1@192.0.2.1",
            ])
        #expect(world.registry.counts().total == 1)
        #expect(world.registry.present(callServer: "main", member: 0) == 1)
    }

    @Test func aRetiredPhoneThatComesBackElsewhereIsAMove() {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a", instance: "urn:x:1")))
        world.notify(subscription, [registration("1", .terminated)])
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.1"])
        world.wait(.seconds(3600))
        world.notify(
            subscription, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b", instance: "urn:x:1"))])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        #expect(world.registry.counts() == world.counts(active: 1))
    }

    @Test func twoInstancesOfOneAddressOfRecordAreTwoDevices() {
        var (world, subscription) = world(
            registration(
                "1", .active, contact("sip:1@192.0.2.1", id: "a", instance: "urn:x:1"),
                contact("sip:1@192.0.2.2", id: "b", instance: "urn:x:2")))
        #expect(world.registry.counts().active == 2)
        world.notify(
            subscription,
            [registration("1", .active, contact("sip:1@192.0.2.1", id: "a", .terminated, instance: "urn:x:1"))])
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.1"])
        #expect(world.bindings == ["sip:1@pbx sip:1@192.0.2.2"])
    }

    @Test func aUUIDIsComparedWithoutRegardToCase() {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a", instance: "urn:uuid:ABC")))
        world.notify(
            subscription, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b", instance: "URN:UUID:abc"))])
        #expect(world.takeChanges() == ["moved sip:1@192.0.2.1 -> sip:1@192.0.2.2"])
        #expect(world.devices.map(\.instance) == ["urn:uuid:abc"])
    }

    // MARK: Ends

    @Test func aTerminatedContactWithoutURIEndsTheOneThatItsIdLastNamed() {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a"), contact("sip:1@192.0.2.2", id: "b")),
            registration("2", .active, contact("sip:2@192.0.2.1", id: "a")))
        world.notify(subscription, [registration("1", .active, contact(nil, id: "a", .terminated))])
        #expect(world.takeChanges() == ["retired sip:1@192.0.2.1"])
        #expect(world.bindings.count == 2)
    }

    @Test func aTerminatedRegistrationEndsAllOfItsAddressOfRecord() {
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a"), contact("sip:1@192.0.2.2", id: "b")),
            registration("2", .active, contact("sip:2@192.0.2.1", id: "a")))
        world.notify(subscription, [registration("1", .terminated)])
        #expect(world.takeChanges().sorted() == ["retired sip:1@192.0.2.1", "retired sip:1@192.0.2.2"])
        #expect(world.bindings == ["sip:2@pbx sip:2@192.0.2.1"])
        // An active contact inside of it is a contradiction: nobody is registered.
        world.notify(subscription, [registration("2", .terminated, contact("sip:2@192.0.2.1", id: "a"))])
        #expect(world.bindings == [])
    }

    @Test func whatADocumentCallsActiveItDoesNotEnd() {
        var (world, subscription) = world(registration("1", .active, contact("sip:1@192.0.2.1", id: "a")))
        // The same AOR twice: an old registration that ends, and a new one.
        for order in [0, 1] {
            let old = registration("1", .terminated, contact("sip:1@192.0.2.1", id: "a", .terminated))
            let new = registration("1", .active, contact("sip:1@192.0.2.1", id: "b"))
            world.notify(subscription, order == 0 ? [old, new] : [new, old])
            #expect(world.takeChanges() == [])
        }
        #expect(world.registry.counts().active == 1)
    }

    @Test func aRetiredDeviceStaysForItsGracePeriod() throws {
        var (world, subscription) = world(registration("1", .active, contact("sip:1@192.0.2.1")))
        world.notify(subscription, [registration("1", .terminated)])
        let retiredAt = world.now.wall
        _ = world.takeEvents()
        world.wait(.seconds(24 * 3600 - 2))
        let view = try #require(world.registry.lookup(dn: "1").first)
        #expect(view.tier == .retired)
        #expect(view.isStale)
        #expect(view.record.retiredAt == retiredAt)
        #expect(world.registry.record(for: view.id) == view.record)
        world.wait(.seconds(3))
        #expect(world.registry.lookup(dn: "1").isEmpty)
        #expect(world.registry.record(for: view.id) == nil)
        #expect(world.takeChanges() == ["removed sip:1@192.0.2.1"])
        #expect(world.registry.counts() == DeviceCounts())
    }

    @Test func retiredDevicesOfOneAddressOfRecordAreBounded() {
        var (world, subscription) = world(registration("1", .active, contact("sip:1@192.0.2.1:1", id: "1")))
        for port in 2...100 {
            world.notify(
                subscription,
                [
                    registration(
                        "1", .active, contact("sip:1@192.0.2.1:\(port)", id: "\(port)"),
                        contact("sip:1@192.0.2.1:\(port - 1)", id: "\(port - 1)", .terminated))
                ])
            world.wait(.seconds(60))
        }
        #expect(world.registry.counts() == world.counts(active: 1, retired: 32))
        #expect(!world.registry.lookup(dn: "1").contains { $0.record.contactURI == "sip:1@192.0.2.1:67" })
        #expect(world.registry.lookup(dn: "1").contains { $0.record.contactURI == "sip:1@192.0.2.1:68" })
    }

    // MARK: Expiry

    @Test func aRegistrationThatRunsOutIsStaleAndNotGone() {
        var (world, subscription) = world()
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", expires: 60))])
        world.wait(.seconds(40))
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", expires: 60))])
        #expect(world.takeChanges() == ["added sip:1@192.0.2.1"])
        world.wait(.seconds(59))
        #expect(world.takeChanges() == [])
        world.wait(.seconds(1))
        #expect(world.takeChanges() == ["stale sip:1@192.0.2.1"])
        #expect(world.registry.lookup(dn: "1").first?.isStale == true)
        #expect(world.registry.lookup(dn: "1").first?.tier == .current)
        world.wait(.seconds(100_000))
        #expect(world.registry.counts() == world.counts(stale: 1))
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", expires: 60))])
        #expect(world.takeChanges() == ["confirmed sip:1@192.0.2.1"])
    }

    @Test(arguments: [nil, 0] as [UInt64?])
    func withoutATimeNothingRunsOut(expires: UInt64?) {
        var (world, subscription) = world()
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", expires: expires))])
        world.wait(.seconds(1_000_000))
        #expect(world.registry.counts() == world.counts(active: 1))
    }

    @Test func aShortenedRegistrationRunsOutEarlier() {
        var (world, subscription) = world()
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", expires: 100_000))])
        world.wait(.seconds(5000))
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", expires: 30))])
        world.wait(.seconds(30))
        #expect(world.registry.counts() == world.counts(stale: 1))
    }

    // MARK: Looking up

    @Test func theOneNewlyRegisteredLastComesFirst() {
        var (world, subscription) = world(registration("1", .active, contact("sip:1@192.0.2.1", id: "a")))
        world.wait(.seconds(60))
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.2", id: "b"))])
        world.wait(.seconds(60))
        // A refresh is no new registration.
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.1", id: "a"))])
        #expect(world.registry.lookup(dn: "1").map(\.record.contactURI) == ["sip:1@192.0.2.2", "sip:1@192.0.2.1"])
        // The notifier knows better.
        var known = contact("sip:1@192.0.2.1", id: "a")
        known.durationRegistered = 10
        world.notify(subscription, [registration("1", .active, known)])
        #expect(world.registry.lookup(dn: "1").map(\.record.contactURI) == ["sip:1@192.0.2.1", "sip:1@192.0.2.2"])
    }

    @Test func usersAreComparedWithoutParametersAndEscapes() {
        var (world, subscription) = world()
        let aors = [
            "sip:%31001;phone-context=x@pbx", "sips:1001@other", "tel:10-01", "sip:1001.@pbx", "sip:pbx.example",
        ]
        world.notify(
            subscription, .full,
            aors.enumerated().map { place, aor in
                .init(aor: aor, id: "\(place)", state: .active, contacts: [contact("sip:x@192.0.2.\(place)")])
            })
        #expect(Set(world.registry.lookup(dn: "1001").map(\.record.aor)) == Set(aors[..<3]))
        #expect(world.registry.lookup(dn: "1001", callServer: "main").count == 3)
        #expect(world.registry.lookup(dn: "1001", callServer: "other").isEmpty)
        #expect(world.registry.lookup(dn: "1002").isEmpty)
    }

    @Test func anAddressFindsItsDevicesByPort() {
        let (world, _) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a")),
            registration("2", .active, contact("sip:2@192.0.2.1:5080", id: "a")),
            registration("3", .active, contact("sips:3@[2001:db8::1]", id: "a")))
        let address = IPAddress(v4: 0xc000_0201)
        #expect(world.registry.lookup(address: address).count == 2)
        #expect(world.registry.lookup(address: address, port: 5060).map(\.record.dn) == ["1"])
        #expect(world.registry.lookup(address: address, port: 5080).map(\.record.dn) == ["2"])
        #expect(world.registry.lookup(address: address, limit: 1).count == 1)
        #expect(IPAddress("2001:db8::1").map { world.registry.lookup(address: $0, port: 5061).count } == 1)
    }

    @Test func aMACFindsItsDevices() throws {
        let instance = "urn:uuid:00000000-0000-1000-8000-00085d000001"
        var (world, subscription) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a", instance: instance)),
            registration("2", .active, contact("sip:2@192.0.2.1;mac=00085d000001", id: "b")),
            registration("3", .active, contact("sip:3@192.0.2.3", id: "c")))
        let mac = try #require(MACAddress("00:08:5d:00:00:01"))
        #expect(Set(world.registry.lookup(mac: mac).map(\.record.dn)) == ["1", "2"])
        #expect(world.registry.lookup(mac: mac, limit: 1).count == 1)
        #expect(world.registry.lookup(mac: mac, callServer: "other").isEmpty)
        world.notify(
            subscription, [registration("1", .active, contact("sip:1@192.0.2.9", id: "a", instance: instance))])
        #expect(
            Set(world.registry.lookup(mac: mac).map(\.record.contactURI))
                == ["sip:1@192.0.2.9", "sip:2@192.0.2.1;mac=00085d000001"])
        world.notify(subscription, [registration("2", .active, contact("sip:2@192.0.2.1", id: "b"))])
        #expect(world.registry.lookup(mac: mac).map(\.record.dn) == ["1"])
    }

    @Test(arguments: [
        ("sip:1001@pbx.example.com", ["sip:1001@pbx.example.com"]),
        ("sip:1001@PBX.example.com;user=phone", ["sip:1001@pbx.example.com"]),
        ("sip:1001@other.example.com", ["sip:1001@other.example.com"]),
        ("sip:%31001@pbx.example.com", ["sip:1001@pbx.example.com"]),
        ("tel:+1-312-555-0101", ["tel:+13125550101"]), ("sip:1001@pbx", []), ("1001", []), ("", []),
    ])
    func anAddressOfRecordFindsItsDevices(aor: String, found: [String]) {
        let aors = ["sip:1001@pbx.example.com", "sip:1001@other.example.com", "tel:+13125550101"]
        var (world, subscription) = world()
        world.notify(
            subscription,
            aors.map { .init(aor: $0, id: $0, state: .active, contacts: [contact("sip:x@192.0.2.1", id: $0)]) })
        #expect(world.registry.lookup(aor: aor).map(\.record.aor) == found)
    }

    @Test func pagesHaveEachDeviceOnce() {
        let (world, _) = world(
            registration("1", .active, contact("sip:1@192.0.2.1", id: "a"), contact("sip:1@192.0.2.2", id: "b")),
            registration("2", .active, contact("sip:2@192.0.2.1", id: "a")))
        let first = world.registry.page(after: nil, limit: 2)
        #expect(first.devices.count == 2)
        let second = world.registry.page(after: first.next, limit: 2)
        #expect(second.devices.count == 1)
        #expect(second.next == nil)
        #expect(Set((first.devices + second.devices).map(\.id)).count == 3)
    }
}

extension RegistryWorld {
    func counts(active: Int = 0, stale: Int = 0, retired: Int = 0) -> DeviceCounts {
        var counts = DeviceCounts()
        counts.active = active
        counts.stale = stale
        counts.retired = retired
        return counts
    }
}
