import Alerting
public import E911Values
public import ELINEngine
public import Locations

/// Rows for the store, committed together or not at all.
///
/// Each row carries a counter of its node that is given when the row leaves and rises with every row, deletions included. The
/// store commits the batches of a feed in their order, so whoever has read all rows up to a counter by `changes(since:)` has
/// missed none. Writing the same row again replaces it (the key decides).
public struct StoreBatch: Equatable, Sendable {
    /// Calls, new and changed.
    public var calls: [Stamped<CallRecord>] = []
    public var leases: [Stamped<LeaseRecord>] = []
    /// Alerts and their deliveries, with what is still owed.
    public var outbox: [Stamped<OutboxRow>] = []
    public var audit: [Stamped<AuditRecord>] = []
    /// What ELINs are bound to, and what the ALI side knows of them.
    public var elins: [Stamped<ELINRow>] = []
    /// ELINs that have no row any more.
    public var deletedELINs: [Stamped<TelephoneNumber>] = []
    /// The node's heartbeat, if it is one of a pair.
    public var nodes: [Stamped<NodeRow>] = []
    public var devices: [Stamped<DeviceRow>] = []
    public var deletedDevices: [Stamped<String>] = []
    public var evidence: [Stamped<EvidenceRow>] = []
    public var deletedEvidence: [Stamped<String>] = []
    /// The whole of the site's configuration, when it changed.
    public var site: Stamped<SiteConfiguration>? {
        get { oneSite.first }
        set { oneSite = newValue.map { [$0] } ?? [] }
    }
    /// Behind a reference: a batch is copied a few times on its way, and seldom has one.
    private var oneSite: [Stamped<SiteConfiguration>] = []

    public init() {}

    public var isEmpty: Bool { self == StoreBatch() }
}

/// A row, and the node that wrote it and when.
public struct Stamped<Row: Equatable & Sendable>: Equatable, Sendable {
    public var node: String
    /// When the row left the node for the store.
    public var counter: UInt64
    /// When what the row tells was changed, by the same counter of the node: of two rows of one thing the later one is true.
    /// Never above ``counter``.
    public var changedAt: UInt64
    public var row: Row

    /// - Parameter changedAt: `nil` is the counter itself.
    public init(node: String, counter: UInt64, changedAt: UInt64? = nil, row: Row) {
        self.node = node
        self.counter = counter
        self.changedAt = changedAt ?? counter
        self.row = row
    }
}

/// Who is behind an ELIN.
public struct LeaseRecord: Equatable, Sendable, Codable {
    public var elin: TelephoneNumber
    public var call: RecordKey
    public var callServer: String
    public var device: String
    public var callerDN: String
    /// The place whose record names this ELIN.
    public var place: String
    public var takenAt: WallTime
    public var expiresAt: WallTime

    public init(
        elin: TelephoneNumber, call: RecordKey, callServer: String, device: String, callerDN: String, place: String,
        takenAt: WallTime, expiresAt: WallTime
    ) {
        self.elin = elin
        self.call = call
        self.callServer = callServer
        self.device = device
        self.callerDN = callerDN
        self.place = place
        self.takenAt = takenAt
        self.expiresAt = expiresAt
    }
}

/// One alert with its deliveries as octets of `Alerting`'s own coding; the columns are for look-up.
public struct OutboxRow: Equatable, Sendable {
    /// The alert's key.
    public var key: RecordKey
    /// Nothing more is owed: everything was delivered or given up, and somebody acknowledged or nobody has to.
    public var isSettled: Bool
    private var content: Content

    private enum Content: Sendable {
        case octets([UInt8])
        /// Of this process: the octets are made by whoever asks for them, on its own thread, and only of what has become of
        /// the alert by the time that it leaves.
        case record(OutboxRecord)
    }

    public init(key: RecordKey, isSettled: Bool, payload: [UInt8]) {
        self.key = key
        self.isSettled = isSettled
        content = .octets(payload)
    }

