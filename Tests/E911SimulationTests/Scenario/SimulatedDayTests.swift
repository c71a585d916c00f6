import E911Simulation
import E911Values
import Testing

@Suite struct SimulatedDayTests {
    private func run(_ seed: UInt64, minutes: Int = 2) -> DayReport {
        var plan = SimulatedDay.Plan()
        plan.site.phones = 12
        plan.minutesBetweenFailures = 0.5
        return SimulatedDay(seed: seed, plan).run(minutes: minutes)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func nothingThatMustNotHappenHappens(seed: UInt64) {
        let report = run(seed)
        #expect(report.violations == [], "\(report)")
        #expect(report.dialled > 3)
        #expect(report.answered == report.dialled, "\(report)")
        #expect(report.redirected + report.unassisted >= report.dialled, "\(report)")
    }

    @Test func theSameSeedIsTheSameDay() {
        let first = run(5, minutes: 1)
        #expect(first == run(5, minutes: 1))
        #expect(first.hash != run(6, minutes: 1).hash)
    }
}
