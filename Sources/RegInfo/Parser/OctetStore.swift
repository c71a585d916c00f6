/// The octets of the values that are ready or under way, in one block that is used again for each piece of input.
/// Appending is on the path of every value, and costs a comparison and a copy. Its owner frees it.
struct OctetStore {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    func deallocate() {
        base.deallocate()
    }

    @inline(__always)
    mutating func append(_ octets: UnsafeBufferPointer<UInt8>) {
        guard let start = octets.baseAddress else { return }
        if capacity - count < octets.count { grow(by: octets.count) }
        (base + count).update(from: start, count: octets.count)
        count += octets.count
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: max(2 * capacity, count + more))
        larger.update(from: base, count: count)
        base.deallocate()
        capacity = max(2 * capacity, count + more)
        base = larger
    }

    /// Shortens it; `count` at most the present one.
    mutating func truncate(to count: Int) {
        self.count = count
    }

    /// Removes what lies before `start`.
    mutating func removePrefix(_ start: Int) {
        base.update(from: base + start, count: count - start)
        count -= start
    }

    subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    /// Without XML white space at both ends, from `start` on.
    func trimmedRange(from start: Int) -> (start: Int, end: Int) {
        var start = start
        var end = count
        while start < end, base[start].isXMLSpace { start += 1 }
        while end > start, base[end - 1].isXMLSpace { end -= 1 }
        return (start, end)
    }

    /// Replaces each `&#38;` from `start` on by `&`.
    mutating func resolveAmpersands(from start: Int) {
        var to = start
        var from = start
        while from < count {
            base[to] = base[from]
            let isReference = count - from >= 5 && self[from..<(from + 5)].equals("&#38;")
            from += isReference ? 5 : 1
            to += 1
        }
        count = to
    }
}
