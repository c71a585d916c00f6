import E911Values

/// What two nodes know of one alert. Each writes a record of its own, and what is known is the join of both: commutative,
/// associative and idempotent, so it does not matter in which order, how often and over how many hands a record comes.
///
/// - Facts, reminders and silence are those of the newest call, since a redial begins them anew; of two calls that are one
///   those that were chosen.
/// - State, and what the alert was joined into, are the claim's: a claim opens the alert again, and what is settled stays
///   settled under it.
/// - Everything else only grows. A delivery goes from owed to dropped, failed, delivered, and at last it is forgotten.
extension OutboxRecord {
    /// - Parameter other: of the same alert; one of another alert changes nothing.
    public func joined(_ other: OutboxRecord) -> OutboxRecord {
        guard key == other.key else { return self }
        var joined = self
        joined.joinFacts(other)
        joined.joinState(other)
        joined.laterCalls = Self.newest(laterCalls + other.laterCalls)
        joined.attachedCalls = Self.newest(attachedCalls + other.attachedCalls)
        joined.count = max(count, other.count, 1 + joined.laterCalls.count)
        joined.lastCall = max(lastCall, other.lastCall)
        joined.lastSounded = max(lastSounded, other.lastSounded)
        joined.soundedThrough = max(soundedThrough, other.soundedThrough)
        joined.joinDeliveries(other)
        joined.acknowledgements = Self.first(acknowledgements + other.acknowledgements)
        if other.acknowledgedBy == .all { joined.acknowledgedBy = .all }
        joined.isAcknowledged = isAcknowledged || other.isAcknowledged
        joined.isQuiet = joined.isQuiet || joined.isAcknowledged
        return joined
    }

    /// The call that the facts are of.
    var newestCall: RecordKey { laterCalls.max(by: RecordKey.wasMadeBefore) ?? key }

    mutating func joinFacts(_ other: OutboxRecord) {
        let (mine, theirs) = (newestCall, other.newestCall)
        if mine != theirs {
            guard mine.wasMadeBefore(theirs) else { return }
            alert = other.alert
            factsOf = other.factsOf
            reminders = other.reminders
            isQuiet = other.isQuiet
            return
        }
        reminders = max(reminders, other.reminders)
        isQuiet = isQuiet || other.isQuiet
        if factsOf != other.factsOf {
            guard let chosen = other.factsOf, factsOf.map({ $0.wasMadeBefore(chosen) }) ?? true else { return }
            alert = other.alert
            factsOf = chosen
            return
        }
        let flags = alert.flags.union(other.alert.flags)
        var facts = other.alert
        alert.flags = flags
        facts.flags = flags
        if alert != facts, alert.encoded().lexicographicallyPrecedes(facts.encoded()) { alert = facts }
    }

    private mutating func joinState(_ other: OutboxRecord) {
        guard claim == other.claim else {
            let isLater = claim.map { mine in other.claim.map { mine < $0 } ?? false } ?? true
            guard isLater else { return }
            claim = other.claim
            state = other.state
            joinedInto = other.joinedInto
            return
        }
        if state.rank < other.state.rank { state = other.state }
        joinedInto = Self.newest([joinedInto, other.joinedInto].compactMap { $0 }).first
    }

    private mutating func joinDeliveries(_ other: OutboxRecord) {
        let (mine, theirs) = (Set(deliveries.map(\.number)), Set(other.deliveries.map(\.number)))
        let known = deliveries.filter { theirs.contains($0.number) || !other.forgotten.covers($0.number) }
        let news = other.deliveries.filter { mine.contains($0.number) || !forgotten.covers($0.number) }
        deliveries = []
        for delivery in (known + news).sorted(by: { $0.number < $1.number }) {
            if let last = deliveries.last, last.number == delivery.number {
                deliveries[deliveries.count - 1] = last.joined(delivery)
            } else {
                deliveries.append(delivery)
            }
        }
        forgotten.odd = max(forgotten.odd, other.forgotten.odd)
        forgotten.even = max(forgotten.even, other.forgotten.even)
    }

