#if Daemon
    import E911Service
    import Testing

    @testable import E911Store

    @Suite struct SiteSnapshotTests {
        let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        @Test func noSnapshotIsNoProblem() throws {
            #expect(try SiteSnapshot.read(folder: folder.path) == SiteSnapshot.Found())
        }

        @Test func whatWasWrittenIsRead() throws {
            try SiteSnapshot.write(Sample.siteRow(), folder: folder.path)
            #expect(try SiteSnapshot.read(folder: folder.path) == SiteSnapshot.Found(site: Sample.siteRow()))
            #expect(try folder.names() == ["site.snapshot"])
        }

        /// As version 0.1.0 wrote it first: older than anything that has a row.
        @Test func aSnapshotWithoutItsRowIsRead() throws {
            let json = try SiteJSON.encode(Sample.site())
            let sum = String(CRC32C.of(json), radix: 16)
            try folder.write(json + Array("\ncrc32c \(sum) of \(json.count) octets\n".utf8), to: SiteSnapshot.name)
            let found = try SiteSnapshot.read(folder: folder.path)
            #expect(found == SiteSnapshot.Found(site: Stamped(node: "", counter: 0, row: Sample.site())))
        }

        @Test func theSameSiteIsTheSameOctets() throws {
            try SiteSnapshot.write(Sample.siteRow(), folder: folder.path)
            let first = try folder.contents(of: SiteSnapshot.name)
            try SiteSnapshot.write(Sample.siteRow(), folder: folder.path)
            #expect(try folder.contents(of: SiteSnapshot.name) == first)
        }

        @Test func aDamagedSnapshotIsRefusedAndTheOneBeforeIsTaken() throws {
            try SiteSnapshot.write(Sample.siteRow("before"), folder: folder.path)
            try SiteSnapshot.write(Sample.siteRow("after"), folder: folder.path)
            let whole = try folder.contents(of: SiteSnapshot.name)
            for index in stride(from: 0, to: whole.count, by: 7) {
                var damaged = whole
                damaged[index] ^= 4
                try folder.write(damaged, to: SiteSnapshot.name)
                let found = try SiteSnapshot.read(folder: folder.path)
                #expect(found.site?.row.name == "before", "octet \(index)")
                #expect(found.problem == "site.snapshot is damaged: its checksum does not fit")
            }
            for count in stride(from: 0, to: whole.count, by: 11) {
                try folder.write(whole[..<count], to: SiteSnapshot.name)
                #expect(try SiteSnapshot.read(folder: folder.path).site?.row.name == "before", "\(count) octets")
            }
        }

        @Test func withoutAnyWholeSnapshotTheReaderSaysSo() throws {
            try folder.write(Array("{}\n".utf8), to: SiteSnapshot.name)
            let error = #expect(throws: StoreError.self) { try SiteSnapshot.read(folder: folder.path) }
            #expect(error?.code == .damaged)
        }

        @Test func anInterruptedWriteLeavesTheSnapshotBefore() throws {
            try SiteSnapshot.write(Sample.siteRow("before"), folder: folder.path)
            try folder.write([1, 2, 3], to: SiteSnapshot.name + ".new")
            #expect(try SiteSnapshot.read(folder: folder.path).site?.row.name == "before")
            try SiteSnapshot.write(Sample.siteRow("after"), folder: folder.path)
            #expect(try SiteSnapshot.read(folder: folder.path).site?.row.name == "after")
        }

        private func writer(
            _ folder: String, report: @escaping @Sendable (String?) -> Void
        ) -> LatestWriter<Stamped<SiteConfiguration>> {
            LatestWriter(
                name: "snapshot",
                write: { (site) throws(StoreError) in try SiteSnapshot.write(site, folder: folder) }, report: report)
        }

        @Test func theWriterWritesTheLastOfSeveralAndReports() throws {
            let reports = Reports<String?>()
            let writer = writer(folder.path) { reports($0) }
            for number in 1...5 { writer.write(Sample.siteRow("\(number)")) }
            writer.close()
            #expect(try reports.wait(count: 1).allSatisfy { $0 == nil })
            #expect(try SiteSnapshot.read(folder: folder.path).site?.row.name == "5")
        }

        @Test func aFailureIsReported() throws {
            let reports = Reports<String?>()
            let writer = writer("/nonexistent") { reports($0) }
            writer.write(Sample.siteRow())
            let reported = try reports.wait(count: 1)
            #expect(reported == ["cannot open /nonexistent/site.snapshot.new: No such file or directory"])
            writer.close()
        }
    }
#endif
