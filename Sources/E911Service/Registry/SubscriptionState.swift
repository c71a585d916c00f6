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
    /// In the scope of a server: the last download, while it did not list all that was known. Silence is what a SIP Server
    /// that died in the middle of it leaves too, so that the next download of the same dialog has to agree.
    var held: HeldDownload?
    /// Counts the times that something was lost in which the end of a download may have been.
    private(set) var losses: UInt32 = 0
    /// How many second downloads were asked for since one listed all that was known.
    var secondOpinions = 0
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

    /// When the wish is told: not while a SUBSCRIBE is under way.
    var wishDue: MonotonicTime? {
        if let download, !download.isAnswered { return nil }
        return wish?.due
    }

    /// Something of the dialog was lost: it may have been the end of the held download.
    mutating func loseHeld() {
        held = nil
        losses &+= 1
    }

    /// Forgets what was remembered for older documents when none can come.
    mutating func forgetSpoken(at now: MonotonicTime) {
        if lateDocuments == 0, !awaitsOlder(at: now) { spokenOf = [] }
    }

    struct HeldDownload: Equatable, Sendable {
        let dialog: UInt32
        let epoch: UInt8
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
    /// Whether the SUBSCRIBE began a dialog. Then the first NOTIFY says that it was accepted, as a 2xx does.
    let beginsDialog: Bool
    let began: MonotonicTime
    /// When the SUBSCRIBE was accepted. Without that, nobody has promised full state.
    var accepted: MonotonicTime?
    /// Whether the 2xx itself has come. Until then the SUBSCRIBE is under way, and no other can be sent.
    var isAnswered = false
    var lastNotify: MonotonicTime?
    /// When the last document of it came.
    var lastDocument: MonotonicTime?
    /// The longest time between two NOTIFYs of it.
    var longestGap = Duration.zero
    /// Documents that have arrived and were not applied yet.
    var waiting = 0
    var summary = DownloadSummary()
    /// A part of it was lost or unreadable. It never completes; a refresh makes it good.
    var isDamaged = false
    /// A registration in it could not be read, so it says nothing about what it did not list.
    var isIncomplete = false
    /// Whether it has said anything that can be full state: a document that calls itself so, or names a registration.
    var hasState = false
    /// In the scope of an AOR: the devices that it listed.
    var seen: Set<UInt32> = []

    init(number: UInt32, epoch: UInt8, beginsDialog: Bool, began: MonotonicTime) {
        self.number = number
        self.epoch = epoch
        self.beginsDialog = beginsDialog
        self.began = began
    }

    /// The SUBSCRIBE was accepted. What came before belongs to the download if it has overtaken the answer; what is
    /// older than `patience` was sent for another reason.
    mutating func accept(at now: MonotonicTime, patience: Duration) {
        guard accepted == nil else { return }
        accepted = now
        if let last = lastDocument, now - last >= patience { lastDocument = nil }
    }

    /// When silence completes it, if nothing else is in the way.
    func completion(quiet: Duration) -> MonotonicTime? {
        guard let accepted, let lastNotify, lastDocument != nil, waiting == 0, !isDamaged else { return nil }
        return max(accepted, lastNotify) + max(quiet, longestGap * 3)
    }

    /// When it is given up, because the state that was promised has not begun to come.
    func end(patience: Duration) -> MonotonicTime? {
        lastDocument == nil ? accepted.map { $0 + patience } : nil
    }
}
