#if Daemon
    /// Who has to wait before the next password is looked at. Wrong passwords count for the account and for the source;
    /// ten within a quarter of an hour are followed by a wait that doubles with each further one.
    struct LoginThrottle: Equatable {
        private struct Failures: Equatable {
            var count = 0
            var last: Int64 = 0
            var blockedUntil: Int64 = 0
        }

        static let allowed = 10
        /// Milliseconds after which failures are forgotten.
        static let memory: Int64 = 15 * 60_000
        private static let firstWait: Int64 = 30_000
        private static let longestWait: Int64 = 15 * 60_000
        /// Names and sources that are remembered.
        private static let most = 10_000

        private var failures: [String: Failures] = [:]

        /// How many seconds the account and the source have to wait; 0 for not at all.
        ///
        /// - Parameter now: milliseconds of any steady clock.
        func wait(account: String, source: String, now: Int64) -> Int {
            let until = Self.keys(account, source).map { failures[$0]?.blockedUntil ?? 0 }.max() ?? 0
            return until > now ? Int((until - now + 999) / 1000) : 0
        }

        mutating func failed(account: String, source: String, now: Int64) {
            forget(now)
            for key in Self.keys(account, source) {
                var entry = failures[key] ?? Failures()
                if now - entry.last > Self.memory { entry = Failures() }
                entry.count += 1
                entry.last = now
                if entry.count >= Self.allowed {
                    let doublings = min(entry.count - Self.allowed, 10)
                    entry.blockedUntil = now + min(Self.firstWait << Int64(doublings), Self.longestWait)
                }
                failures[key] = entry
            }
        }

        /// A right password clears the account, and not the source: others may be guessed from there.
        mutating func succeeded(account: String) {
            failures["a:" + account] = nil
        }

        private static func keys(_ account: String, _ source: String) -> [String] {
            ["a:" + account, "s:" + source]
        }

        private mutating func forget(_ now: Int64) {
            guard failures.count >= Self.most else { return }
            failures = failures.filter { now - $0.value.last <= Self.memory }
            // A flood of names: those that are not blocked go.
            if failures.count >= Self.most { failures = failures.filter { $0.value.blockedUntil > now } }
        }
    }
#endif
