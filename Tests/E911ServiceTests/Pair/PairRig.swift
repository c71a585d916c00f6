import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Two nodes of a pair with one store, driven by hand.
struct PairRig {
    var a: NodeHarness
    var b: NodeHarness
    /// The nodes and the store do not reach each other; what they write waits.
    var isCut = false {
        didSet {
            for node in Node.allCases { self[node].storeWorks = !isCut }
            guard !isCut else { return }
            for node in Node.allCases { self[node].persistWaiting() }
        }
    }

    enum Node: String, CaseIterable {
        case a, b
        var other: Node { self == .a ? .b : .a }
    }

    /// A node that stands still: nothing reaches it, and it does nothing.
    private var still: Set<Node> = []
    mutating func stop(_ node: Node) { still.insert(node) }
    /// It goes on, as a process behind SIGCONT does.
    mutating func thaw(_ node: Node) {
        still.remove(node)
        self[node].now = self[node.other].now
        self[node].advance(by: .zero)
    }

    /// A new life of a node, which has read the store. Its first turn comes when its start is over, this much later.
    mutating func restart(_ node: Node, taking duration: Duration, site: SiteConfiguration = NodeHarness.site()) {
        let now = self[node].now
        self[node] = NodeHarness(site: site, restored: false) {
            $0.node = node.rawValue
            $0.pair = PairConfiguration(nodes: ["a", "b"])
        }
        self[node].now = now
        read[node] = 0
        waiting[node] = []
        var state = StoredState()
        state.read = StoreFeed.allCases.map { StoredState.FeedCounters($0, []) }
        self[node].restore(state, site: site)
        for node in Node.allCases {
            self[node].now = Now(monotonic: now.monotonic + duration, wall: now.wall + duration)
        }
    }

    private var stored: [(feed: StoreFeed, row: Stamped<StoredRow>)] = []
    /// Batches that were given to the store and not committed yet.
    private var waiting: [Node: [StoreBatch]] = [:]
    private var read: [Node: Int] = [:]

    init(site: SiteConfiguration = NodeHarness.site()) {
        func node(_ name: Node) -> NodeHarness {
            NodeHarness(site: site) {
                $0.node = name.rawValue
                $0.pair = PairConfiguration(nodes: ["a", "b"])
                $0.tellsLive = true
            }
        }
        (a, b) = (node(.a), node(.b))
        run(.seconds(2))
    }

    subscript(node: Node) -> NodeHarness {
        _read { if node == .a { yield a } else { yield b } }
        _modify { if node == .a { yield &a } else { yield &b } }
    }

    /// Lets time go by on both, and the store do its work every 20 ms, or of a long time every 100 ms.
    mutating func run(_ duration: Duration) {
        let step: Duration = .milliseconds(duration > .seconds(10) ? 100 : 20)
        let steps = Int(duration / step)
        for _ in 0..<max(1, steps) {
            for node in Node.allCases where !still.contains(node) { self[node].advance(by: step) }
            for node in Node.allCases where !still.contains(node) { serve(node) }
        }
    }

    private mutating func serve(_ node: Node) {
        let count = self[node].effects.count
        let from = read[node] ?? 0
        read[node] = count
        // The list is not held: it would be copied with each answer.
        for index in from..<count {
            switch self[node].effects[index] {
            case .persist(let batch, _): waiting[node, default: []].append(batch)
            case .fetch(let feed, let since, let limit, let token):
                self[node].command(.fetched(token, isCut ? .failed("cut") : rows(feed, since, limit)))
            case .prepare(let row): self[node].command(.prepared(row, PreparedSite(row.row)))
            default: break
            }
        }
        guard !isCut else { return }
        for batch in waiting[node] ?? [] {
            for feed in StoreFeed.allCases { stored += batch.rows(of: feed).map { (feed, $0) } }
            for feed in StoreFeed.allCases where !still.contains(node.other) && batch.count(of: feed) > 0 {
                self[node.other].command(.storeChanged(feed))
            }
        }
        waiting[node] = []
    }

    private func rows(_ feed: StoreFeed, _ since: [StoredState.NodeCounter], _ limit: Int) -> FetchAnswer {
        let rows = stored.compactMap { entry in
            let after = since.first { $0.node == entry.row.node }?.counter ?? 0
            return entry.feed == feed && entry.row.counter > after ? entry.row : nil
        }.sorted { ($0.node, $0.counter) < ($1.node, $1.counter) }
        return .rows(Array(rows.prefix(limit)), at: a.now.wall)
    }

    /// An emergency call, whose answer is acknowledged if wanted.
    mutating func call(
        _ node: Node, from caller: String, at ip: String = "10.1.2.7", callID: String, acknowledged: Bool = true
    ) {
        self[node].receive(
            NodeHarness.invite(
                "911", from: caller, callID: callID, branch: callID, contact: "\(ip):5060", origin: callID))
        if acknowledged { acknowledge(node, from: caller, callID: callID) }
    }

    mutating func acknowledge(_ node: Node, from caller: String, callID: String) {
        let answer = self[node].sent.last { $0.status == 302 && $0.first(.callID).map { "\($0)" } == callID }
        let tag = answer.flatMap { try? $0.to() }.flatMap { $0.tag }.map { "\($0)" }
        self[node].receive(NodeHarness.follow("ACK", "911", from: caller, callID: callID, branch: callID, toTag: tag))
    }

    // MARK: What happened

    /// The last record of each call of a node, in the order of the calls.
    func calls(_ node: Node) -> [CallRecord] {
        self[node].node.calls(before: nil, limit: 1000).calls.reversed().filter { $0.key.node == node.rawValue }
    }

    func leases(_ node: Node) -> [String: String] {
        guard
            case .leases(let leases)? = {
                var copy = self[node]; return copy.ask(.leases)
            }()
        else { return [:] }
        return Dictionary(uniqueKeysWithValues: leases.map { ("\($0.elin)", $0.callerDN) })
    }

    func notes(_ node: Node) -> [String] {
        self[node].effects.compactMap { if case .note(let note) = $0 { note.code } else { nil } }
    }

    /// Entries of the audit log with this action.
    func audits(_ node: Node, _ action: String) -> [String] {
        self[node].effects.flatMap { effect -> [String] in
            guard case .persist(let batch, _) = effect else { return [] }
            return batch.audit.map(\.row).filter { $0.action == action }.map(\.detail)
        }
    }
}

extension NodeHarness {
    /// The store tells of a row of the other node.
    mutating func read(
        _ row: StoredRow, of node: String, counter: UInt64? = nil, at time: WallTime? = nil
    ) throws {
        command(.storeChanged(.calls))
        let tokens = effects.compactMap { effect -> FetchToken? in
            if case .fetch(.calls, _, _, let token) = effect { token } else { nil }
        }
        let counter = counter ?? UInt64(now.wall.milliseconds) * 1000
        command(
            .fetched(
                try #require(tokens.last),
                .rows([Stamped(node: node, counter: counter, row: row)], at: time ?? now.wall)))
    }
}
