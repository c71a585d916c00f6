import Alerting
package import E911Values
import ELINEngine
import SIPCore

/// A node of a pair: it tells the other one through the store that it lives, and takes over what the other one writes.
///
/// Nothing of this is in the way of a call: it is answered from what the node knows, and recorded in its own journal.
extension E911Node {
    /// Behind all that this node and, as far as it is known, the other one have made.
    mutating func nextKey(_ now: Now) -> RecordKey {
        if let house = pair?.house(now.monotonic) { persistence.follow(house) }
        return persistence.nextKey(now.wall)
    }

    /// What a start has read is known.
    mutating func beginPair(_ state: StoredState, now: Now) {
        guard pair != nil else { return }
        for read in state.read {
            for counter in read.counters { persistence.follow(counter.counter) }
            guard let index = pair?.readers.firstIndex(where: { $0.feed == read.feed }) else { continue }
            pair?.readers[index].begin(after: read.counters)
        }
        for row in state.nodes { take(row, counter: row.completeThrough, now: now) }
        guard pair?.clock == nil else { return }
        pair?.clock = HouseClock(now)
        // Leases are taken back by it; the first answer to a question tells better.
        if let time = state.time { pair?.clock?.begin(time, at: now.monotonic) }
        pair?.incarnation = persistence.counter
        guard !state.read.isEmpty else { return }
        pair?.beginsHeld = true
        holdAlerts(now: now)
    }

    var pairDeadline: MonotonicTime? { isReady && pair?.hasEnded == false ? pair?.nextDeadline : nil }

    /// A slice of what has come, then the questions and the heartbeat that are due.
    mutating func continuePair(now: Now) {
        guard isReady, pair?.hasEnded == false else { return }
        if let rows = pair?.incoming.take() {
            for row in rows { takeOver(row, now: now) }
        }
        if pair?.placesAnew == true, placingFrom == nil, pair?.incoming.isEmpty == true {
            pair?.placesAnew = false
            placingFrom = 0
        }
        pair?.peerCalls.advance(to: now.monotonic)
        pair?.ownCalls.advance(to: now.monotonic)
        endHold()
        takeOverAlerts(now: now)
        decideWhoLeads(now: now)
        askForChanges(now: now)
        beat(now: now)
    }

    private mutating func askForChanges(now: Now) {
        guard let count = pair?.readers.count, pair?.incoming.isEmpty == true else { return }
        for index in 0..<count {
            guard var reader = pair?.readers[index], let token = pair?.nextToken(),
                let limit = pair?.limits.rows
            else { return }
            if reader.ask(token, now: now.monotonic) {
                out.append(.other(.fetch(reader.feed, since: reader.since, limit: limit, token)))
            }
            pair?.readers[index] = reader
        }
    }

    mutating func storeChanged(_ feed: StoreFeed, now: Now) {
        guard let index = pair?.readers.firstIndex(where: { $0.feed == feed }) else { return }
        pair?.readers[index].changed()
        continuePair(now: now)
    }

    mutating func fetched(_ token: FetchToken, _ answer: FetchAnswer, now: Now) {
        guard var pair else { return }
        let wasAway = pair.peer.wasAway(at: now.monotonic)
        for index in pair.readers.indices {
            switch answer {
            case .rows(let rows, let time):
                guard let asked = pair.readers[index].take(token, rows, limit: pair.limits.rows) else { continue }
                // Who is silent is seen in this feed alone.
                if pair.readers[index].feed == .calls { pair.peer.answered(at: now.monotonic) }
                if let time { pair.clock?.take(time, asked: asked, answered: now.monotonic) }
                pair.incoming.add(rows)
                if pair.readers[index].feed == .calls, pair.readers[index].hasAll, let held = pair.heldSince,
                    token.rawValue > held.rawValue
                {
                    pair.hasReadAll = true
                }
                if pair.readers[index].feed == .calls, pair.readers[index].hasAll { pair.lead.read(token) }
            case .failed: pair.readers[index].fail(token, at: now.monotonic)
            case .tooOld: pair.readers[index].restart(token)
            }
        }
        self.pair = pair
        // While the store was away the other node may have taken this one for dead.
        if wasAway, pair.peer.isConnected(at: now.monotonic) { holdAlerts(now: now) }
        continuePair(now: now)
    }

    /// Whether the node takes over what the store answers to this question, or has given it up.
    package func isWaiting(for token: FetchToken) -> Bool {
        pair?.readers.contains { $0.isWaiting(for: token) } ?? false
    }

