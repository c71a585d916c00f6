#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB

    /// The chain of the audit log in SQLite (``AuditWalk`` has what is hashed).
    enum AuditChain {
        /// `audit_hash(octets)`, which is NULL where there is no hash function.
        static func function(_ sha256: (@Sendable ([UInt8]) -> [UInt8])?) -> DatabaseFunction {
            DatabaseFunction("audit_hash", argumentCount: 1, pure: true) { values in
                guard let sha256, let octets = Data.fromDatabaseValue(values[0]) else { return nil }
                return Data(sha256([UInt8](octets)))
            }
        }

        /// Gives the entry of a counter, just written, its hash.
        static func link(_ record: AuditRecord, node: String, counter: Int64, _ db: Database) throws {
            var previous = try Data.fetchOne(
                db.cachedStatement(
                    sql: "SELECT hash FROM audit WHERE node = ? AND counter < ? ORDER BY counter DESC LIMIT 1"),
                arguments: [node, counter])
            // All that there was may have been purged.
            if previous == nil {
                previous = try Data.fetchOne(
                    db.cachedStatement(sql: "SELECT hash FROM audit_purged WHERE node = ?"), arguments: [node])
            }
            try db.cachedStatement(sql: "UPDATE audit SET hash = audit_hash(?) WHERE node = ? AND counter = ?").execute(
                arguments: [Data(AuditWalk.octets(record, after: previous.map { [UInt8]($0) } ?? [])), node, counter])
        }

        /// Follows the chain of each node.
        static func check(_ db: Database) throws -> AuditCheck {
            var walk = AuditWalk()
            for node in try String.fetchAll(db, sql: "SELECT DISTINCT node FROM audit ORDER BY node") {
                let purged = try Data.fetchOne(
                    db, sql: "SELECT hash FROM audit_purged WHERE node = ?", arguments: [node])
                walk.begin(after: purged.map { [UInt8]($0) })
                let cursor = try Row.fetchCursor(
                    db, sql: "SELECT * FROM audit WHERE node = ? ORDER BY counter", arguments: [node])
                while let row = try cursor.next() {
                    let hash = (row["hash"] as Data?).map { [UInt8]($0) }
                    try walk.follow(try row.audit(), hash: hash) { octets in
                        try Data.fetchOne(db, sql: "SELECT audit_hash(?)", arguments: [Data(octets)])
                            .map { [UInt8]($0) }
                    }
                }
            }
            return walk.check
        }
    }
#endif
