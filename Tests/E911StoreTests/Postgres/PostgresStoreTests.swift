#if Daemon
    import Dispatch
    import E911Service
    import E911Values
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    @Suite(.needsPostgres) struct PostgresStoreTests {
        let address: PostgresAddress

        init() throws { address = try PostgresPeer.shared.get().database() }

        @Test(arguments: NodeStoreSuite.cases)
        func conformsToThePort(_ conformance: NodeStoreSuite.Case) throws {
            let address = address
            try conformance.run(
                NodeStoreSuite { now, report in PostgresStore(address, node: "a", now: { now }, report: report) })
        }

        /// A store that has loaded.
        func start(
            node: String = "a", settings: PostgresStore.Settings = PostgresFaultTests.settings
        ) throws -> (store: PostgresStore, reports: Reports<StoreEvent>) {
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(address, node: node, settings: settings, now: { Sample.key(0).time }) {
                reports($0)
            }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            return (store, reports)
        }

        @Test func commitsAreFlushedAndThatIsReadBack() throws {
            try PostgresPeer.connection(address).query(
                "ALTER DATABASE \(try #require(address.value(of: "dbname"))) SET synchronous_commit = off")
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(address, node: "a") { reports($0) }
            let events = try reports.wait { $0.loadedFeeds.count == 2 }
            for name in ["calls in PostgreSQL", "site in PostgreSQL"] {
                #expect(events.contains(.opened(file: name, synchronous: "on")))
            }
            store.close()
        }

        /// What one node knows of an alert is not what the other knows: neither row replaces the other.
        @Test func eachNodeHasARowOfItsOwnOfAnAlert() throws {
            let (a, aReports) = try start()
            let (b, bReports) = try start(node: "b")
            var (first, second) = (Batches(node: "a", after: 10), Batches(node: "b", after: 20))
            let late = OutboxRow(key: Sample.key(1), isSettled: true, payload: [9])
            a.persist(first.batch(outbox: [Sample.outbox(1), Sample.outbox(2)]), token: 1)
            _ = try aReports.wait { $0.persisted == [1] }
            b.persist(second.batch(outbox: [late, Sample.outbox(3, settled: true)]), token: 1)
            _ = try bReports.wait { $0.persisted == [1] }
            let changes = try a.changes(in: .calls, since: [], limit: 10)
            #expect(
                changes.map(\.row) == [
                    .outbox(Sample.outbox(1)), .outbox(Sample.outbox(2)), .outbox(late),
                    .outbox(Sample.outbox(3, settled: true)),
                ])
            // For people there is one, the one that was written last.
            let archive = a.archive
            #expect(try archive.alert(Sample.key(1)) == late)
            #expect(try archive.alerts(before: nil, limit: 2) == [Sample.outbox(3, settled: true), Sample.outbox(2)])
            #expect(try archive.alerts(before: Sample.key(2), limit: 2) == [late])
            a.close()
            b.close()
            for node in ["a", "b"] {
                let reports = Reports<StoreEvent>()
                let again = PostgresStore(address, node: node, now: { Sample.key(0).time }) { reports($0) }
                let loaded = try reports.wait { $0.loadedFeeds.count == 2 }.compactMap { event in
                    if case .loaded(_, let state) = event { state } else { nil }
                }
                // All that is known of an alert, as long as a row of it is open.
                let own = [Sample.outbox(1), Sample.outbox(2)]
                #expect(loaded.flatMap(\.outbox) == (node == "a" ? own : [late]))
                #expect(loaded.flatMap(\.peerOutbox) == (node == "a" ? [late] : own))
                again.close()
            }
            let (last, _) = try start()
            #expect(try last.archive.purge(PurgeOrder(calls: Sample.key(9).time)).alerts == 3)
            #expect(try last.archive.alerts(before: nil, limit: 9) == [Sample.outbox(2)])
            last.close()
        }

        /// What a SIP Server told one node it has not told the other.
        @Test func eachNodeHasARowOfItsOwnOfADevice() throws {
            let (a, aReports) = try start()
            let (b, bReports) = try start(node: "b")
            var (first, second) = (Batches(node: "a", after: 10), Batches(node: "b", after: 20))
            a.persist(
                first.batch(
                    devices: [Sample.device(1, userAgent: "a"), Sample.device(2)], deleted: [Sample.device(3).key]),
                token: 1)
            _ = try aReports.wait { $0.persisted == [1] }
            b.persist(
                second.batch(
                    devices: [Sample.device(1, userAgent: "b"), Sample.device(3), Sample.device(4)],
                    deleted: [Sample.device(2).key]), token: 1)
            _ = try bReports.wait { $0.persisted == [1] }
            #expect(try a.changes(in: .site, since: [], limit: 100).count == 7)
            a.close()
            b.close()
            let known = [
                "a": [Sample.device(1, userAgent: "a"), Sample.device(2), Sample.device(4)],
                "b": [Sample.device(1, userAgent: "b"), Sample.device(3), Sample.device(4)],
            ]
            for (node, devices) in known {
                let reports = Reports<StoreEvent>()
                let again = PostgresStore(address, node: node, now: { Sample.key(0).time }) { reports($0) }
                let loaded = try reports.wait { $0.loadedFeeds.count == 2 }.compactMap { event in
                    if case .loaded(.site, let state) = event { state.devices } else { nil }
                }
                #expect(loaded == [devices], "\(node)")
                again.close()
            }
        }

        @Test func theServersClockIsTold() throws {
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(address, node: "a") { reports($0) }
            for case .loaded(_, let state) in try reports.wait(until: { $0.loadedFeeds.count == 2 }) {
                let loadedAt = try #require(state.time)
                #expect(abs(loadedAt.milliseconds - SQLiteStore.wallClock().milliseconds) < 60_000)
            }
            let time = try #require(try store.time())
            // One machine, one clock.
            #expect(abs(time.milliseconds - SQLiteStore.wallClock().milliseconds) < 60_000)
            store.close()
        }

        /// PostgreSQL has no text with U+0000, and no index has room for a long key.
        @Test func textsThatPostgreSQLRefusesAreKeptAsTheyAre() throws {
            let texts = ["\0", "a\0b", "\u{1a}", "\u{1a}0\0", "José \u{10FFFF}", String(repeating: "ä1", count: 4000)]
            let (store, reports) = try start()
            var batches = Batches()
            var calls: [CallRecord] = []
            var leases: [LeaseRecord] = []
            var audit: [AuditRecord] = []
            var devices: [DeviceRow] = []
            for (index, text) in texts.enumerated() {
                let number = UInt64(index + 1)
                var call = Sample.call(number)
                (call.callerDN, call.location, call.callID, call.device) = (text, text, text, text)
                calls.append(call)
                var lease = Sample.lease(number, elin: "+1312555010\(index)")
                (lease.callerDN, lease.device, lease.place) = (text, text, text)
                leases.append(lease)
                audit.append(
                    AuditRecord(
                        key: Sample.key(number), who: text, action: text, detail: text, source: text, changes: text))
                devices.append(Sample.device(number, contact: text))
            }
            store.persist(
                batches.batch(
                    calls: calls, leases: leases, audit: audit, devices: devices, deleted: ["gone\0\(texts[5])"]),
                token: 1)
            let events = try reports.wait { $0.persisted == [1] || !$0.rejected.isEmpty }
            #expect(events.rejected.isEmpty)
            let kept = try store.changes(in: .calls, since: [], limit: 100).map(\.row)
            for row in calls.map(StoredRow.call) + leases.map(StoredRow.lease) + audit.map(StoredRow.audit) {
                #expect(kept.contains(row))
            }
            let site = try store.changes(in: .site, since: [], limit: 100).map(\.row)
            #expect(site == devices.map(StoredRow.device) + [.deletedDevice("gone\0\(texts[5])")])
            for call in calls {
                var search = CallSearch()
                (search.caller, search.location) = (call.callerDN, call.location)
                #expect(try store.archive.calls(search) == [call])
                search = CallSearch()
                search.callerPrefix = call.callerDN
                #expect(try store.archive.calls(search).contains(call))
            }
            var who = AuditSearch()
            who.who = texts[1]
            #expect(try store.archive.audit(who).map(\.record) == [audit[1]])
            store.close()
        }

        @Test func theOneBatchThatIsRefusedIsRejectedAndTheOthersAreNot() throws {
            var settings = PostgresFaultTests.settings
            settings.store.callsInterval = .milliseconds(300)
            let (store, reports) = try start(settings: settings)
            let sql = """
                CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF new.detail = 'never' THEN RAISE 'never'; END IF; RETURN new; END $$
                """
            let connection = try PostgresPeer.connection(address)
            try connection.query(sql)
            try connection.query("CREATE TRIGGER never BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION never()")
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            // All of these wait for one commit.
            let refused: Set<UInt64> = [2, 30, 31, 60]
            for number in 2...60 as ClosedRange<UInt64> {
                var entry = Sample.audit(number)
                if refused.contains(number) { entry.detail = "never" }
                store.persist(
                    batches.batch(calls: [Sample.call(number)], audit: [entry]), token: PersistToken(rawValue: number))
            }
            let events = try reports.wait { $0.persisted.count + $0.rejected.count == 59 }
            #expect(events.rejected.map(\.token.rawValue) == [2, 30, 31, 60])
            #expect(events.rejected.allSatisfy { $0.reason == "PostgreSQL error P0001: never" })
            #expect(events.failures.isEmpty)
            let known = try store.known((1...60).map { Sample.key($0) }).map(\.counter)
            #expect(known == (1...60).filter { !refused.contains($0) })
            store.close()
        }

        @Test func aLongBatchIsOneCommit() throws {
            let (store, reports) = try start()
            var batches = Batches()
            let calls = (1...25_000 as ClosedRange<UInt64>).map { Sample.call($0) }
            // More than one statement has room for.
            let outbox = OutboxRow(
                key: Sample.key(1), isSettled: false, payload: [UInt8](repeating: 7, count: 9 << 20))
            store.persist(batches.batch(calls: calls, outbox: [outbox, Sample.outbox(2)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            #expect(try store.known(calls.map(\.key)).count == calls.count)
            #expect(try store.archive.alert(Sample.key(1)) == outbox)
            store.close()
        }

        @Test func theSameKeyTwiceInACommitIsTheLaterRow() throws {
            let (store, reports) = try start()
            var batches = Batches()
            var batch = batches.batch(
                calls: [Sample.call(1), Sample.call(1, outcome: .acknowledged), Sample.call(1)],
                leases: [Sample.lease(1), Sample.lease(2)])
            batch.leases.reverse()
            store.persist(batch, token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            let rows = try store.changes(in: .calls, since: [], limit: 10)
            #expect(rows.map(\.row) == [.call(Sample.call(1, outcome: .acknowledged)), .lease(Sample.lease(2))])
            #expect(rows.map(\.counter) == [2, 5])
            store.close()
        }

        @Test func oldDeletionsAreForgottenAndAReaderWhoNeedsThemIsTold() throws {
            var settings = PostgresFaultTests.settings
            settings.deletionsKept = 20
            let (store, reports) = try start(settings: settings)
            var batches = Batches()
            // The first commit tidies up, too.
            store.persist(batches.batch(deleted: (1...30).map { "\($0)" }), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            #expect(try store.changes(in: .site, since: [], limit: 1).map(\.counter) == [11])
            let near = try store.changes(in: .site, since: [.init(node: "a", counter: 10)], limit: 1)
            #expect(near.map(\.row) == [.deletedDevice("11")])
            #expect(throws: StoreError(.tooOld, "")) {
                try store.changes(in: .site, since: [.init(node: "a", counter: 9)], limit: 1)
            }
            store.close()
        }

        // MARK: Two nodes

        @Test func anOlderRowNeverTakesThePlaceOfANewerOne() throws {
            let (a, fromA) = try start()
            let (b, fromB) = try start(node: "b")
            var later = Batches(node: "b", after: 100)
            b.persist(
                later.batch(
                    leases: [Sample.lease(2)], devices: [Sample.device(1, userAgent: "b")],
                    deleted: [Sample.device(2).key],
                    site: Sample.site("b"), evidence: [Sample.evidence(1, port: "b")]), token: 1)
            _ = try fromB.wait { $0.persisted == [1] }
            var earlier = Batches(node: "a")
            a.persist(
                earlier.batch(
                    leases: [Sample.lease(1)], devices: [Sample.device(1, userAgent: "a"), Sample.device(2)],
                    site: Sample.site("a"), evidence: [Sample.evidence(1, port: "a")]), token: 1)
            _ = try fromA.wait { $0.persisted == [1] }
            #expect(try a.changes(in: .calls, since: [], limit: 10).map(\.row) == [.lease(Sample.lease(2))])
            let site = try a.changes(in: .site, since: [], limit: 10)
            // Of devices each has rows of its own.
            let own = [StoredRow.device(Sample.device(1, userAgent: "a")), .device(Sample.device(2))]
            #expect(site.filter { $0.node == "a" }.map(\.row) == own)
            #expect(site.count == 6 && site.contains { $0.row == .deletedDevice(Sample.device(2).key) })
            // Both are known to have written.
            #expect(try a.changes(in: .site, since: [.init(node: "b", counter: 999)], limit: 10).map(\.row) == own)
            // What counts is when it was changed, not when it left: a row may have waited for a database that was away.
            a.persist(Batches.one(Sample.lease(3), "a", 500, changedAt: 100), token: 11)
            _ = try fromA.wait { $0.persisted == [11] }
            #expect(try a.changes(in: .calls, since: [], limit: 10).map(\.row) == [.lease(Sample.lease(2))])
            b.persist(Batches.one(Sample.lease(4), "b", 600, changedAt: 102), token: 11)
            _ = try fromB.wait { $0.persisted == [11] }
            let waited = try a.changes(in: .calls, since: [], limit: 10)
            #expect(
                waited == [Stamped(node: "b", counter: 600, changedAt: 102, row: .lease(Sample.lease(4)))])
            // Equal ones: the node with the greater name.
            a.persist(Batches.one(Sample.lease(5), "a", 900), token: 2)
            _ = try fromA.wait { $0.persisted == [2] }
            b.persist(Batches.one(Sample.lease(6), "b", 900), token: 2)
            _ = try fromB.wait { $0.persisted == [2] }
            a.persist(Batches.one(Sample.lease(7), "a", 900), token: 3)
            _ = try fromA.wait { $0.persisted == [3] }
            #expect(try a.changes(in: .calls, since: [], limit: 10).map(\.row) == [.lease(Sample.lease(6))])
            a.close()
            b.close()
        }

        @Test func twoNodesThatWriteTheSameRowsAtTheSameTimeAgree() throws {
            let rounds: UInt64 = 60
            func batches(_ name: String, after counter: UInt64) -> [StoreBatch] {
                var batches = Batches(node: name, after: counter)
                return (1...rounds).map { round in
                    let evidence = (1...40 as ClosedRange<UInt64>).map {
                        Sample.evidence($0, port: "\(name)\(round)")
                    }
                    var call = CallRecord(key: Sample.key(round, node: name), kind: .emergency)
                    call.callerDN = name
                    return batches.batch(
                        calls: [call], leases: [Sample.lease(round, elin: "+1312555010\(round % 10)")],
                        site: Sample.site("\(name)\(round)"),
                        // One of the two in the opposite order of keys.
                        evidence: name == "a" ? evidence : evidence.reversed())
                }
            }
            let written = ["a": batches("a", after: 0), "b": batches("b", after: 3)]
            let stores = try written.keys.sorted().map { (name: $0, running: try start(node: $0)) }
            let threads = stores.map { name, running in
                DedicatedThread(name: name) {
                    for (index, batch) in (written[name] ?? []).enumerated() {
                        running.store.persist(batch, token: PersistToken(rawValue: UInt64(index + 1)))
                    }
                }
            }
            for thread in threads { thread.join() }
            for (_, running) in stores {
                let events = try running.reports.wait { $0.persisted.count == rounds }
                #expect(events.failures.isEmpty && events.rejected.isEmpty)
            }
            for feed in StoreFeed.allCases {
                let rows = try stores.map { try $0.running.store.changes(in: feed, since: [], limit: 1000) }
                #expect(rows[0] == rows[1])
                var latest: [[StoreValue]: (counter: UInt64, node: String)] = [:]
                for row in written.values.joined().flatMap({ $0.rows(of: feed) }) {
                    let (table, values) = try row.tableRow()
                    let key = [.text(table.name)] + table.key(of: values)
                    let stamp = (counter: row.counter, node: row.node)
                    if latest[key].map({ $0 < stamp }) ?? true { latest[key] = stamp }
                }
                #expect(latest.count == rows[0].count)
                for row in rows[0] {
                    let (table, values) = try row.tableRow()
                    let wanted = try #require(latest[[.text(table.name)] + table.key(of: values)])
                    #expect(wanted == (row.counter, row.node))
                }
            }
            var search = CallSearch(limit: 1000)
            search.caller = "a"
            #expect(try stores[1].running.store.archive.calls(search).count == rounds)
            for (_, running) in stores { running.store.close() }
        }
    }
#endif
