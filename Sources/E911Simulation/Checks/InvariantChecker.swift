public import E911Values

/// Watches a ``World`` and finds what must never happen.
public protocol InvariantChecker: AnyObject {
    /// What was found, with the time; empty is good.
    var violations: [String] { get }
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

/// Found violations, bounded so that a broken run does not fill the memory.
struct Findings {
    private(set) var texts: [String] = []

    mutating func add(_ text: String, at time: Now) {
        guard texts.count < 200 else { return }
        let milliseconds = time.monotonic.nanoseconds / 1_000_000
        texts.append("\(milliseconds) ms: \(text)")
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

    /// In the order of putting.
    var all: [(key: Key, value: Value)] {
        order[first...].compactMap { key in values[key].map { (key, $0) } }
    }
}
