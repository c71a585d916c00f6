import E911Values
import Testing

@testable import Alerting

/// Calls of two nodes that count alike are told apart.
struct SlotsByKeyTests {
    private static func key(_ node: String, _ counter: UInt64, _ time: Int64 = 1) -> RecordKey {
        RecordKey(time: WallTime(milliseconds: time), node: node, counter: counter)
    }

    @Test func aSlotIsOfTheWholeKey() {
        var slots = SlotsByKey()
        slots[Self.key("a", 7)] = 1
        #expect(slots[Self.key("a", 7)] == 1)
        #expect(slots[Self.key("b", 7)] == nil)
        #expect(slots[Self.key("a", 7, 2)] == nil)
        #expect(slots[Self.key("a", 8)] == nil)
    }

    /// Beside a plain table, with few counters and many keys.
    @Test func itIsATable() {
        let keys = ["a", "b"].flatMap { node in
            (0..<4 as Range<UInt64>).flatMap { counter in
                (0..<3 as Range<Int64>).map { Self.key(node, counter, $0) }
            }
        }
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
        var slots = SlotsByKey()
        var table: [RecordKey: Int] = [:]
        for step in 0..<5000 {
            let key = keys[next(keys.count)]
            let slot = next(3) == 0 ? nil : next(1000)
            slots[key] = slot
            table[key] = slot
            let isRight =
                keys.allSatisfy { slots[$0] == table[$0] } && slots.slots.sorted() == table.values.sorted()
            #expect(isRight, "step \(step) of seed \(seed)")
            guard isRight else { return }
        }
    }
}
