#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB

    /// The store of a single node for those who look things up.
    struct SQLiteArchive: CallArchive {
        let calls: FeedWriter<SQLiteFeed<CallsFile>>
        let site: FeedWriter<SQLiteFeed<SiteFile>>

        /// Callers of one search at most.
        private static let callers = 1000

        func calls(_ search: CallSearch) throws -> [CallRecord] {
            try calls.read { db in
                guard let prefix = search.callerPrefix else { return try Self.page(search, db) }
                // The newest of each caller, of whom there are few, and of these the newest.
                var found: [CallRecord] = []
                var one = search
                one.callerPrefix = nil
                for caller in try Self.callers(StoredText.escaped(prefix), db) {
                    one.caller = StoredText.unescaped(caller)
                    found += try Self.page(one, db)
                    guard found.count > 8 * search.limit else { continue }
                    found = Array(found.sorted { $0.key > $1.key }.prefix(search.limit))
                }
                return Array(found.sorted { $0.key > $1.key }.prefix(search.limit))
            }
        }

        private static func page(_ search: CallSearch, _ db: Database) throws -> [CallRecord] {
            let query = CallQuery(search)
            return try Row.fetchAll(db, sql: query.sql, arguments: query.arguments).compactMap {
                // One that cannot be read was counted at the start.
                try? $0.call(from: CallsFile.name)
            }
        }

        /// The directory numbers that begin so, each by one step in the index.
        private static func callers(_ prefix: String, _ db: Database) throws -> [String] {
            var found: [String] = []
            let statement = try db.cachedStatement(
                sql: "SELECT caller_dn FROM call WHERE caller_dn > ? AND caller_dn < ? ORDER BY caller_dn LIMIT 1")
            if try Int.fetchOne(db, sql: "SELECT 1 FROM call WHERE caller_dn = ? LIMIT 1", arguments: [prefix]) != nil {
                found.append(prefix)
            }
            var after = prefix
            while let next = try String.fetchOne(statement, arguments: [after, prefix + "\u{10FFFF}"]) {
                found.append(next)
                after = next
                guard found.count <= callers else {
                    throw StoreError(.tooMany, "more than \(callers) callers begin with '\(prefix)': give more of it")
                }
            }
            return found
        }

        func call(_ key: RecordKey) throws -> CallRecord? {
            try calls.read { db in
                try Row.fetchOne(db, sql: "SELECT payload FROM call WHERE \(Self.isKey)", arguments: key.arguments)
                    .map { try $0.call(from: CallsFile.name) }
            }
        }

        func alert(_ key: RecordKey) throws -> OutboxRow? {
            try calls.read { db in
                try Row.fetchOne(db, sql: "SELECT * FROM outbox WHERE \(Self.isKey)", arguments: key.arguments)
                    .map { try $0.outbox() }
            }
        }

        func alerts(before: RecordKey?, limit: Int) throws -> [OutboxRow] {
            let (condition, arguments) = Self.older(before)
            return try calls.read { db in
                try Row.fetchAll(
                    db, sql: "SELECT * FROM outbox WHERE \(condition) \(CallQuery.newestFirst) LIMIT ?",
                    arguments: arguments + [limit]
                ).map { try $0.outbox() }
            }
        }

        func audit(_ search: AuditSearch) throws -> [AuditEntry] {
            var (condition, arguments) = Self.older(search.before)
            for (column, value) in [("who", search.who), ("action", search.action)] {
                guard let value else { continue }
                condition += " AND \(column) = ?"
                arguments += [StoredText.escaped(value)]
            }
            return try calls.read { db in
                try Row.fetchAll(
                    db, sql: "SELECT * FROM audit WHERE \(condition) \(CallQuery.newestFirst) LIMIT ?",
                    arguments: arguments + [search.limit]
                ).map { row in
                    AuditEntry(
                        record: try row.audit(), hash: (row["hash"] as Data?).map { [UInt8]($0) } ?? [])
                }
            }
        }

        func auditCheck() throws -> AuditCheck {
            try calls.read { try AuditChain.check($0) }
        }

        func purge(_ order: PurgeOrder) throws -> PurgeReport {
            var report = PurgeReport()
            // A piece a transaction: the rows of calls that come meanwhile wait for one of them at most.
            func purge(
                _ table: String, _ condition: String, before: WallTime, _ count: WritableKeyPath<PurgeReport, Int>
            )
                throws
            {
                var gone = Self.purgedAtOnce
                while gone == Self.purgedAtOnce {
                    try calls.write { db in
                        if table == "audit" { try Self.keepLinks(db, before: before) }
                        try db.execute(
                            sql: """
                                DELETE FROM \(table) WHERE rowid IN
                                (SELECT rowid FROM \(table) WHERE time < ? AND \(condition) ORDER BY time LIMIT ?)
                                """, arguments: [before.milliseconds, Self.purgedAtOnce])
                        gone = db.changesCount
                    }
                    report[keyPath: count] += gone
                }
            }
            if let calls = order.calls {
                try purge("call", "true", before: calls, \.calls)
                try purge("outbox", "settled = 1", before: calls, \.alerts)
            }
            if let audit = order.audit { try purge("audit", "true", before: audit, \.audit) }
            return report
        }

        private static let purgedAtOnce = 1000

        /// Remembers the hash of the last entry of each node that goes, so that the chain of the rest still hangs together.
        private static func keepLinks(_ db: Database, before: WallTime) throws {
            try db.execute(
                sql: """
                    INSERT INTO audit_purged (node, hash)
                    SELECT node, hash FROM
                        (SELECT node, hash, max(counter) FROM
                            (SELECT * FROM audit WHERE time < ? ORDER BY time LIMIT ?) GROUP BY node)
                    WHERE true
                    ON CONFLICT (node) DO UPDATE SET hash = excluded.hash
                    """, arguments: [before.milliseconds, purgedAtOnce])
        }

        func copy(to folder: String) throws {
            try calls.copy(to: folder + "/" + CallsFile.name)
            try site.copy(to: folder + "/" + SiteFile.name)
        }

        private static let isKey = "time = ? AND origin = ? AND number = ?"

        private static func older(_ before: RecordKey?) -> (condition: String, arguments: StatementArguments) {
            guard let before else { return ("true", []) }
            return (CallQuery.isOlder, before.arguments)
        }
    }

    extension RecordKey {
        fileprivate var arguments: StatementArguments {
            [time.milliseconds, node, Int64(bitPattern: counter)]
        }
    }

    /// A search as SQL. Each index of ``CallsFile`` that begins with a column ends with the order of the list, so that a
    /// page is read alone.
    private struct CallQuery {
        static let newestFirst = "ORDER BY time DESC, origin DESC, number DESC"
        static let isOlder = "(time, origin, number) < (?, ?, ?)"

        var sql = ""
        var arguments: StatementArguments = []

        init(_ search: CallSearch) {
            var conditions: [String] = []
            if let before = search.before {
                conditions.append(Self.isOlder)
                arguments += before.arguments
            }
            func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments += [value]
            }
            add("caller_dn = ?", search.caller.map(StoredText.escaped))
            add("location = ?", search.location.map(StoredText.escaped))
            add("elin = ?", search.elin.map { Int64($0.digits) })
            add("call_server = ?", search.callServer.map(StoredText.escaped))
            add("kind = ?", search.kind.map { Int($0.rawValue) })
            add("time >= ?", search.from?.milliseconds)
            add("time < ?", search.to?.milliseconds)
            let index =
                search.caller != nil
                ? " INDEXED BY call_caller"
                : search.elin != nil
                    ? " INDEXED BY call_elin"
                    : search.location != nil ? " INDEXED BY call_location" : ""
            let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            sql = "SELECT payload FROM call\(index) \(condition) \(Self.newestFirst) LIMIT ?"
            arguments += [search.limit]
        }
    }
#endif
