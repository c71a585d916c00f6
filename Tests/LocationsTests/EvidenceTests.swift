import E911Values
import Locations
import Testing

func seen(_ device: DeviceSelector, on port: String, at seconds: Int64 = 0) -> EvidenceSighting {
    EvidenceSighting(device: device, attachment: .port(SwitchPort(switch: "sw-2", port: port)), at: wall(seconds))
}

func seen(_ device: DeviceSelector, by bssid: String, at seconds: Int64 = 0) -> EvidenceSighting {
    EvidenceSighting(device: device, attachment: .accessPoint(mac(bssid)), at: wall(seconds))
}

@Suite struct EvidenceTableTests {
    private let phone = DeviceSelector.mac(mac("00:11:22:33:44:55"))

    @Test func theLatestSightingOfEachKindIsKept() {
        var table = EvidenceTable()
        #expect(table.put(seen(phone, on: "1", at: 10)) == .added)
        #expect(table.put(seen(phone, on: "2", at: 20)) == .changed(seen(phone, on: "1", at: 10)))
        #expect(table.put(seen(phone, on: "3", at: 15)) == .older)
        #expect(table.put(seen(phone, on: "2", at: 20)) == .unchanged)
        #expect(table.put(seen(phone, by: "aa:bb:cc:dd:ee:01", at: 5)) == .added)
        #expect(table.count == 2)
        var evidence = DeviceEvidence(mac: mac("00:11:22:33:44:55"))
        table.complete(&evidence)
        #expect(evidence.port == .init(SwitchPort(switch: "sw-2", port: "2"), at: wall(20)))
        #expect(evidence.bssid == .init(mac("aa:bb:cc:dd:ee:01"), at: wall(5)))
        #expect(table.remove(seen(phone, on: "any")) && !table.remove(seen(phone, on: "any")))
        evidence = DeviceEvidence(mac: mac("00:11:22:33:44:55"))
        table.complete(&evidence)
        #expect(evidence.port == nil && evidence.bssid != nil && table.count == 1)
    }

    @Test func aRowIsFoundByItsKey() {
        var table = EvidenceTable()
        let rows = [
            seen(.mac(mac("00:11:22:33:44:55")), on: "1"),
            seen(.mac(mac("00:11:22:33:44:55")), by: "aa:bb:cc:dd:ee:01"),
            seen(.number("20 01"), on: "2"), seen(.instance("urn:uuid:7"), on: "3"),
        ]
        for row in rows { table.put(row) }
        for key in ["", "port", "port mac", "port mac 00:11", "door mac 00:11:22:33:44:55", "port name 20 01"] {
            let isFound = table.remove(key: key)
            #expect(!isFound, "\(key)")
        }
        for row in rows {
            let (first, second) = (table.remove(key: row.key), table.remove(key: row.key))
            #expect(first && !second, "\(row.key)")
        }
        #expect(table.isEmpty)
    }

    @Test func aDeviceIsFoundByMACNumberOrInstanceAndTheLatestCounts() {
        var table = EvidenceTable()
        table.put(seen(phone, on: "by-mac", at: 10))
        table.put(seen(.number("sip:2001@example.com"), on: "by-aor", at: 30))
        table.put(seen(.number("2001"), on: "by-dn", at: 20))
        table.put(seen(.instance("<urn:uuid:AA>"), on: "by-instance", at: 40))
        func port(_ evidence: DeviceEvidence) -> String? {
            var evidence = evidence
            table.complete(&evidence)
            return evidence.port?.value.port
        }
        #expect(port(DeviceEvidence(mac: mac("00:11:22:33:44:55"))) == "by-mac")
        #expect(port(DeviceEvidence(dn: "2001")) == "by-dn")
        #expect(port(DeviceEvidence(dn: "2001", aor: "sips:2001@example.com")) == "by-aor")
        #expect(port(DeviceEvidence(dn: "2001", instance: "\"<urn:uuid:aa>\"")) == "by-instance")
        #expect(port(DeviceEvidence(dn: "2002")) == nil)
    }

    @Test func pagesGoOverAllRowsAndPlacesAreUsedAgain() {
        var table = EvidenceTable()
        table.reserve(1000)
        let rows = (0..<1000).map { seen(.mac(MACAddress(bits: UInt64($0 + 1))), on: "\($0)") }
        for row in rows { table.put(row) }
        for row in rows where row.at == wall(0) && Int(row.key.utf8.reduce(0) { $0 &+ $1 }) % 3 != 0 {
            table.remove(row)
        }
        var found: [EvidenceSighting] = []
        var next: Int? = 0
        while let place = next {
            let page = table.page(from: place, limit: 7)
            #expect(page.rows.count <= 7)
            found += page.rows
            next = page.next
        }
        #expect(found.count == table.count && Set(found).count == found.count && found.count < 1000)
        for row in rows { table.put(row) }
        #expect(table.count == 1000 && table.page(from: 0, limit: 2000).rows.count == 1000)
        #expect(table.page(from: 5000, limit: 1).rows.isEmpty && table.page(from: -1, limit: 1).rows.count == 1)
    }

    @Test func itSaysWhatMustBeKnownOfADevice() {
        var table = EvidenceTable()
        #expect(table.kinds(for: [.ip, .port]) == .ip && table.kinds(for: .ip) == .ip)
        table.put(seen(phone, on: "1"))
        #expect(table.kinds(for: [.ip, .port]) == [.ip, .mac] && table.kinds(for: .ip) == .ip)
        table.put(seen(.number("2001"), by: "aa:bb:cc:dd:ee:01"))
        #expect(table.kinds(for: [.bssid]) == [.mac, .number, .instance])
    }

    @Test func oneDeviceHasOneKeyHoweverItIsWritten() {
        #expect(seen(phone, on: "1").key == "port mac 00:11:22:33:44:55")
        #expect(seen(.number("sip:2001@example.com"), on: "1").key == seen(.number("2001@example.com"), on: "2").key)
        #expect(
            seen(.instance("<urn:uuid:AA>"), by: "aa:bb:cc:dd:ee:01").key == "access-point instance urn:uuid:aa")
    }
}

@Suite struct EvidenceSightingTests {
    @Test(arguments: [
        (
            seen(.mac(MACAddress(bits: 0)), on: "1"), EvidenceProblem.Field.device,
            "the MAC 00:00:00:00:00:00 is nobody's"
        ),
        (seen(.number("sip:"), on: "1"), .device, "the number is empty"),
        (seen(.instance("<>"), on: "1"), .device, "the instance is empty"),
        (seen(.number("1"), on: ""), .attachment, "the name of the port is empty"),
        (
            seen(.number("1"), on: String(repeating: "x", count: 257)), .attachment,
            "the name of the port has 257 octets, more than 256"
        ),
        (seen(.number("1"), by: "00:00:00:00:00:00"), .attachment, "the BSSID 00:00:00:00:00:00 is no access point's"),
        (
            seen(.number("1"), on: "1", at: 301), .time,
            "seen at 2026-11-24T12:48:35.000Z, which lies in the future"
        ),
    ])
    func aRowThatCannotBeIsTold(_ row: EvidenceSighting, _ field: EvidenceProblem.Field, _ reason: String) {
        #expect(row.problems(row: 4, now: wall(0)) == [EvidenceProblem(row: 4, field: field, reason: reason)])
        #expect(row.problems(row: 4, now: wall(0)).first?.description == "row 5: \(reason)")
    }

    @Test func clocksMayBeAheadALittle() {
        #expect(seen(.number("1"), on: "1", at: 300).problems(row: 0, now: wall(0)).isEmpty)
    }
}
