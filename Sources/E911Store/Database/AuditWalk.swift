#if Daemon
    package import E911Service
    import E911Values

    /// The chain of the audit log: each entry's hash covers the entry and the hash of the node's entry before it, so that an
    /// entry that was changed, taken out or put in between shows.
    package struct AuditWalk {
        package private(set) var check = AuditCheck()
        private var previous: [UInt8]?

        package init() {}

        /// What is hashed: the hash before, then each part behind its length, so that no two entries have the same octets.
        package static func octets(_ record: AuditRecord, after previous: [UInt8]) -> [UInt8] {
            var octets = previous
            for part in [
                record.key.description, record.who, record.action, record.detail, record.source, record.changes,
            ] {
                withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { octets.append(contentsOf: $0) }
                octets.append(contentsOf: part.utf8)
            }
            return octets
        }

        /// The entries of the next node follow, in the order of their counters.
        ///
        /// - Parameter purged: the hash of the last entry that was purged. What was purged is no gap.
        package mutating func begin(after purged: [UInt8]?) { previous = purged }

        /// Follows the chain by one entry.
        package mutating func follow(
            _ record: AuditRecord, hash: [UInt8]?, sha256: ([UInt8]) throws -> [UInt8]?
        ) rethrows {
            guard let hash else {
                // Entries of before the chain stand before all others.
                if previous != nil { breaks(at: record, "the entry has no hash, and others before it have") }
                check.unchained += 1
                return
            }
            check.entries += 1
            if try sha256(Self.octets(record, after: previous ?? [])) != hash {
                breaks(at: record, "the entry, or the one before it, is not what was written")
            }
            previous = hash
        }

        private mutating func breaks(at record: AuditRecord, _ reason: String) {
            guard check.breakAt == nil else { return }
            check.breakAt = record.key.description
            check.reason = reason
        }
    }
#endif
