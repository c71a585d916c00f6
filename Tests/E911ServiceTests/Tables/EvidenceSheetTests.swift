import E911Service
import E911Values
import Locations
import Testing

@Suite struct EvidenceSheetTests {
    private static let now = WallTime(milliseconds: 1_795_524_214_000)

    private func read(_ text: String) -> EvidenceSheet.Outcome {
        let sheet = EvidenceSheet(source: "import a.csv", now: Self.now)
        sheet.read(Array(text.utf8).span)
        return sheet.finish()
    }

    @Test func whatIsWrittenReadsBack() throws {
        let mac = MACAddress(bits: 0x11_2233_4455)
        let at = WallTime(milliseconds: 1_795_524_000_250)
        let rows = [
            EvidenceSighting(
                device: .mac(mac), attachment: .port(SwitchPort(switch: "sw, 2", port: "Gi1/0/7")), at: at,
                source: "import a.csv"),
            EvidenceSighting(device: .mac(mac), attachment: .accessPoint(mac), at: at, source: "import a.csv"),
            EvidenceSighting(device: .number("2001"), attachment: .accessPoint(mac), at: at, source: "import a.csv"),
            EvidenceSighting(
                device: .instance("<urn:uuid:1>"), attachment: .accessPoint(mac), at: at, source: "import a.csv"),
        ]
        var writer = CSVWriter()
        EvidenceSheet.begin(&writer)
        for row in rows { EvidenceSheet.append(row, to: &writer) }
        let outcome = read(String(decoding: writer.take(), as: UTF8.self))
        #expect(outcome.rows == rows)
        #expect(outcome.problems == [])
    }

    @Test func ofOneDeviceTheLatestRowCounts() {
        let text = """
            dn,bssid,at
            2001,aa:bb:cc:dd:ee:01,2026-11-23
            2001,aa:bb:cc:dd:ee:02,2026-11-24
            sip:2001,aa:bb:cc:dd:ee:03,2026-11-22
            """
        let rows = read(text).rows
        #expect(rows.map(\.attachment.description) == ["access point aa:bb:cc:dd:ee:02"])
    }

    @Test(arguments: [
        ("dn,bssid\n", "column at: the column is missing"),
        ("dn,bssid,at\n2001,aa:bb:cc:dd:ee:01,2026-12-24\n", "row 2, column at: seen at 2026-12-24"),
        ("dn,bssid,at\n2001,aa:bb:cc:dd:ee:01,\n", "row 2, column at: is empty"),
        ("dn,bssid,at\n,aa:bb:cc:dd:ee:01,2026-11-23\n", "row 2, column mac: the row names no device"),
        ("dn,mac,bssid,at\n1,00:11:22:33:44:55,aa:bb:cc:dd:ee:01,2026-11-23\n", "more than one device"),
        ("dn,bssid,port,at\n2001,aa:bb:cc:dd:ee:01,7,2026-11-23\n", "an access point and a port"),
        ("dn,bssid,at\n2001,,2026-11-23\n", "not what it is attached to"),
        ("dn,switch,port,at\n2001,sw-1,,2026-11-23\n", "row 2: the name of the port is empty"),
        ("dn,bssid,at\n2001,aa:bb:cc:dd:ee:*,2026-11-23\n", "row 2, column bssid: 'aa:bb:cc:dd:ee:*' is not a BSSID"),
        (
            "dn,bssid,at\n2001,aa:bb:cc:dd:ee:01,2026-11-23\n2001,aa:bb:cc:dd:ee:02,2026-11-23\n",
            "row 3: row 2 says access point aa:bb:cc:dd:ee:01 of the same device"
        ),
    ])
    func everyFaultIsToldAtItsPlace(text: String, says: String) {
        let outcome = read(text)
        #expect(outcome.hasErrors && outcome.rows == [])
        #expect(outcome.problems.count == 1)
        #expect(outcome.problems.first?.description.contains(says) == true, "\(outcome.problems)")
    }
}
