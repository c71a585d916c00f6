import E911Values

/// Deadlines of subscriptions, the earliest first: a binary heap. An entry may be out of date; who takes it asks its
/// owner.
struct DeadlineQueue: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var time: MonotonicTime
        var index: Int
    }

    private var heap: [Entry] = []

    var next: Entry? { heap.first }

    mutating func add(_ index: Int, at time: MonotonicTime) {
        heap.append(Entry(time: time, index: index))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.isBefore(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first entry if its time has come.
    mutating func pop(until now: MonotonicTime) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if Self.isBefore(heap[child], heap[least]) { least = child }
            }
            guard least != parent else { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return first
    }

    /// Equal times in the order of the subscriptions, so that the order does not depend on history.
    private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
        (a.time, a.index) < (b.time, b.index)
    }
}
