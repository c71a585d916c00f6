import E911Simulation
import Testing

/// `make simulate` does the same with 10,000 calls each way.
@Suite struct LossyCallsTests {
    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func everyCallIsAnsweredAndNoTransactionStays(seed: UInt64) {
        var plan = LossyCalls.Plan()
        plan.calls = 100
        let report = LossyCalls(seed: seed, plan).run()
        #expect(report.answered == [100, 100, 100])
        #expect(report.acknowledged == 200)
        #expect(report.wire.datagramsLost > 50)
        #expect(report.wire.datagramsDuplicated > 5)
        #expect(report.violations == [])
    }

    /// The scenario sees what it is there for.
    @Test func whatIsNotAnsweredIsFound() {
        var plan = LossyCalls.Plan()
        plan.calls = 5
        plan.conditions.loss = 1
        let report = LossyCalls(seed: 1, plan).run()
        #expect(report.answered == [0, 0, 0])
        #expect(report.violations.count { $0.text.contains("failed") } == 15)
    }
}
