/// What of a place's ELINs is a node's own, where two nodes share a site: every other one of the list, from the node's
/// position on.
///
/// Two nodes that do not see each other's leases would both give away the ELIN that was used longest ago. With shares they
/// do so only when one of them has none left.
public struct ELINShare: Hashable, Sendable {
    /// 0 or 1. At any other position a node has no share of its own.
    public var position: Int
    /// Whether the node knows the leases that the other one gives.
    public var seesOther: Bool

    public init(position: Int, seesOther: Bool) {
        self.position = position
        self.seesOther = seesOther
    }

    /// Of two leases that could be displaced the one of the other's share goes if it is older by so much, in the microseconds that
    /// keys of calls count in. Nearly as old, each node displaces its own: both would take the oldest of all at the same moment, and
    /// one of two callers in need would have lost his ELIN.
    static let preference: UInt64 = 10_000_000

    /// - Parameter index: the place of an ELIN in the list of its location.
    func owns(_ index: Int) -> Bool { index & 1 == position }
}
