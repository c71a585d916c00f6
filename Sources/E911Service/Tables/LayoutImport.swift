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
    private let sheet: TableSheet
    private let old: TableRows<Layout>
    private let context: TableContext
    private var given: [Given] = []
    /// Where in ``given`` a name stands.
    private var position: [String: Int] = [:]

    init(_ task: ImportTask) {
        self.task = task
        sheet = TableSheet(Layout.columns, task.limits)
        old = TableRows(task.site)
        context = TableContext(task.site)
    }

    // MARK: Rows

    func read(_ piece: Span<UInt8>) {
        sheet.read(piece) { take($0, $1) }
    }

    private func take(_ read: [String], _ record: CSVRecord) {
        let name: String
        switch Layout.name(of: read) {
        case .success(let found): name = found
        case .failure(let fault): return sheet.lose(record, fault)
        }
        if let other = position[name] {
            return sheet.lose(
                record,
                CellFault(reason: "\(name) stands in row \(given[other].row) already", remedy: "one row for each"))
        }
        var cells = read
        if let before = old.position[name].map({ old.list[$0].cells }) {
            for column in cells.indices where !sheet.has(column) { cells[column] = before[column] }
        }
        if let fault = Layout.fault(of: cells, in: context) { return sheet.lose(record, fault) }
        position[name] = given.count
        given.append(Given(name: name, cells: cells, row: record.row, line: record.line))
    }

    // MARK: The whole

    func finish() -> TableImport.Outcome {
        sheet.finish { take($0, $1) }
        var outcome = TableImport.Outcome()
        if sheet.isWhole {
            let site = newSite()
            check(site)
            if sheet.errors == 0 {
                outcome.site = site
                compare(&outcome)
            }
        }
        outcome.problems = sheet.sorted
        outcome.problemsLeftOff = sheet.leftOff
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
            if sheet.lostRows > 0, let missing = problem.missingFrom, missing == Layout.section { continue }
            let isWarning = problem.severity == .warning
            if let path = SitePath(problem.path), let subject = Layout.subject(of: path, in: site) {
                let fault = CellFault(column: subject.column, reason: problem.reason, remedy: problem.remedy)
                add(subject.name, fault, isWarning: isWarning)
            } else {
                sheet.add(
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

    /// At the row of a name, once for each column.
    private func add(_ name: String, _ fault: CellFault, isWarning: Bool) {
        let row = position[name].map { given[$0] }
        if let row, sheet.hasTold(row: row.row, column: fault.column) { return }
        let reason = row == nil ? "\(Layout.table.rawValue) \(name): \(fault.reason)" : fault.reason
        sheet.add(
            TableProblem(
                row: row?.row, line: row?.line, column: fault.column, reason, remedy: fault.remedy,
                isWarning: isWarning))
    }
}
