public import E911Values

/// Gives emergency calls their ELIN and knows who is behind each one (contract.md sections 3 and 4).
///
/// An ELIN names a place to the emergency network and takes its callback. Three things must hold whatever happens: no
/// ELIN is sent for a place other than the one that its record names or that contains the caller; the latest caller
/// owns the callback, for `sip-elin-timeout` from the 302; a test call takes nothing from anybody. ``violations()``
/// checks the state against them.
///
/// The engine is a value without clock or disk. Whether a lease is live follows from the time that each call brings,
/// never from ``advance(to:limit:)``, which only clears up and tells what ended.
public struct ELINEngine: Equatable, Sendable {
    public private(set) var configuration: ELINConfiguration
    var table: NumberTable
    var pools: PoolTable
    var ledger = ELINLedger()
    /// Deadlines of the leases, by slot of ``table``.
    var deadlines = DeadlineQueue()
    /// When bindings have been idle long enough, by slot of ``table``.
    var returns = DeadlineQueue()
    /// Places that wait for a number, the longest first.
    var waiting: [Int] = []
    /// Whether bindings may change: not before all is known that the store has.
    public internal(set) var isOpen = false
    /// Whether the devices of the places are being counted: nobody knows yet which place has none.
    public internal(set) var isCounting = true
    /// Leases of the other node that came after a later one of their ELIN had been taken here: what holds again if that is
    /// withdrawn. Looked up, never iterated.
    var overtaken: [TelephoneNumber: Lease] = [:]
    var effects: [ELINEffect] = []

    public init(configuration: ELINConfiguration) {
        self.configuration = configuration
        table = NumberTable(configuration)
        pools = PoolTable(configuration.pools)
    }

    /// Goes over to another configuration. Live leases stay as they are, on numbers that have gone too: the callback
    /// to a number that was sent works to the end of its window. Bindings stay as long as their number is in a pool.
    ///
    /// Every place has no device then: count them anew, and call ``endCount(now:)``.
    public mutating func apply(_ configuration: ELINConfiguration, now: Now) {
        apply(ELINTables(configuration), now: now)
    }

    /// The same with tables that were made before: what is left to do grows with leases and bindings, not with places.
    ///
    /// - Returns: the tables that were in their place. To take large ones apart takes time.
    @discardableResult
    public mutating func apply(_ tables: ELINTables, now: Now) -> ELINTables {
        let old = ELINTables(configuration, table, pools)
        configuration = tables.configuration
        table = tables.table
        pools = tables.pools
        rebuild(keeping: old.table, now: now)
        return old
    }

    /// Takes back what the store, or a copy of it, held of the numbers, instead of what is known here. Every place has no
    /// device then.
    ///
    /// - Parameter isComplete: the store was read. Before it is, a number may have a place that is not known, so nothing
    ///   is bound, freed, offered or confirmed.
    public mutating func restore(_ rows: [ELINRow], isComplete: Bool, now: Now) {
        ledger = ELINLedger(rows)
        isOpen = isOpen || isComplete
        let old = table
        table = NumberTable(configuration)
        pools = PoolTable(configuration.pools)
        rebuild(keeping: old, now: now)
    }

    /// Brings fresh tables up to date with the leases, the bindings and the use of the numbers.
    private mutating func rebuild(keeping old: NumberTable, now: Now) {
        waiting = []
        isCounting = true
        deadlines = DeadlineQueue()
        for slot in table.keep(old) {
            if let lease = table.slots[slot].lease { deadlines.set(slot, to: lease.deadline) }
        }
        attachBindings(now: now)
        // Of numbers too that only a binding has brought back.
        for index in old.slots.indices where old.slots[index].usage != ELINUsage() {
            guard let slot = table.slotOfNumber[old.slots[index].number] else { continue }
            table.slots[slot].usage = old.slots[index].usage
        }
    }

    /// What is to be done since this was asked the last time, in order.
    public mutating func takeEffects() -> [ELINEffect] {
        defer { effects = [] }
        return effects
    }

    /// When the next lease ends, or a binding has been idle long enough.
    public var nextDeadline: MonotonicTime? {
        guard let idle = returns.first?.time else { return deadlines.first?.time }
        return min(deadlines.first?.time ?? idle, idle)
    }

    /// Clears at most `limit` leases that have ended, and returns them, those that ended first in front. Ends as many
    /// bindings that have been idle long enough.
    public mutating func advance(to now: Now, limit: Int = 256) -> [Lease] {
        endIdleBindings(now: now, limit: limit)
        var ended: [Lease] = []
        var freed: [Int] = []
        while ended.count < limit, let slot = deadlines.popDue(now.monotonic) {
            if let lease = table.slots[slot].lease { ended.append(lease) }
            if !overtaken.isEmpty { overtaken[table.slots[slot].number] = nil }
            table.slots[slot].lease = nil
            if let pool = awaitedPool(of: slot), !freed.contains(pool) { freed.append(pool) }
        }
        for pool in freed.sorted() { relieve(pool, now: now) }
        return ended
    }

    /// The live leases, by number.
    public func leases(at now: Now) -> [Lease] {
        table.slots.compactMap(\.lease).filter { $0.isLive(at: now.monotonic) }.sorted { $0.elin < $1.elin }
    }

    /// How many leases are kept; some may have ended since the last ``advance(to:limit:)``.
    public var leaseCount: Int { deadlines.count }

    mutating func put(_ lease: Lease, in slot: Int) {
        table.slots[slot].lease = lease
        table.slots[slot].lastUse = UseRank(lease.call)
        deadlines.set(slot, to: lease.deadline)
    }

    /// The pool that a number goes back to with the end of its lease, if a place waits for one: the lease may have been all
    /// that kept it.
    func awaitedPool(of slot: Int) -> Int? {
        guard !waiting.isEmpty, table.slots[slot].place == nil else { return nil }
        return pools.owner(of: table.slots[slot].number)
    }
}
