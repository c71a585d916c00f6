import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Downloads at their times, and at somebody's wish.
@Suite struct DownloadScheduleTests {
    /// Midnight of a day in UTC.
    private static let midnight: Int64 = 1_795_478_400_000

    private func wall(_ hours: Double) -> WallTime {
        WallTime(milliseconds: Self.midnight + Int64(hours * 3_600_000))
    }

    @Test(arguments: [
        ("00:00", 0), ("03:05", 185), ("23:59", 1439), ("24:00", nil), ("12:60", nil), ("3:00", nil), ("03:0x", nil),
        ("-1:00", nil), ("", nil), ("03.00", nil),
    ])
    func timesOfTheDay(text: String, minutes: Int?) {
        #expect(DownloadSchedule.minutes(of: text) == minutes)
        if let minutes { #expect(DownloadSchedule.text(ofMinutes: minutes) == text) }
    }

    /// (offset of the zone, hour of the day in UTC, the next hour in UTC of 03:00 and 15:00 there)
    @Test(arguments: [
        (0, 0.0, 3.0), (0, 3.0, 15.0), (0, 15.5, 27.0), (-300, 0.0, 8.0), (-300, 8.0, 20.0), (330, 22.0, 33.5),
        (0, -4.0, 3.0), (840, 0.5, 1.0),
    ])
    func theNextTimeOfTheDayIsOneOfTheSitesZone(offset: Int, from: Double, next: Double) {
        #expect(
            DownloadCalendar.first(of: [900, 180], after: wall(from), zoneOffsetMinutes: offset) == wall(next))
    }

    /// The wall clock at which each download began, in hours, while time passes in steps of the calendar's own.
    private func run(
        _ schedule: DownloadSchedule, from start: Double, hours: Double, offset: Int = 0,
        jump: (at: Double, by: Double)? = nil
    ) -> [Double] {
        var now = Now(monotonic: MonotonicTime(nanoseconds: 0), wall: wall(start))
        var jump = jump
        var calendar = DownloadCalendar()
        calendar.take([("main", schedule)], zoneOffsetMinutes: offset, now: now)
        let end = now.monotonic + .seconds(Int64(hours * 3600))
        var begun: [Double] = []
        while let next = calendar.nextDeadline, next <= end {
            now = now.advanced(by: next - now.monotonic)
            if let (at, by) = jump, now.wall >= wall(at) {
                now.wall = now.wall + .seconds(Int64(by * 3600))
                jump = nil
            }
            if !calendar.due(zoneOffsetMinutes: offset, now: now).isEmpty {
                begun.append(Double(now.wall.milliseconds - Self.midnight) / 3_600_000)
            }
        }
        return begun
    }

    @Test func eachTimeHasItsDownload() {
        #expect(run(.daily(minutes: [180, 900]), from: 2.5, hours: 48) == [3, 15, 27, 39])
        #expect(run(.every(seconds: 21_600), from: 2.5, hours: 24) == [8.5, 14.5, 20.5, 26.5])
        #expect(run(.daily(minutes: []), from: 0, hours: 48) == [])
    }

    @Test func whatTheClockJumpsOverHappensOnce() {
        // From one to five, and from five back to one.
        #expect(run(.daily(minutes: [180, 240]), from: 0, hours: 10, jump: (1, 4)) == [5])
        #expect(run(.daily(minutes: [180]), from: 0, hours: 10, jump: (5, -4)) == [3, 3])
    }

    @Test func anUnchangedScheduleGoesOn() {
        var now = Now(monotonic: MonotonicTime(nanoseconds: 0), wall: wall(0))
        var calendar = DownloadCalendar()
        calendar.take([("a", .every(seconds: 3600)), ("b", .every(seconds: 60))], zoneOffsetMinutes: 0, now: now)
        now = now.advanced(by: .seconds(50))
        calendar.take([("a", .every(seconds: 3600)), ("b", .every(seconds: 120))], zoneOffsetMinutes: 0, now: now)
        #expect(calendar.nextDeadline == now.monotonic + .seconds(120))
        now = now.advanced(by: .seconds(3550))
        let due = calendar.due(zoneOffsetMinutes: 0, now: now)
        #expect(due == ["a", "b"])
        calendar.take([], zoneOffsetMinutes: 0, now: now)
        #expect(calendar.nextDeadline == nil)
    }

    @Test func theZoneMovesTheTimes() {
        let now = Now(monotonic: MonotonicTime(nanoseconds: 0), wall: wall(2.5))
        var calendar = DownloadCalendar()
        calendar.take([("a", .daily(minutes: [180]))], zoneOffsetMinutes: 0, now: now)
        #expect(calendar.nextDeadline == now.monotonic + .seconds(1800))
        calendar.zoneChanged(zoneOffsetMinutes: 15, now: now)
        #expect(calendar.nextDeadline == now.monotonic + .seconds(900))
    }

    private func site(_ change: (inout SubscriptionChoices) -> Void) -> SiteConfiguration {
        var site = NodeHarness.site()
        site.callServers[0].members.removeLast()
        change(&site.callServers[0].subscription)
        return site
    }

    private func subscribes(_ harness: NodeHarness) -> Int { harness.sent.filter { $0.method == .subscribe }.count }

    @Test func aScheduledDownloadIsARefreshOfTheSubscription() throws {
        var harness = NodeHarness(site: site { $0.download = .every(seconds: 600) })
        try harness.register([("2001", "10.1.2.7")])
        harness.advance(by: .seconds(60))
        harness.forget()
        harness.advance(by: .seconds(550))
        #expect(harness.notes.contains("download.scheduled"))
        #expect(subscribes(harness) >= 1)
    }

    @Test func aDownloadOfAnUnknownCallServerIsRefused() {
        var harness = NodeHarness()
        #expect(harness.ask(.downloadNow(callServer: "main")) == .done)
        #expect(harness.ask(.downloadNow(callServer: "other")) == .refused(["there is no call server 'other'"]))
    }
}
