/// The deadlines of things that live in numbered slots, the earliest first: a binary heap in which each slot has at
/// most one deadline that can be moved or taken away. All in O(log n); ties go to the lower slot.
package struct DeadlineQueue: Equatable, Sendable {
    private struct Entry: Equatable, Sendable {
        var time: MonotonicTime
        var slot: Int

        static func < (a: Entry, b: Entry) -> Bool { a.time == b.time ? a.slot < b.slot : a.time < b.time }
    }

    private var heap: [Entry] = []
    /// Where in the heap a slot's entry stands; -1 for none.
    private var positions: [Int] = []

    package init() {}

    package var count: Int { heap.count }

    /// The earliest deadline.
    package var first: (time: MonotonicTime, slot: Int)? {
        heap.first.map { ($0.time, $0.slot) }
    }

    /// The deadline of a slot.
    package subscript(slot: Int) -> MonotonicTime? {
        guard slot >= 0, slot < positions.count, positions[slot] >= 0 else { return nil }
        return heap[positions[slot]].time
    }

    /// Gives a slot its deadline, in place of the one it had; `nil` takes it away.
    ///
    /// - Parameter slot: not negative; slots are dense, memory is used up to the highest one.
    package mutating func set(_ slot: Int, to time: MonotonicTime?) {
        guard slot >= 0 else { return }
        if slot >= positions.count {
            guard time != nil else { return }
            positions.append(contentsOf: repeatElement(-1, count: slot + 1 - positions.count))
        }
        let position = positions[slot]
        switch (time, position >= 0) {
        case (let time?, true):
            heap[position].time = time
            settle(position)
        case (let time?, false):
            heap.append(Entry(time: time, slot: slot))
            positions[slot] = heap.count - 1
            settle(heap.count - 1)
        case (nil, true):
            positions[slot] = -1
            let last = heap.removeLast()
            if position < heap.count {
                heap[position] = last
                positions[last.slot] = position
                settle(position)
            }
        case (nil, false):
            break
        }
    }

    /// Takes out the earliest deadline if it is not after `now`.
    package mutating func popDue(_ now: MonotonicTime) -> Int? {
        guard let first = heap.first, first.time <= now else { return nil }
        set(first.slot, to: nil)
        return first.slot
    }

    private mutating func settle(_ start: Int) {
        var position = start
        let entry = heap[position]
        while position > 0 {
            let parent = (position - 1) / 2
            guard entry < heap[parent] else { break }
            place(heap[parent], at: position)
            position = parent
        }
        while true {
            var child = 2 * position + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < entry else { break }
            place(heap[child], at: position)
            position = child
        }
        place(entry, at: position)
    }

    private mutating func place(_ entry: Entry, at position: Int) {
        heap[position] = entry
        positions[entry.slot] = position
    }
}
