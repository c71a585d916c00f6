#if Daemon
    public import E911Service
    public import E911Store
    public import E911Values

    /// The store of nodes that share a database of PostgreSQL: each feed is written by a thread and a connection of its own.
    public final class PostgresStore: NodeStore {
        /// How it waits.
        public struct Settings: Sendable {
            /// As of any store: intervals of commits and attempts, and how much may wait.
            public var store = StoreSettings()
            /// How long a connection may take to be made, beside looking up the host's name.
            public var connectTime = Duration.seconds(5)
            /// How long the server may be silent while it owes an answer, and how long a statement of a commit may take.
            public var answerTime = Duration.seconds(10)
            /// How often the connection that hears of other nodes is tried when nothing is heard.
            public var probeInterval = Duration.seconds(10)
            /// How many of the newest deletions of a node, in each table, are remembered. Of older ones only the highest counter
            /// is.
            public var deletionsKept = 100_000

            public init() {}
        }

        private let server: PostgresServer
        private let writers: FeedWriters<PostgresFeed, PostgresFeed>
        private let readers: ReaderPool
        private let listener: ChangeListener?

        /// Begins to connect; ``StoreEvent/loaded(_:_:)`` follows for each feed.
        ///
        /// - Parameters:
        ///   - node: the name of this node, which no other one that uses the database has.
        ///   - now: the wall clock; leases that end before it are not loaded.
        ///   - onChange: called, on a thread of the store, when another node has committed rows of a feed, or may have.
        ///   - report: called on the threads of the store, and for a batch that is rejected at once on the caller's.
        public init(
            _ address: PostgresAddress, node: String, settings: Settings = Settings(),
            now: @escaping @Sendable () -> WallTime = SQLiteStore.wallClock,
            onChange: (@Sendable (StoreFeed) -> Void)? = nil, report: @escaping @Sendable (StoreEvent) -> Void
        ) {
            let server = PostgresServer(address: address, node: node, settings: settings, stop: StopSignal())
            self.server = server
            writers = FeedWriters(
                calls: PostgresFeed(feed: .calls, server: server), site: PostgresFeed(feed: .site, server: server),
                settings: settings.store, now: now, report: report)
            readers = ReaderPool(server)
            listener = onChange.map { ChangeListener(server, onChange: $0) }
        }

        public func persist(_ batch: StoreBatch, token: PersistToken) {
            writers.persist(batch, token: token)
        }

        public func changes(
            in feed: StoreFeed, since: [StoredState.NodeCounter], limit: Int
        ) throws -> [Stamped<StoredRow>] {
            try readers.snapshot { connection in
                try changedRows(
                    in: feed, of: "PostgreSQL", since: since, limit: limit, counters: try connection.counters(of: feed),
                    horizon: { node in
                        try connection.rows(
                            "SELECT counter FROM horizon WHERE feed = $1 AND node = $2",
                            [.text(feed.postgresName), .text(node)]
                        ) { try $0.integer("counter") }.first
                    },
                    rows: { table, node, after, limit in
                        try connection.rows(
                            """
                            SELECT * FROM \(table.name) WHERE node = $1 AND counter > $2 ORDER BY counter LIMIT $3
                            """, [.text(node), .integer(after), .integer(Int64(limit))]
                        ) { try $0.change(of: table, from: "PostgreSQL") }
                    })
            }
        }

        public func known(_ calls: [RecordKey]) throws -> [RecordKey] {
            guard !calls.isEmpty else { return [] }
            let found = try readers.read { connection in
                try connection.rows(
                    """
                    SELECT time, origin, number FROM call
                    JOIN unnest($1::bigint[], $2::text[], $3::bigint[]) AS wanted (t, o, n)
                        ON time = t AND origin = o AND number = n
                    """,
                    [
                        .array(.integer, calls.map { .integer($0.time.milliseconds) }),
                        .array(.text, calls.map { .text($0.node) }),
                        .array(.integer, calls.map { .integer(Int64(bitPattern: $0.counter)) }),
                    ]
                ) { try $0.recordKey() }
            }
            let known = Set(found)
            return calls.filter { known.contains($0) }
        }

        public func time() throws -> WallTime? {
            try readers.read { try $0.clock() }
        }

        public var archive: any CallArchive { PostgresArchive(readers: readers, sha256: server.settings.store.sha256) }

        public var documents: (any DocumentStore)? { PostgresDocuments(readers: readers, node: server.node) }

        public func close() {
            // What waits is committed if the server answers; nobody waits for it any longer than that.
            server.stop.give(server.settings.store.closingTime)
            writers.close()
            readers.close()
            listener?.join()
        }
    }

    extension PostgresConnection {
        /// What the server's clock shows.
        func clock() throws -> WallTime? {
            try rows("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now") {
                WallTime(milliseconds: try $0.integer("now"))
            }.first
        }
    }
#endif
