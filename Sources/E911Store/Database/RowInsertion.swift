#if Daemon
    import E911Service
    import E911Values
    import GRDB
    import GRDBSQLite

    /// Inserts rows into the tables of one file, within one transaction.
    ///
    /// A call makes three rows with 34 values. They are bound here, since GRDB's arguments are lists of existentials, whose
    /// making takes longer than the insertion.
    struct RowInsertion<File: StoreFile> {
        private let db: Database
        /// By table. Asked for once: they are found by the whole of their text.
        private var statements: [Statement?] = Array(repeating: nil, count: StoreTable.allCases.count)
        private var row = BoundRow()

        init(_ db: Database) { self.db = db }

        /// Writes one row; the same row again replaces it.
        mutating func write(_ stamped: Stamped<StoredRow>) throws {
            let table = stamped.table
            guard table.feed == File.feed else { return }
            let statement = try statements[table.rawValue] ?? db.cachedStatement(sql: insertions[table.rawValue])
            statements[table.rawValue] = statement
            row.clear()
            try stamped.write(into: &row)
            try row.insert(by: statement, db)
            if case .audit(let record) = stamped.row {
                try AuditChain.link(record, node: stamped.node, counter: Int64(bitPattern: stamped.counter), db)
            }
        }
    }

    /// For each table an insertion that replaces the other columns of a row that has the same key.
    private let insertions: [String] = StoreTable.allCases.map { table in
        var columns = table.columns.map(\.name)
        var values = columns.map { _ in "?" }
        if table == .call {
            columns.append("part")
            values.append(CallsFile.nextPart)
        }
        // A call that was acknowledged is not set back when an older record of it is read from the journal again.
        let condition = table == .call ? " WHERE excluded.outcome <> 0 OR call.outcome = 0" : ""
        return """
            INSERT INTO \(table.name) (\(columns.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")))
            ON CONFLICT (\(table.key.joined(separator: ", "))) DO UPDATE
            SET \(table.others.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))\(condition)
            """
    }

    /// The values of a row where they can be bound from. What has a length lies in one array, which serves row after row.
    private struct BoundRow: RowSink {
        private enum Value {
            case integer(Int64)
            /// From the place in the array up to the value behind.
            case text(Int)
            case octets(Int)
            case null
        }

        // Never empty: no value has the address NULL, which would be taken for NULL.
        private var array: [UInt8] = [0]
        private var values: [Value] = []
        private var ends: [Int] = []

        mutating func clear() {
            array.removeLast(array.count - 1)
            values.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
        }

        private mutating func add(_ value: Value) {
            values.append(value)
            ends.append(array.count)
        }

        mutating func integer(_ value: Int64) { add(.integer(value)) }

        mutating func text(_ value: String) {
            let start = array.count
            array.append(text: StoredText.escaped(value))
            add(.text(start))
        }

        mutating func key(_ value: RecordKey) {
            let start = array.count
            array.append(value)
            add(.text(start))
        }

        mutating func octets(_ value: [UInt8]) {
            let start = array.count
            array += value
            add(.octets(start))
        }

        mutating func flag(_ value: Bool) { add(.integer(value ? 1 : 0)) }
        mutating func null() { add(.null) }

        /// Runs an insertion with these values.
        func insert(by statement: Statement, _ db: Database) throws {
            let handle = statement.sqliteStatement
            // SQLite reads the values where they lie, until they are taken away from it.
            let code = array.withUnsafeBytes { array -> CInt in
                guard let base = array.baseAddress else { return SQLITE_MISUSE }
                for (index, value) in values.enumerated() {
                    let place = CInt(index + 1)
                    let bound =
                        switch value {
                        case .integer(let number): sqlite3_bind_int64(handle, place, number)
                        case .text(let start):
                            sqlite3_bind_text(
                                handle, place, (base + start).assumingMemoryBound(to: CChar.self),
                                CInt(clamping: ends[index] - start), nil)
                        case .octets(let start):
                            sqlite3_bind_blob(handle, place, base + start, CInt(clamping: ends[index] - start), nil)
                        case .null: sqlite3_bind_null(handle, place)
                        }
                    guard bound == SQLITE_OK else { return bound }
                }
                return sqlite3_step(handle)
            }
            let message = code == SQLITE_DONE ? nil : db.lastErrorMessage
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            guard code != SQLITE_DONE else { return }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
#endif
