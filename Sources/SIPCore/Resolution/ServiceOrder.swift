internal import E911Values

/// The order in which service records are tried (RFC 2782).
enum ServiceOrder {
    /// By priority; among equals at random, in proportion to the weights.
    static func ordered(_ records: [ServiceRecord], by generator: inout SeededGenerator) -> [ServiceRecord] {
        var ordered: [ServiceRecord] = []
        var rest = sorted(records)[...]
        while let first = rest.first {
            var group = Array(rest.prefix { $0.priority == first.priority })
            rest = rest.dropFirst(group.count)
            while group.count > 1 { ordered.append(group.remove(at: chosen(of: group, by: &generator))) }
            ordered += group
        }
        return ordered
    }

    /// By priority, those without weight first, and otherwise in an order that does not hang on that of the answer:
    /// servers rotate their records, and the same seed is to choose the same.
    static func sorted(_ records: [ServiceRecord]) -> [ServiceRecord] {
        records.sorted {
            ($0.priority, $0.weight, $0.target, $0.port) < ($1.priority, $1.weight, $1.target, $1.port)
        }
    }

    /// The first one whose running sum of weights reaches a random number between 0 and the whole sum, so that one
    /// without weight has a very small chance.
    private static func chosen(of group: [ServiceRecord], by generator: inout SeededGenerator) -> Int {
        let sum = group.reduce(0) { $0 + Int($1.weight) }
        // All without weight: no choice by weight is wanted, and each is as good.
        guard sum > 0 else { return Int.random(in: 0..<group.count, using: &generator) }
        let number = Int.random(in: 0...sum, using: &generator)
        var running = 0
        for (index, record) in group.enumerated() {
            running += Int(record.weight)
            if running >= number { return index }
        }
        return group.count - 1
    }
}
