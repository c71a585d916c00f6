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
        static func interval(_ settings: StoreSettings, after rows: Int) -> Duration { settings.siteInterval }
        static let cacheKilobytes = 2_000
        static let checkpointPages = 1_000
        static let rowsPerCommit = 500
        static let splitsBatches = true
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

        static func write(_ stamped: Stamped<StoredRow>, _ db: Database) throws {
            let node = stamped.node
            let counter = Int64(bitPattern: stamped.counter)
            let changedAt = Int64(bitPattern: stamped.changedAt)
            switch stamped.row {
            case .device(let device):
                try db.cachedStatement(sql: deviceSQL).execute(
                    arguments: [
                        device.key, node, counter, false, device.callServer, device.aor, Data(device.payload),
                    ])
            case .deletedDevice(let key):
                try db.cachedStatement(sql: deviceSQL).execute(arguments: [key, node, counter, true, "", "", Data()])
            case .evidence(let row):
                try db.cachedStatement(sql: evidenceSQL).execute(
                    arguments: [row.key, node, counter, changedAt, false, Data(try EvidenceJSON.encode(row.sighting))])
            case .deletedEvidence(let key):
                try db.cachedStatement(sql: evidenceSQL).execute(
                    arguments: [key, node, counter, changedAt, true, Data()])
            case .site(let site):
                try db.cachedStatement(sql: siteSQL).execute(
                    arguments: [1, node, counter, changedAt, Data(try SiteJSON.encode(site))])
            case .call, .lease, .outbox, .audit, .node, .elin, .deletedELIN:
                break
            }
        }

        private static let deviceSQL = upsert(
            "device", key: ["key"], ["node", "counter", "deleted", "call_server", "aor", "payload"])
        private static let evidenceSQL = upsert(
            "evidence", key: ["key"], ["node", "counter", "changed_at", "deleted", "payload"])
        private static let siteSQL = upsert("site", key: ["id"], ["node", "counter", "changed_at", "payload"])

        static func load(_ db: Database, _ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState {
            var state = StoredState()
            state.devices = try all(db, "SELECT * FROM device WHERE deleted = 0 ORDER BY key", [], &unreadable, device)
            state.evidence = try all(
                db, "SELECT * FROM evidence WHERE deleted = 0 ORDER BY key", [], &unreadable
            ) { try sighting($0).sighting }
            let sites = try all(db, "SELECT * FROM site", [], &unreadable) { row in
                (site: try site(row), changedAt: UInt64(bitPattern: row["changed_at"] as Int64))
            }
            if let found = sites.first { (state.site, state.siteCounter) = (found.site, found.changedAt) }
            return state
        }

        static let tables = [
            ChangeTable(name: "device") { $0["deleted"] ? .deletedDevice($0["key"]) : .device(try device($0)) },
            ChangeTable(name: "evidence") {
                $0["deleted"] ? .deletedEvidence($0["key"]) : .evidence(try sighting($0))
            },
            ChangeTable(name: "site") { .site(try site($0)) },
        ]

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

        private static func device(_ row: Row) throws -> DeviceRow {
            let device = DeviceRow(payload: try row.octets("payload")[...])
            // It would be deleted by its own key, and the row would stay.
            let key: String = row["key"]
            guard device.key == key else {
                throw StoreError(.damaged, "\(name) has a device that is not the one of its key")
            }
            return device
        }

        private static func sighting(_ row: Row) throws -> EvidenceRow {
            EvidenceRow(try EvidenceJSON.decode(try row.octets("payload"), from: name))
        }

        private static func site(_ row: Row) throws -> SiteConfiguration {
            try SiteJSON.decode(try row.octets("payload"), from: name)
        }
    }
#endif
