import E911Values
import Testing

@Suite struct DeadlineQueueTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func itDoesAsASortedListDoes(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = DeadlineQueue()
        var model: [Int: MonotonicTime] = [:]
        for step in 0..<600 {
            let slot = Int.random(in: 0..<24, using: &random)
            let time = MonotonicTime(nanoseconds: Int64.random(in: 0..<40, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                queue.set(slot, to: time)
                model[slot] = time
            case 2:
                queue.set(slot, to: nil)
                model[slot] = nil
            default:
                let due = model.filter { $0.value <= time }.min { ($0.value, $0.key) < ($1.value, $1.key) }
                let popped = queue.popDue(time)
                #expect(popped == due?.key, "seed \(seed), step \(step)")
                if let popped { model[popped] = nil }
            }
            let first = model.min { ($0.value, $0.key) < ($1.value, $1.key) }
            #expect(queue.first?.slot == first?.key && queue.first?.time == first?.value, "seed \(seed), step \(step)")
            #expect(queue.count == model.count && queue[slot] == model[slot], "seed \(seed), step \(step)")
        }
    }
}
