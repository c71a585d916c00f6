public import E911Values

/// What the store remembers beyond the memory of a node: the port through which people look things up.
///
/// All of it blocks; an implementation may be asked from several threads at once.
public protocol CallArchive: Sendable {
    /// Calls that fit, the newest first.
    ///
    /// - Throws: if the database cannot be read.
    func calls(_ search: CallSearch) throws -> [CallRecord]

    /// One call; `nil` if there is none of this key.
    func call(_ key: RecordKey) throws -> CallRecord?

    /// The alert of a key, settled or not.
    func alert(_ key: RecordKey) throws -> OutboxRow?

    /// Alerts, the newest first, those older than `before`.
    func alerts(before: RecordKey?, limit: Int) throws -> [OutboxRow]

    /// Entries of the audit log, the newest first.
    func audit(_ search: AuditSearch) throws -> [AuditEntry]

    /// Follows the chain of the audit log from its first entry on.
    func auditCheck() throws -> AuditCheck

    /// Forgets what is older than the times given.
    ///
    /// - Returns: how many rows of each kind went.
    func purge(_ order: PurgeOrder) throws -> PurgeReport

    /// Writes a copy of what the store holds, as it is at one moment, into a folder, while everything goes on.
    func copy(to folder: String) throws
}

/// Which calls are wanted. Every condition that is given holds for each of them.
public struct CallSearch: Equatable, Sendable {
    /// Those that came before it; `nil` begins with the newest.
    public var before: RecordKey?
    public var limit: Int
    /// The caller's directory number.
    public var caller: String?
    /// What the caller's directory number begins with.
    public var callerPrefix: String?
    public var location: String?
    public var elin: TelephoneNumber?
    public var callServer: String?
    public var kind: CallRecord.Kind?
    /// Made at this time or later.
    public var from: WallTime?
    /// Made before this time.
    public var to: WallTime?

    public init(before: RecordKey? = nil, limit: Int = 100) {
        self.before = before
        self.limit = limit
    }

    /// Whether a call fits, its place in the order aside.
    public func fits(_ call: CallRecord) -> Bool {
        (caller.map { call.callerDN == $0 } ?? true) && (callerPrefix.map { call.callerDN.hasPrefix($0) } ?? true)
            && (location.map { call.location == $0 } ?? true)
            && (elin.map { call.elin == $0 } ?? true) && (callServer.map { call.callServer == $0 } ?? true)
            && (kind.map { call.kind == $0 } ?? true) && (from.map { call.time >= $0 } ?? true)
            && (to.map { call.time < $0 } ?? true)
    }
}

public struct AuditSearch: Equatable, Sendable {
    public var before: RecordKey?
    public var limit: Int
    public var who: String?
    public var action: String?

    public init(before: RecordKey? = nil, limit: Int = 100) {
        self.before = before
        self.limit = limit
    }
}

/// An entry of the audit log with its link in the chain.
public struct AuditEntry: Equatable, Sendable {
    public var record: AuditRecord
    /// SHA-256 over the entry and the hash of the one before it (of the same node). Empty for entries of before the chain.
    public var hash: [UInt8]

    public init(record: AuditRecord, hash: [UInt8]) {
        self.record = record
        self.hash = hash
    }
}

/// Whether the audit log is whole.
public struct AuditCheck: Equatable, Sendable, Codable {
    /// Entries that were followed.
    public var entries = 0
    /// Entries of before there was a chain.
    public var unchained = 0
    /// Where the chain breaks first: the entry's key and what is wrong; `nil` when it is whole.
    public var breakAt: String?
    public var reason: String?

    public init() {}
}

/// What goes: rows older than these times; `nil` keeps all.
public struct PurgeOrder: Equatable, Sendable {
    public var calls: WallTime?
    public var audit: WallTime?

    public init(calls: WallTime? = nil, audit: WallTime? = nil) {
        self.calls = calls
        self.audit = audit
    }
}

public struct PurgeReport: Equatable, Sendable, Codable {
    public var calls = 0
    public var alerts = 0
    public var audit = 0

    public init() {}
}
