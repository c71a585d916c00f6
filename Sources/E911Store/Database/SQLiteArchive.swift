#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB

    /// The store of a single node for those who look things up.
    struct SQLiteArchive: CallArchive {
        let calls: FeedWriter<SQLiteFeed<CallsFile>>
        let site: FeedWriter<SQLiteFeed<SiteFile>>

        func calls(_ search: CallSearch) throws -> [CallRecord] {
            try calls.read { try CallQuery(search).calls($0) }
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
        var arguments: StatementArguments {
            [time.milliseconds, node, Int64(bitPattern: counter)]
        }
    }
#endif
