/// The lowest of numbers that wait, each since a moment, where those that wait longest leave first.
struct LowestWaiting: Equatable, Sendable {
    /// Numbers rise from here to there; one that is above a later one is never the lowest again.
    private var queue: [(number: UInt64, at: UInt64)] = []
    private var first = 0

    static func == (a: Self, b: Self) -> Bool {
        a.queue[a.first...].elementsEqual(b.queue[b.first...], by: ==)
    }

    var lowest: UInt64? { first < queue.count ? queue[first].number : nil }

    /// - Parameter moment: not before that of the number that was added last.
    mutating func add(_ number: UInt64, at moment: UInt64) {
        while queue.count > first, let last = queue.last, last.number >= number { queue.removeLast() }
        queue.append((number, moment))
    }

    /// Those that came before a moment have left.
    mutating func remove(before moment: UInt64) {
        while first < queue.count, queue[first].at < moment { first += 1 }
        // Each one is moved once at most, on the average.
        guard first * 2 >= queue.count else { return }
        queue.removeFirst(first)
        first = 0
    }
}
