/// What the use cases count. Plain values, read by query.
struct ServiceCounters: Equatable, Sendable {
    var emergencyCalls: UInt64 = 0
    var testCalls: UInt64 = 0
    var callbacks: UInt64 = 0
    var repeatedInvites: UInt64 = 0
    var loopPasses: UInt64 = 0
    var untrustedCalls: UInt64 = 0
    var untrustedDropped: UInt64 = 0
    var unrecorded: UInt64 = 0
    var cancelled: UInt64 = 0
    var unconfirmed: UInt64 = 0
    var devicesAdded: UInt64 = 0
    var devicesMoved: UInt64 = 0
    var devicesRetired: UInt64 = 0
    var downloads: UInt64 = 0
    var sweepsHeld: UInt64 = 0
    var unreadableDocuments: UInt64 = 0
    /// NOTIFY bodies for which there was no room.
    var droppedBodies: UInt64 = 0
    var notifies: UInt64 = 0
    /// SUBSCRIBEs that were refused or got no answer.
    var subscriptionFailures: UInt64 = 0
    /// OPTIONS of ours to members, and those without an answer.
    var checks: UInt64 = 0
    var missedChecks: UInt64 = 0
    var membersFailed: UInt64 = 0
    var membersSwitched: UInt64 = 0
    /// Addresses of record of callers, and those for which there was no room.
    var addressesLearnt: UInt64 = 0
    var addressesNotLearnt: UInt64 = 0

    /// Names and values in a fixed order.
    var list: [NodeStatus.Counter] {
        [
            ("calls.emergency", emergencyCalls), ("calls.test", testCalls), ("calls.callback", callbacks),
            ("calls.repeated", repeatedInvites), ("calls.loop", loopPasses), ("calls.untrusted", untrustedCalls),
            ("calls.untrusted-dropped", untrustedDropped), ("calls.unrecorded", unrecorded),
            ("calls.cancelled", cancelled), ("calls.unconfirmed", unconfirmed), ("devices.added", devicesAdded),
            ("devices.moved", devicesMoved), ("devices.retired", devicesRetired), ("downloads", downloads),
            ("downloads.held", sweepsHeld), ("reginfo.unreadable", unreadableDocuments),
            ("reginfo.dropped", droppedBodies), ("notify", notifies),
            ("subscriptions.failed", subscriptionFailures), ("members.checked", checks),
            ("members.unanswered", missedChecks), ("members.failed", membersFailed),
            ("members.switched", membersSwitched), ("aors.learnt", addressesLearnt),
            ("aors.not-learnt", addressesNotLearnt),
        ].map { NodeStatus.Counter(name: $0.0, value: $0.1) }
    }
}
