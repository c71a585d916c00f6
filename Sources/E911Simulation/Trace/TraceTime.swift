public import E911Values

/// A wall time to the microsecond, as traces have it.
public struct TraceTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The wall time, to the millisecond.
    public var wall: WallTime {
        WallTime(milliseconds: microseconds >= 0 ? microseconds / 1000 : (microseconds - 999) / 1000)
    }

    public static func < (a: TraceTime, b: TraceTime) -> Bool { a.microseconds < b.microseconds }

    public static func - (a: TraceTime, b: TraceTime) -> Duration { .microseconds(a.microseconds &- b.microseconds) }

    public static func + (a: TraceTime, b: Duration) -> TraceTime {
        TraceTime(microseconds: a.microseconds &+ b.wholeNanoseconds / 1000)
    }

    /// RFC 3339 in UTC, for example `2026-11-24T12:43:34.250123Z`.
    public var description: String {
        let rest = microseconds - wall.milliseconds * 1000
        let digits = "\(rest)"
        return wall.description.dropLast() + String(repeating: "0", count: 3 - digits.utf8.count) + digits + "Z"
    }

    /// Reads `2026-11-24T12:43:34.250123Z`; a blank may stand for the `T`, and the `Z` may be missing (UTC is meant).
    /// The fraction has up to six digits, and may be missing.
    public init?(_ text: some StringProtocol) {
        var digits = TraceScanner(Array(text.utf8)[...])
        guard let year = digits.number(4...4), digits.take("-"), let month = digits.number(2...2), digits.take("-"),
            let day = digits.number(2...2), digits.take("T") || digits.take(" "), let hour = digits.number(2...2),
            digits.take(":"), let minute = digits.number(2...2), digits.take(":"),
            let second = digits.number(2...2), (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60, second < 61
        else { return nil }
        var fraction = 0
        if digits.take(".") {
            let before = digits.rest.count
            guard var value = digits.number(1...6) else { return nil }
            for _ in (before - digits.rest.count)..<6 { value *= 10 }
            fraction = value
        }
        _ = digits.take("Z")
        guard digits.rest.isEmpty else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        microseconds = seconds * 1_000_000 + Int64(fraction)
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date, counted in years that begin on 1 March.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return 365 * y + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468
    }
}

/// Reads numbers and words from octets.
struct TraceScanner {
    var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) {
        rest = octets
    }

    /// A decimal number with so many digits.
    mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < digits.upperBound, let octet = rest.first, octet >= 48, octet <= 57 {
            value = value * 10 + Int(octet - 48)
            count += 1
            rest = rest.dropFirst()
        }
        return digits.contains(count) ? value : nil
    }

    mutating func take(_ text: StaticString) -> Bool {
        let wanted = text.withUTF8Buffer { Array($0) }
        guard rest.starts(with: wanted) else { return false }
        rest = rest.dropFirst(wanted.count)
        return true
    }

    /// The octets up to the next blank or the end, and steps over the blank.
    mutating func word() -> String {
        let end = rest.firstIndex(of: 32) ?? rest.endIndex
        let word = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[end...].dropFirst()
        return word
    }
}
