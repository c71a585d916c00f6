#if Daemon
    import E911Service
    import Foundation
    import GRDB

    /// The rows of `calls.db` and `site.db` in a folder.
    package struct SQLiteTransfer: StoreTransfer {
        private let folder: String

        /// - Parameter folder: the state folder.
        package init(folder: String) { self.folder = folder }

        private static let names = [CallsFile.name, SiteFile.name]

        /// Whether there are files.
        package var exists: Bool {
            Self.names.allSatisfy { FileManager.default.fileExists(atPath: folder + "/" + $0) }
        }

        private struct Files {
            let calls: OpenDatabase<CallsFile>
            let site: OpenDatabase<SiteFile>

            init(folder: String) throws {
                calls = try OpenDatabase(folder: folder, settings: StoreSettings())
                site = try OpenDatabase(folder: folder, settings: StoreSettings())
            }

            func close() {
                calls.close()
                site.close()
            }
        }

        private func open<Value>(_ body: (_ calls: Database, _ site: Database) throws -> Value) throws -> Value {
            guard exists else { throw StoreError(.unavailable, "\(folder): there is no store yet") }
            let files = try Files(folder: folder)
            defer { files.close() }
            return try files.calls.read { calls in try files.site.read { site in try body(calls, site) } }
        }

        /// Where the rows of a table are; of those that both files have each file's with the name of its feed.
        private static func parts(_ table: StoreTable, _ calls: Database, _ site: Database) -> [(Database, String)] {
            switch table.feed {
            case .calls: [(calls, "")]
            case .site: [(site, "")]
            case nil: [(calls, "calls"), (site, "site")]
            }
        }

        package func count() throws -> Int64 {
            try open { calls, site in
                var sum: Int64 = 0
                for table in StoreTable.allCases {
                    for (db, _) in Self.parts(table, calls, site) {
                        sum += try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table.name)") ?? 0
                    }
                }
                return sum
            }
        }

        package func read(_ body: (StoreTable, [[StoreValue]]) throws -> Void) throws {
            try open { calls, site in
                for table in StoreTable.allCases {
                    for (db, feed) in Self.parts(table, calls, site) {
                        try Self.read(table, feed, db) { try body(table, $0) }
                    }
                }
            }
        }

        private static func read(
            _ table: StoreTable, _ feed: String, _ db: Database, _ body: ([[StoreValue]]) throws -> Void
        ) throws {
            let stored = stored(table)
            let keys = table.key.filter { $0 != "feed" }
            let cursor = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(stored.map(\.name).joined(separator: ", ")) FROM \(table.name)
                    ORDER BY \(keys.joined(separator: ", "))
                    """)
            var rows: [[StoreValue]] = []
            while let row = try cursor.next() {
                var values: [StoreValue] = table.feed == nil ? [.text(feed)] : []
                for (index, column) in stored.enumerated() {
                    let value: StoreValue? = row[index]
                    switch (column.kind, value) {
                    case (.flag, .integer(let number)): values.append(.flag(number != 0))
                    case (_, let value?): values.append(value)
                    case (_, nil): values.append(.null)
                    }
                }
                rows.append(values)
                if rows.count == transferredAtOnce {
                    try body(rows)
                    rows = []
                }
            }
            if !rows.isEmpty { try body(rows) }
        }

        /// The columns that the files have of a table.
        private static func stored(_ table: StoreTable) -> [StoreTable.Column] {
            table.columns.filter { $0.name != "feed" }
        }

        package func write(
            replacing: Bool, _ body: ((StoreTable, [[StoreValue]]) throws -> Void) throws -> Void
        ) throws {
            if exists, !replacing, try count() > 0 {
                throw StoreError(.owned, "\(folder): calls.db and site.db hold rows already")
            }
            // The files appear when they are whole; what an earlier attempt left goes.
            let part = folder + "/migrate.part"
            try? FileManager.default.removeItem(atPath: part)
            try FileManager.default.createDirectory(
                atPath: part, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            defer { try? FileManager.default.removeItem(atPath: part) }
            let files = try Files(folder: part)
            do {
                try body { table, rows in
                    for row in rows {
                        guard table.feed == nil, row.first != .text("calls"), row.first != .text("site") else {
                            continue
                        }
                        throw StoreError(.damaged, "a row of \(table.name) is of no feed that is known")
                    }
                    if table.feed != .site { try files.calls.commit { try Self.insert(rows, table, "calls", $0) } }
                    if table.feed != .calls { try files.site.commit { try Self.insert(rows, table, "site", $0) } }
                }
                // The files alone are moved.
                try files.calls.checkpoint()
                try files.site.checkpoint()
            } catch {
                files.close()
                throw error
            }
            files.close()
            try replace(with: part)
        }

        private static func insert(_ rows: [[StoreValue]], _ table: StoreTable, _ feed: String, _ db: Database) throws {
            let columns = stored(table).map(\.name)
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO \(table.name) (\(columns.joined(separator: ", ")))
                    VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
                    """)
            for row in rows {
                guard table.feed == nil else {
                    try statement.execute(arguments: StatementArguments(row.map(\.databaseValue)))
                    continue
                }
                guard row.first == .text(feed) else { continue }
                try statement.execute(arguments: StatementArguments(row.dropFirst().map(\.databaseValue)))
            }
        }

        /// Files that were there are kept aside.
        private func replace(with part: String) throws {
            let files = FileManager.default
            let suffixes = ["", "-wal", "-shm"]
            let old = Self.names.flatMap { name in suffixes.map { name + $0 } }
                .filter { files.fileExists(atPath: folder + "/" + $0) }
            if !old.isEmpty {
                let aside = folder + "/replaced"
                try? files.removeItem(atPath: aside)
                try files.createDirectory(
                    atPath: aside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
                for name in old { try files.moveItem(atPath: folder + "/" + name, toPath: aside + "/" + name) }
            }
            for name in Self.names { try files.moveItem(atPath: part + "/" + name, toPath: folder + "/" + name) }
            try FileDescriptor.flush(folder: folder)
        }
    }
#endif
