#if Daemon
    import CLibPQ
    import E911Store

    /// A row of an answer, valid while it is handed out.
    struct PostgresRow: StoredColumns {
        /// Where each column stands, the same for all rows of an answer.
        struct Columns {
            fileprivate var places: [String: Int32] = [:]

            init(_ result: OpaquePointer) {
                for place in 0..<PQnfields(result) {
                    guard let name = PQfname(result, place) else { continue }
                    places[String(cString: name)] = place
                }
            }
        }

        private let result: OpaquePointer
        private let number: Int32
        private let columns: Columns

        init(_ result: OpaquePointer, _ number: Int32, _ columns: Columns) {
            self.result = result
            self.number = number
            self.columns = columns
        }

        /// Its octets in binary form; `nil` is NULL.
        private func field(_ column: String) throws -> UnsafeRawBufferPointer? {
            guard let place = columns.places[column] else {
                throw StoreError(.database, "PostgreSQL's answer has no column '\(column)'")
            }
            guard PQgetisnull(result, number, place) == 0, let value = PQgetvalue(result, number, place) else {
                return nil
            }
            return UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, number, place)))
        }

        private func required(_ column: String) throws -> UnsafeRawBufferPointer {
            guard let field = try field(column) else {
                throw StoreError(.database, "PostgreSQL has no value in the column '\(column)'")
            }
            return field
        }

        func integerIfAny(_ column: String) throws -> Int64? {
            guard columns.places[column] != nil, try field(column) != nil else { return nil }
            return try integer(column)
        }

        func integer(_ column: String) throws -> Int64 {
            let octets = try required(column)
            guard (1...8).contains(octets.count), let first = octets.first else {
                throw StoreError(.database, "the column '\(column)' of PostgreSQL's answer is no number")
            }
            // Of two, four or eight octets; the first one has the sign.
            return octets.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
        }

        func text(_ column: String) throws -> String {
            StoredText.unescaped(String(decoding: try required(column), as: UTF8.self))
        }

        func octets(_ column: String) throws -> [UInt8] { try optionalOctets(column) ?? [] }

        func optionalOctets(_ column: String) throws -> [UInt8]? { try field(column).map { [UInt8]($0) } }

        func flag(_ column: String) throws -> Bool { try required(column).first == 1 }

        /// A value as its table has it.
        func value(_ column: StoreTable.Column) throws -> StoreValue {
            guard try field(column.name) != nil else { return .null }
            return switch column.kind {
            case .integer: .integer(try integer(column.name))
            case .text, .longText: .text(try text(column.name))
            case .octets: .octets(try octets(column.name))
            case .flag: .flag(try flag(column.name))
            }
        }
    }
#endif
