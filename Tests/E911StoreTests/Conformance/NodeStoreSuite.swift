#if Daemon
    import E911Service
    import E911Values
    import ELINEngine
    import Testing

    @testable import E911Store

    /// What every ``NodeStore`` must do; a store's own tests run all cases with a way to open that store.
    struct NodeStoreSuite: Sendable {
        /// Opens the same database again and again; leases that end before `now` count as over.
        let open:
            @Sendable (_ now: WallTime, _ report: @escaping @Sendable (StoreEvent) -> Void) throws -> any NodeStore

        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            let run: @Sendable (NodeStoreSuite) throws -> Void
            var testDescription: String { name }
        }

        static let cases = [
            Case(name: "an empty store loads nothing", run: emptyStore),
            Case(name: "what was persisted is loaded by the next start", run: persistedRowsAreLoaded),
            Case(name: "tokens are reported once, in order", run: tokensInOrder),
            Case(name: "the same row again replaces the first", run: sameRowReplaces),
            Case(name: "a replayed call does not undo its outcome", run: replayKeepsOutcome),
            Case(name: "only what a start needs is loaded", run: onlyLiveRowsAreLoaded),
            Case(name: "a device written and deleted in one batch is gone", run: counterDecidesWithinABatch),
            Case(name: "changes come in order, deletions included", run: changesInOrder),
            Case(name: "ELINs are kept, and those that are free again are told", run: elins),
            Case(name: "changes come in pages, each node from its own counter", run: changesInPages),
            Case(name: "evidence is kept, replaced and forgotten, and its changes are told", run: evidenceRows),
            Case(name: "a batch without rows is persisted", run: emptyBatch),
            Case(name: "a download of many devices arrives whole", run: manyDevices),
            Case(name: "a text of any characters is kept as it is", run: anyText),
            Case(name: "the store knows which calls it has", run: knownCalls),
            Case(name: "a closed store rejects", run: closedStoreRejects),
        ]

        private static let now = Sample.key(0).time

        /// A store that is open, with what it loaded.
        private struct Running {
            let store: any NodeStore
            let reports: Reports<StoreEvent>
            let loaded: StoredState

            func persist(_ batch: StoreBatch, _ token: PersistToken) throws {
                store.persist(batch, token: token)
                _ = try reports.wait { $0.persisted.contains(token) }
            }
        }

        private func start(now: WallTime = Self.now) throws -> Running {
            let reports = Reports<StoreEvent>()
            let store = try open(now) { reports($0) }
            let events = try reports.wait { $0.loadedFeeds.count == 2 }
            var state = StoredState()
            for case .loaded(_, let part) in events { state.add(part) }
            // A store that nodes share tells its time beside its rows.
            state.time = nil
            return Running(store: store, reports: reports, loaded: state)
        }

        private func reload(_ running: Running, now: WallTime = Self.now) throws -> StoredState {
            running.store.close()
            let again = try start(now: now)
            again.store.close()
            return again.loaded
        }

        @Sendable private static func emptyStore(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            #expect(running.loaded == Sample.emptyState)
            #expect(try running.store.changes(in: .calls, since: [], limit: 10).isEmpty)
            running.store.close()
        }

        @Sendable private static func persistedRowsAreLoaded(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            let batch = batches.batch(
                calls: [Sample.call(1), Sample.call(2)], leases: [Sample.lease(1)], outbox: [Sample.outbox(1)],
                audit: [Sample.audit(1)], devices: [Sample.device(1)], site: Sample.site())
            try running.persist(batch, 1)
            let state = try suite.reload(running)
            #expect(state.calls == [Sample.call(1), Sample.call(2)])
            #expect(state.leases == [Sample.lease(1)])
            #expect(state.outbox == [Sample.outbox(1)])
            #expect(state.devices == [Sample.device(1)])
            #expect(state.site == Sample.site())
            #expect(state.siteCounter == 7)
            #expect(state.counters == [StoredState.NodeCounter(node: "a", counter: 7)])
        }

        @Sendable private static func tokensInOrder(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            for number in 1...200 as ClosedRange<UInt64> {
                running.store.persist(
                    batches.batch(calls: [Sample.call(number)]), token: PersistToken(rawValue: number))
            }
            let events = try running.reports.wait { $0.persisted.count >= 200 }
            #expect(events.persisted == (1...200).map { PersistToken(rawValue: $0) })
            running.store.close()
        }

        @Sendable private static func sameRowReplaces(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            try running.persist(
                batches.batch(
                    calls: [Sample.call(1)], leases: [Sample.lease(1)], outbox: [Sample.outbox(1)],
                    devices: [Sample.device(1)], site: Sample.site()), 1)
            let device = Sample.device(1, userAgent: "Other")
            try running.persist(
                batches.batch(
                    calls: [Sample.call(1, outcome: .acknowledged)], leases: [Sample.lease(2)],
                    outbox: [Sample.outbox(1, settled: true)], devices: [device], site: Sample.site("Other")), 2)
            let state = try suite.reload(running)
            #expect(state.calls == [Sample.call(1, outcome: .acknowledged)])
            #expect(state.leases == [Sample.lease(2)], "the later caller is behind the ELIN")
            #expect(state.outbox.isEmpty)
            #expect(state.devices == [device])
            #expect(state.site == Sample.site("Other"))
        }

        @Sendable private static func replayKeepsOutcome(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            try running.persist(batches.batch(calls: [Sample.call(1, outcome: .acknowledged)]), 1)
            try running.persist(batches.batch(calls: [Sample.call(1)]), 2)
            #expect(try suite.reload(running).calls == [Sample.call(1, outcome: .acknowledged)])
        }

        @Sendable private static func onlyLiveRowsAreLoaded(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            let leases = [
                Sample.lease(1, elin: "+13125550101", expires: 60), Sample.lease(1, elin: "+13125550102", expires: 120),
            ]
            let outbox = [Sample.outbox(1, settled: true), Sample.outbox(2)]
            try running.persist(batches.batch(leases: leases, outbox: outbox, devices: [Sample.device(1)]), 1)
            try running.persist(batches.batch(deleted: [Sample.device(1).key]), 2)
            let state = try suite.reload(running, now: Sample.key(1).time + .seconds(60))
            #expect(state.leases == [leases[1]])
            #expect(state.outbox == [outbox[1]])
            #expect(state.devices.isEmpty)
        }

        @Sendable private static func counterDecidesWithinABatch(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            var batch = StoreBatch()
            batch.devices = [batches.stamp(Sample.device(1))]
            batch.deletedDevices = [batches.stamp(Sample.device(1).key), batches.stamp(Sample.device(2).key)]
            batch.devices.append(batches.stamp(Sample.device(2)))
            try running.persist(batch, 1)
            #expect(try suite.reload(running).devices == [Sample.device(2)])
        }

        @Sendable private static func changesInOrder(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            try running.persist(
                batches.batch(
                    calls: [Sample.call(1)], leases: [Sample.lease(1)], outbox: [Sample.outbox(1)],
                    audit: [Sample.audit(1)], devices: [Sample.device(1), Sample.device(2)], site: Sample.site()), 1)
            try running.persist(
                batches.batch(calls: [Sample.call(1, outcome: .acknowledged)], deleted: [Sample.device(1).key]), 2)
            let calls = try running.store.changes(in: .calls, since: [], limit: 10)
            #expect(calls.map(\.counter) == [2, 3, 4, 8])
            #expect(
                calls.map(\.row) == [
                    .lease(Sample.lease(1)), .outbox(Sample.outbox(1)), .audit(Sample.audit(1)),
                    .call(Sample.call(1, outcome: .acknowledged)),
                ])
            let site = try running.store.changes(
                in: .site, since: [StoredState.NodeCounter(node: "a", counter: 6)], limit: 10)
            #expect(site.map(\.counter) == [7, 9])
            #expect(site.map(\.row) == [.site(Sample.site()), .deletedDevice(Sample.device(1).key)])
            #expect(calls.allSatisfy { $0.node == "a" })
            running.store.close()
        }

        @Sendable private static func elins(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            var batch = StoreBatch()
            batch.elins = [batches.stamp(Sample.elinRow(1)), batches.stamp(Sample.elinRow(2))]
            try running.persist(batch, 1)
            batch = StoreBatch()
            batch.elins = [batches.stamp(Sample.elinRow(2, isLeaving: true))]
            batch.deletedELINs = [batches.stamp(Sample.elinRow(1).elin)]
            try running.persist(batch, 2)
            let rows = try running.store.changes(in: .calls, since: [], limit: 10)
            #expect(
                rows.map(\.row) == [.elin(Sample.elinRow(2, isLeaving: true)), .deletedELIN(Sample.elinRow(1).elin)])
            #expect(rows.map(\.counter) == [3, 4])
            let state = try suite.reload(running)
            #expect(state.elins == StoredELINs(rows: [Sample.elinRow(2, isLeaving: true)], counter: 4))
        }

        @Sendable private static func changesInPages(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var a = Batches(node: "a")
            var b = Batches(node: "b", after: 100)
            try running.persist(a.batch(calls: (1...5).map { Sample.call($0) }, outbox: [Sample.outbox(1)]), 1)
            try running.persist(b.batch(calls: (11...13).map { Sample.call($0) }), 2)
            var since: [StoredState.NodeCounter] = []
            var seen: [String] = []
            var pages: [Int] = []
            while true {
                let page = try running.store.changes(in: .calls, since: since, limit: 4)
                pages.append(page.count)
                for row in page {
                    seen.append("\(row.node)\(row.counter)")
                    since.removeAll { $0.node == row.node }
                    since.append(StoredState.NodeCounter(node: row.node, counter: row.counter))
                }
                if page.count < 4 { break }
            }
            #expect(seen == ["a1", "a2", "a3", "a4", "a5", "a6", "b101", "b102", "b103"])
            #expect(pages == [4, 4, 1])
            running.store.close()
        }

        @Sendable private static func evidenceRows(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            try running.persist(batches.batch(evidence: (1...3).map { Sample.evidence($0) }), 1)
            try running.persist(
                batches.batch(
                    evidence: [Sample.evidence(2, port: "Gi1/0/8")], deletedEvidence: [Sample.evidence(3).key]), 2)
            let changes = try running.store.changes(in: .site, since: [], limit: 10)
            #expect(
                changes.map(\.row) == [
                    .evidence(Sample.evidence(1)), .evidence(Sample.evidence(2, port: "Gi1/0/8")),
                    .deletedEvidence(Sample.evidence(3).key),
                ])
            #expect(changes.map(\.counter) == [1, 4, 5])
            let state = try suite.reload(running)
            #expect(
                state.evidence == [Sample.evidence(1).sighting, Sample.evidence(2, port: "Gi1/0/8").sighting])
        }

        @Sendable private static func emptyBatch(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            try running.persist(StoreBatch(), 1)
            running.store.close()
        }

        @Sendable private static func manyDevices(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            let devices = (1...1201).map { Sample.device($0) }
            try running.persist(batches.batch(calls: [Sample.call(1)], devices: devices), 1)
            let state = try suite.reload(running)
            #expect(Set(state.devices.map(\.key)) == Set(devices.map(\.key)))
            #expect(state.counters == [StoredState.NodeCounter(node: "a", counter: 1202)])
        }

        @Sendable private static func anyText(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            var rows: [StoredRow] = []
            for (index, text) in ["a\0b", "\0", "\u{1a}0", "Jos\u{e9}\u{10FFFF}\n"].enumerated() {
                var call = Sample.call(UInt64(index + 1))
                (call.callerDN, call.callerName, call.location) = (text, text, text)
                var lease = Sample.lease(1, elin: "+1312555010\(index)")
                (lease.callerDN, lease.device) = (text, text)
                let entry = AuditRecord(key: Sample.key(UInt64(index + 1)), who: text, action: "edit", detail: text)
                try running.persist(
                    batches.batch(calls: [call], leases: [lease], audit: [entry]), PersistToken(rawValue: UInt64(index))
                )
                rows += [.call(call), .lease(lease), .audit(entry)]
                var search = CallSearch()
                (search.caller, search.location) = (text, text)
                #expect(try running.store.archive.calls(search) == [call])
                search = CallSearch()
                search.callerPrefix = text
                #expect(try running.store.archive.calls(search) == [call])
                var audit = AuditSearch()
                audit.who = text
                #expect(try running.store.archive.audit(audit).map(\.record) == [entry])
            }
            #expect(try running.store.changes(in: .calls, since: [], limit: 100).map(\.row) == rows)
            try running.persist(batches.batch(deleted: ["gone\0of"]), 9)
            #expect(
                try running.store.changes(in: .site, since: [], limit: 10).map(\.row) == [.deletedDevice("gone\0of")])
            running.store.close()
        }

        @Sendable private static func knownCalls(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            var batches = Batches()
            try running.persist(batches.batch(calls: [Sample.call(1), Sample.call(3)]), 1)
            let keys = [3, 2, 1].map { Sample.key($0) } + [Sample.key(1, node: "b")]
            #expect(try running.store.known(keys) == [Sample.key(3), Sample.key(1)])
            running.store.close()
        }

        @Sendable private static func closedStoreRejects(_ suite: NodeStoreSuite) throws {
            let running = try suite.start()
            running.store.close()
            var batches = Batches()
            running.store.persist(batches.batch(calls: [Sample.call(1)], devices: [Sample.device(1)]), token: 1)
            let events = try running.reports.wait { !$0.rejected.isEmpty }
            #expect(events.rejected.map(\.token) == [1])
            #expect(throws: (any Error).self) { try running.store.changes(in: .calls, since: [], limit: 1) }
        }
    }

    extension [StoreEvent] {
        var persisted: [PersistToken] {
            flatMap { event -> [PersistToken] in
                if case .persisted(let tokens) = event { tokens } else { [] }
            }
        }

        var rejected: [(token: PersistToken, reason: String)] {
            compactMap { event in
                if case .rejected(let token, let reason) = event { (token, reason) } else { nil }
            }
        }

        var failures: [(feed: StoreFeed, reason: String)] {
            compactMap { event in
                if case .failing(let feed, let reason) = event { (feed, reason) } else { nil }
            }
        }

        var recoveries: [StoreFeed] {
            compactMap { event in
                if case .recovered(let feed) = event { feed } else { nil }
            }
        }

        var loadedFeeds: [StoreFeed] {
            compactMap { event in
                if case .loaded(let feed, _) = event { feed } else { nil }
            }
        }
    }
#endif
