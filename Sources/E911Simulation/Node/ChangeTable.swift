import E911Service
import E911Values
import ELINEngine

/// The rows of one feed of a ``SharedStore``: the present one of each key, and in which order each node wrote them.
struct ChangeTable {
    enum Key: Hashable {
        case call(RecordKey)
        case lease(TelephoneNumber)
        /// One row of each node that knows of the alert.
        case outbox(RecordKey, String)
        case audit(RecordKey)
        case node(String)
        case elin(TelephoneNumber)
        /// One row of each node.
        case device(String, String)
        case evidence(String)
        case site
    }

    /// What a node wrote, the oldest first. What was written over since is passed over, and goes now and then.
    private struct Log {
        let node: String
        var entries: [(counter: UInt64, key: Key)] = []
        var live = 0
        /// Of these, rows that may be forgotten.
        var history = 0
    }

    /// Looked up only, never iterated.
    private var rows: [Key: Stamped<StoredRow>] = [:]
    /// By the names of the nodes.
    private var logs: [Log] = []
    /// So many calls and entries of the audit log of a node are kept, so that long runs end.
    private let limit: Int

    init(limit: Int = 100_000) { self.limit = limit }

    /// How many rows there are.
    var count: Int { rows.count }

    func row(_ key: Key) -> Stamped<StoredRow>? { rows[key] }

    /// All rows, each node's in the order of its counters.
    var all: [Stamped<StoredRow>] {
        logs.flatMap { log in log.entries.compactMap { present($0, log.node) } }
    }

    private func present(_ entry: (counter: UInt64, key: Key), _ node: String) -> Stamped<StoredRow>? {
        guard let row = rows[entry.key], row.counter == entry.counter, row.node == node else { return nil }
        return row
    }

    // MARK: Writing

    mutating func put(_ row: Stamped<StoredRow>) {
        let key = Self.key(of: row)
        if let before = rows[key] {
            guard Self.replaces(before, by: row) else { return }
            let place = place(of: before.node)
            logs[place].live -= 1
            if Self.isHistory(before.row) { logs[place].history -= 1 }
        }
        rows[key] = Self.owned(row)
        let place = place(of: row.node)
        logs[place].entries.append((row.counter, key))
        logs[place].live += 1
        if Self.isHistory(row.row) { logs[place].history += 1 }
        tidy(place)
    }

    private mutating func place(of node: String) -> Int {
        if let place = logs.firstIndex(where: { $0.node >= node }) {
            if logs[place].node == node { return place }
            logs.insert(Log(node: node), at: place)
            return place
        }
        logs.append(Log(node: node))
        return logs.count - 1
    }

    /// Forgets what was written over when that is the greater part, and the oldest calls when there are too many.
    private mutating func tidy(_ place: Int) {
        let log = logs[place]
        guard log.entries.count > 2 * log.live + 1024 || log.history > limit else { return }
        var excess = log.history > limit ? log.history - limit / 2 : 0
        var entries: [(counter: UInt64, key: Key)] = []
        for entry in log.entries {
            guard let row = present(entry, log.node) else { continue }
            if excess > 0, Self.isHistory(row.row) {
                rows[entry.key] = nil
                excess -= 1
                logs[place].history -= 1
            } else {
                entries.append(entry)
            }
        }
        logs[place].entries = entries
        logs[place].live = entries.count
    }

    private static func isHistory(_ row: StoredRow) -> Bool {
        switch row {
        case .call, .audit: true
        case .outbox(let row): row.isSettled
        default: false
        }
    }

    private static func key(of stamped: Stamped<StoredRow>) -> Key {
        switch stamped.row {
        case .call(let call): .call(call.key)
        case .lease(let lease): .lease(lease.elin)
        case .outbox(let row): .outbox(row.key, stamped.node)
        case .audit(let record): .audit(record.key)
        case .node(let row): .node(row.name)
        case .elin(let row): .elin(row.elin)
        case .deletedELIN(let number): .elin(number)
        case .device(let row): .device(row.key, stamped.node)
        case .deletedDevice(let key): .device(key, stamped.node)
        case .evidence(let row): .evidence(row.key)
        case .deletedEvidence(let key): .evidence(key)
        case .site: .site
        }
    }

    /// Whether the later of two writings holds. Most rows have one writer, whose later row is the later truth.
    private static func replaces(_ before: Stamped<StoredRow>, by row: Stamped<StoredRow>) -> Bool {
        switch (before.row, row.row) {
        // What became of a call is not set back when an older record of it comes from a journal.
        case (.call(let before), .call(let call)): call.outcome != .answered || before.outcome == .answered
        // The later call has the ELIN.
        case (.lease(let before), .lease(let lease)):
            (lease.call.counter, lease.call.node) >= (before.call.counter, before.call.node)
        case (.elin, _), (.deletedELIN, _), (.evidence, _), (.deletedEvidence, _), (.site, _):
            (row.changedAt, row.node) >= (before.changedAt, before.node)
        default: true
        }
    }

    /// With octets of its own: those that a device's row came with are the whole batch's.
    private static func owned(_ row: Stamped<StoredRow>) -> Stamped<StoredRow> {
        guard case .device(let device) = row.row else { return row }
        var row = row
        row.row = .device(DeviceRow(payload: Array(device.payload)[...]))
        return row
    }

    // MARK: Reading

    /// Rows behind the counters, at most so many; a node that is not named is read from its first row on.
    func changes(since: [StoredState.NodeCounter], limit: Int) -> [Stamped<StoredRow>] {
        var found: [Stamped<StoredRow>] = []
        for log in logs {
            let after = since.first { $0.node == log.node }?.counter ?? 0
            var (index, count) = (Self.first(behind: after, log.entries), 0)
            while index < log.entries.count, count < limit {
                if let row = present(log.entries[index], log.node), row.counter > 0 {
                    found.append(row)
                    count += 1
                }
                index += 1
            }
        }
        found.sort { ($0.counter, $0.node) < ($1.counter, $1.node) }
        return Array(found.prefix(limit))
    }

    private static func first(behind counter: UInt64, _ entries: [(counter: UInt64, key: Key)]) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].counter > counter { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
