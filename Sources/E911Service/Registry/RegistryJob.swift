/// Work over all devices, done a slice at a time. `cursor` is the next slot.
enum RegistryJob: Equatable, Sendable {
    /// Retires what two completed downloads did not list.
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

/// The end of a download in the scope of a server: retires what it and the one before did not list, and counts what it
/// alone did not.
struct SweepJob: Equatable, Sendable {
    let subscription: RegistrySubscription
    let callServer: Int
    let member: Int
    let dialog: UInt32
    let losses: UInt32
    var download: DownloadState
    /// Devices that were seen before this download only are missing in it and in the one before.
    let retiresBefore: UInt8?
    var cursor: UInt32 = 0
    /// Seen by the member, and missing in this download alone.
    var missing = 0
}
