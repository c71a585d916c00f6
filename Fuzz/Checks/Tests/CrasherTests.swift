import Testing

/// What once crashed a fuzz target, and what it starts from, passes its check.
@Suite struct CrasherTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let check: Check
        let path: String

        var testDescription: String { path }
    }

    @Test(arguments: FuzzFiles.samples)
    func holds(_ sample: Sample) throws {
        try sample.check.run(try FuzzFiles.octets(of: sample.path))
    }

    @Test func everyFolderBelongsToACheck() {
        let names = Set(Check.all.map(\.name))
        #expect(FuzzFiles.folders.allSatisfy { names.contains($0) })
        #expect(names.count == 8)
    }

    /// A check that cannot find anything would pass for ever.
    @Test func whatIsBrokenIsFound() {
        #expect(throws: Broken.self) { try require(false, "broken") }
        #expect(throws: Broken.self) { _ = try require(Int?.none, "absent") }
    }
}
