import Testing

@testable import E911Service

/// How changed devices wait for the store.
@Suite struct WaitingDevicesTests {
    private func row(_ key: String) -> DeviceRow { DeviceRow(key: key, callServer: "main", aor: "", payload: []) }

    /// What leaves when the slots hold devices with these keys.
    private func take(
        _ waiting: inout WaitingDevices, _ keys: [UInt32: String], limit: Int = 100
    ) -> [String] {
        let taken = waiting.take(limit) { keys[$0].map(row) }
        return taken.rows.map { "+\($0.key)" } + taken.deleted.map { "-\($0)" }
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
                waiting.gone(slot == 1 ? "K" : "J")
                waiting.changed(slot)
            }
            #expect(Set(take(&waiting, [1: "L", 2: "K"])) == ["+L", "+K", "-J"])
        }
        // The deletion is a later batch's, and the new owner was written before.
        waiting.changed(2)
        waiting.gone("K")
        #expect(take(&waiting, [2: "K"], limit: 1) == ["+K"])
        #expect(take(&waiting, [2: "K"]) == [])
        // There and back.
        waiting.gone("A")
        waiting.changed(3)
        waiting.gone("B")
        #expect(take(&waiting, [3: "A"]) == ["+A", "-B"])
        // Gone for good, twice told.
        waiting.changed(3)
        waiting.gone("A")
        waiting.gone("A")
        #expect(take(&waiting, [:]) == ["-A"])
        #expect(waiting.isEmpty)
    }
}
