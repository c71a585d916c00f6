internal import E911Values

/// Pings on the connections that we opened (RFC 5626 section 3.5.1). Those that come are answered where streams are read.
extension SIPEngine {
    mutating func nextPing(_ now: MonotonicTime) -> MonotonicTime? {
        guard let period = configuration.keepAlive else { return nil }
        // Between 80 and 100 %, so that connections made together do not stay together.
        return now + period / 100 * Int.random(in: 80...100, using: &identifiers)
    }

    /// When something is to be done about them.
    func pings(of connection: Connection) -> [MonotonicTime] {
        [connection.pingAt, connection.pingedAt.map { $0 + configuration.pongTimeout }].compactMap { $0 }
    }

    /// Sends a ping that is due, and closes a connection whose peer has stopped answering.
    /// - Returns: false if it is closed.
    mutating func keepAlive(_ id: ConnectionID, _ connection: Connection, _ now: MonotonicTime) -> Bool {
        if let pingedAt = connection.pingedAt, pingedAt + configuration.pongTimeout <= now {
            connections[id]?.pingedAt = nil
            let isHeard = connection.heardAt.map { $0 >= pingedAt } ?? false
            if connection.answersPings, !isHeard {
                counters.pongsMissed &+= 1
                close(id, now, reason: "a ping was not answered")
                return false
            }
        }
        if let pingAt = connection.pingAt, pingAt <= now {
            effects.append(.transmit([carriageReturn, lineFeed, carriageReturn, lineFeed], on: .stream(id)))
            counters.pings &+= 1
            connections[id]?.pingedAt = now
            let next = nextPing(now)
            connections[id]?.pingAt = next
        }
        return true
    }
}
