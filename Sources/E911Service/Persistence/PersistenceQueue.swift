package import E911Values
import ELINEngine

/// What waits for the store: two lanes, so that a download never stands before a call, each with at most one batch on
/// its way. Rows that change again while they wait are written once.
package struct PersistenceQueue: Equatable, Sendable {
    /// So many waiting rows are told, again at each doubling.
    static let alarmAt = 10_000
    /// Most device rows of one batch.
    static let siteRows = 500
    /// So many counters are reserved at a time.
    static let reservedAhead: UInt64 = 8_000_000
    /// No lease is longer, in the microseconds that a pair counts in.
    private static let longestLease = UInt64(Lease.longestWindow.components.seconds) * 1_000_000
    /// Most calls of one batch; what belongs to them comes with them.
    package static let batchCalls = 4000

    private enum Change<Row: Equatable & Sendable, Key: Equatable & Sendable>: Equatable, Sendable {
        case put(Row)
        case delete(Key)
    }

    let node: String
    private let batchCalls: Int
    /// More calls, or alerts, than this do not wait: the next start finds the others in the journal.
    private let waitingCalls: Int
    /// The counter of the last record or row of this node.
    private(set) var counter: UInt64 = 0
    /// What ``counter`` stays below, as it was told.
    private var reserved: UInt64 = 0
    private var journalCounter: UInt64 = 0
    private var batchCounter: UInt64 = 0

    private var calls = WaitingRows<RecordKey, CallRecord>()
    private var leases = WaitingRows<TelephoneNumber, LeaseRecord>()
    private var outbox = WaitingRows<RecordKey, OutboxRow>()
    /// All changes of alerts up to this moment are in the store, or never will be.
    private(set) var storedOutboxCounter: UInt64 = 0
    /// The same when the batch on its way is.
    private var outboxInFlight: UInt64 = 0
    private var audit = WaitingRows<RecordKey, AuditRecord>()
    private var elins = WaitingRows<TelephoneNumber, Change<ELINRow, TelephoneNumber>>()
    /// When an ELIN was changed last, and the last such change that is in the store.
    private(set) var elinCounter: UInt64 = 0
    private(set) var storedELINCounter: UInt64 = 0
    /// The last change of an ELIN in the batch on its way.
    private var elinsInFlight: UInt64 = 0
    /// The store refused changes of ELINs: all of them are to be given again.
    private(set) var hasLostELINs = false
    /// Leaves with the next batch of calls.
    private var heartbeat: NodeRow?
    /// How many heartbeats were given, and the last one that the store has.
    private(set) var heartbeats: UInt64 = 0
    private(set) var storedHeartbeat: UInt64 = 0
    private var heartbeatInFlight: UInt64 = 0
    /// Of calls that wait and that the store does not have: the lowest counter of a key. Only of a node of a pair.
    private var undecided = LowestWaiting()
    private let isPaired: Bool
    private var devices = WaitingDevices()
    private var evidence = WaitingRows<String, Change<EvidenceRow, String>>()
    /// One, or none.
    private var site: [Stamped<SiteConfiguration>] = []

    private var callsInFlight: PersistToken?
    private var siteInFlight: PersistToken?
    /// The highest journal token of all calls that were put.
    private var journalTaken: JournalToken?
    /// The same, if the batch on its way has the last of them.
    private var journalInFlight: JournalToken?
    private var alarmedRows = 0
    /// Why the store cannot commit at present.
    var failure: String?
    /// A batch was refused, or too much waited: nothing of the journal is forgotten any more in this life of the node.
    private var keepsJournal = false
    /// Calls that the store does not have and is to have, with the last one of each that was put. Looked up only.
    private var fresh: Set<RecordKey> = []
    /// Those of the batch on its way.
    private var freshInFlight: [RecordKey] = []
    /// Calls that the store does not have and will not have in this life of the node: there was no room for them, or it
    /// refused them. No later change of them is given to it: a start takes a call from the journal, with its lease and its
    /// alert, only if the store does not have it.
    private var lost: Set<RecordKey> = []
    /// The lowest counter of a key among all of them.
    private var lowestLost: UInt64?
    /// More were lost than are remembered: no call is taken for the store any more in this life.
    private var hasLostAll = false

    package init(
        node: String, isPaired: Bool = false, waitingCalls: Int = 250_000, batchCalls: Int = Self.batchCalls
    ) {
        self.node = node
        self.isPaired = isPaired
        self.batchCalls = batchCalls
        self.waitingCalls = waitingCalls
    }

    var waiting: Int {
        calls.count + leases.count + outbox.count + audit.count + elins.count + devices.count + evidence.count
            + site.count
    }

    /// A batch of calls is on its way.
    var isCommittingCalls: Bool { callsInFlight != nil }

    /// Calls that wait for the store, those on their way included.
    var waitingForCalls: Int { calls.count + freshInFlight.count }

    /// How many rows wait, whenever that is worth an alarm. A first download makes a row of each device at once; they cost
    /// next to nothing while they wait, and no more than the devices themselves. So does an import of evidence.
    mutating func newAlarm() -> Int? {
        let waiting =
            calls.count + leases.count + outbox.count + audit.count + elins.count + site.count
        if waiting >= max(Self.alarmAt, 2 * alarmedRows) {
            alarmedRows = waiting
            return waiting
        }
        if waiting < Self.alarmAt / 2 { alarmedRows = 0 }
        return nil
    }

    /// Only answers of the store bring work here.
    var nextDeadline: MonotonicTime? { nil }

    /// Goes on behind what an earlier life of this node used.
    ///
    /// Counters start at the wall clock in units of a millionth of a second if that is higher, so that a start without
    /// its store repeats none. Where the clock was set back, what was reserved is higher.
    package mutating func begin(after used: UInt64, now: WallTime) {
        counter = max(counter, used, UInt64(max(0, now.milliseconds)) &* 1000)
    }

    /// What the counter is to stay below from now on, when that has changed: told far ahead, so that it lies on disk long
    /// before it is reached, and seldom.
    mutating func newReservation() -> UInt64? {
        guard counter > 0, reserved < counter &+ Self.reservedAhead / 2 else { return nil }
        reserved = counter &+ Self.reservedAhead
        return reserved
    }

    /// What was told last could not be written: it is told again with the next reservation that is asked for.
    mutating func loseReservation() { reserved = 0 }

    /// Goes on behind what time it is by another clock, or what another node has written: what comes next is later.
    /// One that no clock can have reached says nothing.
    package mutating func follow(_ other: UInt64) {
        if other < Self.counterLimit { counter = max(counter, other) }
    }

    /// A hundred thousand years of microseconds.
    private static let counterLimit: UInt64 = 1 << 61

    package mutating func nextKey(_ now: WallTime) -> RecordKey {
        counter += 1
        return RecordKey(time: now, node: node, counter: counter)
    }

    mutating func nextJournalToken() -> JournalToken {
        journalCounter += 1
        return JournalToken(rawValue: journalCounter)
    }

    /// A row that waits from now on.
    private mutating func stamp<Row: Equatable & Sendable>(_ row: Row) -> Stamped<Row> {
        counter += 1
        return Stamped(node: node, counter: counter, row: row)
    }

    /// The rows leave now, in this order. A row that had its counter since it was changed would come behind others that
    /// changed later and left before, and who reads by counters would miss it.
    private mutating func leaving<Row>(_ rows: consuming [Stamped<Row>]) -> [Stamped<Row>] {
        for index in rows.indices {
            counter += 1
            rows[index].counter = counter
        }
        return rows
    }

    /// - Parameter isNew: the store does not have it yet. What comes from the journal never is there.
    mutating func put(_ call: CallRecord, journal: JournalToken? = nil, isNew: Bool = false) {
        guard !hasLostAll, !lost.contains(call.key) else { return }
        if isNew || journal != nil { fresh.insert(call.key) }
        let row = stamp(call)
        if isPaired, fresh.contains(call.key) { undecided.add(call.key.counter, at: row.changedAt) }
        guard calls.put(call.key, row, limit: waitingCalls) else {
            keepsJournal = true
            if fresh.contains(call.key) { lose([call.key]) }
            return
        }
        if let journal { journalTaken = max(journalTaken ?? journal, journal) }
    }

    mutating func put(_ row: OutboxRow) {
        // Its call is not in the store either, so that a start takes both from the journal.
        if !outbox.put(row.key, stamp(row), limit: waitingCalls) { keepsJournal = true }
    }

    private mutating func lose(_ keys: [RecordKey]) {
        for key in keys {
            calls.remove(key)
            fresh.remove(key)
            lost.insert(key)
            lowestLost = min(lowestLost ?? key.counter, key.counter)
        }
        guard lost.count > waitingCalls else { return }
        hasLostAll = true
        lost = []
    }

    /// It leaves with the next batch of calls, or alone, and says then how far the calls are complete.
    mutating func put(_ row: NodeRow) {
        heartbeat = row
        heartbeats += 1
    }

    mutating func put(_ lease: LeaseRecord) { leases.put(lease.elin, stamp(lease)) }
    package mutating func put(_ record: AuditRecord) { audit.put(record.key, stamp(record)) }
    /// The device in a slot of the registry has changed.
    mutating func deviceChanged(_ slot: UInt32) { devices.changed(slot) }
    mutating func deleteDevice(_ key: String) { devices.gone(key) }

    mutating func put(_ row: EvidenceRow) { evidence.put(row.key, stamp(.put(row))) }
    mutating func deleteEvidence(_ key: String) { evidence.put(key, stamp(.delete(key))) }

    mutating func put(_ row: ELINRow) { put(row.elin, .put(row)) }
    mutating func deleteELIN(_ number: TelephoneNumber) { put(number, .delete(number)) }

    private mutating func put(_ number: TelephoneNumber, _ change: Change<ELINRow, TelephoneNumber>) {
        let row = stamp(change)
        elinCounter = row.counter
        elins.put(number, row)
    }

    /// - Returns: the row, for the snapshot.
    package mutating func put(_ configuration: SiteConfiguration) -> Stamped<SiteConfiguration> {
        let row = stamp(configuration)
        site = [row]
        return row
    }

    /// Whether a batch can leave now.
    var hasBatch: Bool {
        hasCallBatch
            || siteInFlight == nil && !(devices.isEmpty && !devices.isLeaving && evidence.isEmpty && site.isEmpty)
    }

    /// Whether a batch of calls, and what must be committed with them, can leave now.
    private var hasCallBatch: Bool {
        callsInFlight == nil
            && !(calls.isEmpty && leases.isEmpty && outbox.isEmpty && audit.isEmpty && elins.isEmpty
                && heartbeat == nil)
    }

    /// Slots of devices of which ``batches(_:)`` is to be given the rows, once.
    mutating func takeDevices() -> [UInt32] { siteInFlight == nil ? devices.take(Self.siteRows) : [] }

    /// Batches that can leave now.
    ///
    /// - Parameters:
    ///   - rows: of the devices in the slots of ``takeDevices()``.
    ///   - deciding: the lowest counter of a call that is decided and was not put yet.
    package mutating func batches(
        _ rows: DeviceRows = DeviceRows(), deciding: UInt64? = nil
    ) -> [(StoreBatch, PersistToken)] {
        var result: [(StoreBatch, PersistToken)] = []
        if hasCallBatch {
            var batch = StoreBatch()
            batch.calls = leaving(calls.take(batchCalls))
            freshInFlight = batch.calls.map(\.row.key).filter(fresh.contains)
            // What was put behind the first call that stays waits with it: no call is committed without its lease and its
            // alert, since a start takes those from the journal only with the call.
            let end = calls.first ?? .max
            batch.leases = leaving(leases.take(before: end))
            batch.outbox = leaving(outbox.take(before: end))
            outboxInFlight = outbox.first.map { $0 - 1 } ?? counter
            batch.audit = leaving(audit.take(before: end))
            // All of them: what the store has of ELINs is how it was at one moment.
            (batch.elins, batch.deletedELINs) = Self.split(leaving(elins.take()))
            elinsInFlight = elinCounter
            if isPaired { undecided.remove(before: end) }
            if var row = heartbeat {
                heartbeat = nil
                heartbeatInFlight = heartbeats
                // As the row says it at most: a counter may be far ahead of the time.
                // What was lost is never there in this life; when no lease of it can stand any more that is of no consequence.
                if let lost = lowestLost, counter > lost, counter - lost > Self.longestLease { lowestLost = nil }
                let complete =
                    [undecided.lowest, deciding, lowestLost].compactMap(\.self).min().map { $0 &- 1 } ?? counter
                row.completeThrough = row.completeThrough == 0 ? complete : min(complete, row.completeThrough)
                batch.nodes = leaving([stamp(row)])
            }
            let token = nextBatchToken()
            callsInFlight = token
            journalInFlight = calls.isEmpty ? journalTaken : nil
            result.append((batch, token))
        }
        if siteInFlight == nil, !(!devices.isLeaving && evidence.isEmpty && site.isEmpty) {
            var batch = StoreBatch()
            batch.devices.reserveCapacity(rows.count)
            for index in 0..<rows.count {
                if let row = rows[index] { batch.devices.append(stamp(row)) }
            }
            batch.deletedDevices = devices.leave(rows).map { stamp($0) }
            (batch.evidence, batch.deletedEvidence) = Self.split(leaving(evidence.take(Self.siteRows)))
            batch.site = leaving(site).first
            site = []
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
        for key in freshInFlight { fresh.remove(key) }
        freshInFlight = []
        storedELINCounter = max(storedELINCounter, elinsInFlight)
        storedOutboxCounter = max(storedOutboxCounter, outboxInFlight)
        storedHeartbeat = heartbeatInFlight
        return keepsJournal ? nil : journalInFlight
    }

    /// What is written and what is deleted, each with its counter.
    private static func split<Row, Key>(
        _ changes: [Stamped<Change<Row, Key>>]
    ) -> (rows: [Stamped<Row>], deleted: [Stamped<Key>]) {
        var (rows, deleted): ([Stamped<Row>], [Stamped<Key>]) = ([], [])
        for change in changes {
            switch change.row {
            case .put(let row):
                rows.append(
                    Stamped(node: change.node, counter: change.counter, changedAt: change.changedAt, row: row))
            case .delete(let key):
                deleted.append(
                    Stamped(node: change.node, counter: change.counter, changedAt: change.changedAt, row: key))
            }
        }
        return (rows, deleted)
    }

    /// All changes of ELINs are going to be given again.
    mutating func regainELINs() { hasLostELINs = false }

    /// The store will never commit this batch.
    mutating func rejected(_ token: PersistToken) {
        if token == callsInFlight {
            keepsJournal = true
            lose(freshInFlight)
            if elinsInFlight > storedELINCounter { hasLostELINs = true }
            elinsInFlight = storedELINCounter
            heartbeatInFlight = storedHeartbeat
        }
        _ = committed(token)
    }
}
