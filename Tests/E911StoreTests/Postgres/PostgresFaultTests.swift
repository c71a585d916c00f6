#if Daemon
    import Dispatch
    import E911Service
    import E911Values
    import Glibc
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    /// Whatever happens to the server, nothing that was given to the store is lost, and nothing is written twice.
    @Suite(.needsPostgres, .serialized) struct PostgresFaultTests {
        let peer: PostgresPeer
        let address: PostgresAddress
        let reports = Reports<StoreEvent>()

        init() throws {
            peer = try PostgresPeer()
            address = try peer.database()
        }

        /// For servers that stand still: soon given up.
        static let impatient: PostgresStore.Settings = {
            var short = Self.settings
            short.connectTime = .milliseconds(400)
            short.answerTime = .milliseconds(400)
            return short
        }()

        /// What is tried again is tried soon.
        static let settings: PostgresStore.Settings = {
            var settings = PostgresStore.Settings()
            settings.probeInterval = .milliseconds(100)
            settings.store.callsInterval = .milliseconds(2)
            settings.store.openInterval = .milliseconds(20)
            settings.store.retryInterval = .milliseconds(20)
            settings.store.closingTime = .milliseconds(300)
            return settings
        }()

        func store(
            node: String = "a", settings: PostgresStore.Settings = settings,
            onChange: (@Sendable (StoreFeed) -> Void)? = nil
        ) throws -> PostgresStore {
            let store = PostgresStore(
                address, node: node, settings: settings, now: { Sample.key(0).time },
                onChange: onChange
            ) { [reports] in reports($0) }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            return store
        }

        /// What is in the table of calls, whatever a store says.
        func numbers() throws -> [Int64] {
            try PostgresPeer.connection(address).rows("SELECT number FROM call ORDER BY number") {
                try $0.integer("number")
            }
        }

        /// The processes of the server that serve one purpose of node a.
        func sessions(_ purpose: String) throws -> [pid_t] {
            try PostgresPeer.connection(address).rows(
                "SELECT pid FROM pg_stat_activity WHERE application_name = $1", [.text("e911d a \(purpose)")]
            ) { pid_t(try $0.integer("pid")) }
        }

        @Test func aServerThatStandsStillIsWaitedForAndGetsAllOfIt() throws {
            let store = try store(settings: Self.impatient)
            peer.pause()
            var batches = Batches()
            let began = DispatchTime.now()
            for number in 1...20 as ClosedRange<UInt64> {
                store.persist(batches.batch(calls: [Sample.call(number)]), token: PersistToken(rawValue: number))
            }
            // The connection is open, and TCP would not notice anything.
            let failing = try reports.wait { $0.failures.contains { $0.feed == .calls } }
            #expect(failing.persisted.isEmpty)
            #expect(failing.failures.first?.reason == "PostgreSQL has not answered for 0.4 seconds")
            #expect(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds >= 400_000_000)
            #expect(throws: StoreError(.unavailable, "")) { try store.known([Sample.key(1)]) }
            peer.goOn()
            let events = try reports.wait { $0.persisted.count == 20 }
            #expect(events.persisted == (1...20).map { PersistToken(rawValue: $0) }, "once each, in order")
            #expect(events.recoveries == [.calls])
            #expect(try numbers() == Array(1...20))
            store.close()
        }

        @Test func closingDoesNotWaitForAServerThatStandsStill() throws {
            let store = try store(settings: Self.impatient, onChange: { _ in })
            peer.pause()
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            let began = DispatchTime.now()
            store.close()
            #expect(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds < 5_000_000_000)
            let events = try reports.wait { !$0.rejected.isEmpty }
            #expect(events.rejected.map(\.token) == [1])
            peer.goOn()
        }

        @Test func aServerThatIsKilledDuringCommitsAndComesBackHasEachCallOnce() throws {
            let store = try store()
            var batches = Batches()
            var next: UInt64 = 1
            func persist(_ count: UInt64) {
                for number in next..<(next + count) {
                    store.persist(
                        batches.batch(
                            calls: [Sample.call(number)], leases: [Sample.lease(number)], audit: [Sample.audit(number)]),
                        token: PersistToken(rawValue: number))
                }
                next += count
            }
            var events: [StoreEvent] = []
            for _ in 1...3 {
                let before = events.persisted.count
                persist(200)
                // Some are committed, some are on their way.
                events += try reports.wait { events.persisted.count + $0.persisted.count > before }
                try peer.crash()
                persist(50)
                events += try reports.wait { !$0.failures.isEmpty || (events + $0).persisted.count == next - 1 }
                try peer.start()
            }
            events += try reports.wait { (events + $0).persisted.count == next - 1 }
            #expect(events.persisted == (1..<next).map { PersistToken(rawValue: $0) }, "once each, in order")
            #expect(events.rejected.isEmpty)
            #expect(try numbers() == (1..<Int64(next)).map { $0 })
            #expect(events.recoveries.count == events.failures.count)
            store.close()
        }

        @Test func aCommitWhoseAnswerIsLostIsRepeatedAndChangesNothing() throws {
            let cutter = try PostgresCutter(to: peer)
            let database = try #require(address.value(of: "dbname"))
            let through = try PostgresAddress("host=\(cutter.folder.path) dbname=\(database) user=e911d")
            var settings = Self.settings
            settings.store.sha256 = { [UInt8(truncatingIfNeeded: $0.count), $0.reduce(0, &+)] }
            let store = PostgresStore(through, node: "a", settings: settings) { [reports] in reports($0) }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)], audit: [Sample.audit(1)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            cutter.cutNextAnswer()
            let acknowledged = Sample.call(1, outcome: .acknowledged)
            store.persist(
                batches.batch(
                    calls: [acknowledged, Sample.call(2)], leases: [Sample.lease(2)], outbox: [Sample.outbox(2)],
                    audit: [Sample.audit(2), Sample.audit(3)]), token: 2)
            let events = try reports.wait { $0.persisted == [2] }
            #expect(cutter.cut > 0 && events.failures.map(\.feed) == [.calls] && events.recoveries == [.calls])
            #expect(try numbers() == [1, 2])
            let changes = try store.changes(in: .calls, since: [], limit: 100)
            #expect(changes.map(\.counter) == [2, 3, 4, 5, 6, 7, 8])
            #expect(changes.contains { $0.row == .call(acknowledged) })
            let check = try store.archive.auditCheck()
            #expect(check.entries == 3 && check.breakAt == nil, "\(check)")
            store.close()
        }

        /// A session that stood still while the connection was made anew must not come later with what is older.
        @Test func aSessionOfBeforeIsEnded() throws {
            let store = try store(settings: Self.impatient)
            let first = try sessions("calls")
            let session = try #require(first.first)
            kill(session, SIGSTOP)
            var batches = Batches()
            store.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { !$0.failures.isEmpty }
            // Commits are held up by a session that waits to be ended, and no longer than that.
            kill(session, SIGCONT)
            _ = try reports.wait { $0.persisted == [1] }
            store.persist(batches.batch(calls: [Sample.call(1, outcome: .acknowledged)]), token: 2)
            _ = try reports.wait { $0.persisted == [2] }
            let sessions = try sessions("calls")
            #expect(sessions.count == 1 && sessions != first)
            let kept = try store.archive.call(Sample.key(1))
            #expect(kept?.outcome == .acknowledged)
            store.close()
        }

        @Test func aStartWithoutTheServerLoadsWhenItIsThere() throws {
            let first = try store()
            var batches = Batches()
            first.persist(batches.batch(calls: [Sample.call(1)]), token: 1)
            _ = try reports.wait { $0.persisted == [1] }
            first.close()
            try peer.crash()
            let second = PostgresStore(address, node: "a", settings: Self.settings, now: { Sample.key(0).time }) {
                [reports] in reports($0)
            }
            second.persist(batches.batch(calls: [Sample.call(2)]), token: 2)
            let away = try reports.wait { Set($0.failures.map(\.feed)) == [.calls, .site] }
            #expect(away.loadedFeeds.isEmpty && away.persisted.isEmpty)
            try peer.start()
            let events = try reports.wait { $0.persisted == [2] }
            for case .loaded(.calls, let state) in events {
                #expect(state.calls == [Sample.call(1)], "as it was before anything was written")
            }
            second.close()
        }

        @Test func whoListensHearsOfAnotherNodeAndAfterEachReturnOfTheServer() throws {
            let heard = Reports<StoreFeed>()
            let a = try store(settings: Self.impatient, onChange: { heard($0) })
            _ = try heard.wait { $0 == [.calls, .site] }
            let b = try store(node: "b")
            var batches = Batches(node: "b")
            b.persist(batches.batch(calls: [Sample.call(1, outcome: .answered)]), token: 1)
            let calls = try heard.wait(count: 1)
            #expect(calls == [.calls])
            b.persist(batches.batch(devices: [Sample.device(1)]), token: 2)
            #expect(try heard.wait(count: 1) == [.site])
            // Its own commits are no news.
            var own = Batches(node: "a")
            a.persist(own.batch(calls: [Sample.call(2)], devices: [Sample.device(2)]), token: 3)
            _ = try reports.wait { $0.persisted.contains(3) }
            b.persist(batches.batch(calls: [Sample.call(3)]), token: 4)
            #expect(try heard.wait(count: 1) == [.calls])
            try peer.crash()
            try peer.start()
            #expect(try heard.wait(count: 2) == [.calls, .site])
            // A session that stands still says nothing; the connection is made anew.
            let session = try #require(try sessions("listener").first)
            kill(session, SIGSTOP)
            #expect(try heard.wait(count: 2) == [.calls, .site])
            kill(session, SIGCONT)
            a.close()
            b.close()
        }
    }
#endif
