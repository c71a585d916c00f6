#if Daemon
    /// Rows under their heads, for people.
    enum TextTable {
        static func text(_ heads: [String], _ rows: [[String]]) -> String {
            let rows = [heads] + rows
            let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
            return rows.map { row in
                row.enumerated().map { index, cell in
                    index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
                }.joined(separator: "  ")
            }.joined(separator: "\n")
        }
    }
#endif
