#if Daemon
    import Alerting
    import E911Service
    import E911Values
    import HTTPTypes

    /// All operations of the API.
    struct APIRoutes: Sendable {
        static let prefix = "/api/v1"

        let house: ConsoleHouse
        let accounts: Accounts
        let events: EventHub
        let screenPops: ScreenPopChannel

        var operations: [Operation] {
            sessionOperations + nodeOperations + callOperations + alertOperations + deviceOperations
                + siteOperations + tableOperations + numberOperations + accountOperations + auditOperations
                + eventOperations
        }

        // MARK: What several of them do

        /// Asks the node; what it refuses is a problem.
        func ask(_ query: NodeQuery) async throws -> NodeAnswer {
            let answer = await house.ask(query)
            if case .refused(let reasons) = answer { throw Problem.refused(reasons) }
            return answer
        }

        /// Reads from the store, on a thread that may block.
        func archive<Value: Sendable>(_ body: @escaping @Sendable (any CallArchive) throws -> Value) async throws
            -> Value
        {
            let archive = house.archive
            do {
                return try await BlockingWork.run { try body(archive) }
            } catch let problem as Problem {
                throw problem
            } catch {
                throw Problem(503, "The store cannot answer at present", "\(error)", retryAfter: 5)
            }
        }

        /// Writes an entry of the audit log for somebody's change.
        func audit(
            _ request: APIRequest, _ action: String, _ detail: String, _ changes: [SiteChange] = [], who: String? = nil
        ) async {
            let text =
                changes.isEmpty ? "" : (try? JSON.octets(changes)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            _ = await house.ask(
                .audit(
                    AuditNote(
                        who: who ?? request.who, action: action, detail: detail, source: request.source, changes: text))
            )
        }

        static func key(_ text: String) throws -> RecordKey {
            guard let key = RecordKey(text) else { throw Problem.notFound("'\(text)' is no key") }
            return key
        }

        static func after(_ request: APIRequest) throws -> RecordKey? {
            try request.value("after", "the `next` of a page") { RecordKey($0) }
        }
    }
#endif
