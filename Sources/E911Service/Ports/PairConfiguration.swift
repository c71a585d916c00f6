/// Two nodes that share one store, each of which can answer any call (contract section 7).
public struct PairConfiguration: Equatable, Sendable {
    /// The names of both. The one that comes first when they are sorted has the first position, which decides which ELINs of a place
    /// it gives first, and that it is the one that binds numbers of pools when both begin.
    public var nodes: [String]
    public var limits = PairLimits()

    /// - Parameter nodes: two different names.
    public init(nodes: [String]) { self.nodes = nodes }
}

/// How fast the nodes of a pair look after each other. None of it is in the way of a call.
public struct PairLimits: Equatable, Sendable {
    /// Between two heartbeats, and between two questions for calls when nobody tells that there are new ones.
    public var heartbeat: Duration = .seconds(1)
    /// Between two questions for the rest.
    public var poll: Duration = .seconds(5)
    /// The other node's leases are known while its heartbeat says that the store has all its calls up to so long ago.
    public var seen: Duration = .seconds(3)
    /// What it owes is done by this node when it has been silent for so long.
    public var takeover: Duration = .seconds(4)
    /// Numbers of pools are bound by this node when the other one, which did, has been silent for so long.
    public var lead: Duration = .seconds(10)
    /// A node that binds numbers of pools stops when the store has no heartbeat of it that is younger than this: less than
    /// ``lead``, so that it has stopped before the other one begins.
    public var fence: Duration = .seconds(6)
    /// A store that has not answered for so long is away.
    public var storeGap: Duration = .seconds(3)
    /// So long a node that has just woken or started lets no message leave, unless it has read before what the other one did.
    public var hold: Duration = .seconds(2)
    /// Most rows of one question.
    public var rows = 256
    /// A question that is not answered for so long has failed.
    public var question: Duration = .seconds(10)

    public init() {}
}
