#if Daemon
    import Foundation
    import Testing

    @testable import e911d

    /// What somebody at a terminal sees of a long command.
    @Suite struct ProgressLineTests {
        @Test(arguments: [
            (0, 200, "[--------------------] 0 %, 0 of 200 MB, 3 s"),
            (120, 200, "[############--------] 60 %, 120 of 200 MB, 3 s"),
            (200, 200, "[####################] 100 %, 200 of 200 MB, 3 s"),
            // A file that grew meanwhile.
            (230, 200, "[####################] 100 %, 200 of 200 MB, 3 s"),
            (-5, 200, "[--------------------] 0 %, 0 of 200 MB, 3 s"),
        ])
        func theBarFillsAndNeverFlowsOver(done: Int64, total: Int64, text: String) {
            let shown = ProgressLine.text("writing b", done: done * 1_000_000, total: total * 1_000_000, seconds: 3)
            #expect(shown == "writing b \(text)")
        }

        @Test func whatNobodyCanMeasureShowsTheTime() {
            #expect(ProgressLine.text("e911d works on it", done: 7, total: 0, seconds: 12) == "e911d works on it, 12 s")
        }

        @Test func foldersCountWithWhatIsInThemAndWhatIsGoneAsNothing() throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("progress-\(UUID())")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("in"), withIntermediateDirectories: true)
            try Data(count: 10).write(to: folder.appendingPathComponent("a"))
            try Data(count: 5).write(to: folder.appendingPathComponent("in/b"))
            #expect(ProgressLine.octets([folder.path, folder.path + "/none"]) == 15)
        }
    }
#endif
