#if Daemon
    import E911Values

    /// Durations as they are written in the files.
    enum DurationText {
        private static let units: [(name: String, nanoseconds: Int64)] = [
            ("ms", 1_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
        ]

        /// Reads `15`, `1.5`, `250ms`, `15s`, `5min` (or `5m`), `24h`, `30d`; a blank may stand before the unit.
        static func read(_ text: String) -> Duration? {
            var rest = text.utf8[...]
            var factor: Int64 = 1_000_000_000
            if let unit = units.first(where: { text.hasSuffix($0.name) }) {
                factor = unit.nanoseconds
                rest = rest.dropLast(unit.name.utf8.count)
                if rest.last == 32 { rest = rest.dropLast() }
            }
            let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            guard let whole = parts.first.flatMap({ number($0) }) else { return nil }
            // Int64 digits times a day's nanoseconds stay within 128 bits.
            var nanoseconds = Int128(whole) * Int128(factor)
            if parts.count == 2 {
                guard parts[1].count <= 9, let fraction = number(parts[1]) else { return nil }
                let scale = parts[1].reduce(into: Int128(1)) { scale, _ in scale *= 10 }
                nanoseconds += Int128(fraction) * Int128(factor) / scale
            }
            return Int64(exactly: nanoseconds).map { .nanoseconds($0) }
        }

        /// The shortest way to write it without loss.
        static func write(_ duration: Duration) -> String {
            let nanoseconds = duration.wholeNanoseconds
            let milliseconds = nanoseconds / 1_000_000
            if nanoseconds % 1_000_000 != 0 { return decimal(nanoseconds, 1_000_000, 6) + "ms" }
            if milliseconds % 1000 != 0 {
                return milliseconds < 1000 ? "\(milliseconds)ms" : decimal(milliseconds, 1000, 3) + "s"
            }
            let seconds = milliseconds / 1000
            if seconds != 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
            return "\(seconds)s"
        }

        /// The same for seconds that are no whole number; what is out of range is held to a day.
        static func write(seconds: Double) -> String {
            write(.nanoseconds(Int64((min(max(seconds, 0), 86_400) * 1e9).rounded())))
        }

        private static func number(_ digits: Substring.UTF8View) -> Int64? {
            guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            return Int64(Substring(digits))
        }

        private static func decimal(_ value: Int64, _ unit: Int64, _ places: Int) -> String {
            var fraction = "\(value % unit)"
            fraction = String(repeating: "0", count: places - fraction.utf8.count) + fraction
            while fraction.hasSuffix("0") { fraction.removeLast() }
            return "\(value / unit).\(fraction)"
        }
    }

    /// Whole numbers as people write them: digits, perhaps a minus.
    enum WholeNumber {
        static func read(_ text: String) -> Int? {
            let digits = text.hasPrefix("-") ? text.utf8.dropFirst() : text.utf8[...]
            guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            return Int(text)
        }
    }
#endif
