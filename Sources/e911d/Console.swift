#if Daemon
    import Alerting
    import E911Configuration
    import E911Console
    import E911Service
    import E911Store
    import E911Values
    import Foundation
    import SIPTransport
    import Synchronization

    /// The console of a daemon that answers calls whether or not the console can be opened: what fails is tried again.
    final class Console: Sendable {
        let hub: EventHub
        let screenPops: ScreenPopChannel
        private let configuration: DaemonConfiguration.Console
        private let files: SIPTransport.TLSFiles?
        private let state: String

        /// `nil` where none is configured.
        init?(_ configuration: DaemonConfiguration) {
            guard let console = configuration.console else { return nil }
            self.configuration = console
            files = configuration.consoleFiles
            state = configuration.state
            hub = EventHub(epoch: SQLiteStore.wallClock().milliseconds)
            screenPops = ScreenPopChannel(hub: hub)
        }

        /// An open console.
        final class Running: Sendable {
            private let opening: Task<ConsoleServer?, Never>
            private let sharing: Task<Void, Never>
            private let upkeep: Task<Void, Never>
            let accounts: Accounts
            private let files: SIPTransport.TLSFiles?
            private let log: Log

            fileprivate init(
                opening: Task<ConsoleServer?, Never>, sharing: Task<Void, Never>, upkeep: Task<Void, Never>,
                accounts: Accounts, files: TLSFiles?, log: Log
            ) {
                self.opening = opening
                self.sharing = sharing
                self.upkeep = upkeep
                self.accounts = accounts
                self.files = files
                self.log = log
            }

            /// Takes over a certificate that was renewed. Does not wait for a console that is not open: it reads the files when
            /// it opens.
            func reload() {
                guard let files else { return }
                Task { [opening, log] in
                    do {
                        if let problem = try files.check().first {
                            log.write(
                                Note(
                                    .alarm, "console.certificate", "The console's certificate should be renewed",
                                    [.init("reason", "\(problem)")]))
                        }
                        // One that could not be opened reads the files when it is.
                        guard let server = await opening.value else { return }
                        try server.reloadCertificate()
                        log.write(
                            Note(.notice, "console.reloaded", "The console has its certificate as it is on disk now"))
                    } catch {
                        log.write(
                            Note(
                                .alarm, "console.certificate",
                                "The console's certificate cannot be read again; the one in force stays",
                                [.init("reason", "\(error)")]))
                    }
                }
            }

            func stop() async {
                opening.cancel()
                sharing.cancel()
                upkeep.cancel()
                await opening.value?.stop()
            }
        }

        /// Opens it, now or as soon as that goes.
        func open(
            relay: CommandRelay, folder: StateFolder, findings: @escaping @Sendable () async -> [LintFinding], log: Log
        ) -> Running {
            let accounts = Accounts(
                Self.accounts(in: state, log), idle: configuration.session,
                clock: { SQLiteStore.wallClock().milliseconds }
            ) { state in
                if let octets = try? JSONEncoder().encode(state) { folder.writeAccounts([UInt8](octets)) }
            }
            let house = ConsoleHouse(
                version: version, ask: { await relay.ask($0) }, status: { await relay.status() },
                drain: { relay.submit(.drain($0)) }, archive: folder.archive, site: .files(state: state),
                listeners: { relay.listeners }, findings: findings, floorPlans: state + "/floor-plans", note: log.write,
                clock: { SQLiteStore.wallClock().milliseconds })
            var settings = ConsoleServer.Settings(endpoint: configuration.endpoint)
            settings.certificate = configuration.tls?.certificate
            settings.key = configuration.tls?.key
            settings.trustedProxies = configuration.trustedProxies
            let exchange = folder.documents.map {
                DocumentExchange(accounts: accounts, floorPlans: house.floorPlans, store: $0, note: log.write)
            }
            // Another node may have accounts.
            let first = FirstRun(accounts, waits: exchange != nil, state: state, log)
            let sharing = Task {
                var hasKey = configuration.publicURL == nil
                while let exchange, !Task.isCancelled {
                    let isAnswered = await exchange.agree()
                    first.tell(hasAsked: true)
                    if isAnswered, let documents = folder.documents, !hasKey {
                        hasKey = await shareLinkKey(documents, log)
                    }
                    try? await Task.sleep(for: DocumentExchange.interval)
                }
            }
            let opening = Task { [settings, hub, screenPops, configuration] in
                var told: String?
                while !Task.isCancelled {
                    do {
                        let server = try await ConsoleServer.start(
                            settings, house: house, accounts: accounts, hub: hub, screenPops: screenPops)
                        log.write(Note(.notice, "console.open", "The console is open", [.init("url", server.url)]))
                        first.tell(at: configuration.publicURL ?? server.url)
                        return server as ConsoleServer?
                    } catch let error as ConsoleServer.Failure {
                        if told != error.description {
                            log.write(
                                Note(
                                    .alarm, "console.closed", "The console cannot be opened; calls are answered",
                                    [.init("reason", error.description)]))
                        }
                        told = error.description
                    } catch {
                        return nil
                    }
                    try? await Task.sleep(for: .seconds(5))
                }
                return nil
            }
            return Running(
                opening: opening, sharing: sharing, upkeep: Retention.keep(configuration, folder.archive, relay, log),
                accounts: accounts,
                files: files, log: log)
        }

        /// A start whose store was slow has not compared it.
        ///
        /// - Returns: whether that is done.
        private func shareLinkKey(_ documents: any DocumentStore, _ log: Log) async -> Bool {
            let isSame = try? await BlockingWork.run { [state] in
                let own = try LinkKeyFile.key(folder: state)
                return try LinkKeyFile.shared(own, in: documents, folder: state) == own
            }
            if isSame == false {
                log.write(
                    Note(
                        .alarm, "links.key",
                        "The other node has another key of links to acknowledge: it is taken over by the next start"))
            }
            return isSame != nil
        }

        private static func accounts(in state: String, _ log: Log) -> AccountsState {
            do {
                guard let octets = try AccountsFile.read(folder: state) else { return AccountsState() }
                return try JSONDecoder().decode(AccountsState.self, from: Data(octets))
            } catch {
                log.write(
                    Note(
                        .alarm, "accounts.unreadable",
                        "Who may use the console cannot be read; nobody may until it can",
                        [.init("reason", "\(error)")]))
                // Not the first run: whoever finds the file broken must not become the administrator.
                return .closed
            }
        }
    }

    /// The link by which the first administrator is made, in a file that its owner alone can read.
    final class FirstRun: Sendable {
        private let accounts: Accounts
        private let path: String
        private let log: Log
        /// Where the console is, once it is open, and whether the link was told.
        private let told: Mutex<State>

        private struct State: Sendable {
            var base: String?
            /// The shared store has not been asked for accounts yet.
            var waits: Bool
            var isTold = false
        }

        init(_ accounts: Accounts, waits: Bool, state: String, _ log: Log) {
            told = Mutex(State(waits: waits))
            self.accounts = accounts
            path = state + "/first-run"
            self.log = log
        }

        /// Writes the link once the console is open, and takes it away when there is an account.
        ///
        /// - Parameters:
        ///   - base: the console has been opened there.
        ///   - hasAsked: the shared store has answered, or does not answer.
        func tell(at base: String? = nil, hasAsked: Bool = false) {
            told.withLock { told in
                told.base = base ?? told.base
                if hasAsked { told.waits = false }
                guard accounts.firstRun != nil else {
                    unlink(path)
                    return
                }
                guard let base = told.base, !told.waits, !told.isTold else { return }
                told.isTold = true
                write(base)
            }
        }

        private func write(_ base: String) {
            guard let secret = accounts.firstRun else { return }
            do {
                try Data("\(base)/setup#\(secret)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
                chmod(path, 0o600)
                log.write(
                    Note(
                        .notice, "console.first-run",
                        "The console has no account yet; a link in a file makes the first one",
                        [.init("file", path)]))
            } catch {
                log.write(
                    Note(
                        .alarm, "console.first-run", "The link for the first account cannot be written",
                        [.init("reason", error.localizedDescription)]))
            }
        }
    }

    /// Forgets what is older than the site keeps it.
    enum Retention {
        static func keep(
            _ configuration: DaemonConfiguration.Console, _ archive: any CallArchive, _ relay: CommandRelay, _ log: Log
        ) -> Task<Void, Never> {
            Task.detached(priority: .utility) {
                guard configuration.keepsCalls != nil || configuration.keepsAudit != nil else { return }
                while !Task.isCancelled {
                    let now = SQLiteStore.wallClock()
                    let order = PurgeOrder(
                        calls: configuration.keepsCalls.map { now + (.zero - $0) },
                        audit: configuration.keepsAudit.map { now + (.zero - $0) })
                    if let report = try? archive.purge(order), report.calls + report.alerts + report.audit > 0 {
                        _ = await relay.ask(
                            .audit(
                                AuditNote(
                                    who: "e911d", action: "purge",
                                    detail:
                                        "\(report.calls) calls, \(report.alerts) alerts, \(report.audit) entries of the audit log"
                                )))
                        log.write(
                            Note(
                                .notice, "store.purged", "What is older than it is kept was removed",
                                [
                                    .init("calls", "\(report.calls)"), .init("alerts", "\(report.alerts)"),
                                    .init("audit", "\(report.audit)"),
                                ]))
                    }
                    try? await Task.sleep(for: .seconds(3600))
                }
            }
        }
    }

    extension SiteForms {
        /// Those of `site.yaml`; relative paths in it begin at the state folder.
        static func files(state: String) -> SiteForms {
            SiteForms(
                json: { Array(SiteFile.json($0).utf8) }, yaml: { Array(SiteFile.write($0).utf8) },
                read: { octets in
                    let reading = SiteFile.read(octets: octets, file: state + "/site", files: .disk)
                    return Reading(
                        site: reading.problems.contains { $0.severity == .error } ? nil : reading.value,
                        problems: reading.problems.map {
                            LintFinding(
                                $0.severity == .error ? .error : .warning, $0.path, $0.reason, remedy: $0.remedy)
                        })
                },
                changes: { SiteFile.changes(from: $0, to: $1) })
        }
    }
#endif
