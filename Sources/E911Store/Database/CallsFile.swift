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
        static func interval(_ settings: StoreSettings, after rows: Int) -> Duration {
            rows < settings.busyRows ? settings.callsInterval : settings.busyCallsInterval
        }
        static let cacheKilobytes = 16_000
        static let checkpointPages = 8_000
        static let rowsPerCommit = 20_000
        static let splitsBatches = false

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
        }

        static func write(_ stamped: Stamped<StoredRow>, _ db: Database) throws {
            let node = stamped.node
            let counter = Int64(bitPattern: stamped.counter)
            let changedAt = Int64(bitPattern: stamped.changedAt)
            switch stamped.row {
            case .call(let call):
                try db.cachedStatement(sql: callSQL).execute(
                    arguments: [
                        call.key.time.milliseconds, call.key.node, Int64(bitPattern: call.key.counter), node, counter,
                        call.kind.rawValue, call.outcome.rawValue, call.flags.rawValue, call.status, call.callServer,
                        call.callerDN, call.dialled, call.callID, call.device, call.location,
                        call.elin.map { Int64($0.digits) }, Data(call.encoded()),
                    ])
            case .lease(let lease):
                try db.cachedStatement(sql: leaseSQL).execute(
                    arguments: [
                        Int64(lease.elin.digits), node, counter, lease.call.description, lease.callServer, lease.device,
                        lease.callerDN, lease.place, lease.takenAt.milliseconds, lease.expiresAt.milliseconds,
                    ])
            case .outbox(let row):
                try db.cachedStatement(sql: outboxSQL).execute(
                    arguments: [
                        row.key.time.milliseconds, row.key.node, Int64(bitPattern: row.key.counter), node, counter,
                        row.isSettled, Data(row.payload),
                    ])
            case .audit(let row):
                try db.cachedStatement(sql: auditSQL).execute(
                    arguments: [
                        row.key.time.milliseconds, row.key.node, Int64(bitPattern: row.key.counter), node, counter,
                        row.who, row.action, row.detail, row.source, row.changes,
                    ])
                try AuditChain.link(row, node: node, counter: counter, db)
            case .elin(let row):
                try db.cachedStatement(sql: elinSQL).execute(
                    arguments: [
                        Int64(row.elin.digits), node, counter, changedAt, false, row.binding?.place.rawValue ?? "",
                        Data(row.encoded()),
                    ])
            case .deletedELIN(let number):
                try db.cachedStatement(sql: elinSQL).execute(
                    arguments: [Int64(number.digits), node, counter, changedAt, true, "", Data()])
            case .node(let row):
                try db.cachedStatement(sql: nodeSQL).execute(arguments: [row.name, node, counter, Data(row.encoded())])
            case .device, .deletedDevice, .evidence, .deletedEvidence, .site:
                break
            }
        }

        /// A call that was acknowledged is not set back when an older record of it is read from the journal again.
        private static let callSQL =
            upsert(
                "call", key: ["time", "origin", "number"],
                [
                    "node", "counter", "kind", "outcome", "flags", "status", "call_server", "caller_dn", "dialled",
                    "call_id", "device", "location", "elin", "payload",
                ]) + " WHERE excluded.outcome <> 0 OR call.outcome = 0"
        private static let leaseSQL = upsert(
            "lease", key: ["elin"],
            ["node", "counter", "call", "call_server", "device", "caller_dn", "place", "taken_at", "expires_at"])
        private static let outboxSQL = upsert(
            "outbox", key: ["time", "origin", "number"], ["node", "counter", "settled", "payload"])
        private static let elinSQL = upsert(
            "elin", key: ["elin"], ["node", "counter", "changed_at", "deleted", "place", "payload"])
        private static let nodeSQL = upsert("node", key: ["name"], ["node", "counter", "payload"])
        private static let auditSQL = upsert(
            "audit", key: ["time", "origin", "number"],
            ["node", "counter", "who", "action", "detail", "source", "changes"])

        static func load(_ db: Database, _ choice: LoadChoice, _ unreadable: inout Int) throws -> StoredState {
            var state = StoredState()
            state.calls = try all(
                db, "SELECT payload FROM call ORDER BY time DESC, origin DESC, number DESC LIMIT ?", [choice.calls],
                &unreadable, call
            ).reversed()
            state.leases = try all(
                db, "SELECT * FROM lease WHERE expires_at > ? ORDER BY taken_at, elin", [choice.now.milliseconds],
                &unreadable, lease
            )
            state.outbox = try all(
                db, "SELECT * FROM outbox WHERE settled = 0 ORDER BY time, origin, number", [], &unreadable, outbox)
            let counter = try Int64.fetchOne(db, sql: "SELECT max(changed_at) FROM elin") ?? 0
            state.elins = StoredELINs(
                rows: try all(db, "SELECT * FROM elin WHERE deleted = 0 ORDER BY elin", [], &unreadable, elin),
                counter: UInt64(bitPattern: counter))
            return state
        }

        static let tables = [
            ChangeTable(name: "call") { .call(try call($0)) },
            ChangeTable(name: "lease") { .lease(try lease($0)) },
            ChangeTable(name: "outbox") { .outbox(try outbox($0)) },
            ChangeTable(name: "audit") {
                .audit(AuditChain.record($0))
            },
            ChangeTable(name: "node") { .node(try heartbeat($0)) },
            ChangeTable(name: "elin") { $0["deleted"] ? .deletedELIN(try number($0)) : .elin(try elin($0)) },
        ]

        private static func heartbeat(_ row: Row) throws -> NodeRow {
            let payload = try row.octets("payload")
            guard let node = NodeRow(encoded: payload.span) else {
                throw StoreError(.damaged, "\(name) has a node that cannot be read")
            }
            return node
        }

        private static func elin(_ row: Row) throws -> ELINRow {
            let payload = try row.octets("payload")
            guard let elin = ELINRow(encoded: payload.span) else {
                throw StoreError(.damaged, "\(name) has an ELIN that cannot be read")
            }
            return elin
        }

        private static func number(_ row: Row) throws -> TelephoneNumber {
            guard let number = TelephoneNumber(digits: UInt64(bitPattern: row["elin"] as Int64)) else {
                throw StoreError(.damaged, "\(name) has an ELIN that is no number")
            }
            return number
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

        static func call(_ row: Row) throws -> CallRecord {
            let payload = try row.octets("payload")
            guard let call = CallRecord(encoded: payload.span) else {
                throw StoreError(.damaged, "\(name) has a call that cannot be read")
            }
            return call
        }

        private static func lease(_ row: Row) throws -> LeaseRecord {
            guard let elin = TelephoneNumber(digits: UInt64(bitPattern: row["elin"] as Int64)),
                let call = RecordKey(row["call"] as String)
            else { throw StoreError(.damaged, "\(name) has a lease that cannot be read") }
            return LeaseRecord(
                elin: elin, call: call, callServer: row["call_server"], device: row["device"],
                callerDN: row["caller_dn"],
                place: row["place"], takenAt: WallTime(milliseconds: row["taken_at"]),
                expiresAt: WallTime(milliseconds: row["expires_at"]))
        }

        static func outbox(_ row: Row) throws -> OutboxRow {
            OutboxRow(key: row.recordKey, isSettled: row["settled"], payload: try row.octets("payload"))
        }
    }
#endif
