#if Daemon
    import E911Service
    import Foundation
    import GRDB
    import Locations

    /// `site.db`: devices, evidence and the site. A device or a sighting that is gone leaves its key behind, so that another
    /// node learns of it.
    enum SiteFile: StoreFile {
        static let feed = StoreFeed.site
        static let name = "site.db"
        static let synchronous = (name: "NORMAL", value: 1)
        static let cacheKilobytes = 2_000
        static let checkpointPages = 1_000
        /// Of older deletions only the highest counter is remembered.
        static let deletionsKept = 100_000

        static func registerMigrations(_ migrator: inout DatabaseMigrator) {
            migrator.registerMigration("devices") { db in
                try db.execute(
                    sql: """
                        CREATE TABLE device (
                            key TEXT NOT NULL PRIMARY KEY,
                            node TEXT NOT NULL, counter INTEGER NOT NULL, deleted INTEGER NOT NULL,
                            call_server TEXT NOT NULL, aor TEXT NOT NULL, payload BLOB NOT NULL
                        );
                        CREATE INDEX device_change ON device (node, counter);
                        CREATE INDEX device_deleted ON device (node, counter) WHERE deleted = 1;
                        CREATE TABLE site (
                            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
                            node TEXT NOT NULL, counter INTEGER NOT NULL, payload BLOB NOT NULL
                        );
                        """)
            }
            migrator.registerMigration("evidence") { db in
                try db.execute(
                    sql: """
                        CREATE TABLE evidence (
                            key TEXT NOT NULL PRIMARY KEY,
                            node TEXT NOT NULL, counter INTEGER NOT NULL, deleted INTEGER NOT NULL,
                            payload BLOB NOT NULL
                        );
                        CREATE INDEX evidence_change ON evidence (node, counter);
                        CREATE INDEX evidence_deleted ON evidence (node, counter) WHERE deleted = 1;
                        """)
            }
            migrator.registerMigration("time of change") { db in
                try db.execute(
                    sql: """
                        ALTER TABLE evidence ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
                        UPDATE evidence SET changed_at = counter;
                        ALTER TABLE site ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
                        UPDATE site SET changed_at = counter;
                        """)
            }
        }

        static func load(_ db: Database, _ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState {
            var state = StoredState()
            state.devices = try all(db, "SELECT * FROM device WHERE deleted = 0 ORDER BY key", [], &unreadable) {
                try $0.device(from: name)
            }
            state.evidence = try all(
                db, "SELECT * FROM evidence WHERE deleted = 0 ORDER BY key", [], &unreadable
            ) { try $0.sighting(from: name) }
            let sites = try all(db, "SELECT * FROM site", [], &unreadable) { row in
                (site: try row.site(from: name), changedAt: try row.stamp().changedAt)
            }
            if let found = sites.first { (state.site, state.siteCounter) = (found.site, found.changedAt) }
            return state
        }

        static func tidy(_ db: Database) throws {
            try forgetDeletions(db, keep: deletionsKept)
        }

        /// Forgets all but the newest deletions of each node, in each table.
        static func forgetDeletions(_ db: Database, keep: Int) throws {
            for node in try counters(db).map(\.node) {
                for table in ["device", "evidence"] {
                    let last = try Int64.fetchOne(
                        db,
                        sql: """
                            SELECT counter FROM \(table) WHERE node = ? AND deleted = 1
                            ORDER BY counter DESC LIMIT 1 OFFSET ?
                            """, arguments: [node, keep])
                    guard let last else { continue }
                    try db.execute(
                        sql: "DELETE FROM \(table) WHERE node = ? AND deleted = 1 AND counter <= ?",
                        arguments: [node, last])
                    // One horizon for both: the later one holds.
                    try db.execute(
                        sql: """
                            INSERT INTO horizon (node, counter) VALUES (?, ?)
                            ON CONFLICT (node) DO UPDATE SET counter = max(counter, excluded.counter)
                            """, arguments: [node, last])
                }
            }
        }
    }
#endif
