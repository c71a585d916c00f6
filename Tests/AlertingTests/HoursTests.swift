import Alerting
import E911Values
import Testing

@Suite struct HoursTests {
    @Test(arguments: [
        ("always", "always"), (" Always ", "always"), ("mon-fri 08:00-18:00", "mon tue wed thu fri 08:00-18:00"),
        ("sat sun 00:00-24:00", "sat sun 00:00-24:00"), ("fri-mon 22:00-06:00", "mon fri sat sun 22:00-06:00"),
        ("daily 22:00-06:00", "daily 22:00-06:00"),
        ("mon 08:00-12:00, mon 13:00-17:00", "mon 08:00-12:00, mon 13:00-17:00"),
    ])
    func hoursAreRead(_ text: String, _ written: String) throws {
        let hours = try #require(AlertHours(text))
        #expect(hours.description == written)
        #expect(AlertHours(hours.description) == hours)
    }

    @Test(arguments: [
        "", "never", "mon", "08:00-18:00", "mon 8:00-18:00", "mon 08:00", "mon 08:00-18:60", "mon 08:00-24:01",
        "mon 24:00-08:00", "mon-tue-wed 08:00-18:00", "mon 08:00-18:00,", "mon +8:00-18:00", "may 08:00-18:00",
        "mon 08:00-18:00 tue",
    ])
    func otherTextIsRefused(_ text: String) {
        #expect(AlertHours(text) == nil)
    }

    @Test(arguments: [
        // Tuesday 12:43:34 UTC, 06:43:34 in Chicago.
        ("tue 12:00-13:00", 0.0, 0, true), ("tue 12:00-13:00", 0, -360, false), ("tue 06:43-06:44", 0, -360, true),
        ("tue 06:44-07:00", 0, -360, false), ("wed 00:00-01:00", 0, 720, true), ("mon 23:00-24:00", 0, -800, true),
        // Over midnight: begins on its day, ends on the next.
        ("tue 22:00-06:00", 36_000, 0, true), ("mon 22:00-06:00", 36_000, 0, false),
        ("tue 22:00-06:00", 50_000, 0, true), ("wed 22:00-06:00", 50_000, 0, false),
        ("tue 22:00-02:00", 50_000, 0, false), ("tue 00:00-00:00", 0, 0, true), ("wed 00:00-00:00", 0, 0, false),
        ("daily 00:00-24:00", 123_456, 0, true),
    ])
    func windowsAreInTheSitesTime(_ text: String, _ seconds: Double, _ offset: Int, _ inside: Bool) throws {
        let hours = try #require(AlertHours(text))
        #expect(hours.contains(at(seconds).wall, offsetMinutes: offset) == inside)
    }

    @Test func everyMinuteOfAWeekLiesInExactlyOneOfTwoComplements() throws {
        let work = try #require(AlertHours("mon-fri 08:00-18:00"))
        let free = try #require(
            AlertHours("mon-thu 18:00-08:00, fri 18:00-24:00, sat sun 00:00-24:00, mon 00:00-08:00"))
        for minute in 0..<10_080 {
            let time = WallTime(milliseconds: -7_000_000_000 + Int64(minute) * 60_000)
            #expect(
                work.contains(time, offsetMinutes: 90) != free.contains(time, offsetMinutes: 90), "minute \(minute)")
        }
    }

    @Test func timesBefore1970AndAtTheEndOfTimeDoNotTrap() throws {
        let hours = try #require(AlertHours("wed 23:59-24:00"))
        #expect(hours.contains(WallTime(milliseconds: -1), offsetMinutes: 0))
        for time in [Int64.min, .max] {
            for offset in [Int.min, .max] {
                _ = hours.contains(WallTime(milliseconds: time), offsetMinutes: offset)
            }
        }
    }
}
