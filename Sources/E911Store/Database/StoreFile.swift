#if Daemon
    import E911Service
    import E911Values
    import GRDB

    /// One SQLite file of the store: its schema, and how rows go in and out.
    protocol StoreFile: Sendable {
        static var feed: StoreFeed { get }
        static var name: String { get }
        /// The setting of `PRAGMA synchronous` and how SQLite reads it back.
        static var synchronous: (name: String, value: Int) { get }
        /// So long after the beginning of a commit of so many rows the next one may begin.
        static func interval(_ settings: StoreSettings, after rows: Int) -> Duration
        /// How much of the file is held in memory, in kB.
        static var cacheKilobytes: Int { get }
        /// The write-ahead log is brought into the file when it has so many pages of 4 kB.
        static var checkpointPages: Int { get }
        /// Most rows of a commit. Whole batches are committed together unless ``splitsBatches``.
        static var rowsPerCommit: Int { get }
        static var splitsBatches: Bool { get }
        /// The tables that have a change counter.
        static var tables: [ChangeTable] { get }

        static func registerMigrations(_ migrator: inout DatabaseMigrator)
        /// Writes one row; the same row again replaces it.
        static func write(_ row: Stamped<StoredRow>, _ db: Database) throws
        /// What a start needs, counters excepted. Rows that cannot be read are counted.
        static func load(_ db: Database, _ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState
        /// Called within a commit, now and then.
        static func tidy(_ db: Database) throws
    }

    /// What a start wants to know.
    struct LoadChoice: Sendable {
        /// Leases that end later are live.
        var now: WallTime
        /// How many of the newest calls.
        var calls: Int
    }

    /// A table whose rows carry node and counter, and how one of its rows is read for `changes(since:)`.
    struct ChangeTable: Sendable {
        var name: String
        var read: @Sendable (Row) throws -> StoredRow
    }

    extension StoreFile {
        static var migrator: DatabaseMigrator {
            var migrator = DatabaseMigrator()
            // The highest counter of each node: at a start, and so that a counter is never given twice.
            migrator.registerMigration("progress") { db in
                try db.execute(
                    sql: """
                        CREATE TABLE progress (node TEXT NOT NULL PRIMARY KEY, counter INTEGER NOT NULL) WITHOUT ROWID;
                        -- Deletions up to this counter are not remembered any more.
                        CREATE TABLE horizon (node TEXT NOT NULL PRIMARY KEY, counter INTEGER NOT NULL) WITHOUT ROWID;
                        """)
            }
            registerMigrations(&migrator)
            return migrator
        }

        static func counters(_ db: Database) throws -> [StoredState.NodeCounter] {
            try Row.fetchAll(db, sql: "SELECT node, counter FROM progress ORDER BY node").map {
                StoredState.NodeCounter(node: $0["node"], counter: UInt64(bitPattern: $0["counter"] as Int64))
            }
        }

        /// Notes the highest counters of a commit.
        static func progress(_ counters: [StoredState.NodeCounter], _ db: Database) throws {
            for counter in counters {
                try db.cachedStatement(
                    sql: """
                        INSERT INTO progress (node, counter) VALUES (?, ?)
                        ON CONFLICT (node) DO UPDATE SET counter = max(counter, excluded.counter)
                        """
                ).execute(arguments: [counter.node, Int64(bitPattern: counter.counter)])
            }
        }

        /// Rows of each node after its counter, in order.
        static func changes(
            _ db: Database, since: [StoredState.NodeCounter], limit: Int
        ) throws -> [Stamped<StoredRow>] {
            var found: [Stamped<StoredRow>] = []
            for node in try counters(db).map(\.node) where found.count < limit {
                let after = Int64(bitPattern: since.first { $0.node == node }?.counter ?? 0)
                if let horizon = try Int64.fetchOne(
                    db, sql: "SELECT counter FROM horizon WHERE node = ?", arguments: [node]),
                    after > 0, after < horizon
                {
                    throw StoreError(
                        .tooOld, "\(name) does not know all deletions since counter \(after) of node \(node)")
                }
                var rows: [Stamped<StoredRow>] = []
                for table in tables {
                    let cursor = try Row.fetchCursor(
                        db,
                        sql: "SELECT * FROM \(table.name) WHERE node = ? AND counter > ? ORDER BY counter LIMIT ?",
                        arguments: [node, after, limit - found.count])
                    while let row = try cursor.next() {
                        let counter = UInt64(bitPattern: row["counter"] as Int64)
                        let changedAt = (row["changed_at"] as Int64?).map { UInt64(bitPattern: $0) }
                        rows.append(
                            Stamped(node: node, counter: counter, changedAt: changedAt, row: try table.read(row)))
                    }
                }
                rows.sort { $0.counter < $1.counter }
                found += rows.prefix(limit - found.count)
            }
            return found
        }
    }

    /// An insertion that replaces the other columns of a row that has the same key.
    func upsert(_ table: String, key: [String], _ columns: [String]) -> String {
        let all = key + columns
        return """
            INSERT INTO \(table) (\(all.joined(separator: ", "))) VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))
            ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE
            SET \(columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
            """
    }

    /// All rows of a query but those that ``StoreError/Code/damaged`` is thrown for: they are counted.
    func all<Value>(
        _ db: Database, _ sql: String, _ arguments: StatementArguments, _ unreadable: inout Int,
        _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        let cursor = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        while let row = try cursor.next() {
            do {
                values.append(try read(row))
            } catch let error as StoreError where error.code == .damaged {
                unreadable += 1
            }
        }
        return values
    }

    extension Row {
        /// The octets of a column.
        func octets(_ column: String) throws -> [UInt8] {
            try withUnsafeData(named: column) { $0.map { [UInt8]($0) } ?? [] }
        }

        /// A key from the columns `time`, `origin` and `number`.
        var recordKey: RecordKey {
            RecordKey(
                time: WallTime(milliseconds: self["time"]), node: self["origin"],
                counter: UInt64(bitPattern: self["number"] as Int64))
        }
    }
#endif
