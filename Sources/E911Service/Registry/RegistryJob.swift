/// Work over all devices, done a slice at a time. `cursor` is the next slot.
enum RegistryJob: Equatable, Sendable {
    /// Counts what a completed download did not list.
    case count(SweepJob)
    /// Retires it.
    case sweep(SweepJob)
    /// Compares what two members see after the events' source changed.
    /// ``nil``: the one before is gone, and what it saw is not known any more.
    case switchMember(callServer: Int, from: Int?, to: Int, cursor: UInt32)
    case refilter(callServer: Int, cursor: UInt32)
    /// Forgets the devices of a call server that is gone.
    case forget(callServer: Int, cursor: UInt32)
    /// Retires the devices that no member sees since the members were changed.
    case retireUnseen(cursor: UInt32)
}

/// The end of a download in the scope of a server.
struct SweepJob: Equatable, Sendable {
    let subscription: RegistrySubscription
    let callServer: Int
    let member: Int
    var download: DownloadState
    var cursor: UInt32 = 0
    /// Seen by the member and not listed by this download.
    var missing = 0
    /// Those that the held download had listed: missed for the first time.
    var missedFirst = 0
    /// The download whose sweep was held before.
    var heldEpoch: UInt8?
    /// Whether those are retired too.
    var sweepsFirst = true
}
