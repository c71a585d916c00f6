/// Rows in the order of their first change; a later change replaces the row.
struct WaitingRows<Key: Hashable & Sendable, Row: Equatable & Sendable>: Equatable, Sendable {
    private struct Place: Equatable, Sendable {
        var key: Key
        /// When it was changed first.
        var first: UInt64
        /// `nil` for one that was taken away.
        var row: Stamped<Row>?
    }

    /// Those before `taken` are gone.
    private var places: [Place] = []
    private var taken = 0
    /// How many places were there before the first of ``places``.
    private var dropped = 0
    /// Where the row of a key is, counted from the first place of all.
    private var index: [Key: Int] = [:]

    var count: Int { index.count }
    var isEmpty: Bool { index.isEmpty }
    /// When the oldest row was changed first, or before that.
    var first: UInt64? { isEmpty ? nil : places.span[taken].first }

    /// `false`, and nothing is kept, if `limit` other rows wait.
    @discardableResult
    mutating func put(_ key: Key, _ row: Stamped<Row>, limit: Int = .max) -> Bool {
        let next = dropped + places.count
        let waiting = index.count
        // One look at the index, whether the key is there or not.
        let place = Self.value(&index[key, default: next])
        guard place == next else {
            places[place - dropped].row = row
            return true
        }
        guard waiting < limit else {
            index[key] = nil
            return false
        }
        places.append(Place(key: key, first: row.changedAt, row: row))
        return true
    }

    private static func value(_ place: inout Int) -> Int { place }

    mutating func remove(_ key: Key) {
        // Its place stays and is stepped over.
        guard let place = index.removeValue(forKey: key) else { return }
        places[place - dropped].row = nil
    }

    /// At most `limit` rows, the oldest first, of those that changed first before `end`.
    mutating func take(_ limit: Int = .max, before end: UInt64 = .max) -> [Stamped<Row>] {
        guard !isEmpty else {
            dropped += places.count
            places = []
            taken = 0
            return []
        }
        var result: [Stamped<Row>] = []
        result.reserveCapacity(min(limit, count))
        while result.count < limit, taken < places.count, places.span[taken].first < end {
            if let row = places[taken].row.take() {
                index[places.span[taken].key] = nil
                result.append(row)
            }
            taken += 1
        }
        // Each place is moved once at most, on the average.
        if taken * 2 >= places.count {
            places.removeFirst(taken)
            dropped += taken
            taken = 0
        }
        return result
    }
}
