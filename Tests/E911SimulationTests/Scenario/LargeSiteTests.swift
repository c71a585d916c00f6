import E911Simulation
import Testing

/// `e911sim site` has a hundred thousand devices.
@Suite struct LargeSiteTests {
    @Test func hoursOfASiteLeaveNothingBehind() {
        var plan = LargeSite.Plan()
        plan.devices = 100
        plan.hours = 1
        plan.calls = 3
        plan.moves = 10
        var hours: [Int] = []
        let report = LargeSite(seed: 1, plan).run { hours.append($0) }
        #expect(report.violations == [], "\(report)")
        #expect(report.devices == 120)
        #expect(report.answered == report.calls)
        #expect(hours == [0, 1])
    }
}
