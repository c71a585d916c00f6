#if Daemon
    import E911Service
    import E911Values
    import ELINEngine
    import Foundation
    import GRDB

    /// `calls.db`: calls, leases, outbox, audit and ELINs, every commit flushed to the disk.
    enum CallsFile: StoreFile {
        static let feed = StoreFeed.calls
        static let name = "calls.db"
        static let synchronous = (name: "FULL", value: 2)
        static let cacheKilobytes = 16_000
        static let checkpointPages = 8_000

        /// The calls come in parts of 2^14, and the indexes for those who look them up begin with the part: a new entry of
        /// each goes into the few pages of the last part. Without parts each call would change a page of its own in every
        /// index, somewhere in the file.
        static let nextPart = "(SELECT coalesce(max(rowid), 0) >> 14 FROM call)"

        static func registerMigrations(_ migrator: inout DatabaseMigrator) {
            // `time`, `origin` and `number` are the key of the record; `node` and `counter` tell who wrote the row when.
            migrator.registerMigration("calls") { db in
                try db.execute(
                    sql: """
                        CREATE TABLE call (
                            key TEXT GENERATED ALWAYS AS (time || '-' || origin || '-' || number) VIRTUAL,
                            time INTEGER NOT NULL, origin TEXT NOT NULL, number INTEGER NOT NULL,
                            node TEXT NOT NULL, counter INTEGER NOT NULL,
                            kind INTEGER NOT NULL, outcome INTEGER NOT NULL, flags INTEGER NOT NULL,
                            status INTEGER NOT NULL, call_server TEXT NOT NULL, caller_dn TEXT NOT NULL,
                            dialled TEXT NOT NULL, call_id TEXT NOT NULL, device TEXT NOT NULL, location TEXT NOT NULL,
                            elin INTEGER, payload BLOB NOT NULL,
                            UNIQUE (time, origin, number)
                        );
                        CREATE INDEX call_change ON call (node, counter);
                        CREATE TABLE lease (
                            elin INTEGER NOT NULL PRIMARY KEY,
                            node TEXT NOT NULL, counter INTEGER NOT NULL,
                            call TEXT NOT NULL, call_server TEXT NOT NULL, device TEXT NOT NULL, caller_dn TEXT NOT NULL,
                            place TEXT NOT NULL, taken_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
                        );
                        CREATE INDEX lease_change ON lease (node, counter);
                        CREATE TABLE outbox (
                            time INTEGER NOT NULL, origin TEXT NOT NULL, number INTEGER NOT NULL,
                            node TEXT NOT NULL, counter INTEGER NOT NULL,
                            settled INTEGER NOT NULL, payload BLOB NOT NULL,
                            UNIQUE (time, origin, number)
                        );
                        CREATE INDEX outbox_change ON outbox (node, counter);
                        CREATE INDEX outbox_open ON outbox (time, origin, number) WHERE settled = 0;
                        CREATE TABLE audit (
                            time INTEGER NOT NULL, origin TEXT NOT NULL, number INTEGER NOT NULL,
                            node TEXT NOT NULL, counter INTEGER NOT NULL,
                            who TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
                            UNIQUE (time, origin, number)
                        );
                        CREATE INDEX audit_change ON audit (node, counter);
                        """)
            }
            // A number that is free again leaves a row that says so, for another node; there are no more than numbers.
            migrator.registerMigration("elins") { db in
                try db.execute(
                    sql: """
                        CREATE TABLE elin (
                            elin INTEGER NOT NULL PRIMARY KEY,
                            node TEXT NOT NULL, counter INTEGER NOT NULL, deleted INTEGER NOT NULL,
                            place TEXT NOT NULL, payload BLOB NOT NULL
                        );
                        CREATE INDEX elin_change ON elin (node, counter);
                        """)
            }
            // Entries of before have no hash: the chain begins behind them.
            migrator.registerMigration("audit chain") { db in
                try db.execute(
                    sql: """
                        ALTER TABLE audit ADD COLUMN source TEXT NOT NULL DEFAULT '';
                        ALTER TABLE audit ADD COLUMN changes TEXT NOT NULL DEFAULT '';
                        ALTER TABLE audit ADD COLUMN hash BLOB;
                        -- The link of the last entry of each node that was purged.
                        CREATE TABLE audit_purged (node TEXT NOT NULL PRIMARY KEY, hash BLOB) WITHOUT ROWID;
                        """)
            }
            // There are no more leases than numbers, and each call changes one: to look at all of them now and then costs less.
            migrator.registerMigration("leases without an index") { db in
                try db.execute(sql: "DROP INDEX lease_change")
            }
            migrator.registerMigration("nodes") { db in
                try db.execute(
                    sql: """
                        CREATE TABLE node (
                            name TEXT NOT NULL PRIMARY KEY,
                            node TEXT NOT NULL, counter INTEGER NOT NULL, payload BLOB NOT NULL
                        );
                        """)
            }
            // Rows of before were stamped when they changed.
            migrator.registerMigration("time of change") { db in
                try db.execute(
                    sql: """
                        ALTER TABLE elin ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
                        UPDATE elin SET changed_at = counter;
                        """)
            }
            // For those who look calls up: the keys of an index end with the order of the list, so that a page is read alone.
            migrator.registerMigration("call search") { db in
                try db.execute(
                    sql: """
                        CREATE INDEX call_caller ON call (caller_dn, time, origin, number);
                        CREATE INDEX call_location ON call (location, time, origin, number);
                        CREATE INDEX call_elin ON call (elin, time, origin, number);
                        """)
            }
            // A search looks into each part. All calls of before are one.
            migrator.registerMigration("call search by part") { db in
                try db.execute(
                    sql: """
                        ALTER TABLE call ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
                        DROP INDEX call_caller;
                        DROP INDEX call_location;
                        DROP INDEX call_elin;
                        CREATE INDEX call_caller ON call (part, caller_dn, time, origin, number);
                        CREATE INDEX call_location ON call (part, location, time, origin, number);
                        CREATE INDEX call_elin ON call (part, elin, time, origin, number);
                        """)
            }
        }

        static func load(_ db: Database, _ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState {
            var state = StoredState()
            state.calls = try all(
                db, "SELECT payload FROM call ORDER BY time DESC, origin DESC, number DESC LIMIT ?", [choice.calls],
                &unreadable
            ) { try $0.call(from: name) }.reversed()
            state.leases = try all(
                db, "SELECT * FROM lease WHERE expires_at > ? ORDER BY taken_at, elin", [choice.now.milliseconds],
                &unreadable
            ) { try $0.lease(from: name) }
            state.outbox = try all(
                db, "SELECT * FROM outbox WHERE settled = 0 ORDER BY time, origin, number", [], &unreadable
            ) { try $0.outbox() }
            state.nodes = try all(db, "SELECT * FROM node ORDER BY name", [], &unreadable) {
                try $0.heartbeat(from: name)
            }
            let counter = try Int64.fetchOne(db, sql: "SELECT max(changed_at) FROM elin") ?? 0
            state.elins = StoredELINs(
                rows: try all(db, "SELECT * FROM elin WHERE deleted = 0 ORDER BY elin", [], &unreadable) {
                    try $0.elin(from: name)
                },
                counter: UInt64(bitPattern: counter))
            return state
        }

        static func tidy(_ db: Database) throws {}

        /// Those of these calls that the file has.
        static func known(_ calls: [RecordKey], _ db: Database) throws -> [RecordKey] {
            let statement = try db.cachedStatement(
                sql: "SELECT 1 FROM call WHERE time = ? AND origin = ? AND number = ?")
            return try calls.filter {
                try Int.fetchOne(
                    statement, arguments: [$0.time.milliseconds, $0.node, Int64(bitPattern: $0.counter)]) != nil
            }
        }
    }
#endif
