/// A queue in which each element stands once at most, first in, first out.
struct OnceQueue<Element: Hashable & Sendable>: Equatable, Sendable {
    private var elements: [Element] = []
    /// Looked up, never iterated.
    private var waiting: Set<Element> = []
    private var taken = 0

    init() {}

    var isEmpty: Bool { taken == elements.count }

    mutating func add(_ element: Element) {
        if waiting.insert(element).inserted { elements.append(element) }
    }

    mutating func next() -> Element? {
        guard taken < elements.count else { return nil }
        let element = elements[taken]
        taken += 1
        waiting.remove(element)
        if taken > 1024, taken * 2 > elements.count {
            elements.removeFirst(taken)
            taken = 0
        }
        return element
    }
}
