import E911Values
import Locations

/// A batch of evidence on its way into the table: first all rows are judged, then, if nothing is wrong with any, all are
/// taken over. A slice at a time, so that no call waits for a large one.
struct EvidenceImport: Sendable {
    enum Stage: Equatable, Sendable {
        /// The next row to be judged.
        case judging(Int)
        /// Rows of the table that the batch does not have go; the next place of the table.
        case removing(Int)
        /// The next place of ``wanted``.
        case taking(Int)
        case done
    }

    /// A row that changed in the table.
    enum Change: Equatable, Sendable {
        case put(EvidenceSighting)
        case removed(EvidenceSighting)
    }

    /// Rows, or places, of one slice.
    static let slice = 256
    /// So many problems are told; the others are counted.
    static let toldProblems = 1000

    let batch: EvidenceBatch
    private(set) var stage = Stage.judging(0)
    private(set) var report = EvidenceReport()
    private(set) var problems: [EvidenceProblem] = []
    /// How many problems there are in all.
    private(set) var problemCount = 0
    /// The batch, of several rows for one device the latest.
    private var wanted = EvidenceTable()
    /// Rows of it that need room in the table.
    private var newRows = 0

    init(_ batch: EvidenceBatch) {
        self.batch = batch
        report.isDryRun = batch.isDryRun
        wanted.reserve(batch.rows.count)
    }

    /// Does a slice of the work.
    ///
    /// - Parameter limit: most rows of the table.
    /// - Returns: what changed in the table.
    mutating func work(on table: inout EvidenceTable, limit: Int, now: WallTime) -> [Change] {
        switch stage {
        case .judging(let next):
            judge(from: next, table, limit: limit, now: now)
            return []
        case .removing(let place): return remove(from: place, &table)
        case .taking(let place): return take(from: place, &table)
        case .done: return []
        }
    }

    private mutating func judge(from start: Int, _ table: EvidenceTable, limit: Int, now: WallTime) {
        let end = min(batch.rows.count, start + Self.slice)
        for index in start..<end {
            var row = batch.rows[index]
            row.source = batch.source
            let own = row.problems(row: index, now: now)
            own.forEach { add($0) }
            guard own.isEmpty else { continue }
            switch wanted.put(row) {
            case .changed(let other) where other.at == row.at:
                add(
                    EvidenceProblem(
                        row: index, field: .attachment,
                        reason: "another row says \(other.attachment) of the same device at the same time"))
            case .added where batch.replaces || table.judge(row) == .added:
                newRows += 1
                if newRows == limit - (batch.replaces ? 0 : table.count) + 1 {
                    add(EvidenceProblem(row: index, field: .batch, reason: "there is room for \(limit) rows"))
                }
            case .added, .changed, .unchanged, .older: break
            }
        }
        guard end == batch.rows.count else { return stage = .judging(end) }
        stage = problemCount > 0 ? .done : batch.replaces ? .removing(0) : .taking(0)
    }

    private mutating func add(_ problem: EvidenceProblem) {
        problemCount += 1
        if problems.count < Self.toldProblems { problems.append(problem) }
    }

    private mutating func remove(from place: Int, _ table: inout EvidenceTable) -> [Change] {
        let (rows, next) = table.page(from: place, limit: Self.slice)
        var changes: [Change] = []
        for row in rows where wanted.judge(row) == .added {
            report.removed += 1
            guard !batch.isDryRun else { continue }
            table.remove(row)
            changes.append(.removed(row))
        }
        stage = next.map { .removing($0) } ?? .taking(0)
        return changes
    }

    private mutating func take(from place: Int, _ table: inout EvidenceTable) -> [Change] {
        let (rows, next) = wanted.page(from: place, limit: Self.slice)
        var changes: [Change] = []
        for row in rows {
            let change = batch.isDryRun ? table.judge(row) : table.put(row)
            switch change {
            case .added: report.added += 1
            case .changed: report.changed += 1
            case .unchanged: report.unchanged += 1
            case .older: report.older += 1
            }
            if !batch.isDryRun, change != .unchanged, change != .older { changes.append(.put(row)) }
        }
        stage = next.map { .taking($0) } ?? .done
        return changes
    }
}
