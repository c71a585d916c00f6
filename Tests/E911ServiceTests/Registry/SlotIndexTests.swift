import E911Values
import Testing

@testable import E911Service

/// Slots by hash, beside a plain model.
@Suite struct SlotIndexTests {
    /// Few hashes, so that many slots share one, and many of one part, so that they stand in each other's way.
    @Test(arguments: [2, 3] as [UInt64])
    func findsWhatItHolds(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var index = SlotIndex()
        var model: [UInt32: UInt64] = [:]
        index.grow(to: 600)
        func slots(of hash: UInt64) -> [UInt32] {
            var found: [UInt32] = []
            var slot = index.first(hash)
            while slot != DeviceSlot.none, found.count < 700 {
                found.append(slot)
                slot = index.next(slot)
            }
            return found.sorted()
        }
        // The same low octets in a part, and some of the next part.
        let hashes = (0..<40).map { (number: UInt64) -> UInt64 in
            let (low, middle, part) = (number % 8, number / 8, number % 3)
            return part << 24 | middle << 8 | low
        }
        for step in 0..<4000 {
            let slot = UInt32.random(in: 0..<600, using: &generator)
            let isGrowing = step % 1000 < 600
            let new =
                Int.random(in: 0..<10, using: &generator) < (isGrowing ? 8 : 2)
                ? hashes.randomElement(using: &generator) : nil
            index.move(slot, from: model[slot], to: new)
            model[slot] = new
            guard step % 50 == 0 else { continue }
            for hash in hashes {
                let wanted = model.filter { $0.value == hash }.map(\.key).sorted()
                #expect(slots(of: hash) == wanted, "seed \(seed), step \(step), hash \(hash)")
            }
        }
        for (slot, hash) in model { index.remove(slot, hash) }
        #expect(hashes.allSatisfy { slots(of: $0).isEmpty })
    }
}
