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

    var pools: [Pool] = []
    private var indexes: [String: Int] = [:]

    init(_ configuration: [ELINConfiguration.Pool]) {
        for pool in configuration where indexes[pool.name] == nil {
            indexes[pool.name] = pools.count
            pools.append(
                Pool(
                    name: pool.name, ranges: pool.ranges.filter { $0.first <= $0.last },
                    needsRecord: pool.publication != .perCall))
        }
    }

    func index(of name: String) -> Int? { indexes[name] }

    subscript(name: String) -> Pool? { indexes[name].map { pools[$0] } }

    /// The pool that a number belongs to: of several that claim it the first one.
    func owner(of number: TelephoneNumber) -> Int? {
        pools.firstIndex { pool in pool.ranges.contains { $0.first <= number && number <= $0.last } }
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
        guard let pool = owner(of: number),
            let range = pools[pool].ranges.firstIndex(where: { $0.first <= number && number <= $0.last })
        else { return nil }
        let place = Cursor(range: range, offset: number.digits - pools[pool].ranges[range].first.digits)
        pools[pool].first = min(pools[pool].first, place)
        return pool
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
