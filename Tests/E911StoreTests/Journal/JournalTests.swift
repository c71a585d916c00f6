#if Daemon
    import Dispatch
    import E911Service
    import Glibc
    import Synchronization
    import Testing

    @testable import E911Store

    @Suite struct JournalTests {
        struct Report: Equatable, Sendable {
            var tokens: [JournalToken]
            var failure: String?
        }

        let folder: TemporaryFolder
        let reports = Reports<Report>()

        init() throws { folder = try TemporaryFolder() }

        var path: String { folder.path + "/journal" }

        func journal(
            limits: Journal.Limits = .init(), disk: JournalDisk = .real, after contents: JournalContents? = nil
        ) throws -> Journal {
            try Journal(
                folder: path, after: try contents ?? JournalContents(folder: path), limits: limits, disk: disk
            ) { [reports] in reports(Report(tokens: $0, failure: $1)) }
        }

        func tokens(_ contents: JournalContents) -> [JournalToken] { contents.records.map(\.token) }

        @Test func recordsComeBackInOrderWithTheirTokens() throws {
            let journal = try journal()
            for number in 1...5 as ClosedRange<UInt64> {
                journal.append(Sample.call(number), token: JournalToken(rawValue: number))
            }
            let reported = try reports.wait { $0.flatMap(\.tokens).count == 5 }
            #expect(reported.allSatisfy { $0.failure == nil })
            #expect(reported.flatMap(\.tokens) == [1, 2, 3, 4, 5])
            let contents = try JournalContents(folder: path)
            #expect(contents.records.map(\.call) == (1...5).map { Sample.call($0) })
            #expect(contents.highestToken == 5)
            #expect(contents.skipped.isEmpty)
            journal.close()
        }

        @Test func whatIsReportedIsOnDiskBeforeTheReport() throws {
            let path = path
            let found = Reports<[JournalToken]>()
            let journal = try Journal(folder: path, after: JournalContents()) { _, _ in
                found((try? JournalContents(folder: path).records.map(\.token)) ?? [])
            }
            journal.append(Sample.call(1), token: 1)
            #expect(try found.wait(count: 1) == [[1]])
            journal.close()
        }

        @Test func recordsThatWaitGoOutWithOneWrite() throws {
            let gate = DispatchSemaphore(value: 0)
            let writes = Mutex<[Int]>([])
            let entered = Reports<Int>()
            let journal = try journal(
                disk: JournalDisk { file, octets in
                    entered(octets.count)
                    gate.wait()
                    writes.withLock { $0.append(octets.count) }
                    return write(file, octets.baseAddress, octets.count)
                })
            journal.append(Sample.call(1), token: 1)
            _ = try entered.wait(count: 1)
            for number in 2...100 as ClosedRange<UInt64> {
                journal.append(Sample.call(number), token: JournalToken(rawValue: number))
            }
            for _ in 0..<3 { gate.signal() }
            let reported = try reports.wait { $0.flatMap(\.tokens).count == 100 }
            #expect(reported.map(\.tokens) == [[1], (2...100).map { JournalToken(rawValue: $0) }])
            #expect(writes.withLock { $0.count } == 3, "the opening of the segment, the first record, all others")
            journal.close()
        }

        @Test func aSegmentIsBoundedAndGoesWhenTheStoreHasConfirmedIt() throws {
            var limits = Journal.Limits()
            let record = Sample.call(1).encoded().count + JournalFrame.headerOctets
            limits.segmentOctets = JournalFrame.opening.count + 2 * record
            let journal = try journal(limits: limits)
            for number in 1...12 as ClosedRange<UInt64> {
                journal.append(Sample.call(number), token: JournalToken(rawValue: number))
                _ = try reports.wait(count: 1)
            }
            let before = try folder.names(in: "journal")
            #expect(before.count >= 4)
            #expect(try JournalContents(folder: path).records.count == 12)

            journal.forget(through: 7)
            journal.append(Sample.call(13), token: 13)
            _ = try reports.wait(count: 1)
            let contents = try JournalContents(folder: path)
            #expect(tokens(contents) == (8...13).map { JournalToken(rawValue: $0) })
            #expect(contents.forgottenToken == 7)
            let removed = Set(before).subtracting(try folder.names(in: "journal"))
            #expect(!removed.isEmpty)
            journal.close()
        }

        @Test func aCleanEndLeavesOnlyWhatIsNotConfirmed() throws {
            let first = try journal()
            first.append(Sample.call(1), token: 1)
            first.append(Sample.call(2), token: 2)
            first.forget(through: 1)
            first.close()
            #expect(tokens(try JournalContents(folder: path)) == [2])

            let second = try journal()
            second.append(Sample.call(3), token: 3)
            second.forget(through: 3)
            second.close()
            #expect(try folder.names(in: "journal").isEmpty)
        }

        @Test func aNewStartGoesOnInANewSegmentAndKeepsTheOld() throws {
            let first = try journal()
            first.append(Sample.call(1), token: 1)
            first.close()
            let second = try journal()
            second.append(Sample.call(2), token: 2)
            _ = try reports.wait { $0.flatMap(\.tokens).contains(2) }
            #expect(tokens(try JournalContents(folder: path)) == [1, 2])
            #expect(try folder.names(in: "journal").count == 2)
            second.forget(through: 1)
            second.append(Sample.call(3), token: 3)
            _ = try reports.wait { $0.flatMap(\.tokens).contains(3) }
            #expect(try folder.names(in: "journal").count == 1)
            #expect(tokens(try JournalContents(folder: path)) == [2, 3])
            second.close()
        }

        @Test func aSegmentLeftBehindWithoutARecordDoesNotStandInTheWay() throws {
            let contents = try JournalContents(folder: path)
            _ = try journal().close()
            try folder.write([1, 2, 3], to: "journal/00000000000000000001-0.journal")
            let journal = try journal(after: contents)
            journal.append(Sample.call(1), token: 1)
            _ = try reports.wait(count: 1)
            let found = try JournalContents(folder: path)
            #expect(tokens(found) == [1])
            #expect(found.skipped.map(\.segment) == ["00000000000000000001-0.journal"])
            journal.close()
        }

        @Test func aClosedJournalRefuses() throws {
            let journal = try journal()
            journal.close()
            journal.append(Sample.call(1), token: 1)
            #expect(try reports.wait(count: 1) == [Report(tokens: [1], failure: "the journal is closed")])
        }

        @Test func moreRecordsThanMayWaitFailAtOnce() throws {
            let gate = DispatchSemaphore(value: 0)
            let entered = Reports<Int>()
            var limits = Journal.Limits()
            limits.waitingRecords = 2
            let journal = try journal(
                limits: limits,
                disk: JournalDisk { file, octets in
                    entered(octets.count)
                    gate.wait()
                    return write(file, octets.baseAddress, octets.count)
                })
            journal.append(Sample.call(1), token: 1)
            _ = try entered.wait(count: 1)
            for number in 2...4 as ClosedRange<UInt64> {
                journal.append(Sample.call(number), token: JournalToken(rawValue: number))
            }
            #expect(try reports.wait(count: 1) == [Report(tokens: [4], failure: "2 records wait")])
            for _ in 0..<3 { gate.signal() }
            _ = try reports.wait { $0.flatMap(\.tokens) == [1, 2, 3] }
            journal.close()
        }
    }
#endif
