import E911Values
import RegInfo
import SIPCore

/// The subscriptions at one member of a call server: one for the whole server, or one for each address of record.
///
/// What is wanted is compared with what stands one address at a time (``step()``), and what follows from it is done at a
/// pace with jitter (``next(at:jitter:)``), so that ten thousand neither hold the house loop nor start in one second.
struct SubscriptionGroup {
    /// Two groups with equal keys are the same one over a change of the site.
    struct Key: Hashable, Sendable {
        var callServer: String
        var member: MemberConfiguration
    }

    /// What the site wants of it.
    struct Wish: Equatable {
        /// Index of the call server in the site, and of the member in it.
        var server: Int
        var member: Int
        var expires: UInt32
        /// Where it is, the preferred address first.
        var hops: [NextHop]
        var account: DigestAccount?
        /// SUBSCRIBEs a second, of starts, ends and downloads that are asked for.
        var pace: Int
    }

    struct Entry {
        /// `nil` is the whole server.
        let aor: String?
        let expires: UInt32
        var id: SubscriptionID?
        var registry: RegistrySubscription?
        var isAccepted = false
        /// Why it failed the last time; `nil` when it stands.
        var failure: String?
        /// Its end was asked for.
        var isLeaving = false
        fileprivate var generation: UInt32
        fileprivate var waiting: Task.Kind = []
    }

    /// Something that is to be done with a subscription when its turn comes.
    struct Task: Equatable {
        struct Kind: OptionSet, Sendable {
            let rawValue: UInt8
            static let start = Kind(rawValue: 1)
            static let end = Kind(rawValue: 2)
            static let refresh = Kind(rawValue: 4)
            /// It has got another account, or the member another address.
            static let renew = Kind(rawValue: 8)
        }

        var kind: Kind
        var slot: Int
    }

    private enum Phase {
        case marking(Int)
        case sweeping(Int)
        case settled
    }

    let key: Key
    private(set) var wish: Wish
    private(set) var tally = SubscriptionTally()
    /// Slots that are free are `nil`.
    private(set) var entries: [Entry?] = []
    private var free: [Int] = []
    /// Looked up only, never iterated.
    private var index: [String?: Int] = [:]
    private var wanted: [String?] = []
    private var generation: UInt32 = 0
    private var phase = Phase.settled
    private var isRenewed = false
    private var tasks: [Task] = []
    private var firstTask = 0
    private var nextAt = MonotonicTime(nanoseconds: .min)
    /// The slot whose failure is shown.
    private var lastFailed = 0

    /// SUBSCRIBEs a second when the process is about to leave.
    static let lastPace = 4000
    /// So many may leave at once after a time without any.
    private static let burst: Int64 = 16

    init(_ key: Key, _ wish: Wish) {
        self.key = key
        self.wish = wish
    }

    // MARK: What is wanted

    /// Compares these addresses of record with those that are there, from now on.
    mutating func want(_ aors: [String?], _ wish: Wish) {
        isRenewed = isRenewed && !isSettled || wish.hops != self.wish.hops || wish.account != self.wish.account
        self.wish = wish
        wanted = aors
        generation &+= 1
        phase = .marking(0)
    }

    /// One more address of record.
    mutating func add(_ aor: String) {
        wanted.append(aor)
        if case .marking = phase { return }
        mark(aor)
    }

    /// Ends everything, fast.
    mutating func leave() {
        want([], wish)
        wish.pace = Self.lastPace
        nextAt = MonotonicTime(nanoseconds: .min)
    }

    /// A download of everything is wanted, when its turn comes.
    mutating func refreshAll() {
        for slot in entries.indices { queue(.refresh, slot) }
    }

    var isSettled: Bool { if case .settled = phase { true } else { false } }
    /// How many are wanted, as far as they were looked at.
    var count: Int { index.count }
    /// How many there are, those that are ending included.
    var remaining: Int { entries.count - free.count }

    /// Looks at the next address of record.
    mutating func step() {
        switch phase {
        case .marking(let position) where position < wanted.count:
            phase = .marking(position + 1)
            mark(wanted[position])
        case .marking: phase = .sweeping(0)
        case .sweeping(let slot) where slot < entries.count:
            phase = .sweeping(slot + 1)
            guard let entry = entries[slot], entry.generation != generation else { return }
            if index[entry.aor] == slot { index[entry.aor] = nil }
            if entry.id == nil { remove(slot) } else { queue(.end, slot) }
        case .sweeping:
            phase = .settled
            isRenewed = false
        case .settled: break
        }
    }

