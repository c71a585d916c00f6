import Alerting
import E911Values
import Testing

@Suite struct PairWalkTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>, [false, true])
    func oneOfTwoTellsPeopleAndNobodyIsForgotten(_ seed: UInt64, _ hasCuts: Bool) {
        var world = PairWorld(seed: seed, hasCuts: hasCuts)
        let c = ContinuousClock(); let t0 = c.now
        for _ in 0..<500 where world.problems.isEmpty { world.step() }
        let t1 = c.now
        world.finish()
        print("SEED", seed, hasCuts, t1 - t0, c.now - t1, world.now)
        world.judge()
        #expect(world.problems.prefix(3) == [], "seed \(seed)")
    }
}
