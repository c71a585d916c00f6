#if Daemon
    import Dispatch
    import E911Store
    import E911Values

    /// Everything that a connection of a node needs to be made.
    struct PostgresServer: Sendable {
        let address: PostgresAddress
        let node: String
        let settings: PostgresStore.Settings
        let stop: StopSignal

        /// The oldest version of PostgreSQL that this works with.
        private static let oldest: Int64 = 14

        /// Connects and makes the session ready. Blocks.
        ///
        /// - Parameters:
        ///   - purpose: stands in the server's list of sessions, behind the node.
        ///   - writes: what an earlier session of the same purpose has not finished is not to come later than what this one
        ///     does, so it is ended: a server that was stopped goes on with it when it goes on.
        func connect(_ purpose: String, writes: Bool = false) throws -> PostgresConnection {
            let name = "e911d \(node) \(purpose)"
            let connection = try PostgresConnection(
                address, name: name, connectTime: settings.connectTime, answerTime: settings.answerTime, stop: stop)
            do {
                try prepare(connection)
                if writes {
                    try connection.query(
                        """
                        SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
                        WHERE application_name = current_setting('application_name') AND usename = current_user
                            AND datname = current_database() AND pid <> pg_backend_pid()
                        """)
                }
                return connection
            } catch {
                connection.close()
                throw error
            }
        }

        private func prepare(_ connection: PostgresConnection) throws {
            let milliseconds = settings.answerTime.wholeNanoseconds / 1_000_000
            try connection.query(
                """
                SELECT current_setting('server_encoding') AS encoding,
                    current_setting('server_version_num')::bigint / 10000 AS version, pg_is_in_recovery() AS standby,
                    set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
                    set_config('idle_in_transaction_session_timeout', '60s', false),
                    set_config('default_transaction_isolation', 'read committed', false)
                """, [.text("\(milliseconds)"), .text("\(min(2000, milliseconds / 2))")]
            ) { row in
                let version = try row.integer("version")
                guard version >= Self.oldest else {
                    throw PostgresError(
                        .unfit, "PostgreSQL \(version) is too old; version \(Self.oldest) or a later one is needed")
                }
                let encoding = try row.text("encoding")
                guard encoding == "UTF8" else {
                    throw PostgresError(.unfit, "the database has the encoding \(encoding); UTF8 is needed")
                }
                guard try !row.flag("standby") else {
                    throw PostgresError(.lost, "PostgreSQL is a standby, which takes no rows")
                }
            }
        }
    }

    /// Connections for those who read, each for one of them at a time.
    final class ReaderPool: Sendable {
        private struct State: Sendable {
            var idle: [PostgresConnection] = []
            var open = 0
            var isClosed = false
        }

        private enum Turn {
            case idle(PostgresConnection)
            /// One more may be made.
            case new
            case closed
        }

        /// So many connections at most.
        private static let connections = 3

        private let server: PostgresServer
        private let state = Monitor(State())

        init(_ server: PostgresServer) { self.server = server }

        /// Runs `body` with a connection that nobody else has meanwhile. Blocks.
        ///
        /// - Throws: ``StoreError``: that PostgreSQL does not answer, or what it says.
        func read<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
            do {
                let connection = try take()
                defer { give(connection) }
                return try body(connection)
            } catch let error as PostgresError {
                throw error.storeError
            }
        }

        /// The same, with all tables as they are at one moment.
        func snapshot<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
            try read { connection in
                try connection.transaction(PostgresConnection.snapshot) { try body(connection) }
            }
        }

        private func take() throws -> PostgresConnection {
            let deadline = DispatchTime.now() + server.settings.answerTime.dispatch
            let turn = state.wait(until: deadline) { state -> Turn? in
                if state.isClosed { return .closed }
                if let connection = state.idle.popLast() { return .idle(connection) }
                guard state.open < Self.connections else { return nil }
                state.open += 1
                return .new
            }
            switch turn {
            case nil: throw StoreError(.unavailable, "all connections to PostgreSQL are in use")
            case .closed: throw StoreError(.unavailable, "the store was closed")
            case .idle(let connection):
                // The server may have gone and come back since.
                if (try? connection.query("SELECT 1")) != nil { return connection }
                connection.close()
            case .new: break
            }
            do {
                let connection = try server.connect("reader")
                do {
                    let last = PostgresSchema.steps.last?.number ?? 0
                    try PostgresSchema.check(try PostgresSchema.installed(connection), knows: last)
                } catch {
                    connection.close()
                    throw error
                }
                return connection
            } catch {
                leave()
                throw error
            }
        }

        private func give(_ connection: PostgresConnection) {
            let isKept =
                connection.isFit
                && state.withLock { state in
                    guard !state.isClosed else { return false }
                    state.idle.append(connection)
                    return true
                }
            if isKept { return state.signal() }
            connection.close()
            leave()
        }

        private func leave() {
            state.withLock { $0.open -= 1 }
            state.signal()
        }

        func close() {
            let idle = state.withLock { state in
                state.isClosed = true
                defer { state.idle = [] }
                return state.idle
            }
            state.signal()
            for connection in idle { connection.close() }
        }
    }
#endif
