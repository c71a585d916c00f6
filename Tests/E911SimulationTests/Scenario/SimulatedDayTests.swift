import E911Simulation
import E911Values
import Testing

@Suite struct SimulatedDayTests {
    private func run(_ seed: UInt64, minutes: Int = 3) -> DayReport {
        var plan = SimulatedDay.Plan()
        plan.site.phones = 12
        plan.minutesBetweenFailures = 0.5
        return SimulatedDay(seed: seed, plan).run(minutes: minutes)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func nothingThatMustNotHappenHappens(seed: UInt64) {
        let report = run(seed)
        #expect(report.violations == [], "\(report)")
        #expect(report.dialled > 10)
        #expect(report.answered == report.dialled, "\(report)")
        #expect(report.redirected + report.unassisted >= report.dialled, "\(report)")
    }

    @Test func theSameSeedIsTheSameDay() {
        let first = run(5, minutes: 2)
        #expect(first == run(5, minutes: 2))
        #expect(first.hash != run(6, minutes: 2).hash)
    }
}
