/// A file of a table on its way in: rows as cells in the table's order and spelling, and what is wrong with any of them.
final class TableSheet {
    private let columns: [TableColumn]
    /// Most problems that are kept.
    private let limit: Int
    private var reader: CSVReader
    private var isBroken = false
    private var header: TableHeader?
    private var hasHeader = false

    /// In the order in which they were found.
    private(set) var problems: [TableProblem] = []
    /// Problems that are not in ``problems``.
    private(set) var leftOff = 0
    /// Problems that are no warnings.
    private(set) var errors = 0
    /// Rows with an error of their own.
    private(set) var lostRows = 0

    init(_ columns: [TableColumn], _ limits: TableImport.Limits) {
        self.columns = columns
        limit = limits.problems
        reader = CSVReader(limits: limits.csv)
    }

    /// Whether all of the file is CSV under a header that can be read. Known when it has ended.
    var isWhole: Bool { header != nil && !isBroken }

    /// Whether the file has a column.
    func has(_ column: Int) -> Bool { header?.isGiven[column] ?? false }

    /// Reads on. Behind what is no CSV nothing more is read.
    func read(_ piece: Span<UInt8>, _ row: ([String], CSVRecord) -> Void) {
        guard !isBroken else { return }
        do throws(CSVError) {
            try reader.read(piece) { take($0, row) }
        } catch {
            fail(error)
        }
    }

    /// The file has ended.
    func finish(_ row: ([String], CSVRecord) -> Void) {
        guard !isBroken else { return }
        do throws(CSVError) {
            try reader.finish { take($0, row) }
        } catch {
            fail(error)
        }
        guard !hasHeader, !isBroken else { return }
        add(TableProblem(row: 1, line: 1, "the file is empty", remedy: "the names of the columns in the first row"))
    }

    private func fail(_ error: CSVError) {
        isBroken = true
        let column = header?.name(of: error.column, among: columns) ?? "\(error.column)"
        add(TableProblem(row: error.row, line: error.line, column: column, error.reason, remedy: error.remedy))
    }

    private func take(_ record: CSVRecord, _ row: ([String], CSVRecord) -> Void) {
        guard hasHeader else {
            hasHeader = true
            var found: [TableProblem] = []
            header = TableHeader(record, columns, &found)
            for problem in found { add(problem) }
            return
        }
        // Under a header that cannot be read no cell can.
        guard let header else { return }
        if let fault = header.fault(of: record) { return lose(record, fault) }
        if let cells = cells(of: record, header) { row(cells, record) } else { lostRows += 1 }
    }

    /// The cells of the file's columns; the others empty. `nil` if one cannot be read.
    private func cells(of record: CSVRecord, _ header: TableHeader) -> [String]? {
        var cells = Array(repeating: "", count: columns.count)
        var isWhole = true
        for (column, field) in zip(header.columns, record.fields) {
            guard let column, !field.isEmpty else { continue }
            switch columns[column].read(field) {
            case .value(let text): cells[column] = text
            case .wrong(let reason, let remedy):
                add(record, CellFault(column: columns[column].name, reason: reason, remedy: remedy))
                isWhole = false
            }
        }
        return isWhole ? cells : nil
    }

    // MARK: Problems

    /// The row cannot be used.
    func lose(_ record: CSVRecord, _ fault: CellFault) {
        lostRows += 1
        add(record, fault)
    }

    private func add(_ record: CSVRecord, _ fault: CellFault) {
        add(
            TableProblem(
                row: record.row, line: record.line, column: fault.column, fault.reason, remedy: fault.remedy))
    }

    func add(_ problem: TableProblem) {
        if !problem.isWarning { errors += 1 }
        if problems.count < limit { problems.append(problem) } else { leftOff += 1 }
    }

    /// Whether an error stands at a column of a row already, or nothing more is kept.
    func hasTold(row: Int, column: String?) -> Bool {
        problems.count < limit && problems.contains { $0.row == row && $0.column == column && !$0.isWarning }
    }

    /// In the order of the rows; what is of no row comes last.
    var sorted: [TableProblem] { problems.sorted { ($0.row ?? .max) < ($1.row ?? .max) } }
}
