import E911Values

/// The numbers of the pools in the order in which they are given away.
struct PoolTable: Equatable, Sendable {
    struct Pool: Equatable, Sendable {
        let name: String
        let ranges: [ELINConfiguration.Pool.Range]
        /// Whether a number needs a confirmed ALI record before it is sent.
        let needsRecord: Bool
        /// All numbers before this place are held.
        var first = Cursor()
        /// A place had to go without, and none was freed since.
        var isExhausted = false
    }

    /// A place in the list of a pool.
    struct Cursor: Equatable, Comparable, Sendable {
        var range = 0
        var offset: UInt64 = 0

        static func < (a: Cursor, b: Cursor) -> Bool { (a.range, a.offset) < (b.range, b.offset) }
    }

    /// A range of a pool, for looking up the owner of a number.
    private struct Span: Equatable, Sendable {
        var range: ELINConfiguration.Pool.Range
        var place: Int
        var pool: Int
    }

    var pools: [Pool] = []
    private var indexes: [String: Int] = [:]
    /// By their first numbers.
    private var spans: [Span] = []
    /// Two ranges have a number in common, which no check lets pass; the first pool has it.
    private var hasOverlaps = false

    init(_ configuration: [ELINConfiguration.Pool]) {
        for pool in configuration where indexes[pool.name] == nil {
            let ranges = Self.merged(pool.ranges)
            for (place, range) in ranges.enumerated() {
                spans.append(Span(range: range, place: place, pool: pools.count))
            }
            indexes[pool.name] = pools.count
            pools.append(Pool(name: pool.name, ranges: ranges, needsRecord: pool.publication != .perCall))
        }
        spans.sort { ($0.range.first, $0.pool) < ($1.range.first, $1.pool) }
        hasOverlaps = zip(spans, spans.dropFirst()).contains { $0.range.last >= $1.range.first }
    }

    /// The ranges in their order, those that follow each other as one.
    private static func merged(_ ranges: [ELINConfiguration.Pool.Range]) -> [ELINConfiguration.Pool.Range] {
        var merged: [ELINConfiguration.Pool.Range] = []
        for range in ranges where range.first <= range.last {
            if let before = merged.last, before.last.digits + 1 == range.first.digits, range.first.lastTen != 0 {
                merged[merged.count - 1].last = range.last
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    func index(of name: String) -> Int? { indexes[name] }

    subscript(name: String) -> Pool? { indexes[name].map { pools[$0] } }

    /// The pool that a number belongs to: of several that claim it the first one.
    func owner(of number: TelephoneNumber) -> Int? { span(of: number)?.pool }

    private func span(of number: TelephoneNumber) -> Span? {
        if hasOverlaps {
            return spans.filter { $0.range.first <= number && number <= $0.range.last }.min { $0.pool < $1.pool }
        }
        // The last one that does not begin behind it.
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].range.first <= number { low = middle + 1 } else { high = middle }
        }
        guard low > 0, number <= spans[low - 1].range.last else { return nil }
        return spans[low - 1]
    }

    /// The number at a place of the list, or the one behind it where a range ends; `nil` at the end of the list.
    func number(of pool: Int, at cursor: inout Cursor) -> TelephoneNumber? {
        while cursor.range < pools[pool].ranges.count {
            let range = pools[pool].ranges[cursor.range]
            let digits = range.first.digits + cursor.offset
            if digits <= range.last.digits, let number = TelephoneNumber(digits: digits) { return number }
            cursor = Cursor(range: cursor.range + 1)
        }
        return nil
    }

    /// A number is not held any more. Answers its pool.
    mutating func freed(_ number: TelephoneNumber) -> Int? {
        guard let span = span(of: number) else { return nil }
        let place = Cursor(range: span.place, offset: number.digits - span.range.first.digits)
        pools[span.pool].first = min(pools[span.pool].first, place)
        return span.pool
    }
}

extension ELINConfiguration.Pool {
    /// How many numbers it has.
    public var count: Int {
        ranges.reduce(0) { sum, range in
            guard range.first <= range.last else { return sum }
            let (more, overflow) = sum.addingReportingOverflow(Int(clamping: range.last.digits - range.first.digits))
            return overflow || more == .max ? .max : more + 1
        }
    }
}
