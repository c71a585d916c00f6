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

    /// At most `limit` changes, the oldest first.
    mutating func take(_ limit: Int, row: (UInt32) -> DeviceRow?) -> (rows: [DeviceRow], deleted: [String]) {
        var rows: [DeviceRow] = []
        var deleted: [String] = []
        let end = min(order.count, taken + limit)
        rows.reserveCapacity(end - taken)
        for change in order[taken..<end] {
            switch change {
            case .changed(let slot):
                waiting[Int(slot / 64)] &= ~(1 << UInt64(slot % 64))
                guard let row = row(slot) else { continue }
                rows.append(row)
                // Who had the key before is gone from it, and this one has it.
                if !gone.isEmpty { gone.remove(row.key) }
            case .gone(let key):
                if gone.remove(key) != nil { deleted.append(key) }
            }
        }
        taken = end
        // Each one is moved once at most, on the average.
        if taken * 2 >= order.count {
            order.removeFirst(taken)
            taken = 0
        }
        guard !deleted.isEmpty, !rows.isEmpty else { return (rows, deleted) }
        let written = Set(rows.map(\.key))
        return (rows, deleted.filter { !written.contains($0) })
    }
}
