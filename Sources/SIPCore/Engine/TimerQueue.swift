package import E911Values

/// Deadlines in a binary heap, ordered by time and, at the same time, by the order of their setting.
///
/// An entry cannot be taken out: the owner remembers the deadline that counts and ignores the others when they come up.
package struct TimerQueue<Owner: Sendable>: Sendable {
    private struct Entry: Sendable {
        let deadline: MonotonicTime
        let sequence: UInt64
        let owner: Owner

        func isBefore(_ other: Entry) -> Bool {
            deadline == other.deadline ? sequence < other.sequence : deadline < other.deadline
        }
    }

    private var heap: [Entry] = []
    private var sequence: UInt64 = 0

    package init() {}

    package var count: Int { heap.count }

    /// The earliest deadline.
    package var next: MonotonicTime? { heap.first?.deadline }

    package mutating func insert(_ owner: Owner, at deadline: MonotonicTime) {
        heap.append(Entry(deadline: deadline, sequence: sequence, owner: owner))
        sequence &+= 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest entry that is due.
    package mutating func popDue(_ now: MonotonicTime) -> (owner: Owner, deadline: MonotonicTime)? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.owner, first.deadline) }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            if least == parent { break }
            heap.swapAt(least, parent)
            parent = least
        }
        return (first.owner, first.deadline)
    }
}
