internal import E911Values

/// The hops that failed a short while ago (RFC 3263 section 4.3): the others go before them.
struct FailedHops: Equatable, Sendable {
    private struct Entry: Equatable, Sendable {
        var hop: NextHop
        var failures: Int
        var until: MonotonicTime
    }

    private let limits: ResolutionLimits
    private var entries: [Entry] = []

    init(_ limits: ResolutionLimits) {
        self.limits = limits
    }

    var count: Int { entries.count }

    func contains(_ hop: NextHop, now: MonotonicTime) -> Bool {
        entries.contains { $0.hop == hop && $0.until > now }
    }

    /// Passes it over, longer with each failure in a row, and not for less than it asked for, within the bound.
    mutating func insert(_ hop: NextHop, retryAfter: Duration?, now: MonotonicTime) {
        let known = entries.firstIndex { $0.hop == hop }
        let failures = known.map { entries[$0].failures } ?? 0
        let longest = limits.passOver.upperBound
        let pause = min(limits.passOver.lowerBound * (1 << min(failures, 16)), longest)
        let until = now + max(pause, min(retryAfter ?? .zero, longest))
        if let known {
            // A failure of a request that was under way when the hop was passed over already says nothing new.
            guard entries[known].until <= now else { return }
            entries[known].failures += 1
            entries[known].until = until
            return
        }
        if entries.count >= max(limits.failedHops, 1),
            let first = entries.indices.min(by: { entries[$0].until < entries[$1].until })
        {
            entries.remove(at: first)
        }
        entries.append(Entry(hop: hop, failures: 1, until: until))
    }

    mutating func remove(_ hop: NextHop) {
        entries.removeAll { $0.hop == hop }
    }
}
