import E911Values
import Locations
import Testing

@testable import E911Service

/// A batch of evidence is taken over as a whole or not at all, a slice at a time.
@Suite struct EvidenceImportTests {
    private let now = WallTime(milliseconds: 1_795_524_214_000)

    private func row(_ device: UInt64, port: String = "1", ago: Int64 = 0) -> EvidenceSighting {
        EvidenceSighting(
            device: .mac(MACAddress(bits: device)), attachment: .port(SwitchPort(switch: "sw", port: port)),
            at: WallTime(milliseconds: now.milliseconds - ago * 1000))
    }

    private func run(
        _ rows: [EvidenceSighting], on table: inout EvidenceTable, replaces: Bool = false, isDryRun: Bool = false,
        limit: Int = 10_000
    ) -> (job: EvidenceImport, changes: [EvidenceImport.Change], slices: Int) {
        var job = EvidenceImport(
            EvidenceBatch(rows: rows, replaces: replaces, source: "import", by: "ann", isDryRun: isDryRun))
        var changes: [EvidenceImport.Change] = []
        var slices = 0
        while job.stage != .done, slices < 10_000 {
            changes += job.work(on: &table, limit: limit, now: now)
            slices += 1
        }
        return (job, changes, slices)
    }

    private func rows(of table: EvidenceTable) -> Set<EvidenceSighting> {
        Set(
            table.page(from: 0, limit: 100_000).rows.map {
                EvidenceSighting(device: $0.device, attachment: $0.attachment, at: $0.at)
            })
    }

    @Test func rowsAreMergedByDeviceAndTheLaterCounts() {
        var table = EvidenceTable()
        table.put(row(1, port: "old", ago: 100))
        table.put(row(2, port: "newer"))
        table.put(row(3))
        table.put(row(9))
        let (job, changes, _) = run(
            [row(1), row(2, port: "older", ago: 50), row(3), row(4, ago: 10), row(4, port: "2")], on: &table)
        #expect(job.problems.isEmpty)
        var report = EvidenceReport()
        (report.added, report.changed, report.unchanged, report.older) = (1, 1, 1, 1)
        #expect(job.report == report)
        #expect(changes.count == 2)
        #expect(rows(of: table) == [row(1), row(2, port: "newer"), row(3), row(4, port: "2"), row(9)])
        #expect(table.page(from: 0, limit: 1).rows.first?.source == "import")
    }

    @Test func aBatchThatReplacesIsTheWholeNetwork() {
        var table = EvidenceTable()
        for device in 1...5 as ClosedRange<UInt64> { table.put(row(device, ago: 10)) }
        let (job, changes, _) = run([row(2), row(7)], on: &table, replaces: true)
        #expect(job.report.removed == 4 && job.report.added == 1 && job.report.changed == 1)
        #expect(changes.count == 6 && rows(of: table) == [row(2), row(7)])
    }

    @Test(arguments: [false, true]) func aDryRunChangesNothingAndSaysTheSame(replaces: Bool) {
        var table = EvidenceTable()
        for device in 1...5 as ClosedRange<UInt64> { table.put(row(device, ago: 10)) }
        let before = table
        let batch = [row(2), row(7), row(3, ago: 60)]
        let (dry, changes, _) = run(batch, on: &table, replaces: replaces, isDryRun: true)
        #expect(changes.isEmpty && table == before)
        let (job, _, _) = run(batch, on: &table, replaces: replaces)
        var report = dry.report
        #expect(report.isDryRun)
        report.isDryRun = false
        #expect(report == job.report)
    }

    @Test func oneBadRowIsEnoughAndEachOneIsNamed() {
        var table = EvidenceTable()
        table.put(row(1, ago: 10))
        let before = table
        let (job, changes, _) = run(
            [row(1), row(0), row(2, ago: -1000), row(3), row(3, port: "elsewhere"), row(4, port: "")], on: &table)
        #expect(table == before && changes.isEmpty && job.problemCount == 4)
        #expect(job.problems.map(\.row) == [1, 2, 4, 5])
        #expect(job.problems.map(\.field) == [.device, .time, .attachment, .attachment])
        #expect(job.problems[2].reason == "another row says switch port 1 of sw of the same device at the same time")
    }

    @Test(arguments: [(false, 5), (true, 8)]) func aBatchBeyondTheLimitIsRefused(replaces: Bool, fits: Int) {
        for count in [fits, fits + 1] {
            var table = EvidenceTable()
            for device in 1...3 as ClosedRange<UInt64> { table.put(row(device, ago: 10)) }
            let batch = (0..<count).map { row(UInt64(100 + $0)) } + [row(100, ago: 5)]
            let (job, changes, _) = run(batch, on: &table, replaces: replaces, limit: 8)
            if count == fits {
                #expect(job.problems.isEmpty && table.count == 8)
            } else {
                #expect(changes.isEmpty && table.count == 3)
                #expect(job.problems == [EvidenceProblem(row: fits, field: .batch, reason: "there is room for 8 rows")])
            }
        }
    }

    @Test func aLargeBatchIsWorkedOnInSlices() {
        var table = EvidenceTable()
        let batch = (1...3000 as ClosedRange<UInt64>).map { row($0) }
        let (job, changes, slices) = run(batch, on: &table)
        #expect(job.report.added == 3000 && changes.count == 3000)
        #expect(slices == 24, "12 of 256 rows to judge them, 12 to take them over")
    }

    @Test func manyProblemsAreCountedAndTheFirstAreTold() {
        var table = EvidenceTable()
        let (job, _, _) = run(Array(repeating: row(0), count: 1500), on: &table)
        #expect(job.problems.count == 1000 && job.problemCount == 1500)
    }
}
