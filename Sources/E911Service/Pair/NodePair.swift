import E911Values

/// What a node of a pair keeps beside what it does alone.
struct NodePair: Sendable {
    let limits: PairLimits
    /// Both names, sorted.
    let names: [String]
    /// This node's place among them.
    let position: Int
    var clock: HouseClock?
    var peer: PeerBook
    var lead: LeadBook
    /// The last counter before this node began to bind numbers.
    var ledSince: UInt64 = 0
    /// What numbers are bound to was read from the store.
    var hasELINs = false
    var readers: [FeedReader]
    var incoming = IncomingRows()
    /// Calls of the last minute: those of the other node, and this one's own.
    var peerCalls = RecentCalls()
    var ownCalls = RecentCalls()
    /// The counter of the last row that was taken over.
    var takenThrough: UInt64 = 0
    /// Where the counter of this life began.
    var incarnation: UInt64 = 0
    var nextHeartbeat = MonotonicTime(nanoseconds: .min)
    private var fetches: UInt64 = 0
    /// As it was told last.
    var wasSeen: Bool?
    /// The last change of an ELIN by the other node that was taken over.
    private(set) var elinsThrough: UInt64 = 0
    var contradiction: [String]?
    /// Messages wait until an answer to a question behind this one has been taken over.
    var heldSince: FetchToken?
    /// The first turn behind a start holds them: the start itself may take longer than they wait.
    var beginsHeld = false
    /// Such an answer has come.
    var hasReadAll = false
    /// Evidence has come from the other node since the devices were placed last.
    var placesAnew = false
    /// There is more to take over from the other node at once.
    var isTakingOver = false
    /// Alerts of the other node that are taken over, and that nobody was told of yet.
    var takenOver = 0
    /// Claims up to this mark were told to be in the store.
    var releasedThrough: UInt64 = 0
    /// Calls that another one stands for, and which; the newest.
    private(set) var superseded: [RecordKey: RecordKey] = [:]
    private var supersededOrder: [RecordKey] = []
    /// The last heartbeat, which says that nothing follows, has been given to the store.
    var hasEnded = false

    /// `nil` if the node is alone, or not one of its own pair.
    init?(_ configuration: NodeConfiguration) {
        guard let pair = configuration.pair, pair.nodes.count == 2, pair.nodes[0] != pair.nodes[1] else { return nil }
        // Whatever order they are written in: both nodes must come to the same.
        let names = pair.nodes.sorted()
        guard let position = names.firstIndex(of: configuration.node) else { return nil }
        limits = pair.limits
        self.names = names
        self.position = position
        peer = PeerBook(limits)
        lead = LeadBook(limits, isSecond: position == 1)
        let limits = limits
        readers = [(StoreFeed.calls, limits.heartbeat), (.site, limits.poll)].map {
            FeedReader($0, own: configuration.node, poll: $1, limits: limits)
        }
    }

    var peerName: String { names[1 - position] }

    mutating func supersede(_ key: RecordKey, by other: RecordKey) {
        if superseded[other] == key { superseded[other] = nil }
        if superseded.updateValue(other, forKey: key) == nil { supersededOrder.append(key) }
        guard supersededOrder.count >= 2048 else { return }
        for old in supersededOrder.prefix(1024) { superseded[old] = nil }
        supersededOrder.removeFirst(1024)
    }

    mutating func followsELINs(through counter: UInt64) { elinsThrough = max(elinsThrough, counter) }

    mutating func nextToken() -> FetchToken {
        fetches += 1
        return FetchToken(rawValue: fetches)
    }

    /// The last question that was asked.
    var lastToken: FetchToken { FetchToken(rawValue: fetches) }

    var nextDeadline: MonotonicTime {
        if !incoming.isEmpty || isTakingOver { return MonotonicTime(nanoseconds: .min) }
        var next = readers.reduce(nextHeartbeat) { min($0, $1.nextDeadline) }
        for calls in [peerCalls.nextDeadline, ownCalls.nextDeadline] { next = min(next, calls ?? next) }
        return next
    }

    /// The time that both nodes count by; 0 before a start.
    func house(_ now: MonotonicTime) -> UInt64 { clock?.now(now) ?? 0 }
}
