internal import CBytes

/// A piece of a message: octets that are usually, but not always, UTF-8.
///
/// It keeps the octets that it is cut from alive and copies none of them, so that cutting is free. Two texts are equal
/// when their octets are; what SIP compares without regard to case is compared by ``equalsIgnoringCase(_:)-(SIPText)``.
public struct SIPText: Sendable {
    @usableFromInline let storage: [UInt8]
    @usableFromInline let range: ByteRange

    @inlinable
    init(_ storage: [UInt8], _ range: ByteRange) {
        self.storage = storage
        self.range = range
    }

    /// A text of its own. Octets behind the first 4 GiB are left out.
    public init(bytes: [UInt8]) {
        storage = bytes
        range = ByteRange(0, Swift.min(bytes.count, Int(UInt32.max)))
    }

    public init(_ string: String) {
        self.init(bytes: Array(string.utf8))
    }

    /// The same from a piece of a string.
    public init(_ string: Substring) {
        self.init(bytes: Array(string.utf8))
    }

    public static var empty: SIPText { SIPText(bytes: []) }

    /// Runs `body` over the octets.
    @inlinable
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let whole = storage.span
        return try body(whole.extracting(range.bounds))
    }

    /// The octets from `lower` up to, not including, `upper`; both are cut to what is there.
    public func slice(_ lower: Int, _ upper: Int) -> SIPText {
        let from = Swift.min(Swift.max(lower, 0), count)
        let to = Swift.min(Swift.max(upper, from), count)
        return SIPText(storage, ByteRange(range.bounds.lowerBound + from, range.bounds.lowerBound + to))
    }

    /// Without blanks, tabs and line ends at both ends.
    public var trimmed: SIPText {
        var lower = range.bounds.lowerBound
        var upper = range.bounds.upperBound
        while lower < upper, isBlank(storage[lower]) { lower += 1 }
        while lower < upper, isBlank(storage[upper - 1]) { upper -= 1 }
        return SIPText(storage, ByteRange(lower, upper))
    }

    /// The position of the first such octet.
    public func firstIndex(of octet: UInt8) -> Int? {
        let hit = storage.span.firstIndex(of: octet, from: range.bounds.lowerBound, to: range.bounds.upperBound)
        return hit.map { $0 - range.bounds.lowerBound }
    }

    public func contains(_ octet: UInt8) -> Bool { firstIndex(of: octet) != nil }

    /// Compared without regard to the case of the letters A to Z.
    public func equalsIgnoringCase(_ other: SIPText) -> Bool {
        guard count == other.count else { return false }
        var index = 0
        while index < count {
            guard lowercased(self[index]) == lowercased(other[index]) else { return false }
            index += 1
        }
        return true
    }

    /// Compared without regard to the case of the letters A to Z.
    public func equalsIgnoringCase(_ other: String) -> Bool {
        var index = 0
        for octet in other.utf8 {
            guard index < count, lowercased(self[index]) == lowercased(octet) else { return false }
            index += 1
        }
        return index == count
    }

    /// Compared octet by octet, without making a text of the string.
    public func equals(_ other: String) -> Bool {
        count == other.utf8.count && elementsEqual(other.utf8)
    }

    /// Whether it begins with `prefix`, octet by octet.
    public func hasPrefix(_ prefix: String) -> Bool {
        starts(with: prefix.utf8)
    }

    /// The letters A to Z in lower case.
    public var lowercase: SIPText {
        contains { $0 >= 65 && $0 <= 90 } ? SIPText(bytes: map(SIPCore.lowercased)) : self
    }

    /// The number that the text is, if it is decimal digits alone. Numbers too large are `UInt64.max`.
    var decimal: UInt64? {
        guard !isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range.bounds {
            let octet = storage[index]
            guard octet >= 48, octet <= 57 else { return nil }
            let (product, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(UInt64(octet - 48))
            value = first || second ? .max : sum
            if first || second { return containsDigitsOnly ? .max : nil }
        }
        return value
    }

    private var containsDigitsOnly: Bool { allSatisfy { $0 >= 48 && $0 <= 57 } }
}

extension SIPText: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { range.count }
    @inlinable public var count: Int { range.count }
    @inlinable public var isEmpty: Bool { range.count == 0 }

    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < range.count, "index out of range")
        return storage[range.bounds.lowerBound + index]
    }

    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try storage.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range.bounds])) }
    }
}

extension SIPText: Hashable {
    public static func == (a: SIPText, b: SIPText) -> Bool {
        guard a.count == b.count else { return false }
        guard !a.isEmpty else { return true }
        return a.storage.withUnsafeBytes { left in
            b.storage.withUnsafeBytes { right in
                guard let left = UnsafeRawBufferPointer(rebasing: left[a.range.bounds]).baseAddress,
                    let right = UnsafeRawBufferPointer(rebasing: right[b.range.bounds]).baseAddress
                else { return false }
                return cbytes_compare(left, right, a.count) == 0
            }
        }
    }

    public func hash(into hasher: inout Hasher) {
        storage.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[range.bounds])) }
    }
}

extension SIPText: ExpressibleByStringLiteral, LosslessStringConvertible {
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The text, with U+FFFD for what is not UTF-8.
    public var description: String { String(decoding: storage[range.bounds], as: UTF8.self) }
}

/// A range of octets in a message. A message of 4 GiB is refused before such a range is made.
@usableFromInline
struct ByteRange: Hashable, Sendable {
    @usableFromInline var start: UInt32
    @usableFromInline var end: UInt32

    @inlinable
    @inline(__always)
    init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// Says that there is nothing, not even something empty.
    @inlinable static var absent: ByteRange { ByteRange(Int(UInt32.max), Int(UInt32.max)) }

    @inlinable var isAbsent: Bool { start == .max }
    @inlinable var count: Int { end > start ? Int(end) - Int(start) : 0 }
    @inlinable var bounds: Range<Int> { Int(start)..<(Int(start) + count) }
}

/// A letter A to Z in lower case, any other octet unchanged.
@inline(__always)
func lowercased(_ octet: UInt8) -> UInt8 {
    octet >= 65 && octet <= 90 ? octet | 0x20 : octet
}

/// Blank, tab, and the line ends that stand inside a folded header.
@inline(__always)
func isBlank(_ octet: UInt8) -> Bool {
    octet == 0x20 || octet == 0x09 || octet == 0x0d || octet == 0x0a
}

extension Span<UInt8> {
    /// The position of the first `octet` at or behind `from`.
    @inline(__always)
    package func firstIndex(of octet: UInt8, from: Int, to end: Int) -> Int? {
        precondition(from >= 0 && from <= end && end <= count)
        return withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let hit = cbytes_index(base + from, end - from, octet)
            return hit < 0 ? nil : from + hit
        }
    }
}
