import E911Values

/// Asks the store for what the other node has written to one feed, one question at a time.
struct FeedReader: Sendable {
    let feed: StoreFeed
    private let poll: Duration
    private let limits: PairLimits
    /// All rows of each node up to its counter have come; of this node none is wanted.
    private(set) var since: [StoredState.NodeCounter]
    private let own: String
    private var asked: (token: FetchToken, at: MonotonicTime)?
    /// When to ask next, while no question is under way.
    private var due = MonotonicTime(nanoseconds: .min)
    /// Whether the last answer was all that there was.
    private(set) var hasAll = false

    /// - Parameter own: the node that asks.
    init(_ feed: StoreFeed, own: String, poll: Duration, limits: PairLimits) {
        self.feed = feed
        self.own = own
        self.poll = poll
        self.limits = limits
        // A store keeps counters with a sign.
        since = [StoredState.NodeCounter(node: own, counter: UInt64(Int64.max))]
    }

    var nextDeadline: MonotonicTime { asked.map { $0.at + limits.question } ?? due }

    /// All rows of the nodes up to these counters are known.
    mutating func begin(after counters: [StoredState.NodeCounter]) {
        for counter in counters { note(counter.node, counter.counter) }
    }

    private mutating func note(_ node: String, _ counter: UInt64) {
        guard node != own else { return }
        if let index = since.firstIndex(where: { $0.node == node }) {
            since[index].counter = max(since[index].counter, counter)
        } else {
            since.append(StoredState.NodeCounter(node: node, counter: counter))
        }
    }

    /// What has come of a node.
    func seenThrough(of node: String) -> UInt64 { since.first { $0.node == node }?.counter ?? 0 }

    /// Whether the answer to this question is still wanted; one that has been given up comes too late.
    func isWaiting(for token: FetchToken) -> Bool { asked?.token == token }

    /// Somebody has written.
    mutating func changed() { due = MonotonicTime(nanoseconds: .min) }

    /// Whether a question is to be asked now; it is under way then.
    mutating func ask(_ token: FetchToken, now: MonotonicTime) -> Bool {
        if let asked, asked.at + limits.question <= now { fail(asked.token, at: now) }
        guard asked == nil, due <= now else { return false }
        asked = (token, now)
        due = now + poll
        return true
    }

    /// An answer has come. When it was asked for, if it is the one that is waited for.
    mutating func take(_ token: FetchToken, _ rows: [Stamped<StoredRow>], limit: Int) -> MonotonicTime? {
        guard let asked, isWaiting(for: token) else { return nil }
        self.asked = nil
        for row in rows { note(row.node, row.counter) }
        hasAll = rows.count < limit
        if !hasAll { changed() }
        return asked.at
    }

    /// The store has forgotten some of what was deleted since: all that there is is read again.
    mutating func restart(_ token: FetchToken) {
        guard isWaiting(for: token) else { return }
        asked = nil
        hasAll = false
        since.removeAll { $0.node != own }
        changed()
    }

    mutating func fail(_ token: FetchToken, at now: MonotonicTime) {
        guard isWaiting(for: token) else { return }
        asked = nil
        hasAll = false
        due = now + limits.heartbeat
    }
}
