#if Daemon
    import E911Store

    /// The tables in PostgreSQL, and how they come to be what this version knows.
    ///
    /// Several nodes share a database, and they are upgraded one after the other. So a step adds, and takes nothing away that
    /// the version before it uses: the old version goes on beside the new one. Each step says from which step on a version
    /// can work with what it leaves.
    enum PostgresSchema {
        struct Step: Sendable {
            /// Rises by one.
            let number: Int64
            let name: String
            /// A version that knows this step, and none of those behind it, can go on working.
            let compatibleFrom: Int64
            let sql: String
        }

        /// What the database says of itself: its last step.
        struct Installed: Equatable, Sendable {
            var number: Int64 = 0
            var compatibleFrom: Int64 = 0
        }

        static let steps = [
            Step(number: 1, name: "calls and site", compatibleFrom: 1, sql: first),
            // A version that knows the first step alone replaces the other node's rows, and has no pair.
            Step(number: 2, name: "rows of each node", compatibleFrom: 2, sql: second),
            // A version that does not know it keeps accounts and floor plans for itself.
            Step(number: 3, name: "documents", compatibleFrom: 2, sql: third),
        ]

        /// The lock of whoever changes the schema: octets of `e911d`.
        private static let lock: Int64 = 0x65_3931_3164

        /// Brings the schema up to date, or finds that this version can work with one that is newer.
        ///
        /// Nodes that start at the same moment take the steps one after the other.
        static func update(_ connection: PostgresConnection, steps: [Step] = Self.steps) throws {
            guard let last = steps.last?.number else { return }
            let found = try installed(connection)
            try check(found, knows: last)
            guard found.number < last else { return }
            try connection.transaction {
                try connection.query("SET LOCAL lock_timeout = '5s'")
                try connection.query("SELECT pg_advisory_xact_lock($1)", [.integer(lock)])
                // Somebody else may have done it while the lock was waited for.
                let found = try installed(connection)
                try check(found, knows: last)
                if found.number == 0 { try connection.query(table) }
                for step in steps where step.number > found.number {
                    for sql in step.sql.split(separator: ";\n") { try connection.query(String(sql)) }
                    try connection.query(
                        "INSERT INTO schema_step (number, name, compatible_from) VALUES ($1, $2, $3)",
                        [.integer(step.number), .text(step.name), .integer(step.compatibleFrom)])
                }
            }
        }

        /// - Throws: ``PostgresError/Kind/unfit`` if a version that knows the steps up to `last` cannot work with it.
        static func check(_ installed: Installed, knows last: Int64) throws(PostgresError) {
            guard installed.number > last, installed.compatibleFrom > last else { return }
            throw PostgresError(
                .unfit,
                "the database was made by a newer version of e911d: it is at step \(installed.number) of its schema and wants a version that knows step \(installed.compatibleFrom); this one knows step \(last)"
            )
        }

        static func installed(_ connection: PostgresConnection) throws -> Installed {
            // The catalogue itself: what a session remembers of it (`to_regclass`) may be from before a lock was waited for.
            var isThere = false
            try connection.query(
                "SELECT FROM pg_class WHERE relname = 'schema_step' AND pg_table_is_visible(oid)"
            ) { _ in isThere = true }
            guard isThere else { return Installed() }
            return try connection.rows(
                "SELECT number, compatible_from FROM schema_step ORDER BY number DESC LIMIT 1"
            ) {
                Installed(number: try $0.integer("number"), compatibleFrom: try $0.integer("compatible_from"))
            }.first ?? Installed()
        }

        private static let table = """
            CREATE TABLE IF NOT EXISTS schema_step (
                number bigint NOT NULL PRIMARY KEY, name text NOT NULL, compatible_from bigint NOT NULL,
                applied timestamptz NOT NULL DEFAULT now()
            )
            """

        // `time`, `origin` and `number` are the key of a record; `node` and `counter` tell who wrote the row when,
        // and `changed_at` when what it tells was changed. Texts are in
        // the order of their octets, as in SQLite. A key of any length is found by its hash, since an index has no room for
        // it; so is a caller or a place by what it begins with.
        private static let first = """
            CREATE TABLE call (
                time bigint NOT NULL, origin text COLLATE "C" NOT NULL, number bigint NOT NULL,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                kind smallint NOT NULL, outcome smallint NOT NULL, flags integer NOT NULL, status integer NOT NULL,
                call_server text COLLATE "C" NOT NULL, caller_dn text COLLATE "C" NOT NULL, dialled text NOT NULL,
                call_id text NOT NULL, device text NOT NULL, location text COLLATE "C" NOT NULL, elin bigint,
                payload bytea NOT NULL,
                PRIMARY KEY (time, origin, number)
            );
            CREATE INDEX call_change ON call (node, counter);
            CREATE INDEX call_caller ON call (left(caller_dn, 100), time, origin, number);
            CREATE INDEX call_location ON call (left(location, 100), time, origin, number);
            CREATE INDEX call_elin ON call (elin, time, origin, number);
            CREATE TABLE lease (
                elin bigint NOT NULL PRIMARY KEY,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                call text NOT NULL, call_server text NOT NULL, device text NOT NULL, caller_dn text NOT NULL,
                place text NOT NULL, taken_at bigint NOT NULL, expires_at bigint NOT NULL
            );
            CREATE TABLE outbox (
                time bigint NOT NULL, origin text COLLATE "C" NOT NULL, number bigint NOT NULL,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                settled boolean NOT NULL, payload bytea NOT NULL,
                PRIMARY KEY (time, origin, number)
            );
            CREATE INDEX outbox_change ON outbox (node, counter);
            CREATE INDEX outbox_open ON outbox (time, origin, number) WHERE NOT settled;
            CREATE TABLE audit (
                time bigint NOT NULL, origin text COLLATE "C" NOT NULL, number bigint NOT NULL,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL,
                who text COLLATE "C" NOT NULL, action text COLLATE "C" NOT NULL, detail text NOT NULL,
                source text NOT NULL, changes text NOT NULL, hash bytea,
                PRIMARY KEY (time, origin, number)
            );
            CREATE INDEX audit_change ON audit (node, counter);
            CREATE TABLE audit_purged (node text COLLATE "C" NOT NULL PRIMARY KEY, hash bytea);
            CREATE TABLE elin (
                elin bigint NOT NULL PRIMARY KEY,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                deleted boolean NOT NULL,
                place text NOT NULL, payload bytea NOT NULL
            );
            CREATE INDEX elin_change ON elin (node, counter);
            CREATE TABLE node (
                name text COLLATE "C" NOT NULL PRIMARY KEY,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                payload bytea NOT NULL
            );
            CREATE TABLE device (
                key bytea NOT NULL,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                deleted boolean NOT NULL,
                call_server text NOT NULL, aor text NOT NULL, payload bytea NOT NULL
            );
            CREATE UNIQUE INDEX device_key ON device (sha256(key));
            CREATE INDEX device_change ON device (node, counter);
            CREATE INDEX device_deleted ON device (node, counter) WHERE deleted;
            CREATE TABLE evidence (
                key bytea NOT NULL,
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                deleted boolean NOT NULL,
                payload bytea NOT NULL
            );
            CREATE UNIQUE INDEX evidence_key ON evidence (sha256(key));
            CREATE INDEX evidence_change ON evidence (node, counter);
            CREATE INDEX evidence_deleted ON evidence (node, counter) WHERE deleted;
            CREATE TABLE site (
                id bigint NOT NULL PRIMARY KEY CHECK (id = 1),
                node text COLLATE "C" NOT NULL, counter bigint NOT NULL, changed_at bigint NOT NULL,
                payload bytea NOT NULL
            );
            CREATE TABLE progress (
                feed text COLLATE "C" NOT NULL, node text COLLATE "C" NOT NULL, counter bigint NOT NULL,
                PRIMARY KEY (feed, node)
            );
            CREATE TABLE horizon (
                feed text COLLATE "C" NOT NULL, node text COLLATE "C" NOT NULL, counter bigint NOT NULL,
                PRIMARY KEY (feed, node)
            )
            """

        /// Each node has a row of its own of an alert and of a device.
        private static let second = """
            ALTER TABLE outbox DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (time, origin, number, node);
            DROP INDEX device_key;
            CREATE UNIQUE INDEX device_key ON device (sha256(key), node)
            """

        /// What nodes share that is no row of a node, by name; `version` is the server's time of the last change in microseconds.
        private static let third = """
            CREATE TABLE document (
                key text COLLATE "C" NOT NULL PRIMARY KEY, node text COLLATE "C" NOT NULL, version bigint NOT NULL,
                deleted boolean NOT NULL, payload bytea NOT NULL
            )
            """
    }
#endif
