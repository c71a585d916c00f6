import E911Values
import RegInfo
import SIPCore

/// NOTIFY bodies that wait to be read, and the one that is being read. A turn takes at most 16 kB, so that a download
/// never holds an emergency call; what waits is bounded by the notifier, who waits for each answer.
struct BodyQueue {
    struct Body {
        /// What has been read of it.
        var document: StagedDocument
        var bytes: SIPText
    }

    static let octetsPerTurn = 16_384

    private(set) var waiting: [Body] = []
    private var first = 0
    /// How far the first body has been read.
    private(set) var position = 0

    var isEmpty: Bool { first == waiting.count }

    /// Work waits for its turn.
    var nextDeadline: MonotonicTime? { isEmpty ? nil : MonotonicTime(nanoseconds: .min) }

    var current: Body? { isEmpty ? nil : waiting[first] }

    mutating func append(_ body: Body) {
        waiting.append(body)
    }

    /// The current one has been read up to here.
    mutating func keep(_ document: StagedDocument, readTo position: Int) {
        guard !isEmpty else { return }
        waiting[first].document = document
        self.position = position
    }

    mutating func finishCurrent() {
        guard !isEmpty else { return }
        waiting[first].bytes = .empty
        first += 1
        position = 0
        if first == waiting.count {
            waiting = []
            first = 0
        }
    }
}
