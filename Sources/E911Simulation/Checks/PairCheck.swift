import E911Service
public import E911Values

/// What the nodes of a pair know of each other (contract section 7): neither takes the other's leases for known when it cannot,
/// each sees the other soon when nothing keeps them apart, and what one wrote the other one reads, all of it.
public final class PairCheck: InvariantChecker {
    public var violations: [Violation] { findings.all }

    /// How far a feed of the other node has been read.
    private struct Position {
        var incarnation = -1
        var counters = StoreFeed.allCases.map { _ in UInt64(0) }
        /// The last question of each feed.
        var asked: [(token: FetchToken, feed: Int, behind: UInt64)] = []
    }

    private let nodes: [SimulatedNode]
    private let store: SharedStore
    private var places: [HostID: Int] = [:]
    private var positions: [Position]
    /// What was found last of each node, so that it is told once.
    private var isFound: [Bool]
    /// How far each node had come with its calls, lately.
    private var progress: [[UInt64]] = []
    private var findings = Findings()

    /// Leases are known for so long behind the other node's last commit.
    private static let seen = PairLimits().seen
    /// The store's clock is told in milliseconds, and half of the way to it and back.
    private static let margin: Duration = .milliseconds(200)
    /// How soon the other node is seen, and what it wrote read, when nothing is wrong.
    private static let patience: Duration = .seconds(5)

    /// - Parameter nodes: two that share one store.
    public init?(_ nodes: [SimulatedNode]) {
        guard nodes.count == 2, let store = nodes[0].link?.store, nodes[1].link?.store === store else { return nil }
        self.nodes = nodes
        self.store = store
        positions = nodes.map { _ in Position() }
        isFound = nodes.map { _ in false }
        for (index, node) in nodes.enumerated() { places[node.host.id] = index }
    }

    // MARK: Reading

    public func observe(_ entry: LogEntry) {
        guard let index = places[entry.host.id] else { return }
        switch entry.what {
        case .told(NodeEffect.fetch(let feed, let since, _, let token) as NodeEffect):
            asked(feed, since, token, index, entry.time)
        case .commanded(NodeCommand.restore(let state, _) as NodeCommand):
            restored(state, index, entry.host.incarnation)
        case .commanded(NodeCommand.fetched(let token, let answer) as NodeCommand):
            guard let rows = nodes[index].taken(from: .fetched(token, answer)),
                let question = positions[index].asked.first(where: { $0.token == token })
            else { return }
            read(rows, question.feed, question.behind, index, entry.time)
        default: break
        }
    }

    private func restored(_ state: StoredState, _ index: Int, _ incarnation: Int) {
        if positions[index].incarnation != incarnation {
            positions[index] = Position()
            positions[index].incarnation = incarnation
        }
        for read in state.read {
            for counter in read.counters where counter.node == nodes[1 - index].name {
                advance(Self.place(of: read.feed), to: counter.counter, index)
            }
        }
    }

    private static func place(of feed: StoreFeed) -> Int { StoreFeed.allCases.firstIndex(of: feed) ?? 0 }

    private func advance(_ feed: Int, to counter: UInt64, _ index: Int) {
        positions[index].counters[feed] = max(positions[index].counters[feed], counter)
    }

    /// A question begins where the rows end that have come.
    private func asked(
        _ feed: StoreFeed, _ since: [StoredState.NodeCounter], _ token: FetchToken, _ index: Int, _ now: Now
    ) {
        let place = Self.place(of: feed)
        positions[index].asked.removeAll { $0.feed == place }
        let counter = since.first { $0.node == nodes[1 - index].name }?.counter ?? 0
        positions[index].asked.append((token, place, counter))
        guard counter != positions[index].counters[place] else { return }
        findings.add(
            .sharing,
            "\(nodes[index].name) asks for \(feed) of \(nodes[1 - index].name) behind \(counter), and has what was written "
                + "up to \(positions[index].counters[place])", at: now)
    }

    /// Rows that come again are those that a start has read since the question.
    private func read(_ rows: [Stamped<StoredRow>], _ feed: Int, _ behind: UInt64, _ index: Int, _ now: Now) {
        var last = behind
        for row in rows {
            if row.node == nodes[index].name || row.counter <= last {
                findings.add(
                    .sharing,
                    "\(nodes[index].name) asked behind \(last), and was given row \(row.counter) of \(row.node)",
                    at: now)
            }
            last = row.counter
            advance(feed, to: row.counter, index)
        }
    }

    // MARK: Seeing

