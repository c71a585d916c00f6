#if Daemon
    public import E911Service
    public import E911Values
    import Foundation

    /// The store of a single node: `calls.db` and `site.db` in its state folder, each with a thread that opens and writes it.
    public final class SQLiteStore: NodeStore {
        private let writers: FeedWriters<SQLiteFeed<CallsFile>, SQLiteFeed<SiteFile>>

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
            writers = FeedWriters(
                calls: SQLiteFeed(folder: folder, settings: settings),
                site: SQLiteFeed(folder: folder, settings: settings), settings: settings, now: now, report: report)
        }

        public static let wallClock: @Sendable () -> WallTime = {
            WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }

        public func persist(_ batch: StoreBatch, token: PersistToken) {
            writers.persist(batch, token: token)
        }

        public func changes(
            in feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int
        ) throws -> [Stamped<StoredRow>] {
            switch feed {
            case .calls: try writers.calls.changes(since: since, limit: limit)
            case .site: try writers.site.changes(since: since, limit: limit)
            }
        }

        public func known(_ calls: [RecordKey]) throws -> [RecordKey] {
            try writers.calls.read { try CallsFile.known(calls, $0) }
        }

        public var archive: any CallArchive { SQLiteArchive(calls: writers.calls, site: writers.site) }

        public func close() {
            writers.close()
        }
    }
#endif
