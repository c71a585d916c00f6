internal import E911Values

/// The next server when one does not serve (RFC 3263 section 4.3).
extension SIPEngine {
    /// Sends the request to the next of its hops, in a new transaction under the same identifier.
    /// - Returns: `false` if there is no other hop.
    @discardableResult
    mutating func tryNext(_ id: ClientTransactionID, _ now: MonotonicTime) -> Bool {
        guard let record = clients[id.slot], let alternatives = record.alternatives,
            let next = alternatives.hops.first
        else { return false }
        if clientIndex[record.key] == id { clientIndex[record.key] = nil }
        counters.failovers &+= 1
        var request = alternatives.request
        if case .subscription(let subscription) = record.owner {
            request = retargeted(request, of: subscription, to: next)
        }
        var another = self.record(
            request, to: next, orElse: alternatives.hops.dropFirst(), owner: record.owner,
            timeout: alternatives.timeout, now)
        another.isOneOfSeveral = record.isOneOfSeveral
        clients[id.slot] = another
        start(id, now)
        return true
    }

    /// Nothing was heard of a hop in its time. A connection to it that does not stand yet is not waited for.
    mutating func moveOn(_ id: ClientTransactionID, _ record: ClientRecord, _ now: MonotonicTime) {
        report(record, .failed(retryAfter: nil))
        tryNext(id, now)
        if let connection = record.hop.connection, connections[connection]?.isOpen == false { close(connection, now) }
    }

    /// Leaves a transaction to end by itself, under an identifier that nobody knows.
    mutating func leave(_ id: ClientTransactionID) -> ClientTransactionID {
        guard var record = clients[id.slot] else { return id }
        record.owner = .nobody
        record.alternatives = nil
        record.isOneOfSeveral = false
        record.timer = nil
        let other = ClientTransactionID(slot: clients.insert(record))
        clientIndex[record.key] = other
        return other
    }

    /// Tells what became of one of several hops.
    mutating func report(_ record: ClientRecord, _ outcome: HopOutcome) {
        guard record.isOneOfSeveral else { return }
        tell(.hop(record.hop.next, outcome))
    }
}
