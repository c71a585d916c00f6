public import E911Values
public import ELINEngine

/// Where a node remembers: the port that a database implements.
///
/// An implementation opens in the background and reports everything through the closure it was made with, from threads
/// of its own: first what was found (``StoreEvent/loaded(_:_:)``, once a feed), then how each batch went. Batches are
/// committed in the order in which they are given. A batch that cannot be committed because the database is locked,
/// full or away waits and is tried again for as long as the store is open.
public protocol NodeStore: Sendable {
    /// Takes rows; answered by ``StoreEvent/persisted(_:)`` or ``StoreEvent/rejected(_:reason:)``. Never blocks.
    ///
    /// Rows of one feed are committed together; an implementation may split a long batch of ``StoreFeed/site``.
    func persist(_ batch: StoreBatch, token: PersistToken)

    /// Rows that nodes wrote after the counters given, deletions included, each node's in the order of its counter.
    /// A node that is not named is read from its first row. Blocks.
    ///
    /// - Parameter limit: most rows; fewer than `limit` means that there are no more.
    /// - Throws: if the database cannot be read, or no longer knows all deletions since then.
    func changes(in feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int) throws -> [Stamped<StoredRow>]

    /// Those of these calls that the store has, in the same order. Blocks.
    ///
    /// - Throws: if the database cannot be read.
    func known(_ calls: [RecordKey]) throws -> [RecordKey]

    /// What the clock of a store shows that two nodes share; `nil` where the store is one node's. Blocks.
    ///
    /// - Throws: if the store does not answer.
    func time() throws -> WallTime?

    /// The same store for people who look things up.
    var archive: any CallArchive { get }

    /// What nodes share beside rows; `nil` where the store is one node's.
    var documents: (any DocumentStore)? { get }

    /// Commits what waits, as far as that succeeds within a few seconds, and ends. Blocks.
    func close()
}

extension NodeStore {
    public func time() throws -> WallTime? { nil }
    public var documents: (any DocumentStore)? { nil }
}

/// Rows that stand apart, so that the rows of calls never wait behind a download. Each is read for itself, because
/// their commits overtake each other.
public enum StoreFeed: Sendable, CaseIterable {
    /// Calls, leases, outbox, audit, ELINs.
    case calls
    /// Devices and the site.
    case site
}

/// What a ``NodeStore`` tells.
public enum StoreEvent: Equatable, Sendable {
    /// The feed is open; this is what it held, before anything was written.
    case loaded(StoreFeed, StoredState)
    /// A file, or a feed of a server, is open; with this value read back of SQLite's `synchronous`, or PostgreSQL's
    /// `synchronous_commit`.
    case opened(file: String, synchronous: String)
    /// Committed, both feeds of each batch.
    case persisted([PersistToken])
    /// Can never be committed, or too much waits already, or the store was closed before it could be. The rows are lost
    /// to the store unless they are given again.
    case rejected(PersistToken, reason: String)
    /// From now on commits, or opening, fail for this reason and are tried again.
    case failing(StoreFeed, reason: String)
    /// They succeed again.
    case recovered(StoreFeed)
    /// So many rows could not be read at the start and were left where they are.
    case unreadable(StoreFeed, rows: Int)
    /// So many rows wait that somebody should be told.
    case waiting(StoreFeed, rows: Int)
    /// Another node has written to this feed of a shared store. Some of these may be lost: whoever needs the rows asks now and
    /// then.
    case changed(StoreFeed)
}

/// A row of any kind.
public enum StoredRow: Equatable, Sendable {
    indirect case call(CallRecord)
    case lease(LeaseRecord)
    case outbox(OutboxRow)
    case audit(AuditRecord)
    indirect case node(NodeRow)
    case elin(ELINRow)
    /// An ELIN that has no row any more.
    case deletedELIN(TelephoneNumber)
    case device(DeviceRow)
    /// The key of a device that is no more.
    case deletedDevice(String)
    indirect case evidence(EvidenceRow)
    /// The key of a sighting that is no more.
    case deletedEvidence(String)
    indirect case site(SiteConfiguration)
}

extension StoreBatch {
    /// How many rows there are of one feed.
    public func count(of feed: StoreFeed) -> Int {
        switch feed {
        case .calls:
            calls.count + leases.count + outbox.count + audit.count + elins.count + deletedELINs.count
                + nodes.count
        case .site:
            devices.count + deletedDevices.count + evidence.count + deletedEvidence.count + (site == nil ? 0 : 1)
        }
    }

    /// The rows of one feed in the order of their counters: a device may be written and deleted in one batch.
    public func rows(of feed: StoreFeed) -> [Stamped<StoredRow>] {
        func stamped<Row>(_ rows: [Stamped<Row>], _ kind: (Row) -> StoredRow) -> [Stamped<StoredRow>] {
            rows.map { Stamped(node: $0.node, counter: $0.counter, changedAt: $0.changedAt, row: kind($0.row)) }
        }
        let rows =
            switch feed {
            case .calls:
                stamped(calls, StoredRow.call) + stamped(leases, StoredRow.lease)
                    + stamped(outbox, StoredRow.outbox) + stamped(audit, StoredRow.audit)
                    + stamped(elins, StoredRow.elin) + stamped(deletedELINs, StoredRow.deletedELIN)
                    + stamped(nodes, StoredRow.node)
            case .site:
                stamped(devices, StoredRow.device) + stamped(deletedDevices, StoredRow.deletedDevice)
                    + stamped(evidence, StoredRow.evidence) + stamped(deletedEvidence, StoredRow.deletedEvidence)
                    + stamped(site.map { [$0] } ?? [], StoredRow.site)
            }
        return rows.sorted { $0.counter < $1.counter }
    }
}

extension StoredState {
    /// Adds what another feed held.
    public mutating func add(_ other: StoredState) {
        if other.site != nil { (site, siteCounter) = (other.site, other.siteCounter) }
        snapshot = other.snapshot ?? snapshot
        members += other.members
        elins = other.elins ?? elins
        elinsCopy = other.elinsCopy ?? elinsCopy
        counterMark = max(counterMark, other.counterMark)
        devices += other.devices
        evidence += other.evidence
        leases += other.leases
        calls += other.calls
        outbox += other.outbox
        peerOutbox += other.peerOutbox
        journal += other.journal
        nodes += other.nodes
        time = other.time ?? time
        let all = other.read + read
        read = StoreFeed.allCases.compactMap { feed in all.first { $0.feed == feed } }
        for counter in other.counters {
            if let index = counters.firstIndex(where: { $0.node == counter.node }) {
                counters[index].counter = max(counters[index].counter, counter.counter)
            } else {
                counters.append(counter)
            }
        }
    }
}
