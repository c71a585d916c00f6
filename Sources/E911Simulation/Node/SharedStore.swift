import Alerting
public import E911Service
import E911Values
import ELINEngine

/// The store that the nodes of a pair share, by the rules of the real one: every row has one writer or a total order, each
/// feed of a node is written by one session at a time, and who reads by counters misses nothing.
///
/// It is never cut off and never fails; what lies between it and a node does (``StoreLink``).
public final class SharedStore {
    /// What becomes of a batch.
    enum Outcome: Equatable {
        case committed
        /// It was there already: its answer had been lost.
        case known
        /// Another session has opened the feed of this node since.
        case refused
    }

    /// Who may write a feed of a node, and how far it has come.
    private struct Progress {
        let feed: StoreFeed
        let node: String
        var writer: UInt64 = 0
        var counter: UInt64 = 0
        /// When rows were committed last.
        var at: MonotonicTime?
    }

    private struct OpenAlert: Hashable {
        let key: RecordKey
        let node: String
    }

    private var tables = StoreFeed.allCases.map { _ in ChangeTable() }
    private var progress: [Progress] = []
    private var sessions: UInt64 = 0
    /// Rows of all tables.
    var rowCount: Int { tables.reduce(0) { $0 + $1.count } }
    /// What never must happen, and would mean that rows are missed.
    private(set) var faults: [String] = []
    /// Batches that came again behind a lost answer, and batches of old sessions that were refused.
    public private(set) var repetitions = 0
    public private(set) var refused = 0
    /// Alerts of which a node has written that they are open.
    private var openAlerts: Set<OpenAlert> = []
    /// Who is told of commits of the others.
    private var listeners: [(node: String, hint: (StoreFeed) -> Void)] = []

    public init(site: SiteConfiguration) {
        put(Stamped(node: "", counter: 0, row: .site(site)), .site)
    }

    // MARK: Writing

    /// A session that writes a feed of a node from now on, and no other one.
    func open(_ feed: StoreFeed, node: String) -> UInt64 {
        sessions += 1
        progress[place(of: feed, node)].writer = sessions
        return sessions
    }

    /// Rows of one node in the order of their counters, all or none.
    func commit(
        _ rows: [Stamped<StoredRow>], to feed: StoreFeed, node: String, writer: UInt64, at now: MonotonicTime
    ) -> Outcome {
        guard let low = rows.first?.counter, let high = rows.last?.counter else { return .committed }
        let place = place(of: feed, node)
        guard progress[place].writer == writer else {
            refused += 1
            return .refused
        }
        guard progress[place].counter < low else {
            if progress[place].counter < high {
                fault("\(node) writes \(low) to \(high) of \(feed) behind \(progress[place].counter)")
            }
            repetitions += 1
            return .known
        }
        progress[place].counter = high
        progress[place].at = now
        var last: UInt64 = 0
        for row in rows {
            if row.node != node || row.counter <= last || row.changedAt > row.counter {
                fault("\(node) writes a row of \(row.node) with \(row.counter), changed at \(row.changedAt)")
            }
            last = row.counter
            put(row, feed)
        }
        return .committed
    }

    private func place(of feed: StoreFeed, _ node: String) -> Int {
        if let place = progress.firstIndex(where: { $0.feed == feed && $0.node == node }) { return place }
        progress.append(Progress(feed: feed, node: node))
        return progress.count - 1
    }

    private func fault(_ text: String) {
        if faults.count < 100 { faults.append(text) }
    }

    private func put(_ row: Stamped<StoredRow>, _ feed: StoreFeed) {
        if case .outbox(let outbox) = row.row {
            let alert = OpenAlert(key: outbox.key, node: row.node)
            if outbox.isSettled { openAlerts.remove(alert) } else { openAlerts.insert(alert) }
        }
        tables[Self.index(feed)].put(row)
    }

    private static func index(_ feed: StoreFeed) -> Int { feed == .calls ? 0 : 1 }

    func listen(_ node: String, _ hint: @escaping (StoreFeed) -> Void) { listeners.append((node, hint)) }

    func tellOthers(than node: String, _ feed: StoreFeed) {
        for listener in listeners where listener.node != node { listener.hint(feed) }
    }

    // MARK: Reading

    /// Rows behind the counters, each node's in the order of its counters.
    func changes(in feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int) -> [Stamped<StoredRow>] {
        tables[Self.index(feed)].changes(since: since, limit: limit)
    }

    /// What a start of a node finds, of one moment.
    func load(for node: String) -> StoredState {
        var state = StoredState()
        for feed in StoreFeed.allCases {
            let counters = progress.filter { $0.feed == feed && $0.counter > 0 }.map {
                StoredState.NodeCounter(node: $0.node, counter: $0.counter)
            }
            var part = StoredState()
            part.counters = counters
            part.read = [.init(feed, counters)]
            state.add(part)
        }
        tables[0].loadCalls(into: &state, for: node)
        tables[1].loadSite(into: &state, for: node)
        return state
    }

