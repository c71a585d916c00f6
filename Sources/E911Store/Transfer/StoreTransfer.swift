#if Daemon
    /// Everything that a database of the store holds, as rows of its tables: for whoever takes it from one database to another,
    /// or writes it down. All of it blocks.
    package protocol StoreTransfer: Sendable {
        /// How many rows there are in all.
        func count() throws -> Int64

        /// Hands out all rows as they are at one moment, some at a time: table by table, each in the order of its keys.
        func read(_ body: (StoreTable, [[StoreValue]]) throws -> Void) throws

        /// Takes rows, all of them or none: what `body` gives to its argument is there when it has returned.
        ///
        /// - Parameter replacing: whether rows that are there already go.
        /// - Throws: ``StoreError/Code/owned`` if there are rows, and they are not to go.
        func write(replacing: Bool, _ body: ((StoreTable, [[StoreValue]]) throws -> Void) throws -> Void) throws
    }

    /// Most rows that are handed out at a time.
    package let transferredAtOnce = 500

    /// A row as one line of JSON, the same octets for the same row: the table, then its columns in their order. Octets are in
    /// hexadecimal digits.
    package enum StoreLine {
        package static func append(_ table: StoreTable, _ row: [StoreValue], to line: inout [UInt8]) {
            line += "{\"table\":\"\(table.name)\"".utf8
            for (column, value) in zip(table.columns, row) {
                line += ",\"\(column.name)\":".utf8
                switch value {
                case .integer(let number): line += String(number).utf8
                case .text(let text): append(text, to: &line)
                case .octets(let octets):
                    line.append(UInt8(ascii: "\""))
                    for octet in octets {
                        line.append(digits[Int(octet >> 4)])
                        line.append(digits[Int(octet & 15)])
                    }
                    line.append(UInt8(ascii: "\""))
                case .flag(let flag): line += (flag ? "true" : "false").utf8
                case .null: line += "null".utf8
                }
            }
            line += "}\n".utf8
        }

        private static let digits = Array("0123456789abcdef".utf8)

        private static func append(_ text: String, to line: inout [UInt8]) {
            line.append(UInt8(ascii: "\""))
            for octet in text.utf8 {
                switch octet {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): line += [UInt8(ascii: "\\"), octet]
                case 0..<0x20, 0x7f:
                    line += "\\u00".utf8
                    line += [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
                default: line.append(octet)
                }
            }
            line.append(UInt8(ascii: "\""))
        }
    }

    /// What tells whether two databases hold the same: for each table the number of its rows and a hash over all of them.
    package struct StoreSummary: Equatable, Sendable {
        package private(set) var rows = [Int64](repeating: 0, count: StoreTable.allCases.count)
        private var hashes = [[UInt8]](repeating: [], count: StoreTable.allCases.count)

        package init(of transfer: some StoreTransfer, sha256: ([UInt8]) -> [UInt8]) throws {
            try transfer.read { table, rows in
                for row in rows {
                    var line = hashes[table.rawValue]
                    StoreLine.append(table, row, to: &line)
                    hashes[table.rawValue] = sha256(line)
                }
                self.rows[table.rawValue] += Int64(rows.count)
            }
        }

        /// The tables in which two databases differ.
        package func difference(from other: StoreSummary) -> [StoreTable] {
            StoreTable.allCases.filter { table in
                rows[table.rawValue] != other.rows[table.rawValue]
                    || hashes[table.rawValue] != other.hashes[table.rawValue]
            }
        }
    }

    /// Takes everything from one database to another.
    ///
    /// - Parameter progress: called with the number of rows that each step took.
    package func transfer(
        from source: some StoreTransfer, to target: some StoreTransfer, replacing: Bool,
        progress: (Int64) -> Void = { _ in }
    ) throws {
        try target.write(replacing: replacing) { take in
            try source.read { table, rows in
                try take(table, rows)
                progress(Int64(rows.count))
            }
        }
    }
#endif
