public import E911Values

/// The place of a node in its pair.
public struct PairPosition: Hashable, Sendable {
    public var node: String
    /// The first one gives deliveries odd numbers and the second one even ones, so that no two of them have one number.
    public var isSecond: Bool
    /// The other node.
    public var peer: String

    public init(node: String, peer: String, isSecond: Bool) {
        self.node = node
        self.peer = peer
        self.isSecond = isSecond
    }

    /// Whether this node goes on with what a node owes that is neither of both: one that was alone under another name, or was in
    /// the place of one of them.
    func adopts(_ holder: String) -> Bool { !isSecond && holder != node && holder != peer }
}

/// What a desk of a pair knows beside its alerts.
struct PairWork: Equatable, Sendable {
    let position: PairPosition
    /// Keys of the alerts that the other node works, in about the order in which they came, and of some others.
    var watched = WaitingLine<RecordKey>()
    var watchedCount = 0
    /// Alerts that were claimed, in the order of the marks.
    var claims = WaitingLine<Claimed>()
    /// The store has the claims up to this mark.
    var releasedThrough: UInt64?
    /// No message leaves before.
    var heldUntil: MonotonicTime?
    /// Deliveries of the other node that are to be seen here too.
    var mirrors = WaitingLine<DeliveryID>()
    /// The latest alerts that are over, as far as they are known: the other node's record may come later.
    private(set) var settled: [RecordKey: OutboxRecord] = [:]
    private var settledLine = WaitingLine<RecordKey>()
    /// In which of them their other calls are.
    private var settledCalls: [RecordKey: RecordKey] = [:]

    struct Claimed: Equatable, Sendable {
        var key: RecordKey
        var mark: UInt64
    }

    /// How many alerts that are over are remembered.
    static let remembered = 4096

    init(position: PairPosition) {
        self.position = position
    }

    mutating func remember(_ record: OutboxRecord) {
        if let before = settled.updateValue(record, forKey: record.key) {
            forget(before)
        } else {
            settledLine.append(record.key)
        }
        for call in record.laterCalls + record.attachedCalls { settledCalls[call] = record.key }
        while settledLine.count > Self.remembered, let key = settledLine.popFirst() {
            if let record = settled.removeValue(forKey: key) { forget(record) }
        }
    }

    private mutating func forget(_ record: OutboxRecord) {
        for call in record.laterCalls + record.attachedCalls where settledCalls[call] == record.key {
            settledCalls[call] = nil
        }
    }

    /// The alert that is over in which a call is, if it is known.
    func settledAlert(of call: RecordKey) -> OutboxRecord? {
        (settled[call] ?? settledCalls[call].flatMap { settled[$0] }).flatMap { $0.state == .settled ? $0 : nil }
    }
}

extension AlertDesk {
    /// How many open alerts the other node of the pair works.
    public var watchedCount: Int { pair?.watchedCount ?? 0 }

    /// Lets no message leave before a time, though everything else goes on: what this node does not know yet may say that the
    /// other one has sent them. `nil` ends that, with the next ``advance(to:limit:)``, which is then due.
    public mutating func hold(until time: MonotonicTime?) {
        pair?.heldUntil = time
        if time == nil, workSince != nil { workSince = .zero }
    }

    /// Claims that the store has are worked, so many a turn.
    ///
    /// - Returns: whether no message may leave yet.
    mutating func isHeld(now: Now, into effects: inout [AlertEffect]) -> Bool {
        workOnReleased(now: now, into: &effects)
        guard let until = pair?.heldUntil else { return false }
        guard until <= now.monotonic else {
            workSince = workSince ?? until
            return true
        }
        pair?.heldUntil = nil
        return false
    }

    /// Shows what the other node delivers to pages on the pages of this one.
    mutating func mirror(limit: Int, now: Now, into effects: inout [AlertEffect]) {
        var left = limit
        while let id = pair?.mirrors.next {
            guard left > 0 else {
                workSince = now.monotonic
                return
            }
            _ = pair?.mirrors.popFirst()
            guard let slot = slotOfKey[id.alert], let open = slots[slot], open.record.key == id.alert, !open.isWorked,
                let position = open.position(of: id.number), open.record.deliveries[position].state == .owed
            else { continue }
            left -= 1
            let delivery = open.record.deliveries[position]
            effects.append(.mirror(attempt(delivery.attempts + 1, delivery, of: open.record)))
        }
    }

    /// What goes with an alert that is over.
    mutating func forgetPairWork(_ open: OpenAlert, _ slot: Int) {
        for key in open.record.attachedCalls where slotOfKey[key] == slot { slotOfKey[key] = nil }
        if open.standing == .watched { pair?.watchedCount -= 1 }
        pair?.remember(open.record)
        guard let pair, pair.watched.count > 64, pair.watched.count > 2 * pair.watchedCount else { return }
        var left = WaitingLine<RecordKey>()
        while let key = self.pair?.watched.popFirst() {
            if let slot = slotOfKey[key], slots[slot]?.standing == .watched { left.append(key) }
        }
        self.pair?.watched = left
    }
}

extension OutboxRecord {
    /// The number of the next delivery.
    ///
    /// - Parameter node: the place in its pair of the node that makes it; `nil` without one.
    func nextNumber(at node: PairPosition?) -> UInt32 {
        let last = deliveries.last?.number ?? 0
        guard let node else { return last &+ 1 }
        let number = max(last, forgotten.odd, forgotten.even) &+ 1
        return (number % 2 == 0) == node.isSecond ? number : number &+ 1
    }
}