    private mutating func takeOver(_ row: Stamped<StoredRow>, now: Now) {
        // What this node makes from now on is later.
        persistence.follow(row.counter)
        if row.node == pair?.peerName { pair?.peer.isAlive(counter: row.counter, at: now.monotonic) }
        let through = max(pair?.takenThrough ?? 0, row.counter)
        pair?.takenThrough = through
        switch row.row {
        case .node(let heartbeat): take(heartbeat, counter: row.counter, now: now)
        case .call(let record): takeOver(record, now: now)
        case .audit(let record): live(.audit(record))
        case .outbox(let row): takeOver(row, now: now)
        case .site(let site): takeOver(site, changedAt: row.changedAt, by: row.node)
        case .elin(let elin): takeOver(elin, of: elin.elin, changedAt: row.changedAt, now: now)
        case .deletedELIN(let number): takeOver(nil, of: number, changedAt: row.changedAt, now: now)
        case .evidence(let row): takeOver(row.sighting)
        case .deletedEvidence(let key): forgetEvidence(key)
        // The call said it.
        case .lease: break
        // Each node follows the SIP Servers itself.
        case .device, .deletedDevice: break
        }
    }

    private mutating func take(_ heartbeat: NodeRow, counter: UInt64, now: Now) {
        guard let pair, heartbeat.name == pair.peerName else { return }
        self.pair?.peer.take(heartbeat, counter: counter, at: now.monotonic)
        let contradiction = heartbeat.pair == pair.names ? nil : heartbeat.pair
        guard contradiction != pair.contradiction else { return }
        self.pair?.contradiction = contradiction
        guard let contradiction else { return }
        note(
            .alarm, "pair.contradiction", "The two nodes of the pair have different lists of it in their configuration",
            [.init("here", pair.names.joined(separator: " ")), .init("there", contradiction.joined(separator: " "))])
    }

    /// Says that this node lives, and looks whether the other one does.
    private mutating func beat(now: Now) {
        guard var pair, pair.nextHeartbeat <= now.monotonic else { return }
        pair.nextHeartbeat = now.monotonic + pair.limits.heartbeat
        let house = pair.house(now.monotonic)
        persistence.follow(house)
        let isSeen = pair.peer.isSeen(house: house, at: now.monotonic)
        let hasChanged = pair.wasSeen.map { $0 != isSeen } ?? !isSeen
        pair.wasSeen = isSeen
        self.pair = pair
        putHeartbeat(now: now)
        guard hasChanged else { return }
        let peer = Note.Field("node", pair.peerName)
        if isSeen {
            note(.notice, "pair.seen", "The other node of the pair is seen", [peer])
        } else {
            note(
                .alarm, "pair.unseen",
                "The other node of the pair is not seen; its leases are not known up to the present", [peer])
        }
    }

    mutating func putHeartbeat(now: Now) {
        guard let house = pair?.house(now.monotonic) else { return }
        persistence.put(heartbeat(isDraining ? .draining : .serving, house: house))
        pair?.lead.gave(persistence.heartbeats, at: now.monotonic)
    }

    /// - Parameter house: the time that both nodes count by; 0 is any.
    private func heartbeat(_ state: NodeRow.State, house: UInt64 = 0) -> NodeRow {
        var row = NodeRow(name: configuration.node)
        guard let pair else { return row }
        row.pair = pair.names
        row.completeThrough = house
        row.incarnation = pair.incarnation
        row.seenThrough = pair.takenThrough
        row.state = state
        row.software = configuration.software
        row.callsWaiting = persistence.waitingForCalls
        row.openAlerts = desk.openCount
        row.consoleURL = configuration.consoleURL ?? ""
        row.leads = pair.lead.claims
        return row
    }

    /// Nothing follows: the other node need not wait for this one to be silent.
    mutating func endPair() {
        guard pair != nil, pair?.hasEnded == false else { return }
        pair?.hasEnded = true
        persistence.put(heartbeat(.stopped))
        for (batch, token) in persistence.batches() { out.append(.other(.persist(batch, token))) }
    }

    /// For people.
    package func peerStatus(now: Now) -> NodeStatus.Peer? {
        guard let pair else { return nil }
        var status = NodeStatus.Peer()
        status.name = pair.peerName
        status.position = pair.position
        status.state = pair.peer.row.map { "\($0.state)" } ?? "unknown"
        status.software = pair.peer.row?.software ?? ""
        status.console = pair.peer.row?.consoleURL ?? ""
        status.isConnected = pair.peer.isConnected(at: now.monotonic)
        status.isSeen = pair.peer.isSeen(house: pair.house(now.monotonic), at: now.monotonic)
        status.silence = pair.peer.silence(at: now.monotonic).map { Int($0.wholeNanoseconds / 1_000_000) }
        status.callsWaiting = pair.peer.row?.callsWaiting ?? 0
        status.openAlerts = pair.peer.row?.openAlerts ?? 0
        status.rowsWaiting = pair.incoming.count
        status.leader =
            switch pair.lead.stage {
            case .leads: configuration.node
            case .claims: ""
            case .follows: pair.lead.isPeerLeading(pair.peer, now: now.monotonic) ? pair.peerName : ""
            }
        status.clockError = pair.clock?.error.map { Int(($0 + 999) / 1000) }
        return status
    }
}
