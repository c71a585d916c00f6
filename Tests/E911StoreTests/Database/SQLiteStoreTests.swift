#if Daemon
    import E911Service
    import E911Values
    import GRDB
    import Testing

    @testable import E911Store

    @Suite struct SQLiteStoreTests {
        let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        @Test(arguments: NodeStoreSuite.cases)
        func conformsToThePort(_ conformance: NodeStoreSuite.Case) throws {
            let path = folder.path
            try conformance.run(
                NodeStoreSuite { now, report in SQLiteStore(folder: path, now: { now }, report: report) })
        }

        /// A store that has loaded.
        func start(
            _ settings: StoreSettings = StoreSettings()
        ) throws -> (store: SQLiteStore, reports: Reports<StoreEvent>) {
            let reports = Reports<StoreEvent>()
            let store = SQLiteStore(folder: folder.path, settings: settings, now: { Sample.key(0).time }) {
                reports($0)
            }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            return (store, reports)
        }

        @Test func callsAreFlushedWithEachCommit() throws {
            let calls = try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings())
            try calls.commit { db in
                let value = try Int.fetchOne(db, sql: "PRAGMA synchronous")
                #expect(value == 2)
            }
            let site = try OpenDatabase<SiteFile>(folder: folder.path, settings: StoreSettings())
            try site.commit { db in
                let value = try Int.fetchOne(db, sql: "PRAGMA synchronous")
                #expect(value == 1)
            }
            calls.close()
            site.close()
        }

        @Test func batchesThatWaitShareACommit() throws {
            var settings = StoreSettings()
            settings.callsInterval = .milliseconds(200)
            settings.siteInterval = .milliseconds(200)
            let (store, reports) = try start(settings)
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            // The first commit has just begun; these wait for the end of its interval.
            for number in 2...50 as ClosedRange<UInt64> {
                store.persist(batches.batch(calls: [Sample.call(number)]), token: PersistToken(rawValue: number))
            }
            let events = try reports.wait { $0.persisted.last == 50 }
            #expect(events.count == 1, "\(events)")
            store.close()
        }

        @Test func aDownloadIsCommittedInSmallSteps() {
            var waiting = WaitingRows()
            var batches = Batches()
            let rows = batches.batch(devices: (1...1300).map { Sample.device($0) }).rows(of: .site)
            waiting.add([.init(token: 1, rows: rows[...]), .init(token: 2, rows: rows.prefix(100))])
            var sizes: [Int] = []
            var done: [[PersistToken]] = []
            while !waiting.isEmpty {
                let group = waiting.next(limit: StoreFeed.site.rowsPerCommit, splitting: StoreFeed.site.splitsBatches)
                sizes.append(group.reduce(0) { $0 + $1.count })
                done.append(waiting.removeCommitted(group))
            }
            #expect(sizes == [500, 500, 400])
            #expect(done == [[], [], [1, 2]])
            #expect(waiting.rows == 0)
        }

        @Test func batchesOfCallsAreNeverSplit() {
            var waiting = WaitingRows()
            var batches = Batches()
            let rows = batches.batch(calls: (1...6).map { Sample.call($0) }).rows(of: .calls)
            waiting.add([.init(token: 1, rows: rows[..<4]), .init(token: 2, rows: rows[4...])])
            let group = waiting.next(limit: 3, splitting: false)
            #expect(group.map(\.count) == [4])
            #expect(waiting.removeCommitted(group) == [1])
            #expect(waiting.next(limit: 3, splitting: false).map(\.count) == [2])
        }

        @Test func moreRowsThanMayWaitAreRejected() throws {
            var settings = StoreSettings()
            settings.waitingRows = 3
            let (store, reports) = try start(settings)
            var batches = Batches()
            store.persist(batches.batch(calls: (1...4).map { Sample.call($0) }), token: 1)
            store.persist(batches.batch(calls: [Sample.call(5)]), token: 2)
            let events = try reports.wait { $0.persisted == [2] }
            #expect(events.rejected.map(\.token) == [1])
            #expect(events.rejected.map(\.reason) == ["0 rows wait for calls.db"])
            store.close()
        }

        @Test func aRowThatCanNeverBeTakenIsRejectedAlone() throws {
            let (store, reports) = try start()
            try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings()).commit { db in
                try db.execute(
                    sql: """
                        CREATE TRIGGER never BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'never'); END
                        """)
            }
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            store.persist(batches.batch(calls: [Sample.call(2)], audit: [Sample.audit(2)]), token: 2)
            store.persist(batches.batch(calls: [Sample.call(3)]), token: 3)
            let events = try reports.wait { $0.persisted.last == 3 && !$0.rejected.isEmpty }
            #expect(events.persisted == [1, 3])
            #expect(events.rejected.map(\.token) == [2])
            #expect(events.rejected.first?.reason.contains("never") == true)
            #expect(try store.known([1, 2, 3].map { Sample.key($0) }) == [Sample.key(1), Sample.key(3)])
            store.close()
        }

        @Test func aDamagedRowDoesNotStopAStart() throws {
            let (store, reports) = try start()
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1), Sample.call(2)], site: Sample.site()), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            store.close()
            let calls = try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings())
            try calls.commit { try $0.execute(sql: "UPDATE call SET payload = x'ff' WHERE number = 1") }
            calls.close()
            let again = Reports<StoreEvent>()
            let second = SQLiteStore(folder: folder.path) { again($0) }
            let events = try again.wait { $0.loadedFeeds.count == 2 && $0.contains(.unreadable(.calls, rows: 1)) }
            for case .loaded(.calls, let state) in events { #expect(state.calls == [Sample.call(2)]) }
            second.close()
        }

        /// Its record would be deleted by another key than its own.
        @Test func aDeviceThatIsNotTheOneOfItsKeyIsLeftWhereItIs() throws {
            let (store, reports) = try start()
            var batches = Batches()
            store.persist(
                batches.batch(devices: [Sample.device(1), Sample.device(2), Sample.device(3)], site: Sample.site()),
                token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            store.close()
            let site = try OpenDatabase<SiteFile>(folder: folder.path, settings: StoreSettings())
            try site.commit {
                try $0.execute(
                    sql:
                        "UPDATE device SET payload = (SELECT payload FROM device WHERE key LIKE '%:3@%') WHERE key LIKE '%:1@%'"
                )
            }
            site.close()
            let again = Reports<StoreEvent>()
            let second = SQLiteStore(folder: folder.path) { again($0) }
            let events = try again.wait { $0.loadedFeeds.count == 2 && $0.contains(.unreadable(.site, rows: 1)) }
            for case .loaded(.site, let state) in events {
                #expect(state.devices == [Sample.device(2), Sample.device(3)])
            }
            second.close()
        }

        /// Calls of before the parts are one part, and are found as later ones are.
        @Test func callsOfBeforeThePartsAreFound() throws {
            var batches = Batches()
            let (first, reports) = try start()
            first.persist(batches.batch(calls: (1...40).map { Sample.call($0) }), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            first.close()
            // As the version of before had made it.
            let calls = try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings())
            try calls.commit { db in
                for index in ["caller", "location", "elin"] { try db.execute(sql: "DROP INDEX call_\(index)") }
                try db.execute(
                    sql: """
                        ALTER TABLE call DROP COLUMN part;
                        CREATE INDEX call_caller ON call (caller_dn, time, origin, number);
                        CREATE INDEX call_location ON call (location, time, origin, number);
                        CREATE INDEX call_elin ON call (elin, time, origin, number);
                        DELETE FROM grdb_migrations WHERE identifier = 'call search by part'
                        """)
            }
            calls.close()
            let (second, again) = try start()
            var later = Batches(after: batches.counter)
            second.persist(later.batch(calls: [Sample.call(41), Sample.call(7, outcome: .acknowledged)]), token: 1)
            _ = try again.wait { $0.persisted == [1] }
            for number: UInt64 in [7, 8, 41] {
                var search = CallSearch(limit: 9)
                search.caller = "\(1000 + number)"
                let found = try second.archive.calls(search)
                #expect(found == [Sample.call(number, outcome: number == 7 ? .acknowledged : .answered)])
            }
            var search = CallSearch(limit: 99)
            search.location = "hq-3"
            #expect(try second.archive.calls(search).map(\.key) == (1...41).reversed().map { Sample.key($0) })
            second.close()
        }

        @Test func aFileOfANewerVersionIsNotTouched() throws {
            let calls = try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings())
            try calls.commit { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of the future')") }
            calls.close()
            let error = #expect(throws: StoreError.self) {
                try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings())
            }
            #expect(error?.code == .newer)
            #expect(error?.reason == "calls.db was made by a newer version of e911d")
        }

        @Test func oldDeletionsAreForgottenAndAReaderWhoNeedsThemIsTold() throws {
            let site = try OpenDatabase<SiteFile>(folder: folder.path, settings: StoreSettings())
            let kept = 20
            try site.commit { db in
                var insertion = RowInsertion<SiteFile>(db)
                for counter in 1...UInt64(kept + 10) {
                    try insertion.write(Stamped(node: "a", counter: counter, row: .deletedDevice("\(counter)")))
                }
                try SiteFile.progress([.init(node: "a", counter: UInt64(kept + 10))], db)
                try SiteFile.forgetDeletions(db, keep: kept)
            }
            try site.read { db in
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM device") == kept)
                let fromTheStart = try SiteFile.changes(db, since: [], limit: 1)
                #expect(fromTheStart.map(\.counter) == [11])
                let near = try SiteFile.changes(db, since: [.init(node: "a", counter: 10)], limit: 1)
                #expect(near.map(\.row) == [.deletedDevice("11")])
                let error = #expect(throws: StoreError.self) {
                    try SiteFile.changes(db, since: [.init(node: "a", counter: 9)], limit: 1)
                }
                #expect(error?.code == .tooOld)
            }
            site.close()
        }

        @Test func keysCanBeReadByPeople() throws {
            let (store, reports) = try start()
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(7)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            store.close()
            let calls = try OpenDatabase<CallsFile>(folder: folder.path, settings: StoreSettings())
            let row = try calls.read { try Row.fetchOne($0, sql: "SELECT key, caller_dn, elin, outcome FROM call") }
            #expect(row?["key"] == Sample.key(7).description)
            #expect(row?["caller_dn"] == "1007")
            #expect(row?["elin"] == 13_125_550_103)
            calls.close()
        }
    }
#endif
