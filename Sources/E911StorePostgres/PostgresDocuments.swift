#if Daemon
    import E911Service
    import E911Store

    /// Documents in the table `document`, each with the version by the server's clock.
    struct PostgresDocuments: DocumentStore {
        let readers: ReaderPool
        let node: String

        /// Microseconds, and later than the version before if the clock was set back.
        private static let now = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

        func versions(of prefix: String) throws -> [DocumentVersion] {
            try readers.read { connection in
                try connection.rows(
                    "SELECT key, version, deleted FROM document WHERE starts_with(key, $1) ORDER BY key",
                    [.text(prefix)]
                ) {
                    DocumentVersion(
                        key: try $0.text("key"), version: try $0.integer("version"), isDeleted: try $0.flag("deleted"))
                }
            }
        }

        func document(_ key: String) throws -> StoredDocument? {
            try readers.snapshot { connection in
                // A picture may take its time on a slow line; a server that is silent is noticed all the same.
                try connection.query("SET LOCAL statement_timeout = 0")
                return try connection.rows(
                    "SELECT version, deleted, payload FROM document WHERE key = $1", [.text(key)]
                ) {
                    StoredDocument(
                        version: try $0.integer("version"),
                        payload: try $0.flag("deleted") ? nil : try $0.octets("payload"))
                }.first
            }
        }

        func write(_ key: String, _ payload: [UInt8]?, replacing version: Int64?) throws -> Int64? {
            var values: [StoreValue] = [.text(key), .text(node), .flag(payload == nil), .octets(payload ?? [])]
            let sql: String
            if let version {
                values.append(.integer(version))
                sql = """
                    UPDATE document SET node = $2, version = greatest(\(Self.now), version + 1), deleted = $3, payload = $4
                    WHERE key = $1 AND version = $5 RETURNING version
                    """
            } else {
                sql = """
                    INSERT INTO document (key, node, version, deleted, payload) VALUES ($1, $2, \(Self.now), $3, $4)
                    ON CONFLICT (key) DO NOTHING RETURNING version
                    """
            }
            let parameters = values
            return try readers.read { connection in
                try connection.rows(sql, parameters.map(PostgresParameter.value)) { try $0.integer("version") }.first
            }
        }
    }
#endif
