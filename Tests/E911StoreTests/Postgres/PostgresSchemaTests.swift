#if Daemon
    import E911Service
    import E911Values
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    /// Several versions on one database, and databases that do not fit.
    @Suite(.needsPostgres) struct PostgresSchemaTests {
        let peer: PostgresPeer
        let address: PostgresAddress

        init() throws {
            peer = try PostgresPeer.shared.get()
            address = try peer.database()
        }

        typealias Step = PostgresSchema.Step

        private static let second = Step(
            number: 4, name: "second", compatibleFrom: 3, sql: "ALTER TABLE call ADD COLUMN note text;\nSELECT 1")
        private static let third = Step(
            number: 5, name: "third", compatibleFrom: 4, sql: "ALTER TABLE call ADD COLUMN more text")

        /// A database of before, with rows in it.
        @Test func rowsOfBeforeAreThereBehindTheSecondStep() throws {
            let connection = try PostgresPeer.connection(address)
            try PostgresSchema.update(connection, steps: Array(PostgresSchema.steps.prefix(1)))
            let row = Sample.outbox(1)
            try connection.query(
                "INSERT INTO outbox VALUES ($1, $2, $3, 'a', 1, 1, false, '\\x010203')",
                [.integer(row.key.time.milliseconds), .text(row.key.node), .integer(Int64(row.key.counter))])
            try connection.query("INSERT INTO progress VALUES ('calls', 'a', 1)")
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(address, node: "b", settings: PostgresFaultTests.settings) { reports($0) }
            let loaded = try reports.wait { $0.loadedFeeds.count == 2 }.compactMap { event in
                if case .loaded(.calls, let state) = event { state.peerOutbox.map(\.key) } else { nil }
            }
            #expect(loaded == [[row.key]])
            var batches = Batches(node: "b", after: 10)
            store.persist(batches.batch(outbox: [row], devices: [Sample.device(1)]), token: 1)
            let events = try reports.wait { $0.persisted == [1] || !$0.rejected.isEmpty || !$0.failures.isEmpty }
            #expect(events.persisted == [1])
            #expect(try store.changes(in: .calls, since: [], limit: 9).map(\.node) == ["a", "b"])
            store.close()
        }

        /// The version before goes on beside this one, and a document is written by whoever has seen the one before.
        @Test func documentsAreWrittenOverWhatWasSeen() throws {
            let before = try PostgresPeer.connection(address)
            try PostgresSchema.update(before, steps: Array(PostgresSchema.steps.prefix(2)))
            func open(_ node: String) throws -> (PostgresStore, any DocumentStore) {
                let reports = Reports<StoreEvent>()
                let store = PostgresStore(address, node: node, settings: PostgresFaultTests.settings) { reports($0) }
                _ = try reports.wait { $0.loadedFeeds.count == 2 }
                return (store, try #require(store.documents))
            }
            let ((a, documents), (b, others)) = (try open("a"), try open("b"))
            defer {
                a.close()
                b.close()
            }
            try PostgresSchema.check(try PostgresSchema.installed(before), knows: 2)
            #expect(try documents.document("x/1") == nil && documents.versions(of: "").isEmpty)
            let first = try #require(try documents.write("x/1", [0, 1, 255], replacing: nil))
            #expect(try others.document("x/1") == StoredDocument(version: first, payload: [0, 1, 255]))
            #expect(try others.write("x/1", [2], replacing: nil) == nil)
            let second = try #require(try others.write("x/1", [2], replacing: first))
            #expect(second > first)
            #expect(try documents.write("x/1", nil, replacing: first) == nil)
            let third = try #require(try documents.write("x/1", nil, replacing: second))
            #expect(try others.document("x/1") == StoredDocument(version: third, payload: nil))
            _ = try documents.write("y", [], replacing: nil)
            #expect(
                try others.versions(of: "x/") == [DocumentVersion(key: "x/1", version: third, isDeleted: true)])
            #expect(try documents.document("y")?.payload == [])
        }

        /// Ten megabytes, as a floor plan may have.
        @Test func aLargeDocumentIsTheSame() throws {
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(address, node: "a", settings: PostgresFaultTests.settings) { reports($0) }
            defer { store.close() }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            let documents = try #require(store.documents)
            let octets = (0..<(10 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            _ = try documents.write("large", octets, replacing: nil)
            #expect(try documents.document("large")?.payload == octets)
        }

        @Test func nodesThatStartAtTheSameMomentTakeTheStepsTogether() throws {
            let results = Reports<(any Error)?>()
            let threads = (1...8).map { number in
                DedicatedThread(name: "start") {
                    do {
                        let connection = try PostgresPeer.connection(address)
                        try PostgresSchema.update(
                            connection,
                            steps: PostgresSchema.steps + (number % 2 == 0 ? [] : [Self.second, Self.third]))
                        results(nil)
                    } catch {
                        results(error)
                    }
                }
            }
            for thread in threads { thread.join() }
            // Those that know one step only are as well off as they were before, or are told.
            for error in try results.wait(count: 8) {
                if let error { #expect((error as? PostgresError)?.kind == .unfit) }
            }
            let steps = try PostgresPeer.connection(address).rows("SELECT number FROM schema_step ORDER BY number") {
                try $0.integer("number")
            }
            #expect(steps == [1, 2, 3, 4, 5])
        }

        @Test func aVersionOfBeforeGoesOnBesideALaterOneAndNotBesideOneThatIsTooNew() throws {
            let reports = Reports<StoreEvent>()
            let settings = PostgresFaultTests.settings
            func store() -> PostgresStore { PostgresStore(address, node: "a", settings: settings) { reports($0) } }
            let first = store()
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            // The other node is upgraded while this one runs.
            let later = try PostgresPeer.connection(address)
            try PostgresSchema.update(later, steps: PostgresSchema.steps + [Self.second])
            var batches = Batches()
            first.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            first.close()
            let second = store()
            second.persist(batches.batch(calls: [Sample.call(2)]), token: 2)
            let events = try reports.wait { $0.persisted == [2] }
            for case .loaded(.calls, let state) in events { #expect(state.calls == [Sample.call(1)]) }
            #expect(try second.archive.call(Sample.key(2)) == Sample.call(2))
            second.close()
            try PostgresSchema.update(later, steps: PostgresSchema.steps + [Self.second, Self.third])
            let third = store()
            let failing = try reports.wait { $0.failures.count == 2 }
            #expect(
                failing.failures.first?.reason
                    == "the database was made by a newer version of e911d: it is at step 5 of its schema and wants a version that knows step 4; this one knows step 3"
            )
            #expect(throws: StoreError(.newer, "")) { try third.archive.call(Sample.key(1)) }
            third.close()
        }

        @Test func aStepThatFailsLeavesNothing() throws {
            let connection = try PostgresPeer.connection(address)
            let broken = Step(number: 2, name: "broken", compatibleFrom: 1, sql: "CREATE TABLE half (a int);\nno SQL")
            #expect(throws: PostgresError.self) {
                try PostgresSchema.update(connection, steps: PostgresSchema.steps + [broken])
            }
            #expect(try PostgresSchema.installed(connection) == PostgresSchema.Installed())
            try PostgresSchema.update(connection)
            #expect(try PostgresSchema.installed(connection).number == 3)
        }

        /// What `update` may rely on: each step is one further, and says from where on a version can go on.
        @Test func stepsRiseByOneAndNoneIsCompatibleWithMoreThanThereIs() {
            for (index, step) in PostgresSchema.steps.enumerated() {
                #expect(step.number == Int64(index + 1) && (1...step.number).contains(step.compatibleFrom))
            }
        }

        @Test func whatCannotBeUsedIsSaidAndTheStoreTriesAgain() throws {
            try peer.administrate(
                "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'right-Word'; EXCEPTION WHEN duplicate_object THEN END $$"
            )
            let latin = try #require(
                try peer.database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0").value(of: "dbname"))
            let own = try #require(address.value(of: "dbname"))
            for (text, told) in [
                (
                    peer.string(own, user: "locked", more: "password=wrong-Word"),
                    "password authentication failed for user"
                ),
                (peer.string("absent"), "database \"absent\" does not exist"),
                (peer.string(own, user: "nobody-here"), "role \"nobody-here\" does not exist"),
                (peer.string(latin), "the database has the encoding LATIN1; UTF8 is needed"),
                ("host=/nowhere dbname=e911d", "No such file or directory"),
                // The owner of the database alone may make tables in it.
                (peer.string(own, user: "locked", more: "password=right-Word"), "permission denied for schema public"),
            ] {
                let reports = Reports<StoreEvent>()
                let store = PostgresStore(
                    try PostgresAddress(text), node: "a", settings: PostgresFaultTests.settings, onChange: { _ in }
                ) { reports($0) }
                let events = try reports.wait { $0.failures.count == 2 }
                for failure in events.failures {
                    #expect(failure.reason.contains(told), "\(failure.reason)")
                    #expect(!failure.reason.contains("Word"))
                }
                store.close()
            }
        }

        @Test func aStoreThatWaitsForADatabaseTakesItWhenItIsMade() throws {
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(
                try PostgresAddress(peer.string("made_later")), node: "a", settings: PostgresFaultTests.settings
            ) { reports($0) }
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { $0.failures.count == 2 }
            try peer.administrate("CREATE DATABASE made_later")
            let events = try reports.wait { $0.persisted == [1] }
            #expect(events.recoveries.contains(.calls))
            store.close()
        }
    }

    @Suite struct PostgresAddressTests {
        @Test func aStringIsReadAsLibpqReadsIt() throws {
            let address = try PostgresAddress("host=db.example.com dbname=e911d user=e911d password='s e c'")
            #expect(address.description == "host=db.example.com dbname=e911d user=e911d")
            #expect(address.holdsPassword)
            let uri = try PostgresAddress("postgresql://e911d:s3cret@db.example.com/e911d?sslmode=verify-full")
            #expect(uri.description == "host=db.example.com dbname=e911d user=e911d")
            #expect(uri.holdsPassword)
            #expect(try !PostgresAddress("dbname=e911d passfile=/etc/e911d/pgpass").holdsPassword)
        }

        @Test(arguments: [
            ("hots=db dbname=e911d", "invalid connection option \"hots\""),
            ("host=db dbname", "missing \"=\" after \"dbname\" in connection info string"),
            ("password=a s3cret", "a key or a value in it is not as libpq has them"),
            ("postgresql://u:s3cret@[::1/e911d", "a key or a value in it is not as libpq has them"),
            ("dbname=e911d\0", "it holds U+0000"),
        ])
        func whatIsWrongIsSaidWithoutAPassword(_ text: String, _ told: String) {
            let error = #expect(throws: StoreError.self) { try PostgresAddress(text) }
            #expect(error?.reason == "it is no connection string of PostgreSQL: \(told)")
        }
    }
#endif
