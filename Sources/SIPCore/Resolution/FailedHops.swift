internal import E911Values

/// The hops that failed a short while ago (RFC 3263 section 4.3): the others go before them. A hop is known by its
/// transport and endpoint, whatever name led there.
struct FailedHops: Equatable, Sendable {
    private struct Entry: Equatable, Sendable {
        let hop: NextHop
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
        entries.contains { $0.hop.isSamePlace(as: hop) && $0.until > now }
    }

    /// Passes it over, longer with each failure in a row, and not for less than it asked for, within the bound.
    /// - Returns: whether it was not passed over before.
    mutating func insert(_ hop: NextHop, retryAfter: Duration?, now: MonotonicTime) -> Bool {
        let known = entries.firstIndex { $0.hop.isSamePlace(as: hop) }
        let failures = known.map { entries[$0].failures } ?? 0
        let longest = limits.passOver.upperBound
        let pause = min(limits.passOver.lowerBound * (1 << min(failures, 16)), longest)
        let until = now + max(pause, min(retryAfter ?? .zero, longest))
        if let known {
            // A failure of a request that was under way when the hop was passed over already says nothing new.
            guard entries[known].until <= now else { return false }
            entries[known].failures += 1
            entries[known].until = until
            return true
        }
        if entries.count >= max(limits.failedHops, 1),
            let first = entries.indices.min(by: { entries[$0].until < entries[$1].until })
        {
            entries.remove(at: first)
        }
        entries.append(Entry(hop: hop, failures: 1, until: until))
        return true
    }

    /// - Returns: whether it was remembered.
    mutating func remove(_ hop: NextHop) -> Bool {
        guard let position = entries.firstIndex(where: { $0.hop.isSamePlace(as: hop) }) else { return false }
        entries.remove(at: position)
        return true
    }
}

extension NextHop {
    fileprivate func isSamePlace(as other: NextHop) -> Bool { kind == other.kind && endpoint == other.endpoint }
}
