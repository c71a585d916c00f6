import E911Values
import Testing

@testable import SIPCore

/// RFC 2782: priority, and the random choice by weight.
@Suite struct ServiceOrderTests {
    private func record(_ priority: UInt16, _ weight: UInt16, _ target: String) -> ServiceRecord {
        ServiceRecord(priority: priority, weight: weight, port: 5060, target: target)
    }

    /// How often each target comes first over so many seeds.
    private func firsts(_ records: [ServiceRecord], seeds: Int) -> [String: Int] {
        var count: [String: Int] = [:]
        for seed in 0..<seeds {
            var generator = SeededGenerator(seed: UInt64(seed))
            count[ServiceOrder.ordered(records, by: &generator).first?.target ?? "", default: 0] += 1
        }
        return count
    }

    @Test func theChoiceFollowsTheWeights() {
        let count = firsts(
            [record(1, 60, "a"), record(1, 20, "b"), record(1, 20, "c"), record(2, 1000, "d")], seeds: 2000)
        // Five standard deviations around 1200 and 400.
        #expect((1090...1310).contains(count["a"] ?? 0), "\(count)")
        #expect((310...490).contains(count["b"] ?? 0) && (310...490).contains(count["c"] ?? 0), "\(count)")
        #expect(count["d"] == nil)
    }

    @Test func withoutWeightsEachIsAsGood() {
        let count = firsts([record(1, 0, "a"), record(1, 0, "b")], seeds: 1000)
        #expect((420...580).contains(count["a"] ?? 0), "\(count)")
    }

    @Test func oneWithoutWeightHasAVerySmallChance() {
        let count = firsts([record(1, 0, "a"), record(1, 99, "b")], seeds: 2000)
        #expect((1...60).contains(count["a"] ?? 0), "\(count)")
    }

    @Test func whateverTheSeedEveryRecordStandsOnceAndByPriority() {
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let records = (0..<Int.random(in: 0...20, using: &generator)).map {
                record(
                    UInt16.random(in: 0...3, using: &generator),
                    Bool.random(using: &generator) ? 0 : UInt16.random(in: 0...UInt16.max, using: &generator), "h\($0)")
            }
            var (same, other) = (generator, generator)
            let ordered = ServiceOrder.ordered(records, by: &generator)
            #expect(ordered.map(\.priority) == ordered.map(\.priority).sorted(), "seed \(seed)")
            #expect(ServiceOrder.sorted(ordered) == ServiceOrder.sorted(records), "seed \(seed)")
            #expect(ServiceOrder.ordered(records.shuffled(using: &other), by: &same) == ordered, "seed \(seed)")
        }
    }
}
