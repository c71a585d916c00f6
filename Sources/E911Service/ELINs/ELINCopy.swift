import E911Values
import ELINEngine
import SIPCore

/// The copy of what ELINs are bound to, beside the journal: for a start whose store cannot be opened.
struct ELINCopy: Equatable, Sendable {
    /// It is written this long after a change, so that a download that fills many places writes it seldom.
    static let delay: Duration = .seconds(1)

    /// The counter of the last change that it has.
    private(set) var counter: UInt64 = 0
    private(set) var deadline: MonotonicTime?

    init() {}

    /// ELINs changed; the last change has this counter.
    mutating func changed(_ counter: UInt64, now: Now) {
        guard counter > self.counter, deadline == nil else { return }
        deadline = now.monotonic + Self.delay
    }

    /// It is written with what there is up to this counter.
    mutating func written(_ counter: UInt64) {
        self.counter = counter
        deadline = nil
    }
}

extension E911Node {
    /// Takes back what ELINs are bound to: the newer of what the store and its copy have.
    ///
    /// Before the store has been read nobody knows that the copy is the newest, so nothing is bound or given back.
    mutating func restoreELINs(_ state: StoredState, storeAvailable: Bool, now: Now) {
        let copy = state.elinsCopy
        // A start with the store has read all of it; later it comes in parts, and this may be the other one.
        guard let stored = state.elins ?? (storeAvailable && !isReady ? StoredELINs() : nil) else {
            if let copy, !elins.isOpen {
                elins.restore(copy.rows, isComplete: false, now: now)
                elinCopy.written(copy.counter)
                placeAll()
            }
            return
        }
        guard !elins.isOpen else { return }
        guard leads else {
            // What nodes have bound is what the store has; who binds from now on is decided later.
            elins.restore(stored.rows, isComplete: false, now: now)
            pair?.hasELINs = true
            pair?.followsELINs(through: stored.counter)
            if (copy?.counter ?? 0) < stored.counter { elinCopy.changed(stored.counter, now: now) }
            return placeAll()
        }
        let counter = max(copy?.counter ?? 0, elinCopy.counter)
        let isCopyNewer = counter > stored.counter
        let newest = isCopyNewer ? copy?.rows ?? elins.rows : stored.rows
        elins.restore(newest, isComplete: true, now: now)
        lookAtRecordsAnew()
        if isCopyNewer {
            // The store lost the last changes.
            for row in newest { persistence.put(row) }
            let kept = Set(newest.map(\.elin))
            for row in stored.rows where !kept.contains(row.elin) { persistence.deleteELIN(row.elin) }
        } else {
            elinCopy.written(copy?.counter ?? 0)
            if copy?.counter ?? 0 < stored.counter { elinCopy.changed(stored.counter, now: now) }
        }
        placeAll()
    }

    /// Writes the copy when it is due, and at the end.
    mutating func writeELINCopy(now: Now) {
        guard let deadline = elinCopy.deadline, deadline <= now.monotonic || isShuttingDown else { return }
        let counter = max(persistence.elinCounter, elinCopy.counter, pair?.elinsThrough ?? 0)
        elinCopy.written(counter)
        out.append(.other(.rememberELINs(StoredELINs(rows: elins.rows, counter: counter))))
    }
}
