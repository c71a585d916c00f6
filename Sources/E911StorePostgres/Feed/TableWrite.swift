#if Daemon
    import E911Service
    import E911Store

    /// Rows of one table on their way into it. Of two rows with the same key one stays, as it would in the table.
    struct TableWrite {
        let table: StoreTable
        private(set) var rows: [[StoreValue]] = []
        private var places: [[StoreValue]: Int] = [:]

        /// Most rows, and octets of them, of one statement.
        private static let rowsPerStatement = 2000
        private static let octetsPerStatement = 8 << 20

        init(_ table: StoreTable) { self.table = table }

        /// Adds a row as ``Stamped/tableRow()`` makes it.
        ///
        /// - Parameter changedAt: when what the row tells was changed; without it, that is when it was written. Not used where
        ///   the row says it itself.
        mutating func add(_ values: [StoreValue], changedAt: UInt64? = nil) {
            var row = values
            if Self.isStamped(table), table.columns.count < Self.columns[table.rawValue].count {
                row.append(changedAt.map { .integer(Int64(bitPattern: $0)) } ?? row[table.key.count + 1])
            }
            let key = Array(row.prefix(table.sharedKey.count))
            guard let place = places[key] else {
                places[key] = rows.count
                rows.append(row)
                return
            }
            if Self.replaces(rows[place], by: row, in: table) { rows[place] = row }
        }

        /// Gives an entry of the audit log its hash.
        mutating func setHash(_ row: Int, _ hash: [UInt8]) {
            rows[row][table.columns.count - 1] = .octets(hash)
        }

        // MARK: Which row stays

        /// Whether rows of it may be written again, by another node too. Entries of the audit log are written once.
        private static func isStamped(_ table: StoreTable) -> Bool {
            switch table {
            case .call, .lease, .outbox, .elin, .node, .device, .evidence, .site: true
            case .audit, .auditPurged, .progress, .horizon: false
            }
        }

        /// The columns here: PostgreSQL has the time of the change in every table into which two nodes write.
        private static let columns: [[StoreTable.Column]] = StoreTable.allCases.map { table in
            let isMissing = isStamped(table) && !table.columns.contains { $0.name == "changed_at" }
            return table.columns + (isMissing ? [StoreTable.Column(name: "changed_at", kind: .integer)] : [])
        }

        private static let changedAt = columns.map { columns in columns.firstIndex { $0.name == "changed_at" } ?? 0 }
        private static let outcome = StoreTable.call.columns.firstIndex { $0.name == "outcome" } ?? 0

        /// The later one, as ``upserts`` has it: the one that was changed later; of those that were changed at the same time the
        /// one of the node with the greater name; of the same node's the one with the greater counter. A call that was
        /// acknowledged is not set back when an older record of it is read from the journal again.
        private static func replaces(_ old: [StoreValue], by new: [StoreValue], in table: StoreTable) -> Bool {
            // Others have a key of their own each, or are the same row again.
            guard isStamped(table) else { return true }
            if table == .call, new[outcome] == .integer(0), old[outcome] != .integer(0) { return false }
            let stamp = table.key.count
            let order = [changedAt[table.rawValue], stamp, stamp + 1]
            return !precedes(order.map { new[$0] }[...], order.map { old[$0] }[...])
        }

        private static let upserts: [String] = StoreTable.allCases.map { table in
            let columns = Self.columns[table.rawValue]
            let names = columns.map(\.name)
            let arrays = columns.enumerated().map { "$\($0 + 1)::\(Self.arrayType($1.kind))" }
            // No index has room for a long key.
            let key = table.sharedKey.map { $0 == "key" ? "sha256(key)" : $0 }.joined(separator: ", ")
            let later = "(excluded.changed_at, excluded.node, excluded.counter) >= (t.changed_at, t.node, t.counter)"
            let condition =
                switch table {
                case .call: " WHERE \(later) AND (excluded.outcome <> 0 OR t.outcome = 0)"
                case .audit, .progress, .horizon: " WHERE excluded.counter >= t.counter"
                case .auditPurged: ""
                case .lease, .outbox, .elin, .node, .device, .evidence, .site: " WHERE \(later)"
                }
            let others = names.filter { !table.sharedKey.contains($0) }
            return """
                INSERT INTO \(table.name) AS t (\(names.joined(separator: ", ")))
                SELECT * FROM unnest(\(arrays.joined(separator: ", ")))
                ON CONFLICT (\(key)) DO UPDATE
                SET \(others.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))\(condition)
                """
        }

        private static func arrayType(_ kind: StoreTable.Column.Kind) -> String {
            switch kind {
            case .integer: "bigint[]"
            case .text: "text[]"
            case .longText, .octets: "bytea[]"
            case .flag: "boolean[]"
            }
        }

        // MARK: Statements

        /// What writes the rows. They are in the order of their keys, so that two nodes never wait for each other's rows.
        func statements() -> [PostgresStatement] {
            let columns = Self.columns[table.rawValue]
            let keys = table.sharedKey.count
            let ordered = rows.count < 2 ? rows : rows.sorted { Self.precedes($0[..<keys], $1[..<keys]) }
            var statements: [PostgresStatement] = []
            var rest = ordered[...]
            while !rest.isEmpty {
                var octets = 0
                let part = rest.prefix(Self.rowsPerStatement).prefix { row in
                    // One at least, however long it is.
                    defer { octets += Self.octets(of: row) }
                    return octets < Self.octetsPerStatement
                }
                statements.append(
                    PostgresStatement(
                        Self.upserts[table.rawValue],
                        columns.indices.map { column in .array(columns[column].kind, part.map { $0[column] }) }))
                rest = rest.dropFirst(part.count)
            }
            return statements
        }

        private static func octets(of row: [StoreValue]) -> Int {
            row.reduce(0) { sum, value in
                switch value {
                case .integer, .flag, .null: sum + 8
                case .text(let text): sum + text.utf8.count
                case .octets(let octets): sum + octets.count
                }
            }
        }

        private static func precedes(_ a: ArraySlice<StoreValue>, _ b: ArraySlice<StoreValue>) -> Bool {
            for (a, b) in zip(a, b) {
                if precedes(a, b) { return true }
                if precedes(b, a) { return false }
            }
            return false
        }

        /// Numbers by their value, texts by their octets.
        private static func precedes(_ a: StoreValue, _ b: StoreValue) -> Bool {
            switch (a, b) {
            case (.integer(let a), .integer(let b)): a < b
            case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
            default: false
            }
        }
    }

    extension StoreTable {
        /// The key where two nodes write: each has a row of its own of an alert and of a device, since what one knows of them is not
        /// what the other knows, and neither replaces the other's.
        var sharedKey: [String] { self == .outbox || self == .device ? key + ["node"] : key }
    }

    /// The rows of a commit by table.
    struct CommitWrite {
        private(set) var tables: [TableWrite] = []
        private(set) var counters = CounterProgress()

        /// - Throws: ``StoreError`` for what cannot be written at all.
        mutating func add(_ rows: ArraySlice<Stamped<StoredRow>>, of feed: StoreFeed) throws(StoreError) {
            for stamped in rows {
                let (table, values) = try stamped.tableRow()
                guard table.feed == feed else { continue }
                counters.note(stamped.node, stamped.counter)
                if let place = tables.firstIndex(where: { $0.table == table }) {
                    tables[place].add(values, changedAt: stamped.changedAt)
                } else {
                    var write = TableWrite(table)
                    write.add(values, changedAt: stamped.changedAt)
                    tables.append(write)
                }
            }
        }

        mutating func change(_ table: StoreTable, _ body: (inout TableWrite) throws -> Void) rethrows {
            guard let place = tables.firstIndex(where: { $0.table == table }) else { return }
            try body(&tables[place])
        }

        /// What writes them, always in the same order of tables.
        func statements() -> [PostgresStatement] {
            tables.sorted { $0.table.rawValue < $1.table.rawValue }.flatMap { $0.statements() }
        }
    }
#endif
