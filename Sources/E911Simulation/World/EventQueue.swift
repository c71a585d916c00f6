import E911Values

/// What is to happen, in the order of time; what is due at the same time happens in the order in which it was put in.
///
/// A binary heap over (time, sequence number), so that two runs of one seed take the same events in the same order. The actions
/// lie beside it: they are large, and are never moved.
struct EventQueue<Action> {
    private struct Event {
        let time: MonotonicTime
        let sequence: UInt64
        /// Where its action lies.
        let slot: Int

        func isBefore(_ other: Event) -> Bool {
            time == other.time ? sequence < other.sequence : time < other.time
        }
    }

    private var heap: [Event] = []
    private var actions: [Action?] = []
    private var freeSlots: [Int] = []
    private var sequence: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    /// The time of the next event.
    var nextTime: MonotonicTime? { heap.first?.time }

    mutating func push(_ action: Action, at time: MonotonicTime) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            actions[slot] = action
        } else {
            slot = actions.count
            actions.append(action)
        }
        heap.append(Event(time: time, sequence: sequence, slot: slot))
        sequence += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> (time: MonotonicTime, action: Action)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        guard let action = actions[first.slot].take() else { return nil }
        freeSlots.append(first.slot)
        return (first.time, action)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
