/// Devices that wait for the store. A row is made when it leaves, of what the device is then: one that changes again
/// while it waits is written once, and costs a bit and a number until then.
struct WaitingDevices: Equatable, Sendable {
    private enum Change: Equatable, Sendable {
        case changed(UInt32)
        case gone(String)
    }

    /// Those before `taken` are gone.
    private var order: [Change] = []
    private var taken = 0
    /// Those that leave next, which are among the taken ones.
    private var leaving = 0..<0
    /// A bit for each slot that waits.
    private var waiting: [UInt64] = []
    /// Keys that are to be deleted; looked up, never iterated.
    private var gone: Set<String> = []

    var count: Int { order.count - taken }
    var isEmpty: Bool { count == 0 }

    /// The device in a slot has changed.
    mutating func changed(_ slot: UInt32) {
        let (word, bit) = (Int(slot / 64), UInt64(1) << UInt64(slot % 64))
        if word >= waiting.count { waiting.append(contentsOf: repeatElement(0, count: word + 1 - waiting.count)) }
        guard waiting[word] & bit == 0 else { return }
        waiting[word] |= bit
        order.append(.changed(slot))
    }

    /// No device has this key any more, as far as this change goes: another one may have it by the time it leaves.
    mutating func gone(_ key: String) {
        if gone.insert(key).inserted { order.append(.gone(key)) }
    }

    /// Begins to take at most `limit` changes, the oldest first: answers the slots of which ``leave(_:)`` needs the rows.
    mutating func take(_ limit: Int) -> [UInt32] {
        leaving = taken..<min(order.count, taken + limit)
        taken = leaving.upperBound
        var slots: [UInt32] = []
        slots.reserveCapacity(leaving.count)
        for case .changed(let slot) in order[leaving] {
            waiting[Int(slot / 64)] &= ~(1 << UInt64(slot % 64))
            slots.append(slot)
        }
        return slots
    }

    /// Whether something was taken that has not left yet.
    var isLeaving: Bool { !leaving.isEmpty }

    /// What was taken leaves.
    ///
    /// - Parameter found: the rows of the devices in the slots; `nil` where a slot is free.
    mutating func leave(_ found: [DeviceRow?]) -> (rows: [DeviceRow], deleted: [String]) {
        defer { forgetTaken() }
        guard !gone.isEmpty else { return (found.compactMap(\.self), []) }
        var deleted: [String] = []
        var written: Set<String> = []
        var rows = found.makeIterator()
        for change in order[leaving] {
            switch change {
            case .changed:
                guard case let row?? = rows.next() else { continue }
                // Who had the key before is gone from it, and this one has it.
                gone.remove(row.key)
                written.insert(row.key)
            case .gone(let key):
                if gone.remove(key) != nil { deleted.append(key) }
            }
        }
        return (found.compactMap(\.self), deleted.filter { !written.contains($0) })
    }

    private mutating func forgetTaken() {
        leaving = taken..<taken
        // Each one is moved once at most, on the average.
        guard taken * 2 >= order.count else { return }
        order.removeFirst(taken)
        taken = 0
        leaving = 0..<0
    }
}
