import E911Values

/// The newest calls in memory, for queries and for changes to a call that was answered. Older ones are in the store.
struct CallHistory: Equatable, Sendable {
    private var calls: [CallRecord] = []
    /// How many were dropped before `calls[0]`.
    private var dropped = 0
    private var index: [RecordKey: Int] = [:]
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { calls.count }

    mutating func append(_ call: CallRecord) {
        if let position = index[call.key] {
            calls[position - dropped] = call
            return
        }
        index[call.key] = dropped + calls.count
        calls.append(call)
        if calls.count >= capacity * 2 {
            for old in calls[..<capacity] { index[old.key] = nil }
            calls.removeFirst(capacity)
            dropped += capacity
        }
    }

    /// Takes back calls of an earlier run, wherever in the order of the keys they belong. A call that is here already
    /// stays as it is.
    mutating func restore(_ older: [CallRecord]) {
        let new = older.filter { index[$0.key] == nil }
        guard !new.isEmpty else { return }
        calls = (calls + new).sorted { $0.key < $1.key }.suffix(capacity * 2 - 1)
        dropped = 0
        index = [:]
        for (position, call) in calls.enumerated() { index[call.key] = position }
    }

    subscript(key: RecordKey) -> CallRecord? {
        index[key].map { calls[$0 - dropped] }
    }

    /// The call of all others that was given a number last, and has it still.
    func latest(_ elin: TelephoneNumber, besides key: RecordKey) -> CallRecord? {
        calls.last { $0.elin == elin && $0.key != key && $0.lease != nil }
    }

    /// Changes a call and returns it, if it is still here.
    mutating func update(_ key: RecordKey, _ change: (inout CallRecord) -> Void) -> CallRecord? {
        guard let position = index[key] else { return nil }
        change(&calls[position - dropped])
        return calls[position - dropped]
    }

    /// The newest first, those that were made before `before`.
    func page(before: RecordKey?, limit: Int) -> (calls: [CallRecord], more: Bool) {
        var end = calls.count
        if let before {
            end = index[before].map { $0 - dropped } ?? calls.firstIndex { $0.key >= before } ?? calls.count
        }
        let start = max(0, end - max(0, limit))
        return (calls[start..<end].reversed(), start > 0)
    }
}
