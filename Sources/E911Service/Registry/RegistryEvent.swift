public import RegInfo

/// What the registry tells. Devices are named by id: ``DeviceRegistry/record(for:)`` has the present values. Only the
/// active member of a call server makes events of devices, and a filtered device makes none.
public enum RegistryEvent: Equatable, Sendable {
    /// A device that was not known.
    case added(DeviceID)
    /// The device has another contact URI; this is what it was.
    indirect case moved(DeviceID, from: DeviceRecord)
    /// Same contact, but address, MAC or another value differs; this is what it was.
    indirect case changed(DeviceID, from: DeviceRecord)
    /// It was stale or retired and is active again.
    case confirmed(DeviceID)
    case stale(DeviceID)
    case retired(DeviceID)
    /// The filters were changed, and now hit it: it is not tracked any more.
    case filtered(DeviceID)
    /// It is forgotten: its grace period is over, or another record took its place. The id is void.
    indirect case removed(DeviceID, DeviceRecord)
    /// Its host is no address, or its MAC no MAC; the text is in the record.
    case unusableAddress(DeviceID)
    case downloadCompleted(RegistrySubscription, DownloadSummary)
    /// An alarm: a download did not list this many devices of so many. As always the sweep waits for a second one, which
    /// ``refreshWanted(_:_:)`` asks for.
    case sweepHeld(RegistrySubscription, missing: Int, of: Int)
    /// Full state is wanted: refresh the subscription and call ``DeviceRegistry/beginDownload(_:newDialog:now:)``.
    case refreshWanted(RegistrySubscription, RefreshReason)
    /// A document was refused as a whole, and the state kept.
    case documentRefused(RegistrySubscription, RegInfoError)
    /// A document was applied although something in it was skipped or not used.
    case irregularities(RegistrySubscription, first: RegInfoIrregularity, count: Int)
    /// An alarm: a pattern of this call server reached its limit and did not match.
    case patternLimitReached(callServer: String)
    /// An alarm: there is no room for another device.
    case full(callServer: String)
}

/// Why full state is asked for.
public enum RefreshReason: UInt8, Hashable, Sendable, CaseIterable {
    /// A NOTIFY was lost.
    case gap
    /// The version or a partial document without a base hints at a loss.
    case version
    /// A full document that nobody asked for, in the scope of a server.
    case unaskedFullState
    case unreadableDocument
    /// A NOTIFY came too late to be used.
    case lateNotify
    /// There was no room for a document.
    case noRoom
    /// A second download is to agree with one that did not list all that was known.
    case heldSweep
}

/// What a completed download brought.
public struct DownloadSummary: Hashable, Sendable {
    public var documents = 0
    public var contacts = 0
    public var added = 0
    public var moved = 0
    public var retired = 0
    /// From the SUBSCRIBE to the last NOTIFY.
    public var length: Duration = .zero

    public init() {}
}

/// How many devices there are.
public struct DeviceCounts: Hashable, Sendable {
    public var active = 0
    public var stale = 0
    public var retired = 0
    /// Of all of them, those that are not tracked.
    public var filtered = 0

    public init() {}

    public var total: Int { active + stale + retired }
}
