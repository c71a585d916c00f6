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
}
