#if Daemon
    public import E911Service
    public import E911Values
    import Foundation
    import Synchronization

    /// The store of a single node: `calls.db` and `site.db` in its state folder, each with a thread that opens and writes it.
    public final class SQLiteStore: NodeStore {
        private let calls: StoreWriter<CallsFile>
        private let site: StoreWriter<SiteFile>
        private let ledger: BatchLedger

        /// Begins to open the files; ``StoreEvent/loaded(_:_:)`` follows for each.
        ///
        /// - Parameters:
        ///   - now: the wall clock; leases that end before it are not loaded.
        ///   - report: called on the threads of the store, and for a batch that is rejected at once on the caller's.
        public init(
            folder: String, settings: StoreSettings = StoreSettings(),
            now: @escaping @Sendable () -> WallTime = SQLiteStore.wallClock,
            report: @escaping @Sendable (StoreEvent) -> Void
        ) {
            let ledger = BatchLedger(report: report)
            self.ledger = ledger
            let settle: @Sendable (StoreEvent) -> Void = { ledger.report($0) }
            calls = StoreWriter(folder: folder, settings: settings, now: now, report: settle)
            site = StoreWriter(folder: folder, settings: settings, now: now, report: settle)
        }

        public static let wallClock: @Sendable () -> WallTime = {
            WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }

        public func persist(_ batch: StoreBatch, token: PersistToken) {
            let (callRows, siteRows) = (batch.count(of: .calls), batch.count(of: .site))
            ledger.open(token, feeds: (callRows == 0 ? 0 : 1) + (siteRows == 0 ? 0 : 1))
            if callRows > 0, let reason = calls.persist(batch, rows: callRows, token: token) {
                ledger.report(.rejected(token, reason: reason))
            }
            if siteRows > 0, let reason = site.persist(batch, rows: siteRows, token: token) {
                ledger.report(.rejected(token, reason: reason))
            }
        }

        public func changes(
            in feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int
        ) throws -> [Stamped<StoredRow>] {
            switch feed {
            case .calls: try calls.changes(since: since, limit: limit)
            case .site: try site.changes(since: since, limit: limit)
            }
        }

        public func known(_ calls: [RecordKey]) throws -> [RecordKey] {
            try self.calls.read { try CallsFile.known(calls, $0) }
        }

        public var archive: any CallArchive { SQLiteArchive(calls: calls, site: site) }

        public func close() {
            calls.beginClosing()
            site.beginClosing()
            calls.join()
            site.join()
        }
    }

    /// Joins what the two files tell of one batch.
    private final class BatchLedger: Sendable {
        private struct Open {
            var feeds: Int
            var reason: String?
        }

        private let open = Mutex<[PersistToken: Open]>([:])
        private let forward: @Sendable (StoreEvent) -> Void

        init(report: @escaping @Sendable (StoreEvent) -> Void) { forward = report }

        /// A batch begins that so many files have rows of.
        func open(_ token: PersistToken, feeds: Int) {
            if feeds == 0 {
                forward(.persisted([token]))
            } else {
                open.withLock { $0[token] = Open(feeds: feeds) }
            }
        }

        func report(_ event: StoreEvent) {
            switch event {
            case .persisted(let tokens):
                settle(tokens, reason: nil)
            case .rejected(let token, let reason):
                settle([token], reason: reason)
            case .opened, .loaded, .failing, .recovered, .waiting, .unreadable, .changed:
                forward(event)
            }
        }

        private func settle(_ tokens: [PersistToken], reason: String?) {
            let settled = open.withLock { open in
                tokens.compactMap { token -> (PersistToken, String?)? in
                    guard var entry = open[token] else { return nil }
                    entry.feeds -= 1
                    entry.reason = entry.reason ?? reason
                    open[token] = entry.feeds == 0 ? nil : entry
                    return entry.feeds == 0 ? (token, entry.reason) : nil
                }
            }
            let persisted = settled.filter { $0.1 == nil }.map(\.0)
            if !persisted.isEmpty { forward(.persisted(persisted)) }
            for case (let token, let reason?) in settled { forward(.rejected(token, reason: reason)) }
        }
    }
#endif
