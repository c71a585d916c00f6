/// Devices that wait for the store. A row is made when it leaves, of what the device is then: one that changes again
/// while it waits is written once, and costs a bit and a number until then.
struct WaitingDevices: Equatable, Sendable {
    /// Slots of devices that have changed, or `goneMark` for a key that is gone. Those before `taken` have left, but for the
    /// ones of `leaving`.
    private var order: [UInt32] = []
    private var taken = 0
    private static let goneMark = UInt32.max
    /// The keys of the marks in ``order``, from `goneTaken` on.
    private var goneOrder: [String] = []
    private var goneTaken = 0
    /// Those that were taken and leave next.
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
        order.append(slot)
    }

    /// No device has this key any more, as far as this change goes: another one may have it by the time it leaves.
    mutating func gone(_ key: String) {
        guard gone.insert(key).inserted else { return }
        order.append(Self.goneMark)
        goneOrder.append(key)
    }

    /// Begins to take at most `limit` changes, the oldest first: answers the slots of which ``leave(_:)`` needs the rows.
    mutating func take(_ limit: Int) -> [UInt32] {
        leaving = taken..<min(order.count, taken + limit)
        taken = leaving.upperBound
        var slots: [UInt32] = []
        slots.reserveCapacity(leaving.count)
        for slot in order[leaving] where slot != Self.goneMark {
            waiting[Int(slot / 64)] &= ~(1 << UInt64(slot % 64))
            slots.append(slot)
        }
        return slots
    }

    /// Whether something was taken that has not left yet.
    var isLeaving: Bool { !leaving.isEmpty }

    /// What was taken leaves; answers the keys that are to be deleted.
    ///
    /// - Parameter rows: of the devices in the slots.
    mutating func leave(_ rows: DeviceRows) -> [String] {
        defer { forgetTaken() }
        guard !goneOrder.isEmpty else { return [] }
        var deleted: [String] = []
        var written: Set<String> = []
        var index = 0
        for slot in order[leaving] {
            if slot == Self.goneMark {
                if let key = gone.remove(goneOrder[goneTaken]) { deleted.append(key) }
                goneTaken += 1
            } else {
                // Who had the key before is gone from it, and this one has it.
                if let key = rows[index]?.key {
                    gone.remove(key)
                    written.insert(key)
                }
                index += 1
            }
        }
        return deleted.filter { !written.contains($0) }
    }

    private mutating func forgetTaken() {
        leaving = taken..<taken
        // Each one is moved once at most, on the average.
        if goneTaken * 2 >= goneOrder.count {
            goneOrder.removeFirst(goneTaken)
            goneTaken = 0
        }
        guard taken * 2 >= order.count else { return }
        order.removeFirst(taken)
        taken = 0
        leaving = 0..<0
    }
}
