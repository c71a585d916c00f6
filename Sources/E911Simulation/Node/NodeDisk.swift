import Alerting
public import E911Service
public import E911Values
import ELINEngine

/// What lies on a node's disk, and so survives its process: journal, store and site snapshot.
public struct NodeDisk {
    /// Records of the process that runs, which forgets them by token.
    private(set) var journal: [(token: JournalToken, record: CallRecord)] = []
    /// Records of earlier processes, kept until the store has their calls.
    private(set) var oldJournal: [CallRecord] = []
    private(set) var snapshot: Stamped<SiteConfiguration>?
    private(set) var members: [KnownMember] = []
    private(set) var elinsCopy: StoredELINs?
    private(set) var counterMark: UInt64 = 0

    // The store's tables. Their keys are kept in the order of first writing.
    /// Only the newest ones are kept, so that long runs end.
    private var calls = BoundedTable<RecordKey, CallRecord>(limit: 50_000)
    private var leases = Table<TelephoneNumber, LeaseRecord>()
    private var outbox = Table<RecordKey, OutboxRow>()
    private var elins = Table<TelephoneNumber, ELINRow>()
    private var elinCounter: UInt64 = 0
    private var devices = Table<String, DeviceRow>()
    private var site: Stamped<SiteConfiguration>?
    private var counters: [StoredState.NodeCounter] = []

    private struct Table<Key: Hashable, Row> {
        private var rows: [Key: (sequence: Int, row: Row)] = [:]
        private var written = 0

        mutating func put(_ key: Key, _ row: Row) {
            written += 1
            rows[key] = (rows[key]?.sequence ?? written, row)
        }

        mutating func remove(_ key: Key) { rows[key] = nil }

        var all: [Row] { rows.values.sorted { $0.sequence < $1.sequence }.map(\.row) }
    }

    init(site: SiteConfiguration) {
        self.site = Stamped(node: "", counter: 0, row: site)
        snapshot = self.site
    }

    /// Calls in the store.
    public var storedCalls: [CallRecord] { calls.all.map(\.value) }

    /// Calls in the journal, the last record of each call, oldest first.
    public var journaledCalls: [CallRecord] {
        var records: [CallRecord] = []
        var places: [RecordKey: Int] = [:]
        for record in oldJournal + journal.map(\.record) {
            if let place = places[record.key] {
                records[place] = record
            } else {
                places[record.key] = records.count
                records.append(record)
            }
        }
        return records
    }

    /// Whether a call is on record, in the journal or in the store.
    public func has(_ key: RecordKey) -> Bool {
        calls[key] != nil || hasInJournal(key)
    }

    /// Whether a call is in the journal.
    func hasInJournal(_ key: RecordKey) -> Bool {
        oldJournal.contains { $0.key == key } || journal.contains { $0.record.key == key }
    }

    mutating func append(_ record: CallRecord, _ token: JournalToken) { journal.append((token, record)) }

    mutating func forgetJournal(through token: JournalToken) { journal.removeAll { $0.token <= token } }

    mutating func write(members: [KnownMember]) { self.members = members }

    mutating func write(counterMark mark: UInt64) { counterMark = mark }

    mutating func write(elins: StoredELINs) { elinsCopy = elins }

    mutating func write(snapshot: Stamped<SiteConfiguration>) { self.snapshot = snapshot }

    mutating func commit(_ batch: StoreBatch) {
        for row in batch.calls { calls.put(row.row.key, row.row) }
        for row in batch.leases { leases.put(row.row.elin, row.row) }
        for row in batch.outbox {
            if row.row.isSettled { outbox.remove(row.row.key) } else { outbox.put(row.row.key, row.row) }
        }
        for row in batch.elins { elins.put(row.row.elin, row.row) }
        for row in batch.deletedELINs { elins.remove(row.row) }
        elinCounter = (batch.elins.map(\.changedAt) + batch.deletedELINs.map(\.changedAt)).reduce(elinCounter, max)
        // With octets of its own: those that it came with are the whole batch's.
        for row in batch.devices { devices.put(row.row.key, DeviceRow(payload: Array(row.row.payload)[...])) }
        for row in batch.deletedDevices { devices.remove(row.row) }
        if let row = batch.site { site = row }
        for feed in StoreFeed.allCases {
            for row in batch.rows(of: feed) { note(row.node, row.counter) }
        }
        oldJournal.removeAll { calls[$0.key] != nil }
    }

    /// Records of earlier processes that the store has need not be kept.
    mutating func forgetOldJournal(_ isStored: (RecordKey) -> Bool) {
        if !oldJournal.isEmpty { oldJournal.removeAll { isStored($0.key) } }
    }

    private mutating func note(_ node: String, _ counter: UInt64) {
        if let index = counters.firstIndex(where: { $0.node == node }) {
            counters[index].counter = max(counters[index].counter, counter)
        } else {
            counters.append(.init(node: node, counter: counter))
        }
    }

    /// The process ended: its journal's records are found by the next one.
    mutating func endProcess() {
        oldJournal += journal.map(\.record).filter { calls[$0.key] == nil }
        journal = []
    }

    /// What a start finds.
    func state(storeAvailable: Bool) -> StoredState {
        var state = StoredState()
        state.journal = journaledCalls
        state.snapshot = snapshot
        state.members = members
        state.elinsCopy = elinsCopy
        state.counterMark = counterMark
        guard storeAvailable else { return state }
        state.site = site?.row
        state.siteCounter = site?.changedAt ?? 0
        state.devices = devices.all
        state.leases = leases.all
        state.calls = storedCalls.suffix(1000)
        state.outbox = outbox.all
        state.elins = StoredELINs(rows: elins.all, counter: elinCounter)
        state.counters = counters
        // What the store has need not come from the journal.
        state.journal.removeAll { calls[$0.key] != nil }
        return state
    }
}
