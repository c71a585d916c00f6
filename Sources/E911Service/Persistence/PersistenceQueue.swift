package import E911Values

/// What waits for the store: two lanes, so that a download never stands before a call, each with at most one batch on
/// its way. Rows that change again while they wait are written once.
package struct PersistenceQueue: Equatable, Sendable {
    /// Rows in the order of their first change; a later change replaces the row.
    struct Rows<Key: Hashable & Sendable, Row: Equatable & Sendable>: Equatable, Sendable {
        private var order: [Key] = []
        private var rows: [Key: Stamped<Row>] = [:]

        var count: Int { order.count }
        var isEmpty: Bool { order.isEmpty }

        mutating func put(_ key: Key, _ row: Stamped<Row>) {
            if rows.updateValue(row, forKey: key) == nil { order.append(key) }
        }

        mutating func remove(_ key: Key) {
            if rows.removeValue(forKey: key) != nil { order.removeAll { $0 == key } }
        }

        /// At most `limit` rows, the oldest first.
        mutating func take(_ limit: Int) -> [Stamped<Row>] {
            let taken = order.prefix(limit).compactMap { rows.removeValue(forKey: $0) }
            order.removeFirst(min(limit, order.count))
            return taken
        }
    }

    /// Above this many waiting rows an alarm is raised, once until they are fewer again.
    static let alarmAt = 10_000
    /// Most device rows of one batch.
    static let siteRows = 500

    private enum DeviceChange: Equatable, Sendable {
        case put(DeviceRow)
        case delete(String)
    }

    let node: String
    /// The counter of the last record or row of this node.
    private(set) var counter: UInt64 = 0
    private var journalCounter: UInt64 = 0
    private var batchCounter: UInt64 = 0

    private var calls = Rows<RecordKey, CallRecord>()
    private var leases = Rows<TelephoneNumber, LeaseRecord>()
    private var outbox = Rows<RecordKey, OutboxRow>()
    private var audit = Rows<RecordKey, AuditRecord>()
    private var devices = Rows<String, DeviceChange>()
    private var site: Stamped<SiteConfiguration>?

    private var callsInFlight: PersistToken?
    private var siteInFlight: PersistToken?
    /// The highest journal token whose call lies in the batch on its way, and in those that were committed.
    private var journalTaken: JournalToken?
    private var journalInFlight: JournalToken?
    /// Why the store cannot commit at present.
    var failure: String?
    /// A batch was refused: nothing of the journal is forgotten any more in this life of the node.
    private var keepsJournal = false

    package init(node: String) {
        self.node = node
    }

    var waiting: Int {
        calls.count + leases.count + outbox.count + audit.count + devices.count + (site == nil ? 0 : 1)
    }

    /// Only answers of the store bring work here.
    var nextDeadline: MonotonicTime? { nil }

    /// Goes on behind what an earlier life of this node used.
    ///
    /// Counters start at the wall clock in units of a millionth of a second if that is higher, so that a start without
    /// its store repeats none.
    package mutating func begin(after used: UInt64, now: WallTime) {
        counter = max(counter, used, UInt64(max(0, now.milliseconds)) &* 1000)
    }

    package mutating func nextKey(_ now: WallTime) -> RecordKey {
        counter += 1
        return RecordKey(time: now, node: node, counter: counter)
    }

    mutating func nextJournalToken() -> JournalToken {
        journalCounter += 1
        return JournalToken(rawValue: journalCounter)
    }

    private mutating func stamp<Row: Equatable & Sendable>(_ row: Row) -> Stamped<Row> {
        counter += 1
        return Stamped(node: node, counter: counter, row: row)
    }

    mutating func put(_ call: CallRecord, journal: JournalToken? = nil) {
        calls.put(call.key, stamp(call))
        if let journal { journalTaken = max(journalTaken ?? journal, journal) }
    }

    mutating func put(_ lease: LeaseRecord) { leases.put(lease.elin, stamp(lease)) }
    mutating func put(_ row: OutboxRow) { outbox.put(row.key, stamp(row)) }
    package mutating func put(_ record: AuditRecord) { audit.put(record.key, stamp(record)) }
    mutating func put(_ device: DeviceRow) { devices.put(device.key, stamp(.put(device))) }
    mutating func deleteDevice(_ key: String) { devices.put(key, stamp(.delete(key))) }

    /// - Returns: the row, for the snapshot.
    package mutating func put(_ configuration: SiteConfiguration) -> Stamped<SiteConfiguration> {
        let row = stamp(configuration)
        site = row
        return row
    }

    /// Batches that can leave now.
    package mutating func batches() -> [(StoreBatch, PersistToken)] {
        var result: [(StoreBatch, PersistToken)] = []
        if callsInFlight == nil, !(calls.isEmpty && leases.isEmpty && outbox.isEmpty && audit.isEmpty) {
            var batch = StoreBatch()
            batch.calls = calls.take(.max)
            batch.leases = leases.take(.max)
            batch.outbox = outbox.take(.max)
            batch.audit = audit.take(.max)
            let token = nextBatchToken()
            callsInFlight = token
            journalInFlight = journalTaken
            result.append((batch, token))
        }
        if siteInFlight == nil, !(devices.isEmpty && site == nil) {
            var batch = StoreBatch()
            for change in devices.take(Self.siteRows) {
                switch change.row {
                case .put(let row): batch.devices.append(Stamped(node: node, counter: change.counter, row: row))
                case .delete(let key):
                    batch.deletedDevices.append(Stamped(node: node, counter: change.counter, row: key))
                }
            }
            batch.site = site
            site = nil
            let token = nextBatchToken()
            siteInFlight = token
            result.append((batch, token))
        }
        return result
    }

    private mutating func nextBatchToken() -> PersistToken {
        batchCounter += 1
        return PersistToken(rawValue: batchCounter)
    }

    /// The store has committed a batch: the journal can forget up to the returned token.
    mutating func committed(_ token: PersistToken) -> JournalToken? {
        if token == siteInFlight { siteInFlight = nil }
        guard token == callsInFlight else { return nil }
        callsInFlight = nil
        return keepsJournal ? nil : journalInFlight
    }

    /// The store will never commit this batch.
    mutating func rejected(_ token: PersistToken) {
        if token == callsInFlight { keepsJournal = true }
        _ = committed(token)
    }
}
