#if Daemon
    import E911Configuration
    import E911Control
    import E911Service
    import E911Store
    import E911Values
    import Foundation
    import Locations
    import SIPCore

    /// The table `evidence`, which is no part of the site: a node keeps it row by row.
    enum EvidenceTransfer {
        /// Takes a file over, or says what that would change.
        static func take(
            _ file: TableFile, replacing: Bool, isDryRun: Bool, _ configuration: DaemonConfiguration
        ) async throws -> EvidenceReport {
            let source = "import \(URL(fileURLWithPath: file.path).lastPathComponent)"
            let sheet = EvidenceSheet(source: source, now: .present)
            try file.read { sheet.read($0) }
            let outcome = sheet.finish()
            try file.tell(outcome.problems, leftOff: outcome.problemsLeftOff, isRefused: outcome.hasErrors)
            let batch = EvidenceBatch(
                rows: outcome.rows, replaces: replacing, source: source, by: SiteAccess.user, isDryRun: isDryRun)
            let path = ControlSocket.path(stateFolder: configuration.state)
            if ControlClient.isAnswered(path: path) {
                return try asking(path) { client throws(ControlError) in
                    try client.ask("import-evidence", batch, within: 300)
                }
            }
            return try await writingOffline(configuration) { try await OfflineEvidence.take(batch, configuration) }
        }

        /// All rows as a table, a piece for each page of them.
        static func export(_ configuration: DaemonConfiguration, _ write: ([UInt8]) -> Void) throws {
            var writer = CSVWriter()
            EvidenceSheet.begin(&writer)
            do throws(ControlError) {
                let client = try NodeClient(configuration)
                var next: String?
                repeat {
                    let page: EvidencePage = try client.ask(
                        "evidence", PageArguments(after: next, limit: 1000, devices: nil))
                    for row in page.rows { EvidenceSheet.append(row, to: &writer) }
                    write(writer.take())
                    next = page.next
                } while next != nil
            } catch {
                printError(error.description)
                throw ExitStatus.failure
            }
        }
    }

    /// Evidence for a folder that no daemon uses: a node is made of it, takes the rows, and what it wants to keep is kept.
    /// It does nothing else that it would like to do.
    enum OfflineEvidence {
        static func take(_ batch: EvidenceBatch, _ configuration: DaemonConfiguration) async throws -> EvidenceReport {
            let (events, report) = AsyncStream.makeStream(of: StateFolder.Event.self)
            let (folder, found) = try StateFolder.open(configuration) { report.yield($0) }
            defer { folder.close() }
            guard found.storeAvailable else { throw ControlError("the store cannot be read") }
            // Its time stands: only what is due at once happens.
            let now = Now(monotonic: .zero, wall: .present)
            var node = E911Node(
                configuration: configuration.nodeConfiguration(software: "e911d/\(version)"), identifiers: .system())
            var waiting: Set<PersistToken> = []
            var answer: NodeAnswer?
            func perform(_ effects: [SIPEffect<NodeEffect>]) {
                for case .other(let effect) in effects {
                    switch effect {
                    case .persist(let rows, let token):
                        waiting.insert(token)
                        folder.persist(rows, token)
                    case .answer(let given, _): answer = given
                    default: break
                    }
                }
            }
            perform(node.handle(.command(.restore(found.state, storeAvailable: true)), now: now))
            perform(node.handle(.command(.query(.importEvidence(batch), QueryToken(rawValue: 1))), now: now))
            while answer == nil { perform(node.advance(to: now)) }
            guard case .evidenceTaken(let taken)? = answer else {
                if case .evidenceRefused(let problems, _)? = answer {
                    throw ControlError(problems.map(\.description).joined(separator: "\n"))
                }
                throw ControlError("the rows were refused")
            }
            guard !waiting.isEmpty else { return taken }
            for await event in events {
                switch event {
                case .store(.persisted(let tokens)):
                    for token in tokens {
                        waiting.remove(token)
                        perform(node.handle(.command(.persisted(token, failure: nil)), now: now))
                    }
                    if waiting.isEmpty { return taken }
                case .store(.rejected(_, let reason)), .store(.failing(_, let reason)): throw ControlError(reason)
                default: break
                }
            }
            throw ControlError("the store ended")
        }
    }
#endif
