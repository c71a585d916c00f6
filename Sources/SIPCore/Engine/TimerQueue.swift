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
        let entry = Entry(deadline: deadline, sequence: sequence, owner: owner)
        sequence &+= 1
        heap.append(entry)
        var place = heap.count - 1
        var entries = heap.mutableSpan
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.isBefore(entries[parent]) else { break }
            entries[place] = entries[parent]
            place = parent
        }
        entries[place] = entry
    }

    /// Takes the earliest entry that is due.
    package mutating func popDue(_ now: MonotonicTime) -> (owner: Owner, deadline: MonotonicTime)? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.owner, first.deadline) }
        var place = 0
        var entries = heap.mutableSpan
        while 2 * place + 1 < entries.count {
            var child = 2 * place + 1
            if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(last) else { break }
            entries[place] = entries[child]
            place = child
        }
        entries[place] = last
        return (first.owner, first.deadline)
    }
}
