#if Daemon
    import E911Service
    import E911Store
    import E911Values

    /// A feed that is kept in PostgreSQL, written by a connection of its own.
    struct PostgresFeed: FeedSource {
        let feed: StoreFeed
        let server: PostgresServer

        var name: String { "\(feed.postgresName) in PostgreSQL" }

        func open() throws(CommitError) -> OpenFeed {
            do {
                let connection = try server.connect(feed.postgresName, writes: true)
                let synchronous = try Self.prepare(connection)
                return OpenFeed(
                    feed: feed, name: name, server: server, connection: connection, synchronous: synchronous)
            } catch {
                throw CommitError(failure(of: error))
            }
        }

        /// - Returns: `synchronous_commit`, read back.
        private static func prepare(_ connection: PostgresConnection) throws -> String {
            try PostgresSchema.update(connection)
            func setting() throws -> String {
                try connection.rows("SELECT current_setting('synchronous_commit') AS value") { try $0.text("value") }
                    .first ?? ""
            }
            // What waits for a standby, too, is more than what is asked for here.
            if try setting() != "remote_apply" { try connection.query("SET synchronous_commit = on") }
            let synchronous = try setting()
            guard ["on", "remote_apply"].contains(synchronous) else {
                throw PostgresError(.unfit, "PostgreSQL's synchronous_commit is \(synchronous), not on")
            }
            return synchronous
        }
    }

    extension StoreFeed {
        /// The feed in the tables `progress` and `horizon`, and in notifications.
        var postgresName: String {
            switch self {
            case .calls: "calls"
            case .site: "site"
            }
        }
    }

    /// What an error of any kind means for a commit.
    func failure(of error: any Error) -> CommitFailure {
        switch error {
        case let error as PostgresError: error.failure
        case let error as StoreError: .rejected(error.reason)
        default: .broken("\(error)")
        }
    }

    /// A feed's connection. One thread has it, that of the feed.
    struct OpenFeed: FeedDatabase {
        let feed: StoreFeed
        let name: String
        let server: PostgresServer
        let connection: PostgresConnection
        let synchronous: String

        func close() { connection.close() }

        func load(_ choice: LoadChoice, _ unreadable: inout Int) throws(CommitError) -> StoredState {
            do {
                return try connection.transaction(PostgresConnection.snapshot) {
                    try connection.query("SET LOCAL statement_timeout = 0")
                    var state =
                        switch feed {
                        case .calls: try loadCalls(choice, &unreadable)
                        case .site: try loadSite(&unreadable)
                        }
                    state.counters = try connection.counters(of: feed)
                    state.time = try connection.clock()
                    state.read = [.init(feed, state.counters)]
                    return state
                }
            } catch {
                throw CommitError(failure(of: error))
            }
        }

        private func all<Value>(
            _ sql: String, _ parameters: [PostgresParameter] = [], _ unreadable: inout Int,
            _ read: (PostgresRow) throws -> Value
        ) throws -> [Value] {
            var values: [Value] = []
            try connection.query(sql, parameters) { row in
                if let value = try readable(&unreadable, { try read(row) }) { values.append(value) }
            }
            return values
        }

        private func loadCalls(_ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState {
            var state = StoredState()
            state.calls = try all(
                "SELECT payload FROM call \(PostgresArchive.newestFirst) LIMIT $1", [.integer(Int64(choice.calls))],
                &unreadable
            ) { try $0.call(from: name) }.reversed()
            state.leases = try all(
                "SELECT * FROM lease WHERE expires_at > $1 ORDER BY taken_at, elin",
                [.integer(choice.now.milliseconds)], &unreadable
            ) { try $0.lease(from: name) }
            let alerts = try all(
                """
                SELECT * FROM outbox
                WHERE (time, origin, number) IN (SELECT time, origin, number FROM outbox WHERE NOT settled)
                ORDER BY time, origin, number, node
                """, [], &unreadable
            ) { (row: try $0.outbox(), node: try $0.text("node")) }
            state.outbox = alerts.filter { $0.node == server.node }.map(\.row)
            state.peerOutbox = alerts.filter { $0.node != server.node }.map(\.row)
            state.nodes = try all("SELECT * FROM node ORDER BY name", [], &unreadable) { try $0.heartbeat(from: name) }
            let rows = try all("SELECT * FROM elin WHERE NOT deleted ORDER BY elin", [], &unreadable) {
                try $0.elin(from: name)
            }
            let counter = try connection.rows("SELECT coalesce(max(changed_at), 0) AS counter FROM elin") {
                UInt64(bitPattern: try $0.integer("counter"))
            }
            state.elins = StoredELINs(rows: rows, counter: counter.first ?? 0)
            return state
        }

        private func loadSite(_ unreadable: inout Int) throws -> StoredState {
            var state = StoredState()
            // Its own rows, and of other nodes those of devices that it knows nothing of.
            state.devices = try all(
                """
                SELECT key, payload FROM (
                    SELECT DISTINCT ON (key) key, payload, deleted FROM device
                    ORDER BY key, node = $1 DESC, changed_at DESC) known
                WHERE NOT deleted ORDER BY key
                """, [.text(server.node)], &unreadable
            ) { try $0.device(from: name) }
            state.evidence = try all("SELECT payload FROM evidence WHERE NOT deleted ORDER BY key", [], &unreadable) {
                try $0.sighting(from: name)
            }
            let sites = try all("SELECT * FROM site", [], &unreadable) { row in
                (site: try row.site(from: name), changedAt: try row.stamp().changedAt)
            }
            if let found = sites.first { (state.site, state.siteCounter) = (found.site, found.changedAt) }
            return state
        }

        // MARK: Commits

        func commit(_ group: [ArraySlice<Stamped<StoredRow>>], tidy: Bool) throws(CommitError) {
            var write = CommitWrite()
            for (index, rows) in group.enumerated() {
                do throws(StoreError) {
                    try write.add(rows, of: feed)
                } catch {
                    throw CommitError(.rejected(error.reason), refused: index)
                }
            }
            do {
                try link(&write)
                var statements = write.statements()
                statements.append(progress(write.counters))
                if tidy { statements += Self.tidying(feed, keep: server.settings.deletionsKept) }
                statements.append(
                    PostgresStatement(
                        "SELECT pg_notify('\(ChangeListener.channel)', $1)",
                        [.text("\(feed.postgresName) \(server.node)")]))
                try connection.commit(statements)
            } catch {
                let failed = failure(of: error)
                guard case .rejected(let reason) = failed else { throw CommitError(failed) }
                guard let refused = try firstRefused(of: group) else { throw CommitError(.transient(reason)) }
                throw CommitError(failed, refused: refused)
            }
        }

        /// Gives the entries of the audit log their links, each node's in the order of its counters.
        private func link(_ write: inout CommitWrite) throws {
            guard let sha256 = server.settings.store.sha256 else { return }
            try write.change(.audit) { table in
                let entries = try table.rows.enumerated().map { place, values in
                    (place: place, row: try AuditValues(values))
                }.sorted { ($0.row.node, $0.row.counter) < ($1.row.node, $1.row.counter) }
                var node: String?
                var previous: [UInt8] = []
                for entry in entries {
                    if entry.row.node != node {
                        node = entry.row.node
                        previous = try lastLink(of: entry.row.node, before: entry.row.counter)
                    }
                    previous = sha256(AuditWalk.octets(entry.row.record, after: previous))
                    table.setHash(entry.place, previous)
                }
            }
        }

        private func lastLink(of node: String, before counter: Int64) throws -> [UInt8] {
            // All that there was may have been purged.
            try connection.rows(
                """
                SELECT coalesce(
                    (SELECT hash FROM audit WHERE node = $1 AND counter < $2 ORDER BY counter DESC LIMIT 1),
                    (SELECT hash FROM audit_purged WHERE node = $1)) AS hash
                """, [.text(node), .integer(counter)]
            ) { try $0.octets("hash") }.first ?? []
        }

        private func progress(_ counters: CounterProgress) -> PostgresStatement {
            var write = TableWrite(.progress)
            for counter in counters.highest {
                write.add([
                    .text(feed.postgresName), .text(counter.node), .integer(Int64(bitPattern: counter.counter)),
                ])
            }
            return write.statements().first ?? PostgresStatement("SELECT 1")
        }

        /// Forgets all but the newest deletions of each node, in each table.
        static func tidying(_ feed: StoreFeed, keep: Int) -> [PostgresStatement] {
            guard feed == .site else { return [] }
            return ["device", "evidence"].map { table in
                PostgresStatement(
                    """
                    WITH last AS (
                        SELECT p.node, d.counter FROM progress p, LATERAL (
                            SELECT counter FROM \(table) WHERE node = p.node AND deleted
                            ORDER BY counter DESC OFFSET $1 LIMIT 1) d
                        WHERE p.feed = 'site'),
                    gone AS (
                        DELETE FROM \(table) t USING last
                        WHERE t.node = last.node AND t.deleted AND t.counter <= last.counter)
                    INSERT INTO horizon (feed, node, counter) SELECT 'site', node, counter FROM last
                    -- One horizon for both: the later one holds.
                    ON CONFLICT (feed, node) DO UPDATE SET counter = greatest(horizon.counter, excluded.counter)
                    """, [.integer(Int64(keep))])
            }
        }

        /// Which batch of a group PostgreSQL refuses: found by trying beginnings of the group, all of which are taken back.
        private func firstRefused(of group: [ArraySlice<Stamped<StoredRow>>]) throws(CommitError) -> Int? {
            guard try isRefused(group[...]) else { return nil }
            var (taken, refused) = (0, group.count)
            while refused - taken > 1 {
                let middle = (taken + refused) / 2
                if try isRefused(group[..<middle]) { refused = middle } else { taken = middle }
            }
            return taken
        }

        private func isRefused(_ group: ArraySlice<ArraySlice<Stamped<StoredRow>>>) throws(CommitError) -> Bool {
            do {
                var write = CommitWrite()
                for rows in group { try write.add(rows, of: feed) }
                try connection.commit(
                    [PostgresStatement("BEGIN")] + write.statements() + [PostgresStatement("ROLLBACK")])
                return false
            } catch {
                let failed = failure(of: error)
                guard case .rejected = failed else { throw CommitError(failed) }
                do {
                    // The one that failed skipped the one in the list.
                    try connection.query("ROLLBACK")
                } catch {
                    throw CommitError(failure(of: error))
                }
                return true
            }
        }
    }

    /// An entry of the audit log, read back from the values of its row.
    private struct AuditValues {
        var record: AuditRecord
        var node: String
        var counter: Int64

        init(_ values: [StoreValue]) throws(StoreError) {
            func text(_ place: Int) throws(StoreError) -> String {
                guard case .text(let text) = values[place] else { throw Self.damaged }
                return text
            }
            func integer(_ place: Int) throws(StoreError) -> Int64 {
                guard case .integer(let number) = values[place] else { throw Self.damaged }
                return number
            }
            node = try text(3)
            counter = try integer(4)
            record = AuditRecord(
                key: RecordKey(
                    time: WallTime(milliseconds: try integer(0)), node: try text(1),
                    counter: UInt64(bitPattern: try integer(2))),
                who: try text(5), action: try text(6), detail: try text(7), source: try text(8), changes: try text(9))
        }

        private static let damaged = StoreError(.damaged, "an entry of the audit log is not as its table has it")
    }

    extension PostgresConnection {
        func counters(of feed: StoreFeed) throws -> [StoredState.NodeCounter] {
            try rows("SELECT node, counter FROM progress WHERE feed = $1 ORDER BY node", [.text(feed.postgresName)]) {
                let stamp = try $0.stamp()
                return StoredState.NodeCounter(node: stamp.node, counter: stamp.counter)
            }
        }
    }
#endif
