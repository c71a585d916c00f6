/// The order of the documents of one subscription dialog. A new dialog is a new stream.
///
/// By default the CSeq of the NOTIFY decides: real notifiers say version 0 for ever, count over all their AORs, or start
/// again, so the version only hints at a document that was lost. In strict mode the version decides alone, to the
/// letter of RFC 3680 section 5.1.
public struct RegInfoStream: Equatable, Sendable {
    /// What orders documents.
    public enum Versions: UInt8, Hashable, Sendable, CaseIterable {
        case byCSeq, strict
    }

    /// Where a NOTIFY stands among those that came before it.
    public enum Arrival: UInt8, Hashable, Sendable, CaseIterable {
        /// The first, or the next one.
        case inOrder
        /// At least one before it has not come yet.
        case afterGap
        /// It fills a gap: newer ones have come already.
        case late
        /// It came before, or is too old to be placed.
        case outdated
    }

    /// What to do with a document.
    public enum Verdict: UInt8, Hashable, Sendable, CaseIterable {
        case apply
        /// Apply it where nothing newer has spoken.
        case applyLate
        /// Apply it, and ask for full state: a document was lost, or there is no full state to build on.
        case applyAndRefresh
        case ignore
    }

    public let versions: Versions
    /// The version of the last document that was applied in order.
    public private(set) var version: UInt64?
    /// The highest CSeq.
    public private(set) var cseq: UInt32?
    /// CSeqs below the highest that have not come, rising. At most 64 are remembered.
    public private(set) var missing: [UInt32] = []
    /// The lowest CSeq that has come.
    public private(set) var first: UInt32?
    private var hasFullState = false

    public init(versions: Versions = .byCSeq) {
        self.versions = versions
    }

    /// Whether a NOTIFY is missing.
    public var hasGap: Bool { !missing.isEmpty }

    /// Takes notice of a NOTIFY, with a body or without.
    ///
    /// - Parameter isBeginning: whether the dialog is so young that one below the first may still be on its way: where
    ///   the notifier begins to count is not known.
    public mutating func arrived(cseq new: UInt32, isBeginning: Bool = false) -> Arrival {
        guard let highest = cseq, let lowest = first else {
            cseq = new
            first = new
            return .inOrder
        }
        if new > highest {
            cseq = new
            guard new - highest > 1 else { return .inOrder }
            missing.append(contentsOf: max(highest + 1, new - min(new, 64))..<new)
            missing.removeFirst(max(missing.count - 64, 0))
            return .afterGap
        }
        if isBeginning, new < lowest {
            first = new
            missing.insert(contentsOf: max(new + 1, lowest - min(lowest, 64))..<lowest, at: 0)
            missing.removeFirst(max(missing.count - 64, 0))
            return .late
        }
        guard let index = missing.firstIndex(of: new) else { return .outdated }
        missing.remove(at: index)
        return .late
    }

    /// Gives up what is missing: full state was asked for, and makes it good.
    public mutating func forgetGap() {
        missing = []
    }

    /// Judges a document by its root and the arrival of its NOTIFY.
    public mutating func judge(version new: UInt64, state: DocumentState, arrival: Arrival) -> Verdict {
        switch versions {
        case .byCSeq: judgeByCSeq(new, state, arrival)
        case .strict: judgeStrictly(new, state)
        }
    }

    private mutating func judgeByCSeq(_ new: UInt64, _ state: DocumentState, _ arrival: Arrival) -> Verdict {
        switch arrival {
        case .outdated: return .ignore
        case .late:
            if state == .full { hasFullState = true }
            return .applyLate
        case .inOrder, .afterGap: break
        }
        let last = version
        version = new
        if state == .full {
            hasFullState = true
            return .apply
        }
        // Equal: a notifier that does not count. Lower: it started again, and what it counts from is not known.
        let followsLast = last.map { new == $0 || new == $0 &+ 1 } ?? false
        return hasFullState && followsLast ? .apply : .applyAndRefresh
    }

    private mutating func judgeStrictly(_ new: UInt64, _ state: DocumentState) -> Verdict {
        // The greatest value stands for everything above it and orders nothing.
        if let last = version, new <= last, new != .max { return .ignore }
        let last = version
        version = new
        if state == .full {
            hasFullState = true
            return .apply
        }
        return hasFullState && last.map { new == $0 &+ 1 } ?? false ? .apply : .applyAndRefresh
    }
}
