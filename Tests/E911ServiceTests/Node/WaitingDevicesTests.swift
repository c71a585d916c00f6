import E911Values
import Testing

@testable import E911Service

/// How changed devices wait for the store.
@Suite struct WaitingDevicesTests {
    private func key(_ name: String) -> String { record(name).key }

    private func record(_ name: String) -> DeviceRecord {
        let now = WallTime(milliseconds: 1)
        return DeviceRecord(callServer: "main", aor: "sip:\(name)", contactURI: name, registeredAt: now)
    }

    /// What leaves when the slots hold devices with these keys.
    private func take(
        _ waiting: inout WaitingDevices, _ keys: [UInt32: String], limit: Int = 100
    ) -> [String] {
        let rows = DeviceRows(waiting.take(limit).map { keys[$0].map { record($0).encoded() } })
        let deleted = waiting.leave(rows)
        #expect(!waiting.isLeaving)
        return ((0..<rows.count).compactMap { rows[$0].map { "+\($0.key)" } } + deleted.map { "-\($0)" })
            .map { String($0.first ?? " ") + ($0.split(separator: " ").last ?? "") }
    }

    @Test func aDeviceThatChangesAgainLeavesOnceAsItIsThen() {
        var waiting = WaitingDevices()
        for slot: UInt32 in [700, 0, 63, 64, 0, 700] { waiting.changed(slot) }
        #expect(waiting.count == 4)
        #expect(take(&waiting, [700: "a", 0: "b", 63: "c"], limit: 2) == ["+a", "+b"])
        waiting.changed(700)
        #expect(take(&waiting, [700: "A", 63: "c"]) == ["+c", "+A"], "64 is free by now")
        #expect(waiting.isEmpty)
        waiting.changed(64)
        #expect(take(&waiting, [64: "d"]) == ["+d"])
    }

    @Test func aKeyThatHasAnotherDeviceIsNotDeleted() {
        var waiting = WaitingDevices()
        // One moves from K to L, another from J to K; both orders.
        for order: [UInt32] in [[1, 2], [2, 1]] {
            for slot in order {
                waiting.gone(key(slot == 1 ? "K" : "J"))
                waiting.changed(slot)
            }
            #expect(Set(take(&waiting, [1: "L", 2: "K"])) == ["+L", "+K", "-J"])
        }
        // The deletion is a later batch's, and the new owner was written before.
        waiting.changed(2)
        waiting.gone(key("K"))
        #expect(take(&waiting, [2: "K"], limit: 1) == ["+K"])
        #expect(take(&waiting, [2: "K"]) == [])
        // There and back.
        waiting.gone(key("A"))
        waiting.changed(3)
        waiting.gone(key("B"))
        #expect(take(&waiting, [3: "A"]) == ["+A", "-B"])
        // Gone for good, twice told.
        waiting.changed(3)
        waiting.gone(key("A"))
        waiting.gone(key("A"))
        #expect(take(&waiting, [:]) == ["-A"])
        #expect(waiting.isEmpty)
        // Somebody has the key again, and another one is gone behind it.
        waiting.changed(4)
        waiting.gone(key("C"))
        waiting.gone(key("D"))
        #expect(take(&waiting, [4: "C"]) == ["+C", "-D"])
        #expect(waiting.isEmpty)
    }
}
