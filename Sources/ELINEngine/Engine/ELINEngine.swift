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
    /// Deadlines of the leases, by slot of ``table``.
    var deadlines = DeadlineQueue()
    /// Rises with each lease taken by this process.
    var uses: Int64 = 0
    /// Rises with each lease restored. Restored uses rank before those of this process.
    var restoredUses: Int64 = NumberTable.firstRestoredUse

    public init(configuration: ELINConfiguration) {
        self.configuration = configuration
        table = NumberTable(configuration, keeping: [])
    }

    /// Goes over to another configuration. Live leases stay as they are, on numbers that have gone too: the callback
    /// to a number that was sent works to the end of its window.
    public mutating func apply(_ configuration: ELINConfiguration) {
        self.configuration = configuration
        table = NumberTable(configuration, keeping: table.slots)
        deadlines = DeadlineQueue()
        for (slot, state) in table.slots.enumerated() {
            if let lease = state.lease { deadlines.set(slot, to: lease.deadline) }
        }
    }

    /// When the next lease ends.
    public var nextDeadline: MonotonicTime? { deadlines.first?.time }

    /// Clears at most `limit` leases that have ended, and returns them, those that ended first in front.
    public mutating func advance(to now: Now, limit: Int = 256) -> [Lease] {
        var ended: [Lease] = []
        while ended.count < limit, let slot = deadlines.popDue(now.monotonic) {
            if let lease = table.slots[slot].lease { ended.append(lease) }
            table.slots[slot].lease = nil
        }
        return ended
    }

    /// The live leases, by number.
    public func leases(at now: Now) -> [Lease] {
        table.slots.compactMap(\.lease).filter { $0.isLive(at: now.monotonic) }.sorted { $0.elin < $1.elin }
    }

    /// How many leases are kept; some may have ended since the last ``advance(to:limit:)``.
    public var leaseCount: Int { deadlines.count }

    mutating func put(_ lease: Lease, in slot: Int, use: Int64) {
        table.slots[slot].lease = lease
        table.slots[slot].lastUse = use
        deadlines.set(slot, to: lease.deadline)
    }
}
