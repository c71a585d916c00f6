import E911Values

/// Longest-prefix match over addresses of one family.
///
/// Prefixes either contain each other or do not touch, so they cut the address space into intervals that each have one
/// longest prefix. A look-up is a binary search over the intervals' first addresses, in one flat array: no allocation,
/// no pointer to follow, at most 17 steps for 50,000 prefixes.
struct PrefixTable<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Equatable, Sendable {
    /// First addresses, rising; the first one is 0.
    private var starts: [Address] = [0]
    /// What the longest prefix of each interval carries; -1 for none.
    private var values: [Int] = [-1]

    struct Entry {
        var low: Address
        var length: Int
        var value: Int

        var high: Address {
            length == 0 ? .max : low | (length >= Address.bitWidth ? 0 : Address.max >> Address(length))
        }
    }

    init() {}

    /// - Parameters:
    ///   - entries: no prefix twice; bits behind the prefix are zero.
    ///   - enclosing: for the value of each entry that of the next wider prefix around it is set here.
    init(_ entries: [Entry], enclosing: inout [Int]) {
        // The innermost prefix that is open lies on top.
        var open: [Entry] = []
        func close(_ table: inout Self) {
            guard let inner = open.popLast(), inner.high < .max else { return }
            table.begin(inner.high + 1, open.last?.value ?? -1)
        }
        for entry in entries.sorted(by: { ($0.low, $0.length) < ($1.low, $1.length) }) {
            while let inner = open.last, inner.high < entry.low { close(&self) }
            begin(entry.low, entry.value)
            enclosing[entry.value] = open.last?.value ?? -1
            open.append(entry)
        }
        while !open.isEmpty { close(&self) }
    }

    private mutating func begin(_ start: Address, _ value: Int) {
        // An interval that begins where the last one did has nothing of it left.
        if starts.last == start {
            starts.removeLast()
            values.removeLast()
        }
        guard values.last != value else { return }
        starts.append(start)
        values.append(value)
    }

    /// What the longest prefix that contains the address carries.
    func value(at address: Address) -> Int? {
        let value = values[interval(of: address)]
        return value < 0 ? nil : value
    }

    /// The values of the nearest prefixes below and above the address, as far as a few intervals away: those that
    /// nearly contain it.
    func neighbours(of address: Address) -> [Int] {
        let here = interval(of: address)
        let below = (max(0, here - 4)..<here).reversed().first { values[$0] >= 0 }
        let above = (here + 1..<max(here + 1, min(values.count, here + 5))).first { values[$0] >= 0 }
        return [below, above].compactMap { $0.map { values[$0] } }
    }

    private func interval(of address: Address) -> Int {
        // Without a branch on what is found, which no processor can foresee.
        starts.withUnsafeBufferPointer { starts in
            var low = 0
            var count = starts.count
            while count > 1 {
                let half = count / 2
                low = starts[low + half] <= address ? low + half : low
                count -= half
            }
            return low
        }
    }
}

/// Longest-prefix match over both families.
struct IPPrefixTable: Equatable, Sendable {
    private var v4 = PrefixTable<UInt32>()
    private var v6 = PrefixTable<UInt128>()
    /// The value of the next wider prefix around each one, by value; -1 for none.
    private var enclosing: [Int]

    init(_ prefixes: [(prefix: IPPrefix, value: Int)]) {
        enclosing = Array(repeating: -1, count: (prefixes.map(\.value).max() ?? -1) + 1)
        var v4: [PrefixTable<UInt32>.Entry] = []
        var v6: [PrefixTable<UInt128>.Entry] = []
        for (prefix, value) in prefixes {
            let bits = prefix.address.bits
            if prefix.address.isIPv4 {
                v4.append(.init(low: UInt32(truncatingIfNeeded: bits), length: prefix.length, value: value))
            } else {
                v6.append(.init(low: bits, length: prefix.length, value: value))
            }
        }
        self.v4 = PrefixTable(v4, enclosing: &enclosing)
        self.v6 = PrefixTable(v6, enclosing: &enclosing)
    }

    func value(at address: IPAddress) -> Int? {
        address.isIPv4 ? v4.value(at: UInt32(truncatingIfNeeded: address.bits)) : v6.value(at: address.bits)
    }

    /// What all prefixes carry that contain the address, the longest first.
    func values(containing address: IPAddress) -> [Int] {
        var chain: [Int] = []
        var next = value(at: address) ?? -1
        while next >= 0 {
            chain.append(next)
            next = enclosing[next]
        }
        return chain
    }

    /// What the nearest prefixes carry that do not contain the address.
    func neighbours(of address: IPAddress) -> [Int] {
        let containing = values(containing: address)
        let near =
            address.isIPv4
            ? v4.neighbours(of: UInt32(truncatingIfNeeded: address.bits)) : v6.neighbours(of: address.bits)
        return near.filter { !containing.contains($0) }
    }
}
