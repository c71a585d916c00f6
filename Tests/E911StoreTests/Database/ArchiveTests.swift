#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB
    import Testing

    @testable import E911Store

    /// What people look up in the store.
    struct ArchiveTests {
        private static let settings: StoreSettings = {
            var settings = StoreSettings()
            // Any function of all octets will do here.
            settings.sha256 = { octets in
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325
                for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
                return withUnsafeBytes(of: hash.bigEndian) { Array($0) }
            }
            return settings
        }()

        private static func batch(
            _ calls: [CallRecord] = [], audit: [AuditRecord] = [], outbox: [OutboxRow] = [], from: UInt64 = 1
        ) -> StoreBatch {
            var batch = StoreBatch()
            var counter = from
            func stamped<Row>(_ row: Row) -> Stamped<Row> {
                defer { counter += 1 }
                return Stamped(node: "a", counter: counter, row: row)
            }
            batch.calls = calls.map { stamped($0) }
            batch.outbox = outbox.map { stamped($0) }
            batch.audit = audit.map { stamped($0) }
            return batch
        }

        /// Calls of four callers more or less, at two locations and of two call servers.
        private static let searched = (1...40 as ClosedRange<UInt64>).map { number in
            var call = Sample.call(number)
            call.callerDN = number.isMultiple(of: 4) ? "2004" : "20\(number % 4)\(number)"
            call.location = number.isMultiple(of: 2) ? "hq-2" : "hq-3"
            call.callServer = number < 20 ? "main" : "other"
            call.elin = number.isMultiple(of: 5) ? Sample.elin : TelephoneNumber("+13125550103")
            return call
        }

        @Test(arguments: StoreKind.here) func callsAreFoundByEachOfTheirMarksTheNewestFirst(_ kind: StoreKind) throws {
            let place = try StorePlace(kind)
            let archive = try place.store(Self.settings, [Self.batch(Self.searched)]).archive
            try expectSearches(of: archive)
            #expect(try archive.call(Sample.key(7))?.callID == "call-7@example.com")
            #expect(try archive.call(Sample.key(99)) == nil)
        }

        @Test func callsOfManyPartsAreInOneOrder() throws {
            let folder = try TemporaryFolder()
            let database = try OpenDatabase<CallsFile>(folder: folder.path, settings: Self.settings)
            try database.commit { db in
                var insertion = RowInsertion<CallsFile>(db)
                for call in Self.searched {
                    try insertion.write(Stamped(node: "a", counter: call.key.counter, row: .call(call)))
                }
                try db.execute(sql: "UPDATE call SET part = number % 3 + 7 * (number > 30)")
            }
            database.close()
            let reports = Reports<StoreEvent>()
            let store = SQLiteStore(folder: folder.path, settings: Self.settings) { reports($0) }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            try expectSearches(of: store.archive)
            store.close()
        }

        @Test func callsComeInPartsThatACallKeeps() throws {
            let folder = try TemporaryFolder()
            let database = try OpenDatabase<CallsFile>(folder: folder.path, settings: Self.settings)
            let size: UInt64 = 16_384
            try database.commit { db in
                var insertion = RowInsertion<CallsFile>(db)
                for number in 1...size + 1 {
                    try insertion.write(Stamped(node: "a", counter: number, row: .call(Sample.call(number))))
                }
                // The same call again, and what became of it.
                try insertion.write(
                    Stamped(node: "a", counter: size + 2, row: .call(Sample.call(1, outcome: .acknowledged))))
                let parts = try Row.fetchAll(
                    db, sql: "SELECT part, min(number), max(number), max(outcome) FROM call GROUP BY part")
                #expect(
                    parts.map { row in (0..<4).map { row[$0] as UInt64 } }
                        == [[0, 1, size, 1], [1, size + 1, size + 1, 0]])
            }
            database.close()
        }

        private func expectSearches(of archive: any CallArchive) throws {
            let calls = Self.searched
            func keys(_ change: (inout CallSearch) -> Void) throws -> [UInt64] {
                var search = CallSearch(limit: 1000)
                change(&search)
                let found = try archive.calls(search)
                #expect(found.allSatisfy { search.fits($0) })
                #expect(found == calls.filter { search.fits($0) }.reversed())
                return found.map(\.key.counter)
            }
            #expect(try keys { _ in } == (1...40).reversed())
            #expect(try keys { $0.caller = "2004" } == stride(from: 40, to: 0, by: -4).map { UInt64($0) })
            #expect(try keys { $0.callerPrefix = "201" }.count == 10)
            #expect(try keys { $0.location = "hq-2" }.first == 40)
            #expect(try keys { $0.elin = Sample.elin } == [40, 35, 30, 25, 20, 15, 10, 5])
            #expect(try keys { $0.callServer = "main" }.count == 19)
            #expect(try keys { $0.kind = .test } == [])
            #expect(try keys { ($0.from, $0.to) = (Sample.key(10).time, Sample.key(12).time) } == [11, 10])
            #expect(try keys { ($0.caller, $0.location, $0.callServer) = ("2004", "hq-2", "other") }.count == 6)
            // Pages hang together in each order.
            for change in [
                { (_: inout CallSearch) in }, { $0.caller = "2004" }, { $0.callerPrefix = "20" },
                { $0.location = "hq-3" },
            ]
                as [(inout CallSearch) -> Void]
            {
                var pages: [UInt64] = []
                var search = CallSearch(limit: 3)
                change(&search)
                repeat {
                    let page = try archive.calls(search)
                    pages += page.map(\.key.counter)
                    search.before = page.last?.key
                    if page.count < 3 { break }
                } while true
                #expect(try pages == keys(change))
            }
        }

        @Test(arguments: StoreKind.here) func aPrefixOfTooManyCallersIsRefused(_ kind: StoreKind) throws {
            let place = try StorePlace(kind)
            let calls = (1...1100 as ClosedRange<UInt64>).map { Sample.call($0) }
            let archive = try place.store(Self.settings, [Self.batch(calls)]).archive
            var search = CallSearch(limit: 10)
            search.callerPrefix = ""
            #expect(throws: StoreError(.tooMany, "")) { try archive.calls(search) }
            search.callerPrefix = "11"
            #expect(try archive.calls(search).map(\.callerDN) == (0..<10).map { "\(1199 - $0)" })
        }

        private static func entries(_ numbers: ClosedRange<UInt64>) -> [AuditRecord] {
            numbers.map {
                AuditRecord(
                    key: Sample.key($0), who: $0 == 2 ? "bob" : "ann", action: "edit", detail: "\($0)",
                    source: "192.0.2.9", changes: "[]")
            }
        }

        @Test(arguments: StoreKind.here) func theAuditLogIsAChainInWhichEachChangeShows(_ kind: StoreKind) throws {
            let place = try StorePlace(kind)
            let store = try place.store(
                Self.settings,
                [Self.batch(audit: Self.entries(1...3)), Self.batch(audit: Self.entries(4...6), from: 4)])
            let archive = store.archive
            #expect(try archive.auditCheck().entries == 6 && archive.auditCheck().breakAt == nil)
            let found = try archive.audit(AuditSearch(limit: 2))
            #expect(found.map(\.record.detail) == ["6", "5"] && found.allSatisfy { $0.hash.count == 8 })
            var bob = AuditSearch()
            bob.who = "bob"
            #expect(try archive.audit(bob).map(\.record.detail) == ["2"])
            store.close()
            for (sql, broken) in [
                ("UPDATE audit SET detail = 'x' WHERE counter = 3", 3), ("DELETE FROM audit WHERE counter = 3", 4),
                ("UPDATE audit SET who = 'eve' WHERE counter = 6", 6),
                ("UPDATE audit SET hash = NULL WHERE counter = 5", 5),
                ("DELETE FROM audit WHERE counter = 1", 2),
                (
                    "INSERT INTO audit (time, origin, number, node, counter, who, action, detail, source, changes, hash) SELECT time, origin, 99, node, 7, who, action, detail, source, changes, hash FROM audit WHERE counter = 6",
                    99
                ),
            ] {
                let copy = try place.copy()
                try copy.execute(sql)
                let tried = try copy.store(Self.settings)
                let check = try tried.archive.auditCheck()
                tried.close()
                #expect(check.entries + check.unchained >= 5)
                #expect(check.breakAt.flatMap { RecordKey($0) }?.counter == UInt64(broken), "\(sql): \(check)")
            }
        }

        @Test(arguments: StoreKind.here) func whatIsPurgedLeavesAWholeChainAndWhatIsYounger(_ kind: StoreKind) throws {
            let place = try StorePlace(kind)
            let calls = (1...30 as ClosedRange<UInt64>).map { Sample.call($0) }
            let outbox = [Sample.outbox(1, settled: true), Sample.outbox(2), Sample.outbox(20, settled: true)]
            let first = try place.store(
                Self.settings, [Self.batch(calls, audit: Self.entries(1...9), outbox: outbox)])
            let archive = first.archive
            let report = try archive.purge(PurgeOrder(calls: Sample.key(11).time, audit: Sample.key(5).time))
            #expect(report.calls == 10 && report.alerts == 1 && report.audit == 4)
            #expect(try archive.calls(CallSearch(limit: 100)).count == 20)
            // One that is still open stays, however old.
            #expect(try archive.alert(Sample.key(2)) != nil && archive.alert(Sample.key(1)) == nil)
            let check = try archive.auditCheck()
            #expect(check.entries == 5 && check.breakAt == nil, "\(check)")
            #expect(try archive.purge(PurgeOrder()).calls == 0)
            // With nothing left, the next entry hangs on what went.
            #expect(try archive.purge(PurgeOrder(audit: Sample.key(1000).time)).audit == 5)
            first.close()
            let later = try place.store(
                Self.settings, [Self.batch(audit: Self.entries(10...11), from: 100)]
            ).archive
            let end = try later.auditCheck()
            #expect(end.entries == 2 && end.breakAt == nil, "\(end)")
        }

        @Test func aCopyIsAStoreOfTheSameRows() throws {
            let folder = try TemporaryFolder()
            let reports = Reports<StoreEvent>()
            let store = SQLiteStore(folder: folder.path, settings: Self.settings) { reports($0) }
            store.persist(Self.batch([Sample.call(1)], audit: Self.entries(1...2)), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            let copy = try TemporaryFolder()
            try store.archive.copy(to: copy.path)
            store.close()
            let database = try OpenDatabase<CallsFile>(folder: copy.path, settings: Self.settings)
            #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM call") } == 1)
            #expect(try database.read { try AuditChain.check($0) }.entries == 2)
            database.close()
        }

        /// A page of a long history, whichever, is there at once.
        @Test(.timeLimit(.minutes(10))) func pagesOfALongHistoryAreQuick() throws {
            let rows = ProcessInfo.processInfo.environment["E911_HISTORY"].flatMap { Int($0) } ?? 1_000_000
            let folder = try TemporaryFolder()
            let database = try OpenDatabase<CallsFile>(folder: folder.path, settings: Self.settings)
            let payload = Data(Sample.call(1).encoded())
            try database.commit { db in
                try db.execute(
                    sql: """
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                        INSERT INTO call (time, origin, number, node, counter, kind, outcome, flags, status, call_server,
                            caller_dn, dialled, call_id, device, location, elin, payload, part)
                        SELECT 1700000000000 + i * 1000, 'a', i, 'a', i, 0, 1, 0, 302, 'main', CAST(i % 50000 + 10000 AS TEXT),
                            '911', 'call-' || i, 'd', 'hq-' || (i % 100), 13125550100 + i % 500, ?,
                            (i - 1) >> 14 FROM n
                        """, arguments: [rows, payload])
            }
            database.close()
            let reports = Reports<StoreEvent>()
            let archive = SQLiteStore(folder: folder.path, settings: Self.settings) { reports($0) }.archive
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            func timed(_ what: String, _ change: (inout CallSearch) -> Void) throws {
                var search = CallSearch(limit: 100)
                change(&search)
                var found = 0
                let took = try ContinuousClock().measure { found = try archive.calls(search).count }
                print("history of \(rows): \(what) in \(took)")
                #expect(found > 0 && took < .milliseconds(200), "\(what): \(found) rows in \(took)")
            }
            let middle = RecordKey(
                time: WallTime(milliseconds: 1_700_000_000_000 + Int64(rows / 2) * 1000), node: "a",
                counter: UInt64(rows / 2))
            try timed("the newest page") { _ in }
            try timed("a middle page") { $0.before = middle }
            try timed("a search by caller") { $0.caller = "12345" }
            try timed("a caller's middle page") { ($0.caller, $0.before) = ("12345", middle) }
            try timed("a search by a part of a caller") { $0.callerPrefix = "123" }
            try timed("a search by location") { $0.location = "hq-7" }
            try timed("a search by ELIN") { $0.elin = TelephoneNumber(digits: 13_125_550_101) }
        }
    }
#endif
