#if Daemon
    import E911Service
    import E911Values
    import ELINEngine
    import Foundation
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    /// From SQLite to PostgreSQL and back: the same rows, or nothing.
    @Suite(.needsPostgres) struct TransferTests {
        let folder: TemporaryFolder
        let address: PostgresAddress

        init() throws {
            folder = try TemporaryFolder()
            address = try PostgresPeer.shared.get().database()
        }

        /// Any function of all octets will do here.
        static let sha256: @Sendable ([UInt8]) -> [UInt8] = { octets in
            let hash = octets.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            return withUnsafeBytes(of: hash.bigEndian) { Array($0) }
        }

        /// A store of two nodes with a row of everything, and more than one chunk of some.
        func fill(_ folder: TemporaryFolder) throws {
            var settings = StoreSettings()
            settings.sha256 = Self.sha256
            let reports = Reports<StoreEvent>()
            let store = SQLiteStore(folder: folder.path, settings: settings) { reports($0) }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            var batches = Batches()
            var call = Sample.call(1)
            call.callerDN = "a\0b \u{1a} José"
            var lease = Sample.lease(1)
            lease.device = "\0"
            var batch = batches.batch(
                calls: [call] + (2...1201).map { Sample.call($0) }, leases: [lease],
                outbox: [Sample.outbox(1), Sample.outbox(2, settled: true)], audit: (1...5).map { Sample.audit($0) },
                devices: (1...700).map { Sample.device($0) }, deleted: ["gone\0of", "gone\u{10}of"],
                site: Sample.site(),
                evidence: (1...3).map { Sample.evidence($0) }, deletedEvidence: [Sample.evidence(9).key])
            batch.elins = [batches.stamp(Sample.elinRow(1))]
            batch.nodes = [batches.stamp(NodeRow(name: "a"))]
            batch.deletedELINs = [batches.stamp(Sample.elinRow(2).elin)]
            store.persist(batch, token: 1)
            var other = Batches(node: "b", after: UInt64(Int64.max))
            store.persist(other.batch(calls: [Sample.call(5000)], audit: [Sample.audit(6000)]), token: 2)
            _ = try reports.wait { $0.persisted.count == 2 }
            #expect(try store.archive.purge(PurgeOrder(audit: Sample.key(3).time)).audit == 2)
            store.close()
        }

        func lines(_ transfer: some StoreTransfer) throws -> [String] {
            var octets: [UInt8] = []
            try transfer.read { table, rows in
                for row in rows { StoreLine.append(table, row, to: &octets) }
            }
            return String(decoding: octets, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        @Test func thereAndBackIsTheSame() throws {
            try fill(folder)
            let sqlite = SQLiteTransfer(folder: folder.path)
            let postgres = PostgresTransfer(address, node: "a")
            var progress: Int64 = 0
            try transfer(from: sqlite, to: postgres, replacing: false) { progress += $0 }
            #expect(try progress == sqlite.count() && progress == postgres.count() && progress > 1900)
            let back = try TemporaryFolder()
            try transfer(from: postgres, to: SQLiteTransfer(folder: back.path), replacing: false)
            let written = try lines(sqlite)
            #expect(try lines(postgres) == written)
            #expect(try lines(SQLiteTransfer(folder: back.path)) == written)
            #expect(written.count == Int(progress))
            // A row of each table but the horizon, of which only a hundred thousand deletions make one.
            for table in StoreTable.allCases where table != .horizon {
                #expect(written.contains { $0.hasPrefix("{\"table\":\"\(table.name)\",") }, "\(table)")
            }
            for line in written { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            #expect(written.contains { $0.contains("\"caller_dn\":\"a\\u0000b \\u001a José\"") })
            // The copy is a store: it loads, and its audit log hangs together.
            var settings = PostgresStore.Settings()
            settings.store.sha256 = Self.sha256
            let reports = Reports<StoreEvent>()
            let store = PostgresStore(address, node: "a", settings: settings, now: { Sample.key(0).time }) {
                reports($0)
            }
            let events = try reports.wait { $0.loadedFeeds.count == 2 }
            #expect(!events.contains { if case .unreadable = $0 { true } else { false } })
            let check = try store.archive.auditCheck()
            #expect(check.entries == 4 && check.breakAt == nil, "\(check)")
            store.close()
            let summaries = [
                try StoreSummary(of: sqlite, sha256: Self.sha256), try StoreSummary(of: postgres, sha256: Self.sha256),
            ]
            #expect(summaries[0] == summaries[1] && summaries[0].difference(from: summaries[1]).isEmpty)
            try PostgresPeer.connection(address).query("UPDATE lease SET place = 'elsewhere'")
            let changed = try StoreSummary(of: postgres, sha256: Self.sha256)
            #expect(summaries[0].difference(from: changed) == [.lease])
        }

        @Test func aTargetThatHoldsRowsIsRefusedUnlessTheyAreToGo() throws {
            try fill(folder)
            let other = try TemporaryFolder()
            try fill(other)
            let sqlite = SQLiteTransfer(folder: folder.path)
            let postgres = PostgresTransfer(address, node: "a")
            try transfer(from: sqlite, to: postgres, replacing: false)
            try PostgresPeer.connection(address).query("DELETE FROM call WHERE number < 600")
            let written = try lines(postgres)
            #expect(throws: StoreError(.owned, "")) { try transfer(from: sqlite, to: postgres, replacing: false) }
            #expect(try lines(postgres) == written)
            #expect(throws: StoreError(.owned, "")) {
                try transfer(from: postgres, to: SQLiteTransfer(folder: other.path), replacing: false)
            }
            try transfer(from: postgres, to: SQLiteTransfer(folder: other.path), replacing: true)
            #expect(try lines(SQLiteTransfer(folder: other.path)) == written)
            // What was there before is kept aside.
            #expect(try other.names(in: "replaced").contains("calls.db"))
            try transfer(from: sqlite, to: postgres, replacing: true)
            #expect(try lines(postgres) == lines(sqlite))
        }

        private struct Cut: Error {}

        /// Whatever ends it in the middle, the next attempt finds nothing of this one.
        @Test func anEndInTheMiddleLeavesNothing() throws {
            try fill(folder)
            let sqlite = SQLiteTransfer(folder: folder.path)
            let postgres = PostgresTransfer(address, node: "a")
            func cut(_ source: some StoreTransfer, _ target: some StoreTransfer) {
                #expect(throws: Cut.self) {
                    try target.write(replacing: false) { take in
                        var parts = 0
                        try source.read { table, rows in
                            try take(table, rows)
                            parts += 1
                            if parts == 5 { throw Cut() }
                        }
                    }
                }
            }
            cut(sqlite, postgres)
            #expect(try lines(postgres).isEmpty)
            try transfer(from: sqlite, to: postgres, replacing: false)
            let target = try TemporaryFolder()
            cut(postgres, SQLiteTransfer(folder: target.path))
            #expect(try target.names().isEmpty)
            // As after a power failure.
            try FileManager.default.createDirectory(
                atPath: target.path + "/migrate.part", withIntermediateDirectories: false)
            try target.write([1, 2, 3], to: "migrate.part/calls.db")
            try transfer(from: postgres, to: SQLiteTransfer(folder: target.path), replacing: false)
            #expect(try lines(SQLiteTransfer(folder: target.path)) == lines(sqlite))
        }

        @Test func aFolderWithoutAStoreIsSaid() throws {
            #expect(throws: StoreError(.unavailable, "")) { try SQLiteTransfer(folder: folder.path).count() }
            #expect(try folder.names().isEmpty)
            #expect(throws: StoreError(.unavailable, "")) { try PostgresTransfer(address, node: "a").count() }
        }
    }
#endif
