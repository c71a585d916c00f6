/// The key of a record: made by the node that made the record, never by a database, so that two nodes never collide.
public struct RecordKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// When the record was made.
    public let time: WallTime
    /// The name of the node, as configured.
    public let node: String
    /// Rises by one with each record of the node, over restarts too.
    public let counter: UInt64

    public init(time: WallTime, node: String, counter: UInt64) {
        self.time = time
        self.node = node
        self.counter = counter
    }

    /// Reads what ``description`` writes.
    public init?(_ text: some StringProtocol) { self.init(utf8: Array(text.utf8)) }

    /// The same from the octets of a text, without a string in between.
    package init?(utf8 octets: [UInt8]) {
        guard let first = octets.firstIndex(of: UInt8(ascii: "-")),
            let last = octets.lastIndex(of: UInt8(ascii: "-")), first < last,
            let time = Self.number(octets[..<first]).flatMap({ Int64(exactly: $0) }),
            let counter = Self.number(octets[(last + 1)...])
        else { return nil }
        self.init(
            time: WallTime(milliseconds: time), node: String(decoding: octets[(first + 1)..<last], as: UTF8.self),
            counter: counter)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            guard digit &- 48 < 10 else { return nil }
            let (shifted, isLong) = number.multipliedReportingOverflow(by: 10)
            let (sum, isGreat) = shifted.addingReportingOverflow(UInt64(digit &- 48))
            guard !isLong, !isGreat else { return nil }
            number = sum
        }
        return digits.isEmpty ? nil : number
    }

    /// The counter alone: the other parts seldom tell two keys apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(counter) }

    public static func < (a: RecordKey, b: RecordKey) -> Bool {
        (a.time, a.node, a.counter) < (b.time, b.node, b.counter)
    }

    /// The order in which two nodes that share a store have made their records: by their counters, which follow each other,
    /// whatever the clocks of the machines show.
    package func wasMadeBefore(_ other: RecordKey) -> Bool {
        (counter, node, time) < (other.counter, other.node, other.time)
    }

    /// `TIME-NODE-COUNTER`.
    public var description: String {
        String(octets: node.utf8.count + 42) { $0.append(self) }
    }
}

/// Where identifiers come from: a ChaCha20 key stream (RFC 8439 section 2.3) over a seed of 32 octets.
///
/// The daemon seeds it from the system's random source, so tags and branches cannot be guessed (RFC 3261 section
/// 19.3); a simulation seeds it with its seed, so every run of that seed has the same identifiers.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: [UInt32]
    private var block: [UInt32]
    private var used = 8

    /// - Parameter seed: 256 bits.
    public init(seed: (UInt64, UInt64, UInt64, UInt64)) {
        state = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
        for word in [seed.0, seed.1, seed.2, seed.3] {
            state.append(UInt32(truncatingIfNeeded: word))
            state.append(UInt32(truncatingIfNeeded: word >> 32))
        }
        state += [0, 0, 0, 0]
        block = state
    }

    /// A generator for tests and simulations.
    public init(seed: UInt64) {
        self.init(seed: (seed, 0, 0, 0))
    }

    /// A generator that nobody can guess.
    public static func system() -> SeededGenerator {
        var source = SystemRandomNumberGenerator()
        return SeededGenerator(seed: (source.next(), source.next(), source.next(), source.next()))
    }

    public mutating func next() -> UInt64 {
        if used == 8 { refill() }
        defer { used += 1 }
        return UInt64(block[2 * used]) | UInt64(block[2 * used + 1]) << 32
    }

    private mutating func refill() {
        block = state
        for _ in 0..<10 {
            quarter(0, 4, 8, 12)
            quarter(1, 5, 9, 13)
            quarter(2, 6, 10, 14)
            quarter(3, 7, 11, 15)
            quarter(0, 5, 10, 15)
            quarter(1, 6, 11, 12)
            quarter(2, 7, 8, 13)
            quarter(3, 4, 9, 14)
        }
        for i in 0..<16 { block[i] &+= state[i] }
        state[12] &+= 1
        if state[12] == 0 { state[13] &+= 1 }
        used = 0
    }

    private mutating func quarter(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x << n | x >> (32 - n) }
        block[a] &+= block[b]
        block[d] = rotate(block[d] ^ block[a], 16)
        block[c] &+= block[d]
        block[b] = rotate(block[b] ^ block[c], 12)
        block[a] &+= block[b]
        block[d] = rotate(block[d] ^ block[a], 8)
        block[c] &+= block[d]
        block[b] = rotate(block[b] ^ block[c], 7)
    }
}
