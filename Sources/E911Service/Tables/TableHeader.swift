/// The first row of a table: which column of the file is which of the table's.
struct TableHeader {
    /// Fields of a row.
    let width: Int
    /// The column of the table by the field's position; `nil` for one without a name.
    let columns: [Int?]
    /// Whether the file has a column of the table.
    let isGiven: [Bool]

    /// Reads it; what is wrong goes to `problems`, and then there is none.
    init?(_ record: CSVRecord, _ known: [TableColumn], _ problems: inout [TableProblem]) {
        func add(_ column: String?, _ reason: String, _ remedy: String) {
            problems.append(
                TableProblem(row: record.row, line: record.line, column: column, reason, remedy: remedy))
        }
        let names = known.map(\.name)
        var columns: [Int?] = []
        var wrong = false
        for field in record.fields {
            let name = TableColumn.trimmed(field)
            guard !name.isEmpty else {
                columns.append(nil)
                continue
            }
            let column = names.firstIndex { $0.lowercased() == name.lowercased() }
            if let column, columns.contains(column) {
                add(names[column], "the column stands twice", "each column once")
                wrong = true
            } else if column == nil {
                add(String(name.prefix(60)), "there is no such column here", NearestName.advice(name, among: names))
                wrong = true
            }
            columns.append(column)
        }
        for (index, column) in known.enumerated() where column.isRequired && !columns.contains(index) {
            add(column.name, "the column is missing", "the names of the columns in the first row")
            wrong = true
        }
        guard !wrong else { return nil }
        width = record.fields.count
        self.columns = columns
        isGiven = known.indices.map { columns.contains($0) }
    }

    /// The name of the column that a field, counted from 1, stands in.
    func name(of field: Int, among known: [TableColumn]) -> String? {
        guard columns.indices.contains(field - 1), let column = columns[field - 1] else { return nil }
        return known[column].name
    }

    /// Why a row does not fit; `nil` if it does. Fields under no name may be empty.
    func fault(of record: CSVRecord) -> CellFault? {
        let behind = record.fields.dropFirst(width)
        if record.fields.count < width || behind.contains(where: { !$0.isEmpty }) {
            return CellFault(
                reason: "the row has \(record.fields.count) fields, the first row \(width)",
                remedy: "a field for each column; one with a separator in it in quotes")
        }
        for (column, field) in zip(columns, record.fields) where column == nil && !field.isEmpty {
            return CellFault(
                reason: "'\(field.prefix(60))' stands in a column without a name", remedy: "a name in the first row")
        }
        return nil
    }
}
