import E911Values

/// What a node knows of the other one of its pair: its last heartbeat, and whether silence is its or the store's.
struct PeerBook: Equatable, Sendable {
    private let limits: PairLimits
    private(set) var row: NodeRow?
    /// The counter of its last row of any kind.
    private var lastCounter: UInt64 = 0
    /// When a later row than the one before was read.
    private var lastProgress: MonotonicTime?
    /// When a later heartbeat than the one before was read, and its counter.
    private var lastHeartbeat: MonotonicTime?
    private var heartbeatCounter: UInt64 = 0
    /// Since when questions to the store have been answered without a gap.
    private var connectedSince: MonotonicTime?
    private var lastAnswer: MonotonicTime?

    init(_ limits: PairLimits) { self.limits = limits }

    /// The store has answered a question.
    mutating func answered(at now: MonotonicTime) {
        if !isConnected(at: now) { connectedSince = now }
        lastAnswer = now
    }

    /// The store answers.
    func isConnected(at now: MonotonicTime) -> Bool {
        lastAnswer.map { now - $0 <= limits.storeGap } ?? false
    }

    /// The store has not answered for so long that the other node may do this one's work.
    func wasAway(at now: MonotonicTime) -> Bool {
        lastAnswer.map { now - $0 > limits.takeover } ?? false
    }

    /// - Parameter counter: of the row: a later one is a sign of life, whatever time it tells.
    mutating func take(_ row: NodeRow, counter: UInt64, at now: MonotonicTime) {
        if self.row == nil { lastProgress = now }
        if lastHeartbeat == nil || counter > heartbeatCounter { lastHeartbeat = now }
        heartbeatCounter = max(heartbeatCounter, counter)
        isAlive(counter: counter, at: now)
        self.row = row
    }

    /// A row of any kind has come. The heartbeat stands behind all that was written before it: who reads much for long, or waits
    /// for a large commit of the other node, must not take it for silent.
    mutating func isAlive(counter: UInt64, at now: MonotonicTime) {
        guard counter > lastCounter else { return }
        lastCounter = counter
        lastProgress = now
    }

    /// Whether the leases of the other node are known up to a moment ago: there is none, or it has ended, or its heartbeat is
    /// young. `house` is the time that both count by.
    func isSeen(house: UInt64, at now: MonotonicTime) -> Bool {
        guard isConnected(at: now) else { return false }
        guard let row, row.state != .stopped else { return true }
        // A counter that is ahead of the time proves nothing, and neither does one that is read late.
        guard let lastProgress, now - lastProgress <= limits.seen else { return false }
        return house < row.completeThrough || house - row.completeThrough <= UInt64(limits.seen.wholeMicroseconds)
    }

    /// For how long the other node has told nothing although the store answered; zero while the store does not answer, since
    /// nobody knows then. `nil` while there is no other node.
    func silence(at now: MonotonicTime) -> Duration? {
        guard row != nil else { return nil }
        guard isConnected(at: now), let connectedSince else { return .zero }
        return now - max(lastProgress ?? connectedSince, connectedSince)
    }

    /// Whether no heartbeat of the other node has come for so long although the store answered, it has ended, or never was there.
    /// Other rows do not count: it may write some kinds and not the others.
    func isAbsent(for duration: Duration, at now: MonotonicTime) -> Bool {
        guard isConnected(at: now), let connectedSince else { return false }
        if row?.state == .stopped { return true }
        return now - max(lastHeartbeat ?? connectedSince, connectedSince) >= duration
    }

    /// Whether what the other node owes is this node's work: it has ended, or has been silent for too long.
    func isGone(at now: MonotonicTime) -> Bool {
        guard let row, let silence = silence(at: now), isConnected(at: now) else { return false }
        return row.state == .stopped || silence >= limits.takeover
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 { wholeNanoseconds / 1000 }
}
