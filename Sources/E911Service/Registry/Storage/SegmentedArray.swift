/// An array in blocks of 4,096 elements: it grows without copying what it holds, so that no single insertion among a
/// million takes longer than another. New elements are all alike until they are set.
struct SegmentedArray<Element: Equatable & Sendable>: Equatable, Sendable {
    private static var shift: Int { 12 }
    private static var mask: Int { 4095 }

    private let filler: Element
    private var segments: [[Element]] = []
    private(set) var count = 0

    /// - Parameter filler: what an element is that was not set.
    init(_ filler: Element) {
        self.filler = filler
    }

    subscript(index: Int) -> Element {
        @inline(__always) _read { yield segments[index >> Self.shift][index & Self.mask] }
        @inline(__always) _modify { yield &segments[index >> Self.shift][index & Self.mask] }
    }

    /// Makes room for so many elements at least.
    mutating func grow(to wanted: Int) {
        guard wanted > count else { return }
        count = wanted
        while segments.count << Self.shift < wanted {
            segments.append(Array(repeating: filler, count: Self.mask + 1))
        }
    }
}
