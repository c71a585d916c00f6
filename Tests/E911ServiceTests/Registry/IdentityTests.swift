import E911Service
import E911Values
import RegInfo
import Testing

/// Address, MAC and filters of a device.
@Suite struct IdentityTests {
    private func device(
        _ change: (inout RegInfoDocument.Contact) -> Void, of callServer: (inout RegistryCallServer) -> Void = { _ in }
    ) throws -> (DeviceRecord, [RegistryEvent]) {
        var world = RegistryWorld(callServer)
        let subscription = world.subscribe()
        var described = contact("sip:1@192.0.2.1", id: "a")
        change(&described)
        world.notify(subscription, .full, [registration("1", .active, described)])
        return (try #require(world.devices.first), world.events)
    }

    @Test(arguments: [
        ("sip:198.51.100.7:44214;transport=tls", "198.51.100.7"), ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:5060", "198.51.100.7"), ("sip:[2001:db8::7]:5060", "2001:db8::7"),
        ("sip:nat.example", "192.0.2.1"),
        ("sip:1@198.51.100.999", "192.0.2.1"),
    ])
    func receivedComesBeforeTheContactIfItIsAnAddress(received: String, address: String) throws {
        let (record, _) = try device { $0.received = received }
        #expect(record.ip == IPAddress(address))
        #expect(record.received == received)
    }

    @Test func theProfileOrdersTheSourcesOfTheAddress() throws {
        func ip(_ sources: [DeviceIPSource]) throws -> String? {
            try device {
                $0.received = "sip:198.51.100.7"
                $0.path = "<sip:a@192.0.2.8;lr>, <sip:lb@192.0.2.9:5061;lr;received=sip:x>"
            } of: {
                $0.ipSources = sources
            }.0.ip?.description
        }
        #expect(try ip([.contact, .received]) == "192.0.2.1")
        #expect(try ip([.received, .contact]) == "198.51.100.7")
        #expect(try ip([.path, .contact]) == "192.0.2.9")
        #expect(try ip([]) == nil)
    }

    @Test func aMACThatIsNoneIsKeptAndTold() throws {
        func isTold(_ uri: String, instance: String? = nil) throws -> Bool {
            let (record, events) = try device {
                $0.uri = uri
                if let instance { $0.unknownParameters = [.init("+sip.instance", "\"<\(instance)>\"")] }
            }
            #expect(record.contactURI == uri)
            return events.contains { if case .unusableAddress = $0 { true } else { false } }
        }
        #expect(try isTold("sip:1@192.0.2.1;mac=00085dxxxxxx"))
        #expect(try !isTold("sip:1@192.0.2.1;mac=00085d000001"))
        // Another parameter has one, or a source before it.
        #expect(try !isTold("sip:1@192.0.2.1;mac=x;x-mac=00085d000001"))
        #expect(try !isTold("sip:1@192.0.2.1;mac=x", instance: "urn:uuid:00000000-0000-1000-8000-00085d000001"))
    }

    /// RFC 5628: a public GRUU names the instance; the parameter of RFC 5626 goes before it.
    @Test func aPublicGRUUNamesTheInstance() throws {
        let (record, _) = try device { $0.publicGRUU = "sip:1@pbx;gr=urn:uuid:00000000-0000-1000-8000-00085D000001" }
        #expect(record.instance == "urn:uuid:00000000-0000-1000-8000-00085d000001")
        #expect(record.mac == MACAddress("00:08:5d:00:00:01"))
        let (other, _) = try device {
            $0.publicGRUU = "sip:1@pbx;gr=urn:x:1"
            $0.unknownParameters = [.init("+sip.instance", "\"<urn:x:2>\"")]
        }
        #expect(other.instance == "urn:x:2")
        #expect(try device { $0.publicGRUU = "sip:1@pbx;gr" }.0.instance == "")
    }

    @Test func aHostThatIsNoAddressIsKeptAndTold() throws {
        let (record, events) = try device { $0.uri = "sip:1@phone.example;x=[" }
        #expect(record.ip == nil)
        #expect(record.contactURI == "sip:1@phone.example;x=[")
        #expect(events.contains { if case .unusableAddress = $0 { true } else { false } })
        let (_, quiet) = try device { _ in }
        #expect(!quiet.contains { if case .unusableAddress = $0 { true } else { false } })
    }

    @Test(arguments: [
        ("urn:uuid:00000000-0000-1000-8000-00085d000001", "00:08:5d:00:00:01"),
        ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00:a0:c9:1e:6b:f6"),
        ("urn:uuid:00000000-0000-0000-0000-B4DD32817622", "b4:dd:32:81:76:22"),
        ("urn:uuid:00000000-0000-4000-b000-00085d000001", "00:08:5d:00:00:01"),
        // Random by version, by the multicast bit, and nothing at all.
        ("urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6", nil), ("urn:uuid:f81d4fae-7dec-11d0-a765-01a0c91e6bf6", nil),
        ("urn:uuid:00000000-0000-1000-8000-000000000000", nil), ("urn:gsma:imei:00000000-000001-0", nil), ("x", nil),
        ("urn:uuid:", nil), ("", nil),
    ])
    func theNodeOfAUUIDIsAMACWhenItIsOne(instance: String, mac: String?) throws {
        let (record, _) = try device { $0.unknownParameters = [.init("+SIP.Instance", "\"<\(instance)>\"")] }
        #expect(record.mac?.description == mac)
    }

    @Test func theProfileOrdersTheSourcesOfTheMAC() throws {
        func mac(_ sources: [DeviceMACSource], _ pattern: String = "MAC=([0-9a-f:]+)") throws -> String? {
            try device {
                $0.uri = "sip:1@192.0.2.1;transport=tcp;X-MAC=0011.2233.4455;ob"
                $0.userAgent = "Phone/1.0 MAC=66:77:88:99:aa:bb"
                $0.unknownParameters = [.init("+sip.instance", "<urn:uuid:00000000-0000-1000-8000-00085d000001>")]
            } of: {
                $0.macSources = sources
                $0.userAgentPattern = try? Pattern(pattern)
            }.0.mac?.description
        }
        #expect(try mac([.instance, .uriParameter, .userAgent]) == "00:08:5d:00:00:01")
        #expect(try mac([.uriParameter, .instance]) == "00:11:22:33:44:55")
        #expect(try mac([.userAgent, .instance]) == "66:77:88:99:aa:bb")
        #expect(try mac([.userAgent], "[0-9a-f:]{17}") == "66:77:88:99:aa:bb")
        #expect(try mac([.userAgent], "Phone/(.*)") == nil)
        #expect(try mac([]) == nil)
    }

    @Test func aPatternThatRunsAwayIsNoMatchAndTold() throws {
        let (record, events) = try device {
            $0.userAgent = String(repeating: "a", count: 60) + "!"
        } of: {
            $0.userAgentPattern = try? Pattern("^(a+)+$")
        }
        #expect(record.mac == nil)
        #expect(events.contains(.patternLimitReached(callServer: "main")))
    }

    // MARK: Filters

    private func filter(
        _ mode: FilterChoices.Mode = .exclude, _ rows: FilterChoices.Row...
    ) throws(PatternError) -> DeviceFilter {
        var choices = FilterChoices()
        choices.mode = mode
        choices.rows = rows
        return try DeviceFilter(choices)
    }

    @Test func aRowNeedsAllOfItsPatternsAndAnyRowSuffices() throws {
        let rows = try filter(
            .exclude, .init(ip: "^192\\.0\\.2\\.", username: "^1"), .init(mac: "^00:08"), .init())
        #expect(try device({ _ in }, of: { $0.filter = rows }).0.isFiltered)
        #expect(try !device({ $0.uri = "sip:1@198.51.100.1" }, of: { $0.filter = rows }).0.isFiltered)
        // A value that the device has not matches nothing.
        #expect(try !device({ $0.uri = "sip:1@phone.example" }, of: { $0.filter = rows }).0.isFiltered)
        let included = try filter(.include, .init(username: "^1$"))
        #expect(try !device({ _ in }, of: { $0.filter = included }).0.isFiltered)
        let others = try filter(.include, .init(username: "^2$"))
        #expect(try device({ _ in }, of: { $0.filter = others }).0.isFiltered)
        // Include without rows would filter everybody.
        let nothing = try filter(.include)
        #expect(try !device({ _ in }, of: { $0.filter = nothing }).0.isFiltered)
    }

    @Test func aFilteredDeviceMakesNoEventAndIsFoundAllTheSame() throws {
        let rows = try filter(.exclude, .init(username: "^1$"))
        var world = RegistryWorld { $0.filter = rows }
        let subscription = world.subscribe()
        let instance = "urn:x:1"
        world.notify(
            subscription, .full, [registration("1", .active, contact("sip:1@192.0.2.1", instance: instance))])
        world.notify(subscription, [registration("1", .active, contact("sip:1@192.0.2.2", instance: instance))])
        #expect(world.registry.lookup(dn: "1").map(\.record.isFiltered) == [true])
        #expect(world.registry.lookup(dn: "1").map(\.record.contactURI) == ["sip:1@192.0.2.2"])
        #expect(world.registry.counts().filtered == 1)
        #expect(world.registry.page(after: nil, limit: 9, includingFiltered: false).devices.isEmpty)
        world.notify(subscription, [registration("1", .terminated)])
        world.wait(.seconds(30))
        #expect(world.takeChanges() == [])

        // Another filter changes it, and a preview shows it before.
        world.notify(subscription, [registration("2", .active, contact("sip:2@192.0.2.3"))])
        _ = world.takeEvents()
        let next = try filter(.exclude, .init(username: "^2$"))
        let preview = world.registry.preview(next, callServer: "main", after: nil, limit: 100)
        #expect(preview.hits.map(\.record.dn) == ["2"])
        var callServer = RegistryCallServer(name: "main", members: ["one"])
        callServer.filter = next
        world.registry.configure([callServer], now: world.now)
        world.settle()
        #expect(Set(world.devices.filter(\.isFiltered).map(\.dn)) == ["2"])
        #expect(world.registry.counts().filtered == 1)
    }

    @Test func aPatternThatDoesNotCompileIsNamed() {
        let error = #expect(throws: PatternError.self) { try filter(.exclude, .init(ip: "(")) }
        #expect(error?.pattern == "(")
        #expect(error?.reason.contains("parenthesis") == true)
    }
}

@Suite struct PatternTests {
    @Test func findsGroups() throws {
        let pattern = try Pattern("^\\+?1?312555(\\d{4})(x)?$")
        #expect(pattern.firstMatch(in: "+13125550101") == .match([0..<12, 8..<12, nil]))
        #expect(pattern.firstMatch(in: "3125550101x") == .match([0..<11, 6..<10, 10..<11]))
        #expect(pattern.firstMatch(in: "+13125550101 ") == .noMatch)
        #expect(try Pattern("^$").firstMatch(in: "") == .match([0..<0]))
    }

    @Test(arguments: [
        ("$1", "0101"), ("+1312555$1", "+13125550101"), ("$$1", "$1"), ("$9", ""), ("$", "$"), ("$x", "$x"),
        ("$0-$1$1", "3125550101-01010101"),
    ])
    func expandsTemplates(template: String, text: String) throws {
        #expect(try Pattern("^312555(\\d{4})$").expand(template, in: "3125550101").text == text)
    }

    @Test func withoutAMatchThereIsNoText() throws {
        #expect(try Pattern("a").expand("x", in: "b").text == nil)
    }

    @Test func runsAwayNowhere() throws {
        let pattern = try Pattern("^(a+)+$")
        #expect(pattern.firstMatch(in: String(repeating: "a", count: 100) + "!") == .limitReached)
        #expect(pattern.expand("x", in: String(repeating: "a", count: 100) + "!") == (nil, true))
        #expect(try Pattern(".").firstMatch(in: String(repeating: "a", count: 257)) == .limitReached)
    }

    @Test func octetsThatAreNoTextAreMatchedAsOctets() throws {
        #expect(try Pattern("^.\\x00b$").firstMatch(in: [0xff, 0, 98].span) == .match([0..<3]))
    }
}
