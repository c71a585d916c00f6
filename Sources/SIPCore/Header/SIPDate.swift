public import E911Values

/// Date (RFC 3261 section 20.17), in Greenwich time only: `Sat, 13 Nov 2010 23:29:00 GMT`.
///
/// Names of days and months may have any capitals, and the day of the month one digit. A date that the calendar does not
/// have, and any other zone than GMT, is an error. The name of the day is not compared with the date.
public struct SIPDate: HeaderValue {
    /// To the second.
    public let time: WallTime

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Milliseconds are left out; a time before 1970 or behind 9999 becomes the nearest that can be written.
    public init(_ time: WallTime) {
        let seconds = min(max(time.milliseconds / 1000, 0), 253_402_300_799)
        self.time = WallTime(milliseconds: seconds * 1000)
    }

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        _ = try Self.index(of: try scanner.token("the name of a day is wanted"), in: Self.days)
        guard scanner.take(UInt8(ascii: ",")) else { throw Self.malformed }
        scanner.skipBlanks()
        let day = Int64(clamping: try scanner.digits("the day of the month is wanted"))
        let month = Int64(try Self.index(of: try scanner.token("the name of a month is wanted"), in: Self.months)) + 1
        scanner.skipBlanks()
        let year = Int64(clamping: try scanner.digits("a year is wanted"))
        scanner.skipBlanks()
        let hour = Int64(clamping: try scanner.digits("an hour is wanted"))
        guard scanner.take(UInt8(ascii: ":")) else { throw Self.malformed }
        let minute = Int64(clamping: try scanner.digits("a minute is wanted"))
        guard scanner.take(UInt8(ascii: ":")) else { throw Self.malformed }
        let second = Int64(clamping: try scanner.digits("a second is wanted"))
        guard try scanner.token("GMT is wanted").equalsIgnoringCase("GMT") else { throw Self.malformed }
        try scanner.wantEnd()
        guard (1970...9999).contains(year), day >= 1, day <= Self.length(of: month, in: year), hour < 24, minute < 60,
            second <= 60
        else { throw SIPParseError(.headerValue, "no date of the calendar from 1970 to 9999") }
        let days = Self.days(before: month, in: year) + day - 1
        self.init(WallTime(milliseconds: (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000))
    }

    public var text: SIPText {
        let all = time.milliseconds / 1000
        let dayNumber = all / 86_400
        // 400 years have 146,097 days; a year guessed from below is counted up.
        var year = 1970 + dayNumber / 366
        while Self.days(before: 1, in: year + 1) <= dayNumber { year += 1 }
        var month: Int64 = 12
        while Self.days(before: month, in: year) > dayNumber { month -= 1 }
        let day = dayNumber - Self.days(before: month, in: year) + 1
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(all / 3600 % 24)):\(two(all / 60 % 60)):\(two(all % 60))"
        return SIPText(
            "\(Self.days[Int(dayNumber % 7)]), \(two(day)) \(Self.months[Int(month) - 1]) \(year) \(clock) GMT")
    }

    private static func index(of name: SIPText, in names: [String]) throws(SIPParseError) -> Int {
        guard let index = names.firstIndex(where: { name.equalsIgnoringCase($0) }) else { throw malformed }
        return index
    }

    private static var malformed: SIPParseError {
        SIPParseError(.headerValue, "a date looks like Sat, 13 Nov 2010 23:29:00 GMT")
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func length(of month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 to the first of that month.
    private static func days(before month: Int64, in year: Int64) -> Int64 {
        let last = year - 1
        var days = (year - 1970) * 365 + (last / 4 - last / 100 + last / 400) - 477
        for earlier in 1..<month { days += length(of: earlier, in: year) }
        return days
    }
}
