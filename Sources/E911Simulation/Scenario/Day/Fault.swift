/// What can go wrong in a ``SimulatedDay``, beside the loss that its wires have anyway.
public enum Fault: String, Sendable, CaseIterable {
    // On the wires of the SIP Server or of a node
    case loss, duplication, reordering, delay
    /// The wire between a node and the SIP Server is cut.
    case partition
    // Processes that end at once, and start again with the disk as it was
    case nodeCrash = "node-crash"
    case serverCrash = "server-crash"
    // What a node has beside it
    /// The journal's disk is slow, or does nothing.
    case slowJournal = "slow-journal"
    /// Commits take seconds, or wait.
    case slowStore = "slow-store"
    /// Neither journal nor store can write.
    case fullDisk = "full-disk"
    /// The database is locked or broken; some of what it is given it refuses.
    case failingStore = "failing-store"
    /// Nobody can be told: mail servers and web services do not answer.
    case failingChannels = "failing-channels"
    /// The wall clock of a node is set, forward or back, by up to some hours.
    case clockJump = "clock-jump"
    // What peers send
    /// Octets that are no SIP, or nearly; broken documents from the SIP Server.
    case malformed
    /// The SIP Server tells the full state again and again, and nobody asked.
    case notifyStorm = "notify-storm"
    // Between the nodes of a pair and their store
    /// The store takes long for everything.
    case storeSlow = "store-slow"
    /// One node is cut off from the store.
    case storeCutOne = "store-cut-one"
    /// Both are.
    case storeCutBoth = "store-cut-both"
    /// The store ends, with all connections, and is back after some seconds.
    case storeRestart = "store-restart"
    /// The store commits, and its answers are lost with the connections.
    case lostAnswers = "lost-answers"
    /// A node's process is stopped, and goes on later as if nothing had been.
    case nodeFreeze = "node-freeze"

    /// Those that befall a node that is alone, in the order in which its days draw them.
    public static let ofOneNode = Array(allCases.prefix { $0 != .storeSlow })
}
