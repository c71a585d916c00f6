/// Headers as text.
extension SIPMessage {
    /// The value of the first row of that name, trimmed and unfolded; `nil` if there is none.
    public func first(_ name: HeaderName) -> SIPText? {
        guard let row = firstRow(name) else { return nil }
        return value(row)
    }

    /// The value of each row of that name, in order. A list on one row is one value here.
    public func all(_ name: HeaderName) -> [SIPText] {
        guard present.contains(name.id) else { return [] }
        var values: [SIPText] = []
        for row in rows where matches(row, name) { values.append(value(row)) }
        return values
    }

    /// How many rows have that name.
    public func count(_ name: HeaderName) -> Int {
        guard present.contains(name.id) else { return 0 }
        var count = 0
        for row in rows where matches(row, name) { count += 1 }
        return count
    }

    /// The name of each row and its value, in order. Lines that are no headers are left out.
    public var headers: [(name: HeaderName, value: SIPText)] {
        rows.filter { !$0.isMalformed }.map { (name($0), value($0)) }
    }

    func firstRow(_ name: HeaderName) -> HeaderRow? {
        guard present.contains(name.id) else { return nil }
        for index in rows.indices where matches(rows[index], name) { return rows[index] }
        return nil
    }

    @inline(__always)
    func matches(_ row: HeaderRow, _ name: HeaderName) -> Bool {
        row.id == name.id && (row.id != 0 || !row.isMalformed && name.matches(bytes.span, row.name))
    }

    func name(_ row: HeaderRow) -> HeaderName {
        HeaderName(id: row.id, bytes: bytes, range: row.name)
    }

    /// Only a value that is really folded is copied.
    @inline(__always)
    func value(_ row: HeaderRow) -> SIPText {
        row.isFolded ? text(row.value).unfolded : text(row.value)
    }

    /// The value of a header that may stand once: twice with equal values is once (RFC 3261 section 7.3.1 would have
    /// it no message at all).
    @inline(__always)
    func single(_ name: HeaderName) throws(SIPParseError) -> SIPText? {
        guard present.contains(name.id) else { return nil }
        var found: Int?
        for index in rows.indices where matches(rows[index], name) {
            if let found {
                guard value(rows[found]) == value(rows[index]) else {
                    throw SIPParseError(.headerRepeated, "stands twice, with different values", header: name)
                }
            } else {
                found = index
            }
        }
        return found.map { value(rows[$0]) }
    }
}

extension SIPText {
    /// With each line end, and the blanks around it, as one blank (RFC 3261 section 7.3.1).
    var unfolded: SIPText {
        var octets: [UInt8] = []
        octets.reserveCapacity(count)
        var index = 0
        while index < count {
            var behind = index
            var hasLineEnd = false
            while behind < count, isBlank(self[behind]) {
                if self[behind] == lineFeed { hasLineEnd = true }
                behind += 1
            }
            if hasLineEnd {
                octets.append(blank)
            } else if behind > index {
                octets.append(contentsOf: slice(index, behind))
            }
            if behind == index {
                octets.append(self[index])
                behind += 1
            }
            index = behind
        }
        return SIPText(bytes: octets)
    }
}
