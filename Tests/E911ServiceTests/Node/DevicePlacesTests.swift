import E911Values
import Locations
import Testing

@testable import E911Service

/// Where devices are, and what is told when they are elsewhere.
@Suite struct DevicePlacesTests {
    private func notes(_ harness: NodeHarness) -> [[String: String]] {
        harness.effects.compactMap { effect in
            guard case .note(let note) = effect, note.code.hasPrefix("device.") else { return nil }
            var fields = Dictionary(note.fields.map { ($0.name, $0.value) }) { a, _ in a }
            fields["code"] = note.code
            fields["level"] = "\(note.level)"
            return fields
        }
    }

    private func moves(_ harness: inout NodeHarness) -> [DeviceMove] {
        guard case .moves(let moves, _) = harness.ask(.moves(before: nil, limit: 100)) else { return [] }
        return moves
    }

    private func place(of dn: String, in harness: NodeHarness) -> String? {
        guard let device = harness.node.registry.lookup(dn: dn).first, let site = harness.node.site else { return nil }
        return harness.node.devicePlaces[device.id.slot].location.map { site.tree.erls[$0].id.rawValue }
    }

    private func count(_ location: String, in harness: NodeHarness) -> Int? {
        harness.node.site?.tree.index(of: .init(location)).map { harness.node.devicePlaces.count(at: $0) }
    }

    @Test func aMoveIsToldWithTheOldAndTheNewPlaceAndTheNewELIN() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7")])
        #expect(place(of: "2001", in: harness) == "hq-2")
        harness.forget()
        // Same contact id: the same phone, elsewhere.
        try harness.tell([("2001", "10.1.3.9", "10.1.2.7")], cseq: 2)
        let note = try #require(notes(harness).first)
        #expect(note["code"] == "device.moved" && note["level"] == "info")
        #expect(note["from"] == "hq-2" && note["location"] == "hq-3" && note["elin"] == "+13125550105")
        #expect(note["from-ip"] == "10.1.2.7" && note["ip"] == "10.1.3.9")
        let move = try #require(moves(&harness).first)
        #expect(move.fromLocation == "hq-2" && move.location == "hq-3" && move.changesLocation && move.isLocated)
        #expect(move.fromIP == "10.1.2.7" && move.ip == "10.1.3.9" && move.dn == "2001")
        #expect(move.elin == TelephoneNumber("+13125550105"))
        #expect(place(of: "2001", in: harness) == "hq-3")
        #expect((count("hq-2", in: harness), count("hq-3", in: harness)) == (0, 1))
        #expect(harness.node.counters.devicesMoved == 1)

        // Within the place: told, and not as loud.
        harness.forget()
        try harness.tell([("2001", "10.1.3.10", "10.1.2.7")], cseq: 3)
        #expect(notes(harness).map { $0["level"] } == ["debug"])
        #expect(moves(&harness).map(\.changesLocation) == [false, true])

