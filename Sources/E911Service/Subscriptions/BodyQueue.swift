import E911Values
import RegInfo
import SIPCore

/// NOTIFY bodies that wait to be read, and the one that is being read. A turn takes at most 16 kB, so that a download
/// never holds an emergency call.
///
/// A NOTIFY is answered before its body is read, so nothing slows a notifier down: what waits of one subscription is
/// bounded here. One body is always taken, however large it is.
struct BodyQueue {
    struct Body {
        /// What has been read of it.
        var document: StagedDocument
        let bytes: SIPText
    }

    static let octetsPerTurn = 16_384
    /// Slots of finished bodies that are given back together.
    private static let slotsPerCompaction = 64

    /// Most octets that wait of one subscription.
    let limit: Int

    private var slots: [Body?] = []
    private var first = 0
    /// How far the first body has been read.
    private(set) var position = 0
    /// What waits of a subscription, the one that is being read included; looked up, never iterated.
    private var waiting: [RegistrySubscription: Waiting] = [:]

    private struct Waiting {
        var octets = 0
        /// Whether something was turned away since nothing waited.
        var isOverflowing = false
    }

    enum Admission: Hashable, Sendable {
        case admitted
        /// There is no room; `isFirst` when there was until now.
        case full(isFirst: Bool)
    }

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { first == slots.count }

    /// Work waits for its turn.
    var nextDeadline: MonotonicTime? { isEmpty ? nil : MonotonicTime(nanoseconds: .min) }

    /// Bodies that are kept, finished ones included.
    var slotCount: Int { slots.count }

    /// Whether a body of this size may be appended.
    mutating func admit(_ octets: Int, of subscription: RegistrySubscription) -> Admission {
        guard var known = waiting[subscription], known.octets > 0, octets > limit - known.octets else {
            return .admitted
        }
        defer {
            known.isOverflowing = true
            waiting[subscription] = known
        }
        return .full(isFirst: !known.isOverflowing)
    }

    mutating func append(_ body: Body) {
        waiting[body.document.subscription, default: Waiting()].octets += body.bytes.count
        slots.append(body)
    }

    /// Takes the first one out: its document has one owner while it grows, and is not copied. It comes back by
    /// ``putBack(_:readTo:)`` or ends with ``finish(_:)``.
    mutating func take() -> Body? {
        guard !isEmpty else { return nil }
        defer { slots[first] = nil }
        return slots[first]
    }

    /// The one that was taken has been read up to here.
    mutating func putBack(_ body: Body, readTo position: Int) {
        guard !isEmpty else { return }
        slots[first] = body
        self.position = position
    }

    /// The one that was taken is done.
    mutating func finish(_ body: Body) {
        guard !isEmpty else { return }
        let subscription = body.document.subscription
        let left = (waiting[subscription]?.octets ?? 0) - body.bytes.count
        if left > 0 { waiting[subscription]?.octets = left } else { waiting[subscription] = nil }
        first += 1
        position = 0
        guard isEmpty || first >= Self.slotsPerCompaction && first * 2 >= slots.count else { return }
        slots.removeFirst(first)
        first = 0
    }
}
