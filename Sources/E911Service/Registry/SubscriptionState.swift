import E911Values
import RegInfo

/// What the registry keeps of a subscription.
struct SubscriptionState: Equatable, Sendable {
    let callServer: Int
    var member: Int
    /// `nil` for the scope of a server.
    let aor: [UInt8]?
    let aorHash: UInt64
    var stream: RegInfoStream
    /// Counts the dialogs: contact ids mean nothing beyond theirs.
    var dialog: UInt32 = 0

    var download: DownloadState?
    var downloads: UInt32 = 0
    var lastDownloadLength = Duration.zero
    /// Devices that a held sweep in the scope of an AOR would have retired.
    var heldMissing: Set<UInt32>?

    /// When the oldest gap in the CSeqs was seen.
    var gapSince: MonotonicTime?
    /// Until when a NOTIFY may come that was sent before the first one of the dialog.
    var beginningEnds: MonotonicTime?
    /// In the scope of an AOR: the CSeq of the newest full document. An older one has nothing to add.
    var fullStateCSeq: UInt32?
    /// While an older NOTIFY may come: hashes of the contacts and registrations of which a newer document has spoken.
    var spokenOf: Set<UInt64> = []
    /// Documents that came late and were not applied yet.
    var lateDocuments = 0

    /// Contacts that lost their device to another one of the same document, or may linger after a move.
    var superseded = SupersededContacts()

    var wish: Wish?
    /// When a refresh was last asked for under the common limit.
    var lastAsked: MonotonicTime?
    /// The delay after the next unreadable document.
    var unreadableDelay: Duration?

    /// Whether a NOTIFY may come that is older than one that was applied. A dialog that began with CSeq 1 has none.
    func awaitsOlder(at now: MonotonicTime) -> Bool {
        if gapSince != nil { return true }
        guard let beginningEnds, let first = stream.first else { return false }
        return now < beginningEnds && first > 1
    }

    /// Forgets what was remembered for older documents when none can come.
    mutating func forgetSpoken(at now: MonotonicTime) {
        if lateDocuments == 0, !awaitsOlder(at: now) { spokenOf = [] }
    }

    struct Wish: Equatable, Sendable {
        var reason: RefreshReason
        var due: MonotonicTime
    }
}

/// A download that is running: full state that our own SUBSCRIBE asked for.
struct DownloadState: Equatable, Sendable {
    /// Tells it from earlier ones of the subscription.
    let number: UInt32
    /// What sightings are marked with, in the scope of a server.
    let epoch: UInt8
    let began: MonotonicTime
    var lastNotify: MonotonicTime?
    /// The longest time between two NOTIFYs of it.
    var longestGap = Duration.zero
    /// Documents that have arrived and were not applied yet.
    var waiting = 0
    var summary = DownloadSummary()
    /// A part of it was lost or unreadable. It never completes; a refresh makes it good.
    var isDamaged = false
    /// A registration in it could not be read, so it says nothing about what it did not list.
    var isIncomplete = false
    /// In the scope of an AOR: the devices that it listed.
    var seen: Set<UInt32> = []

    init(number: UInt32, epoch: UInt8, began: MonotonicTime) {
        self.number = number
        self.epoch = epoch
        self.began = began
    }

    /// When silence completes it, if nothing else is in the way.
    func completion(quiet: Duration) -> MonotonicTime? {
        guard let lastNotify, summary.documents > 0, waiting == 0, !isDamaged else { return nil }
        return lastNotify + max(quiet, longestGap * 3)
    }
}
