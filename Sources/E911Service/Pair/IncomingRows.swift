/// Rows of the other node that wait to be taken over, a slice a turn.
struct IncomingRows: Sendable {
    /// What a turn takes over, by ``weight(of:)``.
    static let perTurn = 256

    private var rows: ArraySlice<Stamped<StoredRow>> = []

    var isEmpty: Bool { rows.isEmpty }
    var count: Int { rows.count }

    mutating func add(_ more: [Stamped<StoredRow>]) { rows.append(contentsOf: more) }

    /// The rows of one turn, at least one if there is any.
    mutating func take() -> ArraySlice<Stamped<StoredRow>> {
        var left = Self.perTurn
        var end = rows.startIndex
        while end < rows.endIndex, left > 0 {
            left -= Self.weight(of: rows[end].row)
            end += 1
        }
        defer { rows = rows[end...] }
        return rows[..<end]
    }

    /// What a row costs beside others.
    private static func weight(of row: StoredRow) -> Int {
        switch row {
        case .lease: 0
        // Whoever held its ELIN before is looked for.
        case .call(let record) where record.isGivenUp: 16
        case .outbox: 8
        case .elin, .deletedELIN: 4
        default: 1
        }
    }
}