    /// Looks at both, again and again.
    func look(at now: Now) {
        for index in nodes.indices where nodes[index].host.isUp && nodes[index].host.frozenUntil == nil {
            look(index, now)
        }
        progress.append(nodes.map { store.counter(of: $0.name, in: .calls) })
        if progress.count > 6 { progress.removeFirst() }
    }

    private func look(_ index: Int, _ now: Now) {
        let node = nodes[index], other = nodes[1 - index]
        let local = node.host.now
        guard let peer = node.host.inPlace({ $0.peerStatus(now: local) }) else { return }
        if peer.isSeen, let heard = store.heardLast(of: other.name), now.monotonic - heard > Self.seen + Self.margin {
            let silence = (now.monotonic - heard).components.seconds
            let complete = Int64(clamping: store.heartbeat(of: other.name)?.completeThrough ?? 0) / 1000
            findings.add(
                .pair,
                "\(node.name) sees \(other.name), which committed nothing for \(silence) s and said then that it was complete "
                    + "up to \(now.wall.milliseconds - complete) ms ago; known as \(peer.state), silent for "
                    + "\(peer.silence.map { "\($0) ms" } ?? "ever")", at: now)
        }
        let wellSince = max(node.troubledUntil, other.troubledUntil)
        let isWell = other.host.isUp && other.host.frozenUntil == nil && now.monotonic - wellSince > Self.patience
        let isFound = isWell && !peer.isSeen
        if isFound, !self.isFound[index] {
            findings.add(
                .pair,
                "\(node.name) does not see \(other.name), although nothing has been wrong since "
                    + "\(wellSince.nanoseconds / 1_000_000) ms", at: now)
        }
        self.isFound[index] = isFound
    }

    // MARK: At rest

    public func conclude(at now: Now) {
        for (index, node) in nodes.enumerated() where node.host.isUp {
            for record in node.disk.journaledCalls where !store.has(record.key) {
                findings.add(.record, "\(record.key) is in the journal of \(node.name) and not in the store", at: now)
            }
            guard let before = progress.first, let seen = store.heartbeat(of: node.name)?.seenThrough,
                seen < before[1 - index]
            else { continue }
            findings.add(
                .sharing,
                "\(node.name) has taken over what \(nodes[1 - index].name) wrote up to \(seen), which is not all up to "
                    + "\(before[1 - index])", at: now)
        }
        for fault in store.faults { findings.add(.sharing, fault, at: now) }
        guard nodes.allSatisfy({ $0.host.isUp }) else { return }
        compareLeases(at: now)
        compareCalls(at: now)
    }

    /// Both name the same caller for each ELIN, and the same call, or one of two records of it. How long a lease lasts may differ by
    /// what their clocks do, where one of them has it from a start.
    private func compareLeases(at now: Now) {
        let leases = nodes.map { $0.host.machine.leases(at: $0.host.now) }
        for index in nodes.indices {
            var others: [TelephoneNumber: LeaseRecord] = [:]
            for lease in leases[1 - index] { others[lease.elin] = lease }
            for lease in leases[index] where lease.expiresAt - now.wall > Self.clocks {
                let other = others[lease.elin]
                guard other?.call != lease.call, !isOneCall(lease, other) else { continue }
                findings.add(
                    .sharing,
                    "\(nodes[index].name) names \(lease.callerDN) by \(lease.call) for \(lease.elin), and "
                        + "\(nodes[1 - index].name) \(other.map { "\($0.callerDN) by \($0.call)" } ?? "nobody")",
                    at: now)
            }
        }
    }

    private func isOneCall(_ a: LeaseRecord, _ b: LeaseRecord?) -> Bool {
        guard let b, a.callerDN == b.callerDN else { return false }
        return store.call(a.call)?.supersedes == b.call || store.call(b.call)?.supersedes == a.call
    }

    private static let clocks: Duration = .seconds(35)

    /// Both show calls as the store has them, as many as are asked for. Which ones stand at the end of a page depends on the order
    /// in which they came, where a clock was set.
    private func compareCalls(at now: Now) {
        let count = store.calls.count
        for node in nodes {
            guard case .calls(let calls, _)? = node.ask(.calls(before: nil, limit: 200)) else { continue }
            if calls.count < min(count, 200) {
                findings.add(.sharing, "\(node.name) shows \(calls.count) calls, and the store has \(count)", at: now)
            }
            for call in calls {
                let record = store.call(call.key)
                guard record != call else { continue }
                findings.add(
                    .sharing,
                    "\(node.name) shows \(call.key), \(call.outcome), flags \(call.flags.rawValue), where the store has "
                        + (record.map { "\($0.outcome), flags \($0.flags.rawValue)" } ?? "none"), at: now)
                break
            }
        }
    }
}
