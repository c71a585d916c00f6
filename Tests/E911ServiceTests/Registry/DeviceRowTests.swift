import E911Values
import Testing

@testable import E911Service

/// The columns of a device's row are read out of its octets.
@Suite struct DeviceRowTests {
    private func record(instance: String) -> DeviceRecord {
        var record = DeviceRecord(
            callServer: "main", aor: "sip:2001@example.com", contactURI: "sip:2001@192.0.2.7:5062",
            registeredAt: WallTime(milliseconds: 1_790_000_000_000))
        record.instance = instance
        record.userAgent = "Télephone 1.0"
        record.members = ["192.0.2.10:5060", "192.0.2.11:5060"]
        return record
    }

    @Test(arguments: ["", "urn:uuid:00000000-0000-0000-0000-0004f2000001"])
    func theColumnsAreThoseOfTheRecord(instance: String) {
        let record = record(instance: instance)
        #expect(record.row.key == record.key)
        #expect(record.row.callServer == "main" && record.row.aor == record.aor)
        #expect(DeviceRecord(record.row) == record)
    }

    @Test func aPartOfLongerOctetsIsARowToo() {
        let record = record(instance: "urn:uuid:1")
        let padded = [9, 9, 9] + record.encoded() + [9]
        let row = DeviceRow(payload: padded[3..<(padded.count - 1)])
        #expect(row == record.row && row.key == record.key && DeviceRecord(row) == record)
    }

    @Test func ofDamagedOctetsTheColumnsAreWhatCanBeRead() {
        let octets = record(instance: "").encoded()
        for end in octets.indices {
            let row = DeviceRow(payload: octets[..<end])
            #expect(record(instance: "").key.hasPrefix(row.callServer))
            if end < 6 { #expect(row.key == "   " && DeviceRecord(row) == nil) }
        }
        #expect(DeviceRow(payload: [1, 200]).key == "   ")
        #expect(DeviceRow(payload: [2, 1, 0xff]).aor == "\u{fffd}")
    }
}
