public import E911Values

/// Watches a ``World`` and finds what must never happen.
public protocol InvariantChecker: AnyObject {
    /// What was found; empty is good.
    var violations: [Violation] { get }
    /// Takes in an entry of the log, as it happens.
    func observe(_ entry: LogEntry)
    /// Looks at what can only be judged when the world has come to rest.
    func conclude(at now: Now)
}

extension World {
    /// Lets a checker watch from now on.
    public func watch(with checker: any InvariantChecker) {
        log.observe { checker.observe($0) }
    }
}

/// A dictionary that forgets its oldest entries.
struct BoundedTable<Key: Hashable, Value> {
    private let limit: Int
    private var values: [Key: Value] = [:]
    private var order: [Key] = []
    private var first = 0

    init(limit: Int) {
        self.limit = limit
    }

    subscript(key: Key) -> Value? { values[key] }

    mutating func put(_ key: Key, _ value: Value) {
        if values.updateValue(value, forKey: key) != nil { return }
        order.append(key)
        guard order.count - first > limit else { return }
        values[order[first]] = nil
        first += 1
        if first > limit {
            order.removeFirst(first)
            first = 0
        }
    }

    mutating func change(_ key: Key, _ body: (inout Value) -> Void) {
        guard var value = values[key] else { return }
        body(&value)
        values[key] = value
    }

    mutating func remove(_ key: Key) { values[key] = nil }

    /// In the order of putting.
    var all: [(key: Key, value: Value)] {
        order[first...].compactMap { key in values[key].map { (key, $0) } }
    }
}
