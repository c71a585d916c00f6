internal import E911Values

/// Connections: made when needed, used again, given up.
extension SIPEngine {
    mutating func handle(_ event: FlowEvent, _ now: MonotonicTime) {
        switch event {
        case .accepted(let id, let kind, let local, let remote):
            let hop = NextHop(kind: kind, endpoint: remote)
            connections[id] = Connection(
                hop: hop, local: local, isOpen: true, madeAt: now,
                framer: StreamFramer(limits: limits(of: remote.address)))
            // By TLS a request may only go to a peer that is known: see ``adopt(_:_:)``.
            if kind != .tls { routes[hop] = id }
            watch(id, now)
        case .identified(let id, let peer):
            connections[id]?.peer = peer
        case .opened(let id, let local):
            guard let connection = connections[id] else { return }
            connections[id]?.local = local
            connections[id]?.isOpen = true
            connections[id]?.madeAt = now
            connections[id]?.queue = []
            connections[id]?.queuedOctets = 0
            let pingAt = nextPing(now)
            connections[id]?.pingAt = pingAt
            for entry in connection.queue { transmit(entry.bytes, entry.name, .stream(id)) }
            watch(id, now)
        case .openFailed(let id, let reason), .closed(let id, let reason):
            gone(id, reason, now)
        }
    }

    /// Closes a connection from our side.
    mutating func close(_ id: ConnectionID, _ now: MonotonicTime, reason: String = "closed by us") {
        guard connections[id] != nil else { return }
        effects.append(.close(id))
        gone(id, reason, now)
    }

    /// What waited on the connection fails; so do requests on it of whose peer nothing was heard. Others wait on: their
    /// response may come by another connection.
    private mutating func gone(_ id: ConnectionID, _ reason: String, _ now: MonotonicTime) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        if routes[connection.hop] == id { routes[connection.hop] = nil }
        if let alias = connection.alias, aliases[alias] == id { aliases[alias] = nil }
        for entry in connection.queue {
            switch entry.owner {
            case .server(let owner): serverTransportFailed(owner, reason, now)
            case .client(let owner):
                // It may have gone on to another hop meanwhile.
                if clients[owner.slot]?.hop.connection == id { clientTransportFailed(owner, reason, now) }
            case .subscription, .connection, .nobody: counters.transportFailures &+= 1
            }
        }
        for slot in clients.ids {
            guard let client = clients[slot], client.hop.connection == id else { continue }
            if client.isUnheard {
                clientTransportFailed(ClientTransactionID(slot: slot), reason, now)
            } else {
                clients[slot]?.hop.connection = nil
            }
        }
    }

    /// A request on an accepted connection by TLS whose Via says `alias` (RFC 5923 section 5): requests of ours to where
    /// its sender listens go by it, if the certificate that the sender has shown speaks for whom they are meant. Without
    /// a certificate the parameter counts for nothing, nor does it by TCP.
    mutating func adopt(_ via: Via, _ arrival: Arrival) {
        guard arrival.kind == .tls, case .stream(let id) = arrival.flow, connections[id]?.peer != nil,
            via.parameters.contains("alias")
        else { return }
        let alias = Endpoint(arrival.source.address, via.port ?? arrival.kind.defaultPort)
        if let old = connections[id]?.alias, old != alias, aliases[old] == id { aliases[old] = nil }
        connections[id]?.alias = alias
        aliases[alias] = id
    }

    /// The connection that stands or is being made for requests to `hop`.
    private func connection(to hop: NextHop) -> ConnectionID? {
        if let id = routes[hop], connections[id] != nil { return id }
        guard hop.kind == .tls, let id = aliases[hop.endpoint], let peer = connections[id]?.peer,
            peer.speak(for: hop.domain, at: hop.endpoint.address)
        else { return nil }
        return id
    }

    /// Sends on a stream to `hop`: on `connection` if that is there, else on another one to the same peer, else on a new
    /// one. `nil` if too much waits for the opening already.
    private mutating func sendStream(
        _ message: Queued, to hop: NextHop, from local: Endpoint, _ connection: ConnectionID?
    ) -> ConnectionID? {
        let id: ConnectionID
        if let connection, connections[connection] != nil {
            id = connection
        } else {
            id = self.connection(to: hop) ?? open(hop, local)
        }
        if connections[id]?.isOpen == true {
            transmit(message.bytes, message.name, .stream(id))
            return id
        }
        let octets = message.bytes.count
        guard let waiting = connections[id]?.queuedOctets, waiting + octets <= configuration.octetsWaiting else {
            counters.transportFailures &+= 1
            return nil
        }
        connections[id]?.queue.append(message)
        connections[id]?.queuedOctets += octets
        return id
    }

    /// Hands a message to the transport, and counts it.
    private mutating func transmit(_ bytes: [UInt8], _ name: String, _ flow: Flow) {
        effects.append(.transmit(bytes, on: flow))
        counters.sent.count(name)
    }

    private mutating func open(_ hop: NextHop, _ local: Endpoint) -> ConnectionID {
        let id = ConnectionID(rawValue: nextConnection)
        nextConnection += 2
        connections[id] = Connection(
            hop: hop, local: nil, isOpen: false, madeAt: .zero,
            framer: StreamFramer(limits: limits(of: hop.endpoint.address)))
        routes[hop] = id
        effects.append(.open(id, to: hop, from: Endpoint(local.address, 0)))
        return id
    }

    /// Sends a response, and keeps the connection that it went by.
    /// - Returns: false if it could not be sent.
    @discardableResult
    mutating func sendResponse(_ bytes: [UInt8], _ name: String, _ path: inout ReturnPath, _ owner: Owner) -> Bool {
        guard path.kind.isReliable else {
            transmit(bytes, name, .datagram(local: path.local, remote: path.destination))
            return true
        }
        let message = Queued(bytes: bytes, name: name, owner: owner)
        let hop = NextHop(kind: path.kind, endpoint: path.destination, domain: path.domain)
        let own = path.connection.flatMap { connections[$0] == nil ? nil : $0 } ?? standing(for: hop)
        guard let id = sendStream(message, to: hop, from: path.local, own) else { return false }
        path.connection = id
        return true
    }

    /// A connection by TLS that stands to where a response has to go whose own connection is gone. We made it, so its peer
    /// has shown who it is; sent-by names it by an address as a rule, and a new one would want a certificate for that.
    private func standing(for hop: NextHop) -> ConnectionID? {
        guard hop.kind == .tls else { return nil }
        return connections.keys.sorted().first { id in
            // Ours have odd numbers.
            guard id.rawValue % 2 == 1, let connection = connections[id] else { return false }
            return connection.isOpen && connection.hop.kind == .tls && connection.hop.endpoint == hop.endpoint
        }
    }

    /// Sends a request, and keeps the connection that it went by.
    /// - Returns: false if it could not be sent.
    @discardableResult
    mutating func sendRequest(_ bytes: [UInt8], _ name: String, _ hop: inout Hop, _ owner: Owner) -> Bool {
        guard hop.kind.isReliable else {
            transmit(bytes, name, .datagram(local: hop.local, remote: hop.remote))
            return true
        }
        let message = Queued(bytes: bytes, name: name, owner: owner)
        guard let id = sendStream(message, to: hop.next, from: hop.local, hop.connection) else { return false }
        hop.connection = id
        return true
    }

    /// The address of ours for requests by this transport to that address.
    func listener(_ kind: SIPTransportKind, to remote: Endpoint) -> Endpoint? {
        configuration.listeners.first {
            $0.kind == kind && $0.endpoint.address.isIPv4 == remote.address.isIPv4
        }?.endpoint
    }
}
