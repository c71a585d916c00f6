/// First come, first served, in amortised constant time.
struct WaitingLine<Element: Equatable & Sendable>: Equatable, Sendable {
    private var elements: [Element] = []
    private var first = 0

    var count: Int { elements.count - first }
    /// Whose turn is next.
    var next: Element? { first < elements.count ? elements[first] : nil }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        first += 1
        if first == elements.count || (first > 64 && first * 2 > elements.count) {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }
}

/// The deliveries that wait for a channel, and how many it works on.
struct ChannelQueue: Equatable, Sendable {
    var waiting = WaitingLine<DeliveryID>()
    var inFlight = 0
    /// Deliveries that are not over: those in flight, and those that wait for their turn or their next attempt.
    var owed = 0
    var health = ChannelHealth()

    /// Whether something waits, and the channel works on fewer than so many.
    func canTake(_ limit: Int) -> Bool { inFlight < limit && waiting.count > 0 }
}
