import E911Simulation
import Testing

/// `e911sim site` has a hundred thousand devices.
@Suite struct LargeSiteTests {
    @Test(arguments: [false, true]) func hoursOfASiteLeaveNothingBehind(_ isPaired: Bool) {
        var plan = LargeSite.Plan()
        plan.isPaired = isPaired
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
        // Each device is a row of each node.
        #expect((report.rows ?? 0 >= 240) == isPaired)
        #expect(report.notifications > 0 && report.downloads >= (isPaired ? 2 : 1))
    }
}
