/// An array in blocks of 4,096 elements: it grows without copying what it holds, so that no single insertion among a
/// million takes longer than another.
struct SegmentedArray<Element: Equatable & Sendable>: Equatable, Sendable {
    private static var shift: Int { 12 }
    private static var mask: Int { 4095 }

    private var segments: [[Element]] = []
    private(set) var count = 0

    subscript(index: Int) -> Element {
        @inline(__always) _read { yield segments[index >> Self.shift][index & Self.mask] }
        @inline(__always) _modify { yield &segments[index >> Self.shift][index & Self.mask] }
    }

    mutating func append(_ element: Element) {
        if count & Self.mask == 0 {
            var segment: [Element] = []
            segment.reserveCapacity(Self.mask + 1)
            segments.append(segment)
        }
        segments[count >> Self.shift].append(element)
        count += 1
    }

    mutating func removeLast() {
        guard count > 0 else { return }
        count -= 1
        segments[count >> Self.shift].removeLast()
        if count & Self.mask == 0 { segments.removeLast() }
    }
}
