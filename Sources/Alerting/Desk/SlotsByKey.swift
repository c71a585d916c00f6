import E911Values

/// In which slot the alert of a call is, by the call's key.
///
/// A storm of redials has over a million keys: each alert is found by the calls that have joined it. So most keys are kept by
/// their counters, with a sum of the rest beside, which takes less than half of the memory of the keys themselves.
struct SlotsByKey: Equatable, Sendable {
    private struct Entry: Equatable, Sendable {
        var slot: UInt32
        /// Of the time and the node.
        var check: UInt32
    }

    private var byCounter: [UInt64: Entry] = [:]
    /// Keys whose counter another one has: two nodes count apart.
    private var others: [RecordKey: Int] = [:]

    /// Every slot that is the answer for some key.
    var slots: [Int] { byCounter.values.map { Int($0.slot) } + others.values }

    private static func check(_ key: RecordKey) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(key.time.milliseconds)
        hasher.combine(key.node)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }

    subscript(key: RecordKey) -> Int? {
        get {
            guard let entry = byCounter[key.counter] else { return others.isEmpty ? nil : others[key] }
            return entry.check == Self.check(key) ? Int(entry.slot) : others[key]
        }
        set {
            let check = Self.check(key)
            if let entry = byCounter[key.counter], entry.check != check {
                others[key] = newValue
            } else if let newValue, others.isEmpty || others[key] == nil {
                byCounter[key.counter] = Entry(slot: UInt32(newValue), check: check)
            } else if let newValue {
                others[key] = newValue
            } else {
                byCounter[key.counter] = nil
                if !others.isEmpty { others[key] = nil }
            }
        }
    }
}
