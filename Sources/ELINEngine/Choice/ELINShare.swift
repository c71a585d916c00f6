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

    /// - Parameter index: the place of an ELIN in the list of its location.
    func owns(_ index: Int) -> Bool { index & 1 == position }
}
