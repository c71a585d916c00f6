import E911Values

/// What is to happen, in the order of time; what is due at the same time happens in the order in which it was put in.
///
/// A binary heap over (time, sequence number), so that two runs of one seed take the same events in the same order.
struct EventQueue<Action> {
    private struct Event {
        let time: MonotonicTime
        let sequence: UInt64
        let action: Action

        func isBefore(_ other: Event) -> Bool {
            time == other.time ? sequence < other.sequence : time < other.time
        }
    }

    private var heap: [Event] = []
    private var sequence: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    /// The time of the next event.
    var nextTime: MonotonicTime? { heap.first?.time }

    mutating func push(_ action: Action, at time: MonotonicTime) {
        heap.append(Event(time: time, sequence: sequence, action: action))
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
        return (first.time, first.action)
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
