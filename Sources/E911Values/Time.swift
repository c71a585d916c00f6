/// A reading of the monotonic clock, in nanoseconds since an origin that means nothing outside this process.
///
/// Deadlines, timers and windows are measured with it; it never jumps when somebody sets the clock.
public struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since the origin.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = MonotonicTime(nanoseconds: 0)
    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    public static func < (a: MonotonicTime, b: MonotonicTime) -> Bool {
        a.nanoseconds < b.nanoseconds
    }

    /// The sum saturates: a deadline past the end of time is the end of time.
    public static func + (a: MonotonicTime, b: Duration) -> MonotonicTime {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.wholeNanoseconds)
        return MonotonicTime(nanoseconds: overflow ? (b < .zero ? .min : .max) : sum)
    }

    public static func - (a: MonotonicTime, b: Duration) -> MonotonicTime {
        a + (.zero - b)
    }

    public static func - (a: MonotonicTime, b: MonotonicTime) -> Duration {
        .nanoseconds(a.nanoseconds &- b.nanoseconds)
    }
}

/// A reading of the wall clock: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// For people and records only. It is never converted into a ``MonotonicTime``, nor the other way round.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (a: WallTime, b: WallTime) -> Bool {
        a.milliseconds < b.milliseconds
    }

    public static func + (a: WallTime, b: Duration) -> WallTime {
        WallTime(milliseconds: a.milliseconds &+ b.wholeNanoseconds / 1_000_000)
    }

    public static func - (a: WallTime, b: WallTime) -> Duration {
        .milliseconds(a.milliseconds &- b.milliseconds)
    }

    /// RFC 3339 in UTC with milliseconds, for example `2026-11-24T12:43:34.250Z`.
    public var description: String { formatted(offsetMinutes: 0) }

    /// RFC 3339 in a zone that lies `offsetMinutes` east of UTC, for example `2026-11-24T06:43:34.250-06:00`.
    public func formatted(offsetMinutes: Int) -> String {
        // A peer may tell any time.
        let (sum, isOver) = milliseconds.addingReportingOverflow(Int64(offsetMinutes) * 60_000)
        let local = isOver ? milliseconds : sum
        let days = Self.floorDivide(local, 86_400_000)
        let rest = (local % 86_400_000 + 86_400_000) % 86_400_000
        let (year, month, day) = Self.civil(fromDays: days)
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let ms = rest % 1000
        let fraction = ms < 10 ? "00\(ms)" : ms < 100 ? "0\(ms)" : "\(ms)"
        let clock = "\(two(rest / 3_600_000)):\(two(rest / 60_000 % 60)):\(two(rest / 1000 % 60)).\(fraction)"
        let zone: String
        if offsetMinutes == 0 {
            zone = "Z"
        } else {
            let m = Int64(offsetMinutes.magnitude)
            zone = "\(offsetMinutes < 0 ? "-" : "+")\(two(m / 60)):\(two(m % 60))"
        }
        let y = year < 1000 ? String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)" : "\(year)"
        return "\(y)-\(two(month))-\(two(day))T\(clock)\(zone)"
    }

    /// Reads a date, `2026-11-24` for its first moment in UTC, or RFC 3339, `2026-11-24T06:43:34.250-06:00` or with `Z`;
    /// the fraction of a second may be missing or longer. `nil` for anything else, days that do not exist included.
    public init?(_ text: some StringProtocol) {
        let octets = Array(text.utf8)
        func number(_ range: Range<Int>, _ limits: ClosedRange<Int64>) -> Int64? {
            guard range.upperBound <= octets.count else { return nil }
            var value: Int64 = 0
            for octet in octets[range] {
                guard (48...57).contains(octet) else { return nil }
                value = value * 10 + Int64(octet - 48)
            }
            return limits.contains(value) ? value : nil
        }
        func stands(_ sign: Unicode.Scalar, at index: Int) -> Bool {
            index < octets.count && octets[index] == UInt8(ascii: sign)
        }
        guard let year = number(0..<4, 0...9999), stands("-", at: 4), let month = number(5..<7, 1...12),
            stands("-", at: 7), let day = number(8..<10, 1...31)
        else { return nil }
        let days = Self.days(year, month, day)
        guard Self.civil(fromDays: days) == (year, month, day) else { return nil }
        guard octets.count > 10 else {
            self.init(milliseconds: days * 86_400_000)
            return
        }
        guard octets[10] | 0x20 == UInt8(ascii: "t") || octets[10] == 32, let hour = number(11..<13, 0...23),
            stands(":", at: 13), let minute = number(14..<16, 0...59), stands(":", at: 16),
            let second = number(17..<19, 0...60)
        else { return nil }
        var index = 19
        var milliseconds: Int64 = 0
        if stands(".", at: index) {
            let digits = octets[(index + 1)...].prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return nil }
            for place in 0..<3 {
                milliseconds =
                    milliseconds * 10 + (place < digits.count ? Int64(digits[digits.startIndex + place] - 48) : 0)
            }
            index += 1 + digits.count
        }
        var offset: Int64 = 0
        if index + 1 == octets.count, octets[index] | 0x20 == UInt8(ascii: "z") {
            index += 1
        } else if stands("+", at: index) || stands("-", at: index), index + 6 == octets.count,
            stands(":", at: index + 3), let hours = number(index + 1..<index + 3, 0...23),
            let minutes = number(index + 4..<index + 6, 0...59)
        {
            offset = (hours * 60 + minutes) * (octets[index] == UInt8(ascii: "-") ? -1 : 1)
            index += 6
        }
        guard index == octets.count, index > 19 else { return nil }
        let seconds = days * 86_400 + hour * 3600 + (minute - offset) * 60 + second
        self.init(milliseconds: seconds * 1000 + milliseconds)
    }

    /// Days since 1970-01-01 of a proleptic Gregorian date, the opposite of ``civil(fromDays:)``.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = floorDivide(y, 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        a / b - (a % b < 0 ? 1 : 0)
    }

    /// Days since 1970-01-01 to a proleptic Gregorian date (400-year eras that begin on 1 March).
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// The time as an argument: every machine of this project is told what time it is, and asks no clock.
public struct Now: Hashable, Sendable {
    public var monotonic: MonotonicTime
    public var wall: WallTime

    public init(monotonic: MonotonicTime, wall: WallTime) {
        self.monotonic = monotonic
        self.wall = wall
    }

    /// This time and `duration` later, on both clocks.
    public func advanced(by duration: Duration) -> Now {
        Now(monotonic: monotonic + duration, wall: wall + duration)
    }
}

extension Duration {
    /// Nanoseconds, saturated to the range of `Int64` (292 years).
    public var wholeNanoseconds: Int64 {
        // To divide 128 bits takes two hundred instructions, a few times for each message. Up to 4722 s it can be done with
        // 64 bits, since 10^9 is 2^9 times 1,953,125.
        let whole = attoseconds
        if whole >= 0, whole >> 72 == 0 {
            return Int64(UInt64(truncatingIfNeeded: whole >> 9) / 1_953_125)
        }
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow2 ? (seconds < 0 ? .min : .max) : sum
    }
}
