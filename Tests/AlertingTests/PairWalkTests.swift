import Alerting
import E911Values
import Testing

@Suite struct PairWalkTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>, [false, true])
    func oneOfTwoTellsPeopleAndNobodyIsForgotten(_ seed: UInt64, _ hasCuts: Bool) {
        var world = PairWorld(seed: seed, hasCuts: hasCuts)
        for _ in 0..<400 where world.problems.isEmpty { world.step() }
        world.finish()
        world.judge()
        #expect(world.problems.prefix(3) == [], "seed \(seed)")
    }
}