    init(_ record: OutboxRecord) {
        key = record.key
        isSettled = record.isSettled
        content = .record(record)
    }

    /// They are made anew each time.
    public var payload: [UInt8] {
        switch content {
        case .octets(let octets): octets
        case .record(let record): record.encoded()
        }
    }

    public static func == (a: OutboxRow, b: OutboxRow) -> Bool {
        a.key == b.key && a.isSettled == b.isSettled && a.payload == b.payload
    }
}

/// A change of configuration or state that somebody may ask about later.
public struct AuditRecord: Equatable, Sendable, Codable {
    public var key: RecordKey
    public var who: String
    public var action: String
    public var detail: String
    /// The address that the change was asked from, or `local` for a command on the machine; empty where nobody asked.
    public var source: String
    /// What was before and after: JSON of a list of ``SiteChange``, or empty.
    public var changes: String

    public init(
        key: RecordKey, who: String, action: String, detail: String, source: String = "", changes: String = ""
    ) {
        self.key = key
        self.who = who
        self.action = action
        self.detail = detail
        self.source = source
        self.changes = changes
    }
}

/// What becomes an entry of the audit log, without the key that the node gives it.
public struct AuditNote: Equatable, Sendable {
    public var who: String
    public var action: String
    public var detail: String
    public var source: String
    public var changes: String

    public init(who: String, action: String, detail: String, source: String = "", changes: String = "") {
        self.who = who
        self.action = action
        self.detail = detail
        self.source = source
        self.changes = changes
    }
}

/// What a start finds: the store's rows, and from the journal the calls that the store had not confirmed.
public struct StoredState: Equatable, Sendable {
    public var site: SiteConfiguration?
    /// When ``site`` was changed (``Stamped/changedAt``): of two sites the one with the higher one is the newer one.
    public var siteCounter: UInt64 = 0
    /// The site of the snapshot, if it was looked for.
    public var snapshot: Stamped<SiteConfiguration>?
    /// Where members of call servers were that DNS has to find.
    public var members: [KnownMember] = []
    public var devices: [DeviceRow] = []
    public var evidence: [EvidenceSighting] = []
    public var leases: [LeaseRecord] = []
    /// The newest calls, oldest first; enough to answer queries and to match repeated calls.
    public var calls: [CallRecord] = []
    /// This node's rows of alerts that are not settled, its own or, in a store that two nodes share, the other one's.
    public var outbox: [OutboxRow] = []
    /// The rows that the other node has of them.
    public var peerOutbox: [OutboxRow] = []
    /// What ELINs are bound to; `nil` when this is not known from the store.
    public var elins: StoredELINs?
    /// The copy of them beside the journal, if it was looked for.
    public var elinsCopy: StoredELINs?
    /// What lies beside the journal: no counter of an earlier life of this node has reached it. 0 when that is not known.
    public var counterMark: UInt64 = 0
    /// What the clock of a store that nodes share showed when this was read; `nil` for any other.
    public var time: WallTime?
    /// The last heartbeats of the nodes of a pair.
    public var nodes: [NodeRow] = []
    /// Calls found in the journal only, oldest first.
    public var journal: [CallRecord] = []
    /// The highest counter of each node.
    public var counters: [NodeCounter] = []
    /// The same for each feed that was read: whoever goes on behind them misses nothing.
    public var read: [FeedCounters] = []

    public struct FeedCounters: Equatable, Sendable {
        public var feed: StoreFeed
        public var counters: [NodeCounter]

        public init(_ feed: StoreFeed, _ counters: [NodeCounter]) {
            self.feed = feed
            self.counters = counters
        }
    }

    public struct NodeCounter: Equatable, Sendable {
        public var node: String
        public var counter: UInt64

        public init(node: String, counter: UInt64) {
            self.node = node
            self.counter = counter
        }
    }

    public init() {}
}