    private mutating func mark(_ aor: String?) {
        if let slot = index[aor], let entry = entries[slot], entry.expires == wish.expires, !entry.isLeaving {
            entries[slot]?.generation = generation
            if isRenewed { queue(.renew, slot) }
            return
        }
        let entry = Entry(aor: aor, expires: wish.expires, generation: generation)
        let slot = free.popLast() ?? entries.count
        if slot < entries.count { entries[slot] = entry } else { entries.append(entry) }
        index[aor] = slot
        queue(.start, slot)
    }

    // MARK: What is to be done

    private mutating func queue(_ kind: Task.Kind, _ slot: Int) {
        guard entries[slot]?.waiting.insert(kind).inserted == true else { return }
        tasks.append(Task(kind: kind, slot: slot))
    }

    /// When ``step()`` or ``next(at:jitter:)`` is wanted.
    var nextDeadline: MonotonicTime? {
        guard isSettled else { return MonotonicTime(nanoseconds: .min) }
        return firstTask < tasks.count ? nextAt : nil
    }

    /// The next thing to be done, if its time has come.
    ///
    /// - Parameter jitter: the pause behind it is half of the mean one to one and a half of it.
    mutating func next(at now: MonotonicTime, jitter: inout SeededGenerator) -> Task? {
        while firstTask < tasks.count, nextAt <= now {
            let task = tasks[firstTask]
            firstTask += 1
            if firstTask == tasks.count || firstTask >= 1024 {
                tasks.removeFirst(firstTask)
                firstTask = 0
            }
            entries[task.slot]?.waiting.remove(task.kind)
            guard isWanted(task) else { continue }
            let mean = 1_000_000_000 / Int64(max(1, min(wish.pace, 1_000_000)))
            nextAt =
                max(nextAt, now - .nanoseconds(mean * Self.burst))
                + .nanoseconds(mean / 2 + Int64(jitter.next() % UInt64(mean)))
            return task
        }
        return nil
    }

    private func isWanted(_ task: Task) -> Bool {
        guard let entry = entries[task.slot], !entry.isLeaving else { return false }
        let isCurrent = entry.generation == generation
        switch task.kind {
        case .start: return isCurrent && entry.id == nil
        case .end: return !isCurrent && entry.id != nil
        default: return isCurrent && entry.id != nil
        }
    }

    // MARK: What became of it

    mutating func started(_ slot: Int, as id: SubscriptionID, registry: RegistrySubscription?) {
        entries[slot]?.id = id
        entries[slot]?.registry = registry
    }

    mutating func leaving(_ slot: Int) {
        entries[slot]?.isLeaving = true
    }

    mutating func accepted(_ slot: Int) -> SubscriptionTally.Meaning {
        guard let entry = entries[slot] else { return nil }
        entries[slot]?.isAccepted = true
        entries[slot]?.failure = nil
        return tally.accepted(wasStanding: entry.isAccepted)
    }

    mutating func failed(_ slot: Int, status: Int?, reason: String) -> SubscriptionTally.Meaning {
        guard let entry = entries[slot] else { return nil }
        entries[slot]?.isAccepted = false
        entries[slot]?.failure = SubscriptionTally.text(status: status, reason: reason)
        lastFailed = slot
        return tally.failed(status: status, reason: reason, wasStanding: entry.isAccepted)
    }

    mutating func terminated(_ slot: Int, reason: String, isRenewed: Bool) -> SubscriptionTally.Meaning {
        guard let entry = entries[slot] else { return nil }
        entries[slot]?.isAccepted = false
        return tally.terminated(reason: reason, isRenewed: isRenewed, wasStanding: entry.isAccepted)
    }

    /// Nothing is left of it.
    mutating func ended(_ slot: Int) {
        guard let entry = entries[slot] else { return }
        tally.ended(wasStanding: entry.isAccepted)
        if index[entry.aor] == slot { index[entry.aor] = nil }
        remove(slot)
    }

    private mutating func remove(_ slot: Int) {
        entries[slot] = nil
        free.append(slot)
    }

    /// Why one that does not stand failed the last time.
    var failure: String? {
        guard tally.standing < count else { return nil }
        if lastFailed < entries.count, let failure = entries[lastFailed]?.failure { return failure }
        return entries.lazy.compactMap { $0?.failure }.first
    }
}
