#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB

    /// The chain of the audit log: each entry's hash covers the entry and the hash of the node's entry before it, so that an
    /// entry that was changed, taken out or put in between shows.
    enum AuditChain {
        /// `audit_hash(octets)`, which is NULL where there is no hash function.
        static func function(_ sha256: (@Sendable ([UInt8]) -> [UInt8])?) -> DatabaseFunction {
            DatabaseFunction("audit_hash", argumentCount: 1, pure: true) { values in
                guard let sha256, let octets = Data.fromDatabaseValue(values[0]) else { return nil }
                return Data(sha256([UInt8](octets)))
            }
        }

        static func record(_ row: Row) -> AuditRecord {
            AuditRecord(
                key: row.recordKey, who: row["who"], action: row["action"], detail: row["detail"],
                source: row["source"], changes: row["changes"])
        }

        /// What is hashed: the hash before, then each part behind its length, so that no two entries have the same octets.
        static func octets(_ record: AuditRecord, after previous: [UInt8]) -> [UInt8] {
            var octets = previous
            for part in [
                record.key.description, record.who, record.action, record.detail, record.source, record.changes,
            ] {
                withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { octets.append(contentsOf: $0) }
                octets.append(contentsOf: part.utf8)
            }
            return octets
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
                arguments: [Data(octets(record, after: previous.map { [UInt8]($0) } ?? [])), node, counter])
        }

        /// Follows the chain of each node. What was purged is no gap: the chain of a node begins with its first entry, whose
        /// link is `start`.
        static func check(_ db: Database) throws -> AuditCheck {
            var check = AuditCheck()
            for node in try String.fetchAll(db, sql: "SELECT DISTINCT node FROM audit ORDER BY node") {
                // The hash of the last entry that was purged.
                var previous = try Data.fetchOne(
                    db, sql: "SELECT hash FROM audit_purged WHERE node = ?", arguments: [node]
                ).map { [UInt8]($0) }
                let cursor = try Row.fetchCursor(
                    db, sql: "SELECT * FROM audit WHERE node = ? ORDER BY counter", arguments: [node])
                while let row = try cursor.next() {
                    let record = record(row)
                    let hash = (row["hash"] as Data?).map { [UInt8]($0) }
                    guard let hash else {
                        // Entries of before the chain stand before all others.
                        if previous != nil, check.breakAt == nil {
                            check.breakAt = record.key.description
                            check.reason = "the entry has no hash, and others before it have"
                        }
                        check.unchained += 1
                        continue
                    }
                    check.entries += 1
                    let expected = try Data.fetchOne(
                        db, sql: "SELECT audit_hash(?)", arguments: [Data(octets(record, after: previous ?? []))])
                    if check.breakAt == nil, expected.map({ [UInt8]($0) }) != hash {
                        check.breakAt = record.key.description
                        check.reason = "the entry, or the one before it, is not what was written"
                    }
                    previous = hash
                }
            }
            return check
        }
    }
#endif
