public import E911Values

extension ELINEngine {
    /// Takes back the leases of an earlier run, from store and journal, in any order.
    ///
    /// What is left of a window is the difference of the wall clocks, held to 0 and the call server's timeout, so that
    /// a clock that was set makes no lease immortal. The latest lease of an ELIN counts, also if the clock was set back
    /// before it. A lease whose window is over still says that its ELIN was used.
    public mutating func restore(_ leases: [StoredLease], now: Now) {
        // Looked up, never iterated.
        var latest: [TelephoneNumber: StoredLease] = [:]
        for stored in leases {
            if let other = latest[stored.elin], !stored.isLater(than: other) { continue }
            latest[stored.elin] = stored
        }
        for stored in leases.filter({ latest[$0.elin] == $0 }).sorted(by: { $1.isLater(than: $0) }) {
            let (timeout, window) = times(of: stored.callServer)
            let left = min(max(stored.expiresAt - now.wall, .zero), window)
            accept(stored, left: left, mapsCallback: timeout > .zero, now: now)
        }
    }

    /// Timeout and window of a call server.
    func times(of callServer: String) -> (timeout: Duration, window: Duration) {
        let timeout = table.server(named: callServer)?.timeout ?? Lease.longestWindow
        return (timeout, timeout == .zero ? Lease.matchingWindow : timeout)
    }
}

extension StoredLease {
    /// Whether it was taken after the other, by the order of the calls: no clock is asked.
    public func isLater(than other: StoredLease) -> Bool { UseRank(call) > UseRank(other.call) }
}
