#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import SIPCore

    /// The stream connections of a host, by number.
    final class StreamConnections {
        private var table: [ConnectionID: StreamConnection] = [:]
        /// Written to or closed in this turn.
        private var unflushed: [StreamConnection] = []
        private var lastAccepted: UInt64 = 0
        private var tally: SourceTally
        /// Connections of exempt sources.
        private var exempt = 0
        private var refusalNotes = NotePace()
        private var peerNotes = NotePace()

        init(limits: HostLimits) {
            tally = SourceTally(perSource: limits.connectionsPerSource, inAll: limits.connections)
        }

        var isEmpty: Bool { table.isEmpty }
        var hasUnflushed: Bool { !unflushed.isEmpty }

        func transmit(_ bytes: [UInt8], on id: ConnectionID, wire: Wire) {
            guard let connection = table[id] else {
                wire.counters.streamPiecesNotSent += 1
                return
            }
            connection.transmit(bytes)
            unflushed.append(connection)
        }

        func close(_ id: ConnectionID) {
            guard let connection = table[id] else { return }
            connection.close()
            unflushed.append(connection)
        }

        func flush() {
            // A flush can end connections, and so bring new work; the caller looks again.
            let connections = unflushed
            unflushed.removeAll()
            for connection in connections { connection.flush() }
        }

        func open(_ id: ConnectionID, to hop: NextHop, from local: Endpoint?, wire: Wire) {
            func refuse(_ reason: String) {
                wire.counters.connectionsNotOpened += 1
                wire.receiver?.happened(.openFailed(id, reason: reason))
            }
            guard hop.kind != .udp else { return refuse("UDP has no connections") }
            guard hop.kind != .tls || wire.security != nil else { return refuse("\(TLSNotSetUp())") }
            // Even numbers are ours, and a number names one connection.
            guard id.rawValue % 2 == 1, table[id] == nil else { return refuse("not a new odd number") }

            let target: SocketAddress
            let source: SocketAddress?
            do {
                target = try SocketAddress(hop.endpoint)
                source = try local.map { try SocketAddress($0) }
            } catch {
                return refuse(systemReason(error))
            }
            let connection = StreamConnection(opening: id, to: hop, from: local, wire: wire)
            table[id] = connection
            wire.counters.connections = table.count
            let bound = NIOLoopBound((connection, wire), eventLoop: wire.loop)
            var bootstrap = ClientBootstrap(group: wire.loop)
                .connectTimeout(TimeAmount(wire.limits.connectTimeout))
                .channelOption(.socketOption(.so_reuseaddr), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let (connection, wire) = bound.value
                        try StreamPipeline.configure(channel, for: connection, wire: wire)
                    }
                }
            if let source { bootstrap = bootstrap.bind(to: source) }
            bootstrap.connect(to: target).whenFailure { bound.value.0.couldNotOpen(systemReason($0)) }
        }

        /// `nil` if a limit is reached.
        func accept(_ connection: StreamConnection, by listener: Listener, wire: Wire) -> ConnectionID? {
            let source = connection.remote.address
            let isExempt = wire.limits.isExempt(source)
            if let refusal = tally.admit(source, isExempt: isExempt) {
                wire.counters.connectionsRefused += 1
                noteRefusal(listener, source, refusal, wire)
                return nil
            }
            connection.share = isExempt ? .exempt : .common
            if isExempt {
                exempt += 1
                if exempt > wire.limits.exemptConnections { replaceQuietest(wire) }
            }
            lastAccepted += 2
            let id = ConnectionID(rawValue: lastAccepted)
            table[id] = connection
            wire.counters.connectionsAccepted += 1
            wire.counters.connections = table.count
            return id
        }

        func remove(_ connection: StreamConnection, wire: Wire) {
            guard let id = connection.id, table[id] === connection else { return }
            table[id] = nil
            switch connection.share {
            case .none: break
            case .common: tally.leave(connection.remote.address)
            case .exempt: exempt -= 1
            }
            wire.counters.connections = table.count
        }

        /// Closes the connection of an exempt source on which nothing went for longest.
        private func replaceQuietest(_ wire: Wire) {
            var quietest: StreamConnection?
            for connection in table.values
            where connection.share == .exempt && (connection.isOpen || connection.isShakingHands) {
                if let found = quietest, found.usedAt <= connection.usedAt { continue }
                quietest = connection
            }
            guard let id = quietest?.id else { return }
            wire.counters.connectionsReplaced += 1
            close(id)
        }

        func noteHandshake(of connection: StreamConnection, failed reason: String, wire: Wire) {
            wire.counters.handshakesFailed += 1
            if let listener = connection.listener {
                guard refusalNotes.isDue() else { return }
                wire.note(.handshakeFailed(listener, source: "\(connection.remote)", reason: reason))
            } else if let wanted = connection.wanted, peerNotes.isDue() {
                wire.note(.peerRefused(wanted, reason: reason))
            }
        }

        private func noteRefusal(
            _ listener: Listener, _ source: IPAddress, _ refusal: SourceTally.Refusal, _ wire: Wire
        ) {
            if refusalNotes.isDue() {
                wire.note(.connectionRefused(listener, source: "\(source)", reason: refusal.rawValue))
            }
        }

        func closeAll() {
            for id in table.keys.sorted() { close(id) }
        }

        func abortAll() {
            for id in table.keys.sorted() { table[id]?.abort() }
        }
    }

    /// At most one note a second: whoever floods us, or is tried again and again, must not flood the log too.
    private struct NotePace {
        private var last: MonotonicTime?

        mutating func isDue() -> Bool {
            let now = HostClock.now().monotonic
            if let last, now - last < .seconds(1) { return false }
            last = now
            return true
        }
    }
#endif
