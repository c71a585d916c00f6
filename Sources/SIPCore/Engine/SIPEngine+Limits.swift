public import E911Values

/// What peers may take up, and who may take up more.
extension SIPEngine {
    /// Says for which sources capacity is reserved: no limit on time, bodies or transactions applies to them. Others
    /// are held to ``EngineConfiguration/serverTransactions`` and ``EngineConfiguration/unreservedBodyOctets`` from now
    /// on. It replaces what was said before.
    public mutating func reserve(for sources: [IPPrefix]) {
        reserved = sources
        for id in connections.keys.sorted() {
            guard let remote = connections[id]?.remote else { continue }
            let limits = limits(of: remote.address)
            connections[id]?.framer.limits = limits
        }
    }

    func isReserved(_ source: IPAddress) -> Bool { reserved?.contains { $0.contains(source) } ?? false }

    func limits(of peer: IPAddress) -> MessageLimits {
        var limits = configuration.limits
        if reserved != nil, !isReserved(peer) {
            limits.bodyOctets = min(limits.bodyOctets, configuration.unreservedBodyOctets)
        }
        return limits
    }

    /// Whether one more request must do without a transaction.
    func isOverloaded(by source: IPAddress) -> Bool {
        servers.count >= configuration.serverTransactions && !isReserved(source)
    }

    // MARK: Slow and silent peers

    /// Looks at a connection again when a time of its may be over. No look is further away than the shorter of the two
    /// times, so that a message needs no timer of its own.
    mutating func watch(_ id: ConnectionID, _ now: MonotonicTime) {
        guard let connection = connections[id] else { return }
        let times = [configuration.streamMessageTimeout, configuration.streamIdleTimeout].compactMap { $0 }
        let ends = isReserved(connection.remote.address) ? [] : ends(of: connection)
        let looks = times.min().map { [now + $0] } ?? []
        guard let next = (ends + looks + pings(of: connection)).min() else { return }
        timers.insert(.connection(id), at: next)
    }

    mutating func connectionTimer(_ id: ConnectionID, _ now: MonotonicTime) {
        guard let connection = connections[id] else { return }
        if !isReserved(connection.remote.address), ends(of: connection).contains(where: { $0 <= now }) {
            counters.streamTimeouts &+= 1
            return close(id, now)
        }
        guard keepAlive(id, connection, now) else { return }
        watch(id, now)
    }

    /// When its times are over, if no more octets come.
    private func ends(of connection: Connection) -> [MonotonicTime] {
        var ends: [MonotonicTime] = []
        if let patience = configuration.streamMessageTimeout, let begun = connection.messageBegunAt {
            ends.append(begun + patience)
        }
        if let patience = configuration.streamIdleTimeout {
            ends.append((connection.heardAt ?? connection.madeAt) + patience)
        }
        return ends
    }
}