    /// Those keys that are remembered, none twice, in the order of the calls.
    static func newest(_ keys: [RecordKey]) -> [RecordKey] {
        guard keys.count > 1 else { return keys }
        var found: [RecordKey] = []
        for key in keys.sorted(by: RecordKey.wasMadeBefore) where key != found.last { found.append(key) }
        return found.suffix(rememberedCalls)
    }

    /// Of each recipient, and of each of the others, the first acknowledgement, in the order in which they came.
    static func first(_ acknowledgements: [Acknowledgement]) -> [Acknowledgement] {
        guard acknowledgements.count > 1 else { return acknowledgements }
        var found: [Acknowledgement] = []
        var recipients: Set<String> = []
        var others: Set<String> = []
        for acknowledgement in acknowledgements.sorted(by: Acknowledgement.wasBefore) {
            if let recipient = acknowledgement.recipient {
                guard recipients.insert(recipient).inserted else { continue }
            } else {
                guard others.count < keptAcknowledgements, others.insert(acknowledgement.by).inserted else { continue }
            }
            found.append(acknowledgement)
        }
        return found
    }

    /// A later call has not sounded yet.
    var isUnsounded: Bool { laterCalls.contains { $0.counter > soundedThrough } }

    /// Nothing is left to do by either node.
    var isDone: Bool {
        isSettled && (joinedInto != nil || !isUnsounded && !deliveries.contains { $0.state == .owed })
    }
}

extension OutboxRecord.Forgotten {
    func covers(_ number: UInt32) -> Bool { number <= (number % 2 == 1 ? odd : even) }

    mutating func add(_ number: UInt32) {
        if number % 2 == 1 { odd = max(odd, number) } else { even = max(even, number) }
    }
}

extension OutboxRecord.State {
    fileprivate var rank: Int {
        switch self {
        case .suppressed: 0
        case .open: 1
        case .settled: 2
        }
    }
}

extension OutboxRecord.Acknowledgement {
    fileprivate static func wasBefore(_ a: Self, _ b: Self) -> Bool {
        (a.at, a.by, a.recipient == nil ? 0 : 1, a.recipient ?? "", a.comment)
            < (b.at, b.by, b.recipient == nil ? 0 : 1, b.recipient ?? "", b.comment)
    }
}

extension RecordKey {
    fileprivate static func wasMadeBefore(_ a: RecordKey, _ b: RecordKey) -> Bool { a.wasMadeBefore(b) }
}

extension DeliveryRecord {
    /// The same delivery, as far as either of two nodes has got with it.
    fileprivate func joined(_ other: DeliveryRecord) -> DeliveryRecord {
        var joined = self
        if (channel, recipient, address) < (other.channel, other.recipient, other.address) {
            joined.channel = other.channel
            joined.recipient = other.recipient
            joined.address = other.address
        }
        if reason.weight < other.reason.weight { joined.reason = other.reason }
        if state.rank < other.state.rank { joined.state = other.state }
        joined.attempts = max(attempts, other.attempts)
        if log != other.log {
            joined.log = []
            for entry in (log + other.log).sorted(by: Entry.wasBefore) where entry != joined.log.last {
                joined.log.append(entry)
            }
            joined.log = joined.log.suffix(Self.loggedAttempts)
        }
        return joined
    }
}

extension DeliveryRecord.State {
    fileprivate var rank: Int {
        switch self {
        case .owed: 0
        case .dropped: 1
        case .failed: 2
        case .delivered: 3
        }
    }
}

extension DeliveryRecord.Entry {
    fileprivate static func wasBefore(_ a: Self, _ b: Self) -> Bool {
        (a.at, a.attempt, a.result.order.0, a.result.order.1) < (b.at, b.attempt, b.result.order.0, b.result.order.1)
    }
}

extension DeliveryResult {
    fileprivate var order: (Int, String) {
        switch self {
        case .temporary(let reason): (0, reason)
        case .permanent(let reason): (1, reason)
        case .delivered(let answer): (2, answer)
        }
    }
}
