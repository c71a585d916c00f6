public import E911Values

/// When a subscription counts: always, or in weekly windows of the site's local time.
public enum AlertHours: Hashable, Sendable, CustomStringConvertible {
    case always
    case weekly([Window])

    public enum Weekday: UInt8, Hashable, Sendable, CaseIterable, Comparable {
        case mon, tue, wed, thu, fri, sat, sun

        public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }

        var name: String { "\(self)" }

        init?(_ text: some StringProtocol) {
            let lower = text.lowercased()
            guard let day = Self.allCases.first(where: { lower == $0.name }) else { return nil }
            self = day
        }
    }

    /// The same hours on some days. A window that ends at or before its start reaches into the next day.
    public struct Window: Hashable, Sendable, CustomStringConvertible {
        /// On which days it begins; rising, none twice.
        public let days: [Weekday]
        /// Minutes since midnight, 0 to 1439.
        public let start: Int
        /// Minutes since midnight, 0 to 1440; not part of the window.
        public let end: Int

        /// `nil` if a minute is out of range or there is no day.
        public init?(days: [Weekday], start: Int, end: Int) {
            guard !days.isEmpty, (0..<1440).contains(start), (0...1440).contains(end) else { return nil }
            self.days = Weekday.allCases.filter(days.contains)
            self.start = start
            self.end = end
        }

        func contains(_ day: Weekday, _ minute: Int) -> Bool {
            if start < end { return days.contains(day) && (start..<end).contains(minute) }
            return (minute >= start && days.contains(day)) || (minute < end && days.contains(day.previous))
        }

        public var description: String {
            func clock(_ minute: Int) -> String {
                let (hour, rest) = (minute / 60, minute % 60)
                return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
            }
            let names = days.count == 7 ? "daily" : days.map(\.name).joined(separator: " ")
            return "\(names) \(clock(start))-\(clock(end))"
        }
    }

    /// Reads `always`, or windows with `,` between them, each of days (`mon-fri`, `sat`, `daily`; several with blanks
    /// between them) and a time: `mon-fri 08:00-18:00, sat 09:00-12:00`. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        if words.count == 1, words[0].lowercased() == "always" {
            self = .always
            return
        }
        var windows: [Window] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let window = Window(part) else { return nil }
            windows.append(window)
        }
        self = .weekly(windows)
    }

    /// - Parameter offsetMinutes: the site's zone, minutes east of UTC.
    public func contains(_ time: WallTime, offsetMinutes: Int) -> Bool {
        switch self {
        case .always: return true
        case .weekly(let windows):
            let (day, minute) = Self.local(time, offsetMinutes)
            return windows.contains { $0.contains(day, minute) }
        }
    }

    public var description: String {
        switch self {
        case .always: "always"
        case .weekly(let windows): windows.map(\.description).joined(separator: ", ")
        }
    }

    /// Weekday and minute of the day. 1970-01-01 was a Thursday.
    static func local(_ time: WallTime, _ offsetMinutes: Int) -> (day: Weekday, minute: Int) {
        let week: Int64 = 7 * 1440
        let minutes = time.milliseconds / 60_000 - (time.milliseconds % 60_000 < 0 ? 1 : 0)
        let shifted = minutes % week + Int64(offsetMinutes % 10_080) + 3 * 1440
        let inWeek = Int((shifted % week + week) % week)
        return (Weekday.allCases[inWeek / 1440], inWeek % 1440)
    }
}

extension AlertHours.Weekday {
    var previous: Self { Self.allCases[(Int(rawValue) + 6) % 7] }
}

extension AlertHours.Window {
    fileprivate init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        guard words.count >= 2, let time = words.last else { return nil }
        var days: [AlertHours.Weekday] = []
        for word in words.dropLast() {
            guard let some = Self.days(word.lowercased()) else { return nil }
            days += some
        }
        let ends = time.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Self.minute(ends[0]), let end = Self.minute(ends[1]), start < 1440 else {
            return nil
        }
        self.init(days: days, start: start, end: end)
    }

    private static func days(_ text: String) -> [AlertHours.Weekday]? {
        if text == "daily" { return AlertHours.Weekday.allCases }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = AlertHours.Weekday(ends[0]),
            let last = AlertHours.Weekday(ends[ends.count - 1])
        else { return nil }
        let all = AlertHours.Weekday.allCases
        let span = (Int(last.rawValue) + 7 - Int(first.rawValue)) % 7
        return (0...span).map { all[(Int(first.rawValue) + $0) % 7] }
    }

    private static func minute(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { 48...57 ~= $0 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }
}
