#if Daemon
    import CLibPQ
    import Dispatch
    import E911Store
    import Glibc

    /// A connection to PostgreSQL, which never waits longer than it may.
    ///
    /// A server that was stopped still acknowledges TCP, so that no timeout of a socket fires: the socket does not block, and
    /// each wait is a poll(2) with a deadline. A server owes something at least every ``answerTime``; how long the whole of an
    /// answer takes is not bounded by that.
    ///
    /// Unchecked, since libpq knows no threads: one thread at a time has it. Those of feeds and of the listener never leave their
    /// threads, and ``ReaderPool`` lends each to one reader and takes it back under its lock.
    final class PostgresConnection: @unchecked Sendable {
        private let handle: OpaquePointer
        private let answerTime: Duration
        private let stop: StopSignal
        private var isOpen = true

        /// Connects. Blocks, for `connectTime` at most beside looking up the host's name.
        ///
        /// - Parameter name: what the server's lists call the connection.
        init(
            _ address: PostgresAddress, name: String, connectTime: Duration, answerTime: Duration, stop: StopSignal
        ) throws(PostgresError) {
            let options = Self.options(address, name: name)
            let keywords = options.map { strdup($0.0) }
            let values = options.map { strdup($0.1) }
            defer { for text in keywords + values { free(text) } }
            guard
                let handle = PQconnectStartParams(
                    keywords.map { $0.map { UnsafePointer($0) } } + [nil],
                    values.map { $0.map { UnsafePointer($0) } } + [nil], 0)
            else { throw PostgresError(.lost, "no memory for a connection") }
            self.handle = handle
            self.answerTime = answerTime
            self.stop = stop
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
            do throws(PostgresError) {
                try connect(until: .now() + connectTime.dispatch)
            } catch {
                close()
                throw error
            }
        }

        deinit { close() }

        func close() {
            guard isOpen else { return }
            isOpen = false
            PQfinish(handle)
        }

        private static func options(_ address: PostgresAddress, name: String) -> [(String, String)] {
            var options = address.options.map { ($0.keyword, $0.value) }
            func set(_ keyword: String, _ value: String) {
                options.removeAll { $0.0 == keyword }
                options.append((keyword, value))
            }
            set("application_name", name)
            set("client_encoding", "UTF8")
            // Looking for tickets of Kerberos may wait for servers of its own.
            if address.value(of: "gssencmode") == nil { set("gssencmode", "disable") }
            return options
        }

        private func connect(until deadline: DispatchTime) throws(PostgresError) {
            guard PQstatus(handle) != CONNECTION_BAD else { throw lost() }
            var wanted = Int16(POLLOUT)
            while true {
                guard try wait(for: wanted, until: deadline) != 0 else {
                    throw PostgresError(.silent, "PostgreSQL did not answer in time while connecting")
                }
                switch PQconnectPoll(handle) {
                case PGRES_POLLING_READING: wanted = Int16(POLLIN)
                case PGRES_POLLING_WRITING: wanted = Int16(POLLOUT)
                case PGRES_POLLING_OK:
                    guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
                    return
                default: throw lost()
                }
            }
        }

        // MARK: Statements

        /// Runs one statement and hands out its rows as they come; nothing of the answer is kept.
        func query(
            _ sql: String, _ parameters: [PostgresParameter] = [], _ body: (PostgresRow) throws -> Void = { _ in }
        ) throws {
            try send(PostgresStatement(sql, parameters))
            PQsetSingleRowMode(handle)
            var columns: PostgresRow.Columns?
            var failure: (any Error)?
            while let result = try nextResult() {
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_SINGLE_TUPLE:
                    // After an error of who reads, the rest of the answer is let go.
                    guard failure == nil else { continue }
                    let known = columns ?? PostgresRow.Columns(result)
                    columns = known
                    do { try body(PostgresRow(result, 0, known)) } catch { failure = error }
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: continue
                default: failure = failure ?? error(of: result)
                }
            }
            if let failure { throw failure }
        }

        /// The rows of one statement.
        func rows<Value>(
            _ sql: String, _ parameters: [PostgresParameter] = [], _ read: (PostgresRow) throws -> Value
        ) throws -> [Value] {
            var values: [Value] = []
            try query(sql, parameters) { values.append(try read($0)) }
            return values
        }

        /// Runs statements in one transaction, with one wait for all of them: the server has committed all, or none.
        ///
        /// - Throws: what the first of them that failed says. If the connection was lost, nobody knows whether they were
        ///   committed.
        func commit(_ statements: [PostgresStatement]) throws(PostgresError) {
            guard PQenterPipelineMode(handle) == 1 else { throw lost() }
            for statement in statements {
                try send(statement)
                try flush()
            }
            // What stands before it is one transaction.
            guard PQpipelineSync(handle) == 1 else { throw lost() }
            var failure: PostgresError?
            while true {
                // Between the answers of two statements stands no result.
                guard let result = try nextResult() else { continue }
                defer { PQclear(result) }
                switch PQresultStatus(result) {
                case PGRES_PIPELINE_SYNC:
                    guard PQexitPipelineMode(handle) == 1 else { throw lost() }
                    if let failure { throw failure }
                    return
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_PIPELINE_ABORTED: continue
                default:
                    let failed = error(of: result)
                    failure = failure ?? failed
                    if failed.kind == .lost { throw failed }
                }
            }
        }

        /// Runs `body` in a transaction, which is taken back when that throws.
        func transaction<Value>(_ kind: String = "", _ body: () throws -> Value) throws -> Value {
            try query("BEGIN \(kind)")
            let value: Value
            do {
                value = try body()
            } catch {
                if isOpen, PQstatus(handle) == CONNECTION_OK { try? query("ROLLBACK") }
                throw error
            }
            try query("COMMIT")
            return value
        }

        /// What reads all tables as they are at one moment, however long that takes.
        static let snapshot = "ISOLATION LEVEL REPEATABLE READ READ ONLY"

        /// Whether the connection can be used for the next one.
        var isFit: Bool {
            isOpen && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
        }

        /// Waits for the next notifications, in the order in which their transactions were committed; empty at the deadline,
        /// or when the store is being closed.
        func notifications(until deadline: DispatchTime) throws(PostgresError) -> [String] {
            var payloads: [String] = []
            while true {
                while let notification = PQnotifies(handle) {
                    payloads.append(String(cString: notification.pointee.extra))
                    PQfreemem(notification)
                }
                guard payloads.isEmpty, stop.limit == nil,
                    try wait(for: Int16(POLLIN), until: deadline, isOwed: false) != 0
                else { return payloads }
                guard PQconsumeInput(handle) == 1 else { throw lost() }
            }
        }

        // MARK: Waiting

        private func send(_ statement: PostgresStatement) throws(PostgresError) {
            let parameters = statement.parameters
            var octets: [UInt8] = []
            octets.reserveCapacity(parameters.reduce(0) { $0 + ($1.octets?.count ?? 0) })
            var places: [Int?] = []
            for parameter in parameters {
                places.append(parameter.octets == nil ? nil : octets.count)
                octets += parameter.octets ?? []
            }
            // No parameter's octets begin behind the end.
            octets.append(0)
            let types = parameters.map { Oid($0.type) }
            let lengths = parameters.map { Int32(truncatingIfNeeded: $0.octets?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: parameters.count)
            let isSent = octets.withUnsafeBytes { buffer in
                let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
                let values = places.map { place in place.flatMap { place in start.map { $0 + place } } }
                return PQsendQueryParams(
                    handle, statement.sql, Int32(parameters.count), types, values, lengths, formats, 1)
            }
            guard isSent == 1 else { throw lost() }
        }

        /// Sends what is left to be sent, and reads meanwhile: the server may not read before it was read from.
        private func flush() throws(PostgresError) {
            while true {
                let left = PQflush(handle)
                guard left >= 0 else { throw lost() }
                guard left > 0 else { return }
                try move(for: Int16(POLLIN | POLLOUT))
            }
        }

        /// The next result; `nil` at the end of a statement's results.
        private func nextResult() throws(PostgresError) -> OpaquePointer? {
            while PQisBusy(handle) == 1 {
                let left = PQflush(handle)
                guard left >= 0 else { throw lost() }
                try move(for: Int16(left > 0 ? POLLIN | POLLOUT : POLLIN))
            }
            guard let result = PQgetResult(handle) else {
                // Within a pipeline this is the end of one statement; a broken connection has no more results at all.
                guard PQstatus(handle) == CONNECTION_OK else { throw lost() }
                return nil
            }
            return result
        }

        /// Waits until octets can move, and reads those that came.
        private func move(for events: Int16) throws(PostgresError) {
            let happened = try wait(for: events, until: .now() + answerTime.dispatch)
            guard happened != 0 else {
                throw PostgresError(.silent, "PostgreSQL has not answered for \(answerTime)")
            }
            if happened & Int16(POLLIN | POLLHUP | POLLERR) != 0, PQconsumeInput(handle) == 0 { throw lost() }
        }

        /// What happened to the socket; 0 at the deadline.
        ///
        /// - Parameter isOwed: if not, the wait ends, with 0, as soon as the store is being closed.
        private func wait(
            for events: Int16, until deadline: DispatchTime, isOwed: Bool = true
        ) throws(PostgresError) -> Int16 {
            while true {
                let limit = stop.limit
                if let limit, DispatchTime.now() >= limit {
                    throw PostgresError(.stopped, "the store was closed while PostgreSQL did not answer")
                }
                let end = limit.map { min($0, deadline) } ?? deadline
                var waited = [pollfd(fd: PQsocket(handle), events: events, revents: 0)]
                // Once it was given it would end each wait.
                if limit == nil { waited.append(pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)) }
                let count = poll(&waited, nfds_t(waited.count), end.millisecondsLeft)
                if count < 0, errno != EINTR { throw lost() }
                if waited[0].revents != 0 { return waited[0].revents }
                if DispatchTime.now() >= deadline { return 0 }
                if !isOwed, stop.limit != nil { return 0 }
            }
        }

        // MARK: Errors

        private func lost() -> PostgresError {
            PostgresError(.lost, "PostgreSQL: " + PostgresText.line(PQerrorMessage(handle)))
        }

        private func error(of result: OpaquePointer) -> PostgresError {
            guard let state = PQresultErrorField(result, clibpq_sqlstate) else { return lost() }
            let message = PQresultErrorField(result, clibpq_message).map { PostgresText.line($0) } ?? "no message"
            return PostgresError(
                .refused(String(cString: state)), "PostgreSQL error \(String(cString: state)): \(message)")
        }
    }
#endif
