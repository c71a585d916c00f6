import E911Service
import E911Values
import RegInfo
import Testing

@Suite struct RestoreTests {
    private func example() -> DeviceRecord {
        var record = DeviceRecord(
            callServer: "main", aor: "sip:1@pbx", contactURI: "sip:1@192.0.2.1",
            registeredAt: WallTime(milliseconds: 1_789_999_000_123), lastSeen: WallTime(milliseconds: 1_789_999_990_000)
        )
        record.instance = "urn:x:1"
        record.received = "sip:198.51.100.1"
        record.userAgent = "ü\tx"
        record.ip = IPAddress("198.51.100.1")
        record.members = ["one"]
        return record
    }

    @Test func recordsSurviveTheirCoding() {
        var record = example()
        #expect(DeviceRecord(record.row) == record)
        record.mac = MACAddress(bits: 0)
        record.ip = IPAddress("2001:db8::1")
        record.members = ["one", "", "two"]
        record.state = .retired
        record.isFiltered = true
        record.path = "<sip:x>"
        record.expiresAt = WallTime(milliseconds: 1)
        record.retiredAt = WallTime(milliseconds: -1)
        let read = DeviceRecord(record.row)
        record.members = ["one", "two"]
        #expect(read == record)
        #expect(read?.row.key == "main sip:1@pbx sip:1@192.0.2.1 urn:x:1")
        let octets = record.encoded()
        #expect(DeviceRecord(encoded: Array(octets.dropLast()).span) == nil)
        #expect(DeviceRecord(encoded: [UInt8]().span) == nil)
    }

    @Test func aRestoredDeviceIsFoundBeforeTheFirstNotify() throws {
        var world = RegistryWorld()
        let made1 = world.restored(example())
        let id = try #require(made1)
        #expect(world.registry.record(for: id) == example())
        #expect(world.registry.lookup(dn: "1").map(\.tier) == [.current])
        #expect(world.registry.address(of: id) == IPAddress("198.51.100.1"))
        // Twice is once.
        let made5 = world.restored(example())
        #expect(made5 == nil)
        #expect(world.registry.counts().total == 1)
        var foreign = example()
        foreign.callServer = "other"
        let made6 = world.restored(foreign)
        #expect(made6 == nil)
    }

    @Test func theFirstDownloadConfirmsOrRetiresIt() {
        for listed in [true, false] {
            var world = RegistryWorld()
            _ = world.registry.restore(example(), now: world.now)
            let subscription = world.subscribe()
            var same = contact("sip:1@192.0.2.1", instance: "urn:x:1")
            same.received = "sip:198.51.100.1"
            same.userAgent = "ü\tx"
            for round in 0..<2 {
                if round > 0 { world.refresh(subscription) }
                world.notify(
                    subscription, .full,
                    [listed ? registration("1", .active, same) : registration("2", .active, contact("sip:2@192.0.2.2"))]
                )
                world.wait(.seconds(20))
            }
            #expect(
                world.takeChanges() == (listed ? [] : ["added sip:2@192.0.2.2", "retired sip:1@192.0.2.1"]))
        }
    }

    @Test func itsTimesGoOn() throws {
        var world = RegistryWorld()
        var expired = example()
        expired.expiresAt = world.now.wall + .seconds(-60)
        let made2 = world.restored(expired)
        let id = try #require(made2)
        var stale = example()
        stale.aor = "sip:2@pbx"
        stale.state = .stale
        stale.expiresAt = world.now.wall + .seconds(-7000)
        let made3 = world.restored(stale)
        let staleID = try #require(made3)
        #expect(world.registry.record(for: staleID) == stale)
        // The first download must have had its chance.
        world.wait(.seconds(599))
        #expect(world.registry.record(for: id)?.state == .active)
        world.wait(.seconds(1))
        #expect(world.registry.record(for: id)?.state == .stale)

        var retired = example()
        retired.aor = "sip:3@pbx"
        retired.state = .retired
        retired.members = []
        retired.retiredAt = world.now.wall + .seconds(-23 * 3600)
        let made4 = world.restored(retired)
        let retiredID = try #require(made4)
        #expect(world.registry.view(of: retiredID)?.record == retired)
        #expect(world.registry.view(of: retiredID)?.tier == .retired)
        world.wait(.seconds(3599))
        #expect(world.registry.record(for: retiredID) != nil)
        world.wait(.seconds(1))
        #expect(world.registry.record(for: retiredID) == nil)
        retired.retiredAt = world.now.wall + .seconds(-24 * 3600)
        let made7 = world.restored(retired)
        #expect(made7 == nil)
    }

    @Test func thereIsRoomForSoManyDevicesOnly() {
        var configuration = RegistryConfiguration()
        configuration.devices = 2
        var world = RegistryWorld(configuration: configuration)
        let subscription = world.subscribe()
        world.notify(
            subscription, .full, (1...3).map { registration("\($0)", .active, contact("sip:\($0)@192.0.2.1")) })
        #expect(world.registry.counts().active == 2)
        #expect(world.events.contains(.full(callServer: "main")))
        var other = example()
        other.aor = "sip:9@pbx"
        let refused = world.registry.restore(other, now: world.now)
        #expect(refused == nil)
        // The ends of devices make room.
        world.notify(subscription, [registration("1", .terminated)])
        world.wait(.seconds(24 * 3600))
        world.notify(subscription, [registration("3", .active, contact("sip:3@192.0.2.1"))])
        #expect(world.bindings == ["sip:2@pbx sip:2@192.0.2.1", "sip:3@pbx sip:3@192.0.2.1"])
    }
}
