/// An import of a table of one layout: row by row, then the whole.
final class LayoutImport<Layout: TableLayout>: ImportRun {
    /// A row of the file that is well spelt.
    private struct Given {
        var name: String
        var cells: [String]
        var row: Int
        var line: Int
    }

    private let task: ImportTask
    private let old: TableRows<Layout>
    private let context: TableContext
    private var header: TableHeader?
    private var hasHeader = false
    private var given: [Given] = []
    /// Where in ``given`` a name stands.
    private var position: [String: Int] = [:]
    /// Rows with an error of their own.
    private var lostRows = 0
    private var problems: [TableProblem] = []
    private var leftOff = 0

    init(_ task: ImportTask) {
        self.task = task
        old = TableRows(task.site)
        context = TableContext(task.site)
    }

    // MARK: Rows

    func take(_ record: CSVRecord) {
        guard hasHeader else {
            hasHeader = true
            var found: [TableProblem] = []
            header = TableHeader(record, Layout.columns, &found)
            for problem in found { add(problem) }
            return
        }
        // Under a header that cannot be read no cell can.
        guard let header else { return }
        if let fault = header.fault(of: record) { return lose(record, fault) }
        guard let read = cells(of: record, header) else {
            lostRows += 1
            return
        }
        take(read, header, record)
    }

    /// The cells of the file's columns; the others empty. `nil` if one cannot be read.
    private func cells(of record: CSVRecord, _ header: TableHeader) -> [String]? {
        var cells = Array(repeating: "", count: Layout.columns.count)
        var isWhole = true
        for (column, field) in zip(header.columns, record.fields) {
            guard let column, !field.isEmpty else { continue }
            switch Layout.columns[column].read(field) {
            case .value(let text): cells[column] = text
            case .wrong(let reason, let remedy):
                add(record, CellFault(column: Layout.columns[column].name, reason: reason, remedy: remedy))
                isWhole = false
            }
        }
        return isWhole ? cells : nil
    }

    private func take(_ read: [String], _ header: TableHeader, _ record: CSVRecord) {
        let name: String
        switch Layout.name(of: read) {
        case .success(let found): name = found
        case .failure(let fault): return lose(record, fault)
        }
        if let other = position[name] {
            return lose(
                record,
                CellFault(reason: "\(name) stands in row \(given[other].row) already", remedy: "one row for each"))
        }
        var cells = read
        if let before = old.position[name].map({ old.list[$0].cells }) {
            for column in cells.indices where !header.isGiven[column] { cells[column] = before[column] }
        }
        if let fault = Layout.fault(of: cells, in: context) { return lose(record, fault) }
        position[name] = given.count
        given.append(Given(name: name, cells: cells, row: record.row, line: record.line))
    }

    // MARK: The whole

    func finish(_ failure: CSVError?) -> TableImport.Outcome {
        if let failure {
            add(
                TableProblem(
                    row: failure.row, line: failure.line,
                    column: header?.name(of: failure.column, among: Layout.columns) ?? "\(failure.column)",
                    failure.reason, remedy: failure.remedy))
        } else if !hasHeader {
            add(TableProblem(row: 1, line: 1, "the file is empty", remedy: "the names of the columns in the first row"))
        }
        var outcome = TableImport.Outcome()
        if failure == nil, header != nil {
            let site = newSite()
            check(site)
            if lostRows == 0, !problems.contains(where: { !$0.isWarning }), leftOff == 0 {
                outcome.site = site
                compare(&outcome)
            }
        }
        outcome.problems = problems.sorted { ($0.row ?? .max) < ($1.row ?? .max) }
        outcome.problemsLeftOff = leftOff
        return outcome
    }

    private func newSite() -> SiteConfiguration {
        func entry(_ row: Given) -> Layout.Entry? {
            guard let before = old.position[row.name].map({ old.list[$0] }) else {
                return Layout.entry(of: row.cells, was: nil)
            }
            return before.cells == row.cells ? before.entry : Layout.entry(of: row.cells, was: before.entry)
        }
        var entries: [Layout.Entry] = []
        if task.isReplacing {
            entries = given.compactMap(entry)
        } else {
            entries = old.list.map { before in
                position[before.name].flatMap { entry(given[$0]) } ?? before.entry
            }
            entries += given.filter { old.position[$0.name] == nil }.compactMap(entry)
        }
        var site = task.site
        Layout.put(entries, into: &site)
        return site
    }

    private func check(_ site: SiteConfiguration) {
        for (name, fault) in Layout.faults(among: Layout.entries(of: site)) { add(name, fault, isWarning: false) }
        for problem in SiteCheck.problems(of: site, listeners: task.listeners) {
            // A row that could not be read may be the one that is looked for in vain.
            if lostRows > 0, let missing = problem.missingFrom, missing == Layout.section { continue }
            let isWarning = problem.severity == .warning
            if let path = SitePath(problem.path), let subject = Layout.subject(of: path, in: site) {
                let fault = CellFault(column: subject.column, reason: problem.reason, remedy: problem.remedy)
                add(subject.name, fault, isWarning: isWarning)
            } else {
                add(
                    TableProblem("\(problem.path): \(problem.reason)", remedy: problem.remedy, isWarning: isWarning))
            }
        }
    }

    private func compare(_ outcome: inout TableImport.Outcome) {
        func fields(_ before: [String]?, _ after: [String]?) -> [SiteChange.Field] {
            Layout.columns.indices.compactMap { column in
                let (old, new) = (before?[column] ?? "", after?[column] ?? "")
                guard old != new else { return nil }
                return .init(Layout.columns[column].name, old: old.isEmpty ? nil : old, new: new.isEmpty ? nil : new)
            }
        }
        let section = Layout.table.rawValue
        for row in given {
            let before = old.position[row.name].map { old.list[$0].cells }
            if before == row.cells {
                outcome.unchanged += 1
            } else {
                outcome.changes.append(
                    SiteChange(
                        before == nil ? .added : .changed, section, row.name, row: row.row,
                        fields: fields(before, row.cells)))
            }
        }
        for row in old.list where position[row.name] == nil {
            if task.isReplacing {
                outcome.changes.append(SiteChange(.removed, section, row.name, fields: fields(row.cells, nil)))
            } else {
                outcome.unchanged += 1
            }
        }
    }

    // MARK: Problems

    private func lose(_ record: CSVRecord, _ fault: CellFault) {
        lostRows += 1
        add(record, fault)
    }

    private func add(_ record: CSVRecord, _ fault: CellFault) {
        add(
            TableProblem(
                row: record.row, line: record.line, column: fault.column, fault.reason, remedy: fault.remedy))
    }

    /// At the row of a name, once for each column.
    private func add(_ name: String, _ fault: CellFault, isWarning: Bool) {
        guard problems.count < task.problems else {
            leftOff += 1
            return
        }
        let row = position[name].map { given[$0] }
        let reason = row == nil ? "\(Layout.table.rawValue) \(name): \(fault.reason)" : fault.reason
        let problem = TableProblem(
            row: row?.row, line: row?.line, column: fault.column, reason, remedy: fault.remedy, isWarning: isWarning)
        let isTold =
            row != nil && problems.contains { $0.row == problem.row && $0.column == problem.column && !$0.isWarning }
        if !isTold { add(problem) }
    }

    private func add(_ problem: TableProblem) {
        if problems.count < task.problems { problems.append(problem) } else { leftOff += 1 }
    }
}
