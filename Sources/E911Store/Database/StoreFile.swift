#if Daemon
    import E911Service
    import E911Values
    import Foundation
    package import GRDB

    /// One SQLite file of the store: its schema, and how rows go in and out.
    protocol StoreFile: Sendable {
        static var feed: StoreFeed { get }
        static var name: String { get }
        /// The setting of `PRAGMA synchronous` and how SQLite reads it back.
        static var synchronous: (name: String, value: Int) { get }
        /// How much of the file is held in memory, in kB.
        static var cacheKilobytes: Int { get }
        /// The write-ahead log is brought into the file when it has so many pages of 4 kB.
        static var checkpointPages: Int { get }

        static func registerMigrations(_ migrator: inout DatabaseMigrator)
        /// What a start needs, counters excepted. Rows that cannot be read are counted.
        static func load(_ db: Database, _ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState
        /// Called within a commit, now and then.
        static func tidy(_ db: Database) throws
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
            try changedRows(
                in: feed, of: name, since: since, limit: limit, counters: try counters(db),
                horizon: { node in
                    try Int64.fetchOne(db, sql: "SELECT counter FROM horizon WHERE node = ?", arguments: [node])
                },
                rows: { table, node, after, limit in
                    try Row.fetchAll(
                        db,
                        sql: "SELECT * FROM \(table.name) WHERE node = ? AND counter > ? ORDER BY counter LIMIT ?",
                        arguments: [node, after, limit]
                    ).map { try $0.change(of: table, from: name) }
                })
        }
    }

    extension StoreValue: DatabaseValueConvertible {
        package var databaseValue: DatabaseValue {
            switch self {
            case .integer(let number): number.databaseValue
            case .text(let text): StoredText.escaped(text).databaseValue
            case .octets(let octets): Data(octets).databaseValue
            case .flag(let flag): flag.databaseValue
            case .null: .null
            }
        }

        package static func fromDatabaseValue(_ value: DatabaseValue) -> StoreValue? {
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .string(let text): .text(StoredText.unescaped(text))
            case .blob(let data): .octets([UInt8](data))
            case .double: nil
            }
        }
    }

    /// All rows of a query but those that ``StoreError/Code/damaged`` is thrown for: they are counted.
    func all<Value>(
        _ db: Database, _ sql: String, _ arguments: StatementArguments, _ unreadable: inout Int,
        _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        let cursor = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        while let row = try cursor.next() {
            if let value = try readable(&unreadable, { try read(row) }) { values.append(value) }
        }
        return values
    }

    extension Row: StoredColumns {
        package func octets(_ column: String) throws -> [UInt8] {
            try withUnsafeData(named: column) { $0.map { [UInt8]($0) } ?? [] }
        }

        package func integer(_ column: String) throws -> Int64 { self[column] }
        package func integerIfAny(_ column: String) throws -> Int64? { self[column] }
        package func text(_ column: String) throws -> String { StoredText.unescaped(self[column]) }
        package func flag(_ column: String) throws -> Bool { self[column] }
    }
#endif
