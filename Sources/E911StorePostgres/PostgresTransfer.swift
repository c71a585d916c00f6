#if Daemon
    package import E911Store

    /// The rows of a database of PostgreSQL.
    package struct PostgresTransfer: StoreTransfer {
        private let server: PostgresServer

        /// - Parameter node: stands in the server's list of sessions.
        package init(_ address: PostgresAddress, node: String) {
            server = PostgresServer(
                address: address, node: node, settings: PostgresStore.Settings(), stop: StopSignal())
        }

        private func read<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
            try open(PostgresConnection.snapshot) { connection in
                guard try PostgresSchema.installed(connection).number > 0 else {
                    throw StoreError(.unavailable, "\(server.address): there is no store yet")
                }
                return try body(connection)
            }
        }

        private func open<Value>(_ kind: String, _ body: (PostgresConnection) throws -> Value) throws -> Value {
            do {
                let connection = try server.connect("migrate")
                defer { connection.close() }
                if kind.isEmpty { try PostgresSchema.update(connection) }
                // As long as it takes.
                try connection.query("SET statement_timeout = 0")
                return try connection.transaction(kind) { try body(connection) }
            } catch let error as PostgresError {
                throw error.storeError
            }
        }

        package func count() throws -> Int64 {
            try read { try Self.count($0) }
        }

        private static func count(_ connection: PostgresConnection) throws -> Int64 {
            try StoreTable.allCases.reduce(0) { sum, table in
                try connection.rows("SELECT count(*) AS count FROM \(table.name)") { try $0.integer("count") }
                    .reduce(sum, +)
            }
        }

        package func read(_ body: (StoreTable, [[StoreValue]]) throws -> Void) throws {
            try read { connection in
                for table in StoreTable.allCases {
                    let columns = table.columns
                    var rows: [[StoreValue]] = []
                    try connection.query(
                        """
                        SELECT \(columns.map(\.name).joined(separator: ", ")) FROM \(table.name)
                        ORDER BY \(table.sharedKey.joined(separator: ", "))
                        """
                    ) { row in
                        rows.append(try columns.map { try row.value($0) })
                        if rows.count == transferredAtOnce {
                            try body(table, rows)
                            rows = []
                        }
                    }
                    if !rows.isEmpty { try body(table, rows) }
                }
            }
        }

        package func write(
            replacing: Bool, _ body: ((StoreTable, [[StoreValue]]) throws -> Void) throws -> Void
        ) throws {
            try open("") { connection in
                let names = StoreTable.allCases.map(\.name).joined(separator: ", ")
                // No node begins to write meanwhile.
                try connection.query("LOCK TABLE \(names) IN SHARE ROW EXCLUSIVE MODE")
                if replacing {
                    // Accounts of an earlier life of the database are nobody's.
                    try connection.query("TRUNCATE \(names), document")
                } else if try Self.count(connection) > 0 {
                    throw StoreError(.owned, "\(server.address): the database holds rows already")
                }
                try body { table, rows in
                    var write = TableWrite(table)
                    for row in rows { write.add(row) }
                    try connection.commit(write.statements())
                }
            }
        }
    }
#endif
