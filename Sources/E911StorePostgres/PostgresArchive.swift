#if Daemon
    import E911Service
    import E911Store
    import E911Values

    /// The shared store for those who look things up.
    struct PostgresArchive: CallArchive {
        let readers: ReaderPool
        let sha256: (@Sendable ([UInt8]) -> [UInt8])?

        static let newestFirst = "ORDER BY time DESC, origin DESC, number DESC"
        private static let isKey = "time = $1 AND origin = $2 AND number = $3"
        /// Callers of one search at most.
        private static let callers = 1000
        private static let purgedAtOnce: Int64 = 1000

        func calls(_ search: CallSearch) throws -> [CallRecord] {
            try readers.read { connection in
                guard let prefix = search.callerPrefix else { return try page(search, connection) }
                // The newest of each caller, of whom there are few, and of these the newest.
                var found: [CallRecord] = []
                for head in try heads(prefix, connection) {
                    found += try page(search, head: head, connection)
                    guard found.count > 8 * search.limit else { continue }
                    found = Array(found.sorted { $0.key > $1.key }.prefix(search.limit))
                }
                return Array(found.sorted { $0.key > $1.key }.prefix(search.limit))
            }
        }

        private func page(
            _ search: CallSearch, head: String? = nil, _ connection: PostgresConnection
        ) throws -> [CallRecord] {
            var query = PostgresQuery(olderThan: search.before)
            // The index has what a text begins with; the comparison with all of it follows.
            if let caller = search.caller {
                query.add("left(caller_dn, 100) = left(?, 100)", .text(caller))
                query.add("caller_dn = ?", .text(caller))
            }
            if let head { query.add("left(caller_dn, 100) = ?", .text(head)) }
            if let prefix = search.callerPrefix { query.add("starts_with(caller_dn, ?)", .text(prefix)) }
            if let location = search.location {
                query.add("left(location, 100) = left(?, 100)", .text(location))
                query.add("location = ?", .text(location))
            }
            if let elin = search.elin { query.add("elin = ?", .integer(Int64(elin.digits))) }
            if let server = search.callServer { query.add("call_server = ?", .text(server)) }
            if let kind = search.kind { query.add("kind = ?", .integer(Int64(kind.rawValue))) }
            if let from = search.from { query.add("time >= ?", .integer(from.milliseconds)) }
            if let to = search.to { query.add("time < ?", .integer(to.milliseconds)) }
            return try query.newest(search.limit, "payload", of: "call", connection) {
                // One that cannot be read was counted at the start.
                try? $0.call(from: "PostgreSQL")
            }.compactMap(\.self)
        }

        /// What the directory numbers that begin so begin with, each by one step in the index.
        private func heads(_ prefix: String, _ connection: PostgresConnection) throws -> [String] {
            var found: [String] = []
            var (comparison, after) = (">=", prefix)
            while let next = try connection.rows(
                """
                SELECT left(caller_dn, 100) AS head FROM call
                WHERE left(caller_dn, 100) \(comparison) left($1, 100) AND starts_with(left(caller_dn, 100), left($2, 100))
                    AND left(caller_dn, 100) < left($2, 100) || chr(1114111)
                ORDER BY left(caller_dn, 100) LIMIT 1
                """, [.text(after), .text(prefix)], { try $0.text("head") }
            ).first {
                found.append(next)
                (comparison, after) = (">", next)
                guard found.count <= Self.callers else {
                    throw StoreError(
                        .tooMany, "more than \(Self.callers) callers begin with '\(prefix)': give more of it")
                }
            }
            return found
        }

        func call(_ key: RecordKey) throws -> CallRecord? {
            try one("SELECT payload FROM call WHERE \(Self.isKey)", key) { try $0.call(from: "PostgreSQL") }
        }

        func alert(_ key: RecordKey) throws -> OutboxRow? {
            try one("SELECT * FROM outbox WHERE \(Self.isKey) ORDER BY changed_at DESC, node DESC LIMIT 1", key) {
                try $0.outbox()
            }
        }

        private func one<Value>(_ sql: String, _ key: RecordKey, _ read: (PostgresRow) throws -> Value) throws -> Value?
        {
            try readers.read { try $0.rows(sql, key.parameters, read).first }
        }

        func alerts(before: RecordKey?, limit: Int) throws -> [OutboxRow] {
            var query = PostgresQuery(olderThan: before)
            // Of an alert that both nodes know, what was written last has most.
            query.add(
                """
                NOT EXISTS (
                    SELECT 1 FROM outbox o
                    WHERE o.time = outbox.time AND o.origin = outbox.origin AND o.number = outbox.number
                        AND (o.changed_at, o.node) > (outbox.changed_at, outbox.node))
                """)
            return try readers.read { try query.newest(limit, "*", of: "outbox", $0) { try $0.outbox() } }
        }

        func audit(_ search: AuditSearch) throws -> [AuditEntry] {
            var query = PostgresQuery(olderThan: search.before)
            if let who = search.who { query.add("who = ?", .text(who)) }
            if let action = search.action { query.add("action = ?", .text(action)) }
            return try readers.read { connection in
                try query.newest(search.limit, "*", of: "audit", connection) {
                    AuditEntry(record: try $0.audit(), hash: try $0.octets("hash"))
                }
            }
        }

        func auditCheck() throws -> AuditCheck {
            try readers.snapshot { connection in
                try connection.query("SET LOCAL statement_timeout = 0")
                var walk = AuditWalk()
                for node in try connection.rows(
                    "SELECT DISTINCT node FROM audit ORDER BY node", [], { try $0.text("node") })
                {
                    let purged = try connection.rows("SELECT hash FROM audit_purged WHERE node = $1", [.text(node)]) {
                        try $0.optionalOctets("hash")
                    }
                    walk.begin(after: purged.first ?? nil)
                    try connection.query("SELECT * FROM audit WHERE node = $1 ORDER BY counter", [.text(node)]) { row in
                        walk.follow(try row.audit(), hash: try row.optionalOctets("hash")) { sha256?($0) }
                    }
                }
                return walk.check
            }
        }

        func purge(_ order: PurgeOrder) throws -> PurgeReport {
            var report = PurgeReport()
            if let calls = order.calls {
                report.calls = try purge(.call, "true", before: calls)
                report.alerts = try purge(.outbox, Self.isSettled, before: calls)
            }
            if let audit = order.audit { report.audit = try purge(.audit, "true", before: audit) }
            return report
        }

        /// A node that has left the pair settles no row of its own any more.
        private static let isSettled = """
            (settled OR EXISTS (
                SELECT 1 FROM outbox o
                WHERE o.time = outbox.time AND o.origin = outbox.origin AND o.number = outbox.number AND o.settled))
            """

        /// A piece a transaction: the rows of calls that come meanwhile wait for one of them at most.
        private func purge(_ table: StoreTable, _ condition: String, before: WallTime) throws -> Int {
            let pieces = "SELECT ctid FROM \(table.name) WHERE time < $1 AND \(condition) ORDER BY time LIMIT $2"
            let parameters: [PostgresParameter] = [.integer(before.milliseconds), .integer(Self.purgedAtOnce)]
            var sum = 0
            while true {
                let gone = try readers.read { connection in
                    try connection.transaction {
                        if table == .audit {
                            // Another node may do the same: what it has purged is seen behind this.
                            try connection.query("LOCK TABLE audit_purged IN SHARE ROW EXCLUSIVE MODE")
                            try connection.query(Self.keepLinks, parameters)
                        }
                        return try connection.rows(
                            """
                            WITH gone AS (DELETE FROM \(table.name) WHERE ctid = ANY (ARRAY(\(pieces))) RETURNING 1)
                            SELECT count(*) AS count FROM gone
                            """, parameters
                        ) { try $0.integer("count") }.first ?? 0
                    }
                }
                sum += Int(gone)
                // Fewer than wanted may be those that another node was faster with.
                guard gone > 0 else { return sum }
            }
        }

        /// Remembers the hash of the last entry of each node that goes, so that the chain of the rest still hangs together.
        private static let keepLinks = """
            INSERT INTO audit_purged (node, hash)
            SELECT DISTINCT ON (node) node, hash FROM (SELECT * FROM audit WHERE time < $1 ORDER BY time LIMIT $2) piece
            ORDER BY node, counter DESC
            ON CONFLICT (node) DO UPDATE SET hash = excluded.hash
            """

        func copy(to folder: String) throws {
            throw StoreError(.unavailable, "the store is a database of PostgreSQL: pg_dump makes a copy of it")
        }
    }

    /// Conditions on the rows of a table that has records, and what stands in them.
    private struct PostgresQuery {
        private var conditions: [String] = []
        private var parameters: [PostgresParameter] = []

        init(olderThan key: RecordKey?) {
            guard let key else { return }
            conditions = ["(time, origin, number) < ($1, $2, $3)"]
            parameters = key.parameters
        }

        mutating func add(_ condition: String) { conditions.append(condition) }

        /// - Parameter condition: with one `?`.
        mutating func add(_ condition: String, _ parameter: PostgresParameter) {
            parameters.append(parameter)
            conditions.append(
                condition.split(separator: "?", omittingEmptySubsequences: false).joined(
                    separator: "$\(parameters.count)"))
        }

        func newest<Value>(
            _ limit: Int, _ columns: String, of table: String, _ connection: PostgresConnection,
            _ read: (PostgresRow) throws -> Value
        ) throws -> [Value] {
            let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            return try connection.rows(
                "SELECT \(columns) FROM \(table) \(condition) \(PostgresArchive.newestFirst) LIMIT $\(parameters.count + 1)",
                parameters + [.integer(Int64(limit))], read)
        }
    }

    extension RecordKey {
        fileprivate var parameters: [PostgresParameter] {
            [.integer(time.milliseconds), .text(node), .integer(Int64(bitPattern: counter))]
        }
    }
#endif