        // To where no rule leads: the default, said aloud.
        harness.forget()
        try harness.tell([("2001", "172.16.0.1", "10.1.2.7")], cseq: 4)
        #expect(notes(harness).map { $0["code"] } == ["device.moved-unlocated"])
        #expect(harness.node.devicePlaces.unlocated == 1)
        #expect(moves(&harness).first?.isLocated == false)
    }

    /// Behind a proxy a phone keeps its contact, and only `received` says that it is in another building.
    @Test func anotherAddressBehindTheSameContactIsAMoveIfThePlaceIsAnother() throws {
        var harness = NodeHarness()
        try harness.tell([("2001", "192.0.2.200", "a")], cseq: 1, received: "sip:10.1.2.7:1024")
        #expect(place(of: "2001", in: harness) == "hq-2")
        harness.forget()
        try harness.tell([("2001", "192.0.2.200", "a")], cseq: 2, received: "sip:10.1.2.7:1025")
        #expect(notes(harness).map { $0["code"] } == ["device.changed"])
        harness.forget()
        try harness.tell([("2001", "192.0.2.200", "a")], cseq: 3, received: "sip:10.1.3.7:1024")
        #expect(notes(harness).map { $0["code"] } == ["device.moved"])
        #expect(moves(&harness).map { "\($0.fromLocation) \($0.location)" } == ["hq-2 hq-3"])
        #expect(harness.node.counters.devicesMoved == 1)
    }

    @Test func aNewSitePlacesAllDevicesAnewAndARetiredOneHasNoPlace() throws {
        var harness = NodeHarness()
        try harness.register([("2001", "10.1.2.7"), ("2002", "10.1.2.8"), ("2003", "10.1.3.8")])
        #expect(count("hq-2", in: harness) == 2)
        var site = NodeHarness.site()
        site.rules = [RuleConfiguration(condition: .prefix(try #require(IPPrefix("10.1.0.0/16"))), location: "hq-3")]
        #expect(harness.ask(.apply(site, by: "test")) == .done)
        harness.advance(by: .milliseconds(10))
        #expect((count("hq-2", in: harness), count("hq-3", in: harness)) == (0, 3))
        // No phone has moved.
        #expect(moves(&harness).isEmpty)
        try harness.tell([("2001", nil, "10.1.2.7")], cseq: 2)
        #expect(count("hq-3", in: harness) == 2)
        #expect(place(of: "2001", in: harness) == nil)

        site.callServers[0].filters.rows = [FilterChoices.Row(ip: nil, username: "2002", mac: nil)]
        #expect(harness.ask(.apply(site, by: "test")) == .done)
        harness.advance(by: .milliseconds(10))
        #expect(count("hq-3", in: harness) == 1)
    }

    @Test func notesBelowTheWantedLevelAreNotMade() throws {
        var harness = NodeHarness { $0.notes = .notice }
        try harness.register([("2001", "10.1.2.7"), ("2002", "172.16.0.1")])
        #expect(notes(harness).isEmpty)
        #expect(place(of: "2002", in: harness) == "hq")
    }

    @Test func theNewestMovesAreRemembered() {
        var moves = DeviceMoves()
        #expect(moves.page(before: nil, limit: 10).moves.isEmpty)
        let record = DeviceRecord(
            callServer: "main", aor: "sip:1@pbx", contactURI: "sip:1@a", registeredAt: WallTime(milliseconds: 0))
        let answer = LocationAnswer(
            location: LocationID("hq"), rule: .callServerDefault, evidence: nil, age: nil, confidence: .none,
            isDefault: true)
        var move = DeviceMove(
            from: record, at: answer, to: record, at: answer, elin: nil, time: WallTime(milliseconds: 0))
        for number in 1...(DeviceMoves.limit + 5) {
            move.dn = "\(number)"
            moves.append(move)
        }
        let newest = moves.page(before: nil, limit: 2)
        #expect(newest.moves.map(\.dn) == ["10005", "10004"] && newest.more)
        #expect(moves.page(before: 10_004, limit: 1).moves.map(\.number) == [10_003])
        let oldest = moves.page(before: 8, limit: 10)
        #expect(oldest.moves.map(\.dn) == ["7", "6"] && !oldest.more)
        #expect(moves.page(before: 6, limit: 10).moves.isEmpty)
        #expect(moves.page(before: 0, limit: 10).moves.isEmpty)
    }

    @Test func placesAreCounted() {
        var places = DevicePlaces(locations: 3)
        places.set(5000, .init(rule: 7, location: 2))
        places.set(3, .init(rule: nil, location: 0))
        #expect((places.count(at: 2), places.count(at: 0), places.unlocated) == (1, 1, 1))
        #expect(places[5000].rule == 7 && places[4].location == nil && places[9999].location == nil)
        places.set(5000, .init(rule: nil, location: 2))
        #expect((places.count(at: 2), places.unlocated) == (1, 2))
        places.set(5000, .init())
        places.set(3, .init())
        #expect((places.count(at: 2), places.count(at: 0), places.unlocated) == (0, 0, 0))
        #expect(places.count(at: 99) == 0)
    }
}
