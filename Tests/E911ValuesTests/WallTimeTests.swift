import E911Values
import Testing

@Suite struct WallTimeTests {
    /// A peer may tell any time; each can be written.
    @Test(arguments: [Int64.min, Int64.min + 1, -99_999_999_999_999, -1, 0, Int64.max - 1, Int64.max])
    func anyTimeCanBeWritten(milliseconds: Int64) {
        let time = WallTime(milliseconds: milliseconds)
        for offset in [0, 60, -60, 840] { #expect(time.formatted(offsetMinutes: offset).contains("T")) }
    }

    @Test(arguments: [
        ("1970-01-01", "1970-01-01T00:00:00.000Z"), ("2026-11-24", "2026-11-24T00:00:00.000Z"),
        ("2026-11-24T06:43:34.250-06:00", "2026-11-24T12:43:34.250Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"),
        ("2026-11-24t12:43:34.5z", "2026-11-24T12:43:34.500Z"),
        ("2026-11-24 12:43:34.123456Z", "2026-11-24T12:43:34.123Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2000-01-01T00:30:00+01:00", "1999-12-31T23:30:00.000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000Z"), ("9999-12-31T23:59:60Z", "10000-01-01T00:00:00.000Z"),
    ])
    func timesAreRead(_ text: String, _ utc: String) {
        #expect(WallTime(text)?.description == utc)
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-11-24T", "2026-11-24T06:43", "2026-11-24T06:43:34", "2026-02-30", "2025-02-29",
        "2026-13-01", "2026-00-10", "2026-11-24T24:00:00Z", "2026-11-24T06:43:34.Z", "2026-11-24T06:43:34-0600",
        "2026-11-24T06:43:34-24:00", "2026-11-24T06:43:34Zx", "26-11-24", "2026/11/24", "+026-11-24", "2026-11-2４",
    ])
    func otherTextIsNoTime(_ text: String) {
        #expect(WallTime(text) == nil)
    }

    @Test func everyTimeThatIsWrittenIsReadAgain() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let time = WallTime(
                milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random))
            #expect(WallTime(time.description) == time)
            #expect(WallTime(time.formatted(offsetMinutes: -345)) == time)
        }
    }
}
