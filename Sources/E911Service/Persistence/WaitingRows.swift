/// Rows in the order of their first change; a later change replaces the row.
struct WaitingRows<Key: Hashable & Sendable, Row: Equatable & Sendable>: Equatable, Sendable {
    private struct Place: Equatable, Sendable {
        var key: Key
        /// When it was changed first.
        var first: UInt64
    }

    /// Those before `taken` are gone.
    private var order: [Place] = []
    private var taken = 0
    private var rows: [Key: Stamped<Row>] = [:]

    var count: Int { rows.count }
    var isEmpty: Bool { rows.isEmpty }
    /// When the oldest row was changed first, or before that.
    var first: UInt64? { isEmpty ? nil : order[taken].first }

    /// `false`, and nothing is kept, if `limit` other rows wait.
    @discardableResult
    mutating func put(_ key: Key, _ row: Stamped<Row>, limit: Int = .max) -> Bool {
        if rows[key] == nil {
            guard rows.count < limit else { return false }
            order.append(Place(key: key, first: row.changedAt))
        }
        rows[key] = row
        return true
    }

    mutating func remove(_ key: Key) {
        // Its place stays and is stepped over.
        rows[key] = nil
    }

    /// At most `limit` rows, the oldest first, of those that changed first before `end`.
    mutating func take(_ limit: Int = .max, before end: UInt64 = .max) -> [Stamped<Row>] {
        var result: [Stamped<Row>] = []
        while result.count < limit, taken < order.count, order[taken].first < end {
            if let row = rows.removeValue(forKey: order[taken].key) { result.append(row) }
            taken += 1
        }
        // Each place is moved once at most, on the average.
        if taken * 2 >= order.count {
            order.removeFirst(taken)
            taken = 0
        }
        return result
    }
}
