#if Daemon
    import E911Service
    import Glibc
    import Synchronization
    import Testing

    @testable import E911Store

    /// Full disks and ends at any moment.
    @Suite struct JournalFailureTests {
        struct Report: Equatable, Sendable {
            var tokens: [JournalToken]
            var failure: String?
        }

        let folder: TemporaryFolder
        let reports = Reports<Report>()

        init() throws { folder = try TemporaryFolder() }

        var path: String { folder.path + "/journal" }

        /// A disk with room for so many octets at first, and for `later` after the first failure.
        func disk(room: Int, later: Int) -> JournalDisk {
            let left = Mutex((room: room, later: later))
            return JournalDisk { file, octets in
                let count = left.withLock { left -> Int in
                    let count = min(left.room, octets.count)
                    left.room -= count
                    if count == 0 { left = (left.later, 0) }
                    return count
                }
                guard count > 0 else {
                    errno = ENOSPC
                    return -1
                }
                return write(file, octets.baseAddress, count)
            }
        }

        func run(_ disk: JournalDisk, calls: ClosedRange<UInt64>) throws -> [Report] {
            let journal = try Journal(folder: path, after: JournalContents(folder: path), disk: disk) { [reports] in
                reports(Report(tokens: $0, failure: $1))
            }
            for number in calls {
                journal.append(Sample.call(number), token: JournalToken(rawValue: number))
            }
            journal.close()
            return try reports.wait { $0.flatMap(\.tokens).count == calls.count }
        }

        var recordOctets: Int { Sample.call(1).encoded().count + JournalFrame.headerOctets }

        @Test func aTornRecordIsWrittenAgainInANewSegment() throws {
            // The second record is cut in its middle; after that there is room again.
            let room = JournalFrame.opening.count + recordOctets + recordOctets / 2
            let reported = try run(disk(room: room, later: 1_000_000), calls: 1...4)
            #expect(reported.flatMap(\.tokens) == [1, 2, 3, 4])
            #expect(reported.allSatisfy { $0.failure == nil })
            let contents = try JournalContents(folder: path)
            #expect(contents.records.map(\.call) == (1...4).map { Sample.call($0) })
            #expect(contents.skipped.map(\.reason) == ["torn record"])
            #expect(try folder.names(in: "journal").count == 2)
        }

        @Test func aFullDiskIsReportedWithTheRecordsThatAreLost() throws {
            let reported = try run(disk(room: JournalFrame.opening.count + recordOctets + 3, later: 0), calls: 1...3)
            let written = reported.filter { $0.failure == nil }.flatMap(\.tokens)
            let lost = reported.filter { $0.failure != nil }
            #expect(written == [1])
            #expect(lost.flatMap(\.tokens) == [2, 3])
            #expect(lost.allSatisfy { $0.failure?.contains("No space left on device") == true })
            #expect(try JournalContents(folder: path).records.map(\.token) == [1])
        }

        @Test func aJournalThatFailedWritesAgainWhenThereIsRoom() throws {
            let room = Mutex(0)
            let disk = JournalDisk { file, octets in
                guard room.withLock({ $0 }) >= octets.count else {
                    errno = ENOSPC
                    return -1
                }
                return write(file, octets.baseAddress, octets.count)
            }
            let journal = try Journal(folder: path, after: JournalContents(), disk: disk) { [reports] in
                reports(Report(tokens: $0, failure: $1))
            }
            journal.append(Sample.call(1), token: 1)
            #expect(try reports.wait(count: 1).first?.failure != nil)
            #expect(try folder.names(in: "journal").isEmpty)
            room.withLock { $0 = 100_000 }
            journal.append(Sample.call(2), token: 2)
            #expect(try reports.wait(count: 1) == [Report(tokens: [2])])
            journal.close()
            #expect(try JournalContents(folder: path).records.map(\.token) == [2])
        }

        @Test func anEndAtAnyOctetLosesOnlyTheRecordThatWasBeingWritten() throws {
            _ = try run(.real, calls: 1...3)
            let whole = try folder.contents(of: "journal/" + JournalSegmentName(token: 1, attempt: 0).text)
            let next = JournalSegmentName(token: 4, attempt: 0).text
            _ = try run(.real, calls: 4...5)
            #expect(try folder.names(in: "journal").contains(next))
            let ends = (1...3).map { JournalFrame.opening.count + $0 * recordOctets }
            #expect(whole.count == ends[2])
            for count in 0..<whole.count {
                try folder.write(whole[..<count], to: "journal/" + JournalSegmentName(token: 1, attempt: 0).text)
                let contents = try JournalContents(folder: path)
                let kept = ends.filter { $0 <= count }.count
                #expect(contents.records.map(\.token) == [1, 2, 3].prefix(kept) + [4, 5], "cut at \(count)")
                let isWhole = count == 0 || count == JournalFrame.opening.count || ends.contains(count)
                #expect(contents.skipped.isEmpty == isWhole, "cut at \(count)")
            }
        }

        /// A folder can be opened as a file, and no octet of it read.
        @Test func aSegmentThatCannotBeReadIsToldAndStays() throws {
            _ = try run(.real, calls: 1...3)
            let unreadable = JournalSegmentName(token: 2, attempt: 0).text
            try #require(mkdir(path + "/" + unreadable, 0o700) == 0)
            let contents = try JournalContents(folder: path)
            #expect(contents.records.map(\.token) == [1, 2, 3])
            #expect(contents.skipped.map(\.segment) == [unreadable])
            #expect(contents.skipped.first?.reason == "cannot read \(path)/\(unreadable): Is a directory")
            #expect(contents.highestToken.rawValue > 1 << 20, "its own tokens are not given again")
            let journal = try Journal(folder: path, after: contents) { [reports] in
                reports(Report(tokens: $0, failure: $1))
            }
            journal.forget(through: contents.highestToken)
            journal.close()
            #expect(try folder.names(in: "journal") == [unreadable])
        }

        @Test func aDamagedOctetNeverMakesAnotherRecord() throws {
            _ = try run(.real, calls: 1...2)
            let name = "journal/" + JournalSegmentName(token: 1, attempt: 0).text
            let whole = try folder.contents(of: name)
            let calls = [Sample.call(1), Sample.call(2)]
            for index in whole.indices {
                var damaged = whole
                damaged[index] ^= 1 << UInt8(index % 8)
                try folder.write(damaged, to: name)
                let contents = try JournalContents(folder: path)
                #expect(contents.records.map(\.call) == Array(calls.prefix(contents.records.count)), "octet \(index)")
                #expect(contents.records.count < 2)
                #expect(!contents.skipped.isEmpty)
            }
        }

        @Test func zerosBehindTheLastRecordAreNoRecord() throws {
            _ = try run(.real, calls: 1...1)
            let name = "journal/" + JournalSegmentName(token: 1, attempt: 0).text
            try folder.write(try folder.contents(of: name) + [UInt8](repeating: 0, count: 4096), to: name)
            #expect(try JournalContents(folder: path).records.map(\.token) == [1])
        }
    }
#endif
