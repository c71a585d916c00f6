#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import SIPCore
    import Testing

    @testable import E911Store

    @Suite struct StateFolderTests {
        let folder: TemporaryFolder
        let reports = Reports<StateFolder.Event>()

        init() throws { folder = try TemporaryFolder() }

        var path: String { folder.path + "/state" }

        func open(
            openingTime: Duration = .seconds(20)
        ) throws -> (folder: StateFolder, found: StateFolder.Opened) {
            var settings = StateFolder.Settings()
            settings.openingTime = openingTime
            settings.store.lockTimeout = .milliseconds(5)
            settings.store.openInterval = .milliseconds(5)
            settings.store.closingTime = .milliseconds(50)
            return try StateFolder.open(path, settings: settings) { [reports] in reports($0) }
        }

        func waitForJournal(_ tokens: [JournalToken]) throws {
            _ = try reports.wait { events in
                events.flatMap { event -> [JournalToken] in
                    if case .journaled(let written, nil) = event { written } else { [] }
                } == tokens
            }
        }

        func waitForStore(_ isEnough: ([StoreEvent]) -> Bool) throws -> [StoreEvent] {
            func events(_ all: [StateFolder.Event]) -> [StoreEvent] {
                all.compactMap { if case .store(let event) = $0 { event } else { nil } }
            }
            return events(try reports.wait { isEnough(events($0)) })
        }

        @Test func aNewFolderIsEmptyAndPrivate() throws {
            let (state, found) = try open()
            #expect(found.state == Sample.emptyState)
            #expect(found.storeAvailable)
            #expect(found.problems.isEmpty)
            #expect(try folder.names(in: "state").contains("lock"))
            state.writeSnapshot(Sample.siteRow())
            state.journal(Sample.call(1), 1)
            _ = try reports.wait { $0.contains(.snapshot(failure: nil)) && $0.contains(.journaled([1], failure: nil)) }
            for name in try folder.names(in: "state") {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(name)")
            }
            state.close()
        }

        @Test func whatTheCountersStayBelowIsFoundByTheNextStart() throws {
            let (state, empty) = try open()
            #expect(empty.state.counterMark == 0 && empty.problems.isEmpty)
            state.writeCounter(1_795_000_000_000_000)
            _ = try reports.wait { $0.contains(.counter(failure: nil)) }
            state.close()
            let (next, found) = try open()
            #expect(found.state.counterMark == 1_795_000_000_000_000 && found.problems.isEmpty)
            next.close()
            try folder.write(Array("12".utf8), to: "state/" + CounterFile.name)
            let (last, damaged) = try open()
            #expect(damaged.state.counterMark == 0)
            #expect(damaged.problems == ["counter cannot be read: it is no number below 2^62"])
            last.close()
        }

        @Test func whereMembersAreIsFoundByTheNextStart() throws {
            let address = try #require(IPAddress("192.0.2.10"))
            let known = KnownMember(
                member: MemberConfiguration(host: .name("sip.example.com")),
                hops: [MemberConfiguration(address: address, port: 5060, transport: .tcp)],
                sources: [Endpoint(address, 5060)])
            let (state, _) = try open()
            state.writeMembers([known])
            _ = try reports.wait { $0.contains(.members(failure: nil)) }
            state.close()
            let (next, found) = try open()
            #expect(found.state.members == [known] && found.problems.isEmpty)
            next.close()
            try folder.write([1, 2, 3], to: "state/" + KnownMembersFile.name)
            let (last, damaged) = try open()
            #expect(damaged.state.members.isEmpty && damaged.problems.count == 1)
            #expect(damaged.problems.first?.hasPrefix("members.json cannot be read") == true)
            last.close()
        }

        @Test func whatTheStoreHasNotConfirmedIsFoundInTheJournal() throws {
            let (first, _) = try open()
            var batches = Batches()
            for number in 1...3 as ClosedRange<UInt64> {
                first.journal(Sample.call(number), JournalToken(rawValue: number))
            }
            try waitForJournal([1, 2, 3])
            first.persist(batches.batch(calls: [Sample.call(1), Sample.call(2)]), 1)
            _ = try waitForStore { $0.persisted == [1] }
            first.forget(through: 1)
            first.close()

            // Call 2 is in both, as after an end between its commit and the note of it.
            let (second, found) = try open()
            #expect(found.state.calls == [Sample.call(1), Sample.call(2)])
            #expect(found.state.journal == [Sample.call(3)])
            #expect(found.state.counters == [.init(node: "a", counter: 2)])

            // The tokens of the second start begin anew.
            second.journal(Sample.call(4), 0)
            try waitForJournal([0])
            second.close()
            let (third, again) = try open()
            #expect(again.state.journal == [Sample.call(3), Sample.call(4)])
            third.persist(batches.batch(calls: [Sample.call(3), Sample.call(4)]), 1)
            _ = try waitForStore { $0.persisted == [1] }
            third.journal(Sample.call(5), 1)
            third.forget(through: 1)
            third.close()
            let (fourth, last) = try open()
            #expect(last.state.journal.isEmpty)
            fourth.close()
        }

        @Test func aSecondProcessIsRefused() throws {
            let (state, _) = try open()
            let error = #expect(throws: StoreError.self) { try open() }
            #expect(error?.code == .owned)
            state.close()
            try open().folder.close()
        }

        /// A program that is started at this moment has the file too until it begins to run.
        @Test func theLockEndsWhereverElseItsFileIsOpen() throws {
            var lock: StateLock? = try StateLock(folder: folder.path)
            let open = (0..<Int32(1024)).filter { number in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)"))
                    == folder.path + "/lock"
            }
            let others = open.map { dup($0) }
            defer { for other in others { close(other) } }
            #expect(!others.isEmpty && others.allSatisfy { $0 >= 0 })
            lock = nil
            lock = try StateLock(folder: folder.path)
            #expect(lock != nil)
        }

        @Test func theSitesOfStoreAndSnapshotAreBothFoundWithTheirCounters() throws {
            let (first, _) = try open()
            var batches = Batches()
            first.writeSnapshot(Sample.siteRow("snapshot", counter: 9))
            first.persist(batches.batch(site: Sample.site("store")), 1)
            _ = try reports.wait { $0.contains(.snapshot(failure: nil)) && $0.contains(.store(.persisted([1]))) }
            first.close()
            let (second, found) = try open()
            #expect(found.state.site == Sample.site("store"))
            #expect(found.state.siteCounter == 1)
            #expect(found.state.snapshot == Sample.siteRow("snapshot", counter: 9))
            second.close()
        }

        @Test(.enabled(if: LockHolder.isInstalled, "needs \(LockHolder.tool)"))
        func aStartWithoutTheStoreAnswersFromSnapshotAndJournalAndGetsTheRestLater() throws {
            let (first, _) = try open()
            var batches = Batches()
            first.journal(Sample.call(2), 1)
            first.writeSnapshot(Sample.siteRow())
            first.persist(
                batches.batch(calls: [Sample.call(1)], outbox: [Sample.outbox(1)], site: Sample.site("store")), 1)
            _ = try waitForStore { $0.persisted == [1] }
            first.close()

            let sql = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;"
            let holders = [
                try LockHolder(path + "/calls.db", sql), try LockHolder(path + "/site.db", sql),
            ]
            let (second, found) = try open(openingTime: .milliseconds(50))
            #expect(!found.storeAvailable)
            #expect(found.state.site == nil)
            #expect(found.state.snapshot == Sample.siteRow())
            #expect(found.state.journal == [Sample.call(2)])
            #expect(found.state.calls.isEmpty)
            second.persist(batches.batch(calls: [Sample.call(2)]), 1)
            for holder in holders { try holder.release() }
            let events = try waitForStore { $0.persisted == [1] && $0.loadedFeeds.count == 2 }
            var late = StoredState()
            for case .loaded(_, let state) in events { late.add(state) }
            #expect(late.calls == [Sample.call(1)])
            #expect(late.outbox == [Sample.outbox(1)])
            #expect(late.site?.name == "store")
            second.close()
        }

        @Test func damageIsToldAndSurvived() throws {
            let (first, _) = try open()
            first.journal(Sample.call(1), 1)
            try waitForJournal([1])
            first.close()
            let segment = try #require(try folder.names(in: "state/journal").first)
            let whole = try folder.contents(of: "state/journal/" + segment)
            try folder.write(whole.dropLast(), to: "state/journal/" + segment)
            try folder.write(Array("nonsense".utf8), to: "state/site.snapshot")
            let (second, found) = try open()
            #expect(found.state == Sample.emptyState)
            #expect(found.problems.count == 2)
            #expect(found.problems.first?.hasSuffix("torn record") == true)
            #expect(found.problems.last == "site.snapshot is damaged: its checksum does not fit")
            second.close()
        }
    }
#endif
