import E911Values

/// When the scheduled downloads of call servers are due. A time of the day is one of the site's wall clock, whatever is
/// done to that: what it jumps over happens once, at once.
struct DownloadCalendar: Equatable, Sendable {
    fileprivate struct Entry: Equatable, Sendable {
        let callServer: String
        let schedule: DownloadSchedule
        /// Times of the day up to this one have had their turn.
        var checked: WallTime
        /// When to look next.
        var next: MonotonicTime
    }

    /// How often the wall clock is looked at.
    fileprivate static let look: Duration = .seconds(3600)
    private static let day: Int64 = 86_400_000

    private var entries: [Entry] = []

    var nextDeadline: MonotonicTime? { entries.lazy.map(\.next).min() }

    /// Takes over the schedules of a site. One that stays as it was goes on.
    mutating func take(
        _ schedules: [(callServer: String, schedule: DownloadSchedule)], zoneOffsetMinutes: Int, now: Now
    ) {
        let old = entries
        entries = schedules.map { wanted in
            if let known = old.first(where: { $0.callServer == wanted.callServer && $0.schedule == wanted.schedule }) {
                return known
            }
            var entry = Entry(
                callServer: wanted.callServer, schedule: wanted.schedule, checked: now.wall, next: now.monotonic)
            entry.plan(zoneOffsetMinutes, now)
            return entry
        }
    }

    /// The site's zone has another offset than before.
    mutating func zoneChanged(zoneOffsetMinutes: Int, now: Now) {
        for index in entries.indices {
            if case .daily = entries[index].schedule { entries[index].plan(zoneOffsetMinutes, now) }
        }
    }

    /// The call servers whose time has come.
    mutating func due(zoneOffsetMinutes: Int, now: Now) -> [String] {
        var due: [String] = []
        for index in entries.indices where entries[index].next <= now.monotonic {
            if entries[index].isDue(zoneOffsetMinutes, now) { due.append(entries[index].callServer) }
            entries[index].checked = now.wall
            entries[index].plan(zoneOffsetMinutes, now)
        }
        return due
    }

    /// The first of these times of the day behind a moment.
    static func first(of minutes: [Int], after wall: WallTime, zoneOffsetMinutes: Int) -> WallTime? {
        let offset = Int64(zoneOffsetMinutes) * 60_000
        let local = wall.milliseconds + offset
        let rest = local % day
        let midnight = local - (rest < 0 ? rest + day : rest)
        let times = minutes.flatMap { [midnight + Int64($0) * 60_000, midnight + Int64($0) * 60_000 + day] }
        return times.filter { $0 > local }.min().map { WallTime(milliseconds: $0 - offset) }
    }
}

extension DownloadCalendar.Entry {
    fileprivate func isDue(_ zoneOffsetMinutes: Int, _ now: Now) -> Bool {
        switch schedule {
        case .every: true
        case .daily(let minutes):
            DownloadCalendar.first(of: minutes, after: checked, zoneOffsetMinutes: zoneOffsetMinutes)
                .map { $0 <= now.wall } ?? false
        }
    }

    fileprivate mutating func plan(_ zoneOffsetMinutes: Int, _ now: Now) {
        switch schedule {
        case .every(let seconds): next = now.monotonic + .seconds(max(1, seconds))
        case .daily(let minutes):
            let time = DownloadCalendar.first(of: minutes, after: now.wall, zoneOffsetMinutes: zoneOffsetMinutes)
            next = now.monotonic + min(time.map { $0 - now.wall } ?? DownloadCalendar.look, DownloadCalendar.look)
        }
    }
}