    func has(_ key: RecordKey) -> Bool { tables[0].row(.call(key)) != nil }

    func call(_ key: RecordKey) -> CallRecord? {
        guard case .call(let call)? = tables[0].row(.call(key))?.row else { return nil }
        return call
    }

    /// The calls of both nodes, by their keys.
    public var calls: [CallRecord] {
        tables[0].all.compactMap { if case .call(let call) = $0.row { call } else { nil } }.sorted { $0.key < $1.key }
    }

    /// What the nodes have written of an alert, joined.
    func alert(_ key: RecordKey) -> OutboxRecord? {
        var nodes: [String] = []
        for progress in progress where progress.feed == .calls { nodes.append(progress.node) }
        let records = nodes.sorted().compactMap { node -> OutboxRecord? in
            guard case .outbox(let row)? = tables[0].row(.outbox(key, node))?.row else { return nil }
            return OutboxRecord(encoded: row.payload.span)
        }
        return records.dropFirst().reduce(records.first) { $0?.joined($1) }
    }

    /// Keys of alerts that are open to any node.
    var openAlertKeys: [RecordKey] { Set(openAlerts.map(\.key)).sorted() }

    /// Keys of all alerts.
    var alertKeys: [RecordKey] {
        var keys: Set<RecordKey> = []
        for row in tables[0].all { if case .outbox(let outbox) = row.row { keys.insert(outbox.key) } }
        return keys.sorted()
    }

    /// The last heartbeat of a node.
    func heartbeat(of node: String) -> NodeRow? {
        guard case .node(let row)? = tables[0].row(.node(node))?.row else { return nil }
        return row
    }

    /// When calls of a node, or a heartbeat, were committed last.
    func heardLast(of node: String) -> MonotonicTime? {
        progress.first { $0.feed == .calls && $0.node == node }?.at
    }

    /// When rows of any kind of a node were committed last.
    func heardAnything(of node: String) -> MonotonicTime? {
        progress.filter { $0.node == node }.compactMap(\.at).max()
    }

    /// How far a node has come with a feed.
    func counter(of node: String, in feed: StoreFeed) -> UInt64 {
        progress.first { $0.feed == feed && $0.node == node }?.counter ?? 0
    }
}

extension ChangeTable {
    fileprivate func loadCalls(into state: inout StoredState, for node: String) {
        var elins: [ELINRow] = []
        var elinCounter: UInt64 = 0
        var outbox: [(row: OutboxRow, isOwn: Bool)] = []
        for stamped in all {
            switch stamped.row {
            case .call(let call): state.calls.append(call)
            case .lease(let lease): state.leases.append(lease)
            case .outbox(let row): outbox.append((row, stamped.node == node))
            case .node(let row): state.nodes.append(row)
            case .elin(let row):
                elins.append(row)
                elinCounter = max(elinCounter, stamped.changedAt)
            case .deletedELIN: elinCounter = max(elinCounter, stamped.changedAt)
            default: break
            }
        }
        state.calls = state.calls.sorted { $0.key < $1.key }.suffix(1000)
        state.leases.sort { ($0.takenAt, $0.elin) < ($1.takenAt, $1.elin) }
        // All rows of an alert of which any is open.
        let open = Set(outbox.filter { !$0.row.isSettled }.map(\.row.key))
        outbox.sort { $0.row.key < $1.row.key }
        state.outbox = outbox.filter { open.contains($0.row.key) && $0.isOwn }.map(\.row)
        state.peerOutbox = outbox.filter { open.contains($0.row.key) && !$0.isOwn }.map(\.row)
        state.nodes.sort { $0.name < $1.name }
        state.elins = StoredELINs(rows: elins.sorted { $0.elin < $1.elin }, counter: elinCounter)
    }

    /// Devices of the node itself, and of the other one those that it says nothing of.
    fileprivate func loadSite(into state: inout StoredState, for node: String) {
        var own: Set<String> = []
        for stamped in all where stamped.node == node {
            switch stamped.row {
            case .device(let row): own.insert(row.key)
            case .deletedDevice(let key): own.insert(key)
            default: break
            }
        }
        for stamped in all {
            switch stamped.row {
            case .device(let row):
                if stamped.node == node || !own.contains(row.key) { state.devices.append(row) }
            case .evidence(let row): state.evidence.append(row.sighting)
            case .site(let site): (state.site, state.siteCounter) = (site, stamped.changedAt)
            default: break
            }
        }
    }
}
