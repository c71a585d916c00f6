import E911Values

/// The rows of all ELINs that have one, without order that means anything.
struct ELINLedger: Equatable, Sendable {
    private(set) var rows: [ELINRow] = []
    private var positions: [TelephoneNumber: Int] = [:]

    init(_ rows: [ELINRow] = []) {
        for row in rows { set(row) }
    }

    subscript(number: TelephoneNumber) -> ELINRow? { positions[number].map { rows[$0] } }

    /// Keeps a row in place of the one that its number had; an empty one goes.
    mutating func set(_ row: ELINRow) {
        guard let position = positions[row.elin] else {
            guard !row.isEmpty else { return }
            positions[row.elin] = rows.count
            rows.append(row)
            return
        }
        if !row.isEmpty {
            rows[position] = row
            return
        }
        positions[row.elin] = nil
        let last = rows.removeLast()
        if position < rows.count {
            rows[position] = last
            positions[last.elin] = position
        }
    }
}
