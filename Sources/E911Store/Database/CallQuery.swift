#if Daemon
    import E911Service
    import E911Values
    import GRDB

    /// A search of calls as SQL. Each index of ``CallsFile`` for this begins with the part and a column, and ends with the
    /// order of the list, so that a page is read alone: the newest of each part, and of these the newest.
    struct CallQuery {
        static let newestFirst = "ORDER BY time DESC, origin DESC, number DESC"
        static let isOlder = "(time, origin, number) < (?, ?, ?)"
        private static let isNewer = "(time, origin, number) > (?, ?, ?)"
        /// Callers of one search at most.
        private static let callers = 1000

        private let search: CallSearch
        private var conditions: [String] = []
        private var arguments: StatementArguments = []

        init(_ search: CallSearch) {
            self.search = search
            if let prefix = search.callerPrefix.map(StoredText.escaped) {
                add("caller_dn >= ?", prefix)
                add("caller_dn < ?", prefix + "\u{10FFFF}")
            }
            add("caller_dn = ?", search.caller.map(StoredText.escaped))
            add("location = ?", search.location.map(StoredText.escaped))
            add("elin = ?", search.elin.map { Int64($0.digits) })
            add("call_server = ?", search.callServer.map(StoredText.escaped))
            add("kind = ?", search.kind.map { Int($0.rawValue) })
            add("time >= ?", search.from?.milliseconds)
            add("time < ?", search.to?.milliseconds)
            if let before = search.before {
                conditions.append(Self.isOlder)
                arguments += before.arguments
            }
        }

        private mutating func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }

        private var index: String? {
            if search.caller != nil || search.callerPrefix != nil { return "call_caller" }
            if search.elin != nil { return "call_elin" }
            return search.location != nil ? "call_location" : nil
        }

        /// The newest that fit, the newest first.
        ///
        /// - Throws: ``StoreError/Code/tooMany`` when too many callers begin with a part of a number.
        func calls(_ db: Database) throws -> [CallRecord] {
            guard search.limit > 0 else { return [] }
            guard let index else {
                let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
                let sql = "SELECT payload FROM call \(condition) \(Self.newestFirst) LIMIT ?"
                return try Row.fetchAll(db, sql: sql, arguments: arguments + [search.limit]).compactMap(Self.readable)
            }
            let statement = try db.cachedStatement(sql: "SELECT payload FROM call WHERE rowid = ?")
            return try newest(by: index, db).compactMap {
                try Row.fetchOne(statement, arguments: [$0.row]).flatMap(Self.readable)
            }
        }

        /// One that cannot be read was counted at the start.
        private static func readable(_ row: Row) -> CallRecord? { try? row.call(from: CallsFile.name) }

        /// Where a call lies that was found.
        private struct Place {
            var key: RecordKey
            var row: Int64
        }

        private func newest(by index: String, _ db: Database) throws -> [Place] {
            let isOfOne = search.callerPrefix == nil
            // What one caller, number or location has of a part is in the order of the list; what several callers have is not.
            let order = isOfOne ? "\(Self.newestFirst) LIMIT \(search.limit)" : ""
            let statement = try db.cachedStatement(
                sql: """
                    SELECT time, origin, number, rowid\(isOfOne ? "" : ", caller_dn") FROM call INDEXED BY \(index)
                    WHERE part = ? AND \(conditions.joined(separator: " AND ")) AND \(Self.isNewer) \(order)
                    """)
            var found: [Place] = []
            var callers: Set<String> = []
            var part = try Self.part(below: .max, db)
            while let current = part {
                // Of what is older than a whole page of others nothing is wanted.
                let oldest = found.count < search.limit ? nil : found.last?.key
                let rows = try Row.fetchCursor(
                    statement,
                    arguments: [current] + arguments
                        + (oldest?.arguments ?? [Int64.min, "", Int64.min]))
                while let row = try rows.next() {
                    found.append(Place(key: try row.recordKey(), row: try row.integer("rowid")))
                    guard !isOfOne else { continue }
                    callers.insert(try row.text("caller_dn"))
                    guard callers.count <= Self.callers else {
                        throw StoreError(
                            .tooMany,
                            "more than \(Self.callers) callers begin with '\(search.callerPrefix ?? "")': give more of it"
                        )
                    }
                    if found.count > 16 * search.limit { keepNewest(of: &found) }
                }
                keepNewest(of: &found)
                part = try Self.part(below: current, db)
            }
            return found
        }

        private func keepNewest(of found: inout [Place]) {
            found.sort { $0.key > $1.key }
            if found.count > search.limit { found.removeLast(found.count - search.limit) }
        }

        /// The last part before another one.
        private static func part(below other: Int64, _ db: Database) throws -> Int64? {
            try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT max(part) FROM call INDEXED BY call_caller WHERE part < ?"),
                arguments: [other])
        }
    }
#endif
