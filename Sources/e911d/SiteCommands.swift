#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Store
    import E911Values
    import Foundation
    import SIPTransport

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is wrong with a configuration and a site, with file, line and column.",
            discussion: "Exit 0 when nothing is (warnings do not count), 78 when something is.")

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The site to check beside it.")
        var site: String?

        func run() throws {
            let daemon = DaemonFile.read(options.config)
            var problems = daemon.problems
            if let site {
                problems += SiteFile.read(site, listeners: daemon.value?.listeners.map(\.node) ?? []).problems
            }
            for problem in problems { printError("\(problem)") }
            guard !problems.contains(where: { $0.severity == .error }) else { throw ExitCode(78) }
            do {
                let expired = try daemon.value.flatMap { TransportSecurity($0) }?.check() ?? []
                for error in expired { printError("\(options.config): warning: TLS: \(error)") }
            } catch  where error.isForbidden {
                // This user may be another one than the daemon's.
                printError("\(options.config): warning: TLS: \(error)")
            } catch {
                printError("\(options.config): TLS: \(error)")
                throw ExitCode(78)
            }
            printLine("\(([options.config] + (site.map { [$0] } ?? [])).joined(separator: ", ")): fit to use")
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a site the one that answers; nothing changes if it has an error.",
            discussion: "A running daemon takes it over at once; without one it is written into the store.")

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The site.")
        var site: String

        func run() async throws {
            let configuration = try options.read()
            var declared = try SiteFile.read(site, listeners: configuration.listeners.map(\.node)).orExit()
            declared.declared = true
            let who = ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
            let path = ControlSocket.path(stateFolder: configuration.state)
            if ControlClient.isAnswered(path: path) {
                try asking(path) { client throws(ControlError) in
                    let _: Bool = try client.ask("apply", ApplyArguments(site: declared, by: who))
                }
                printLine("\(site): taken over by the running e911d")
            } else {
                DaemonProcess.keepFilesPrivate()
                try await write(declared, by: who, configuration)
                printLine("\(site): written to \(configuration.state); the next start takes it over")
            }
        }

        private func write(_ site: SiteConfiguration, by who: String, _ configuration: DaemonConfiguration) async throws
        {
            do {
                try await OfflineSite.write(site, by: who, folder: configuration.state, node: configuration.node)
            } catch let error as StoreError {
                printError("\(configuration.state): \(error.reason)")
                throw ExitCode.failure
            }
        }
    }

    /// Writes a site into the store of a folder that no daemon uses.
    enum OfflineSite {
        static func write(_ site: SiteConfiguration, by who: String, folder path: String, node: String) async throws {
            let (events, report) = AsyncStream.makeStream(of: StateFolder.Event.self)
            let (folder, found) = try StateFolder.open(path) { report.yield($0) }
            defer { folder.close() }
            let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            var queue = PersistenceQueue(node: node)
            let used = found.state.counters.filter { $0.node == node }.map(\.counter).max() ?? 0
            queue.begin(
                after: max(used, found.state.siteCounter, found.state.snapshot?.counter ?? 0), now: now)
            let row = queue.put(site)
            queue.put(AuditRecord(key: queue.nextKey(now), who: who, action: "apply", detail: site.name))
            let batches = queue.batches()
            for (batch, token) in batches { folder.persist(batch, token) }
            var open = Set(batches.map(\.1))
            for await event in events {
                switch event {
                case .store(.persisted(let tokens)):
                    open.subtract(tokens)
                    if open.isEmpty { folder.writeSnapshot(row) }
                case .store(.rejected(_, let reason)), .store(.failing(_, let reason)): throw ControlError(reason)
                case .snapshot(let failure):
                    if let failure { throw ControlError(failure) }
                    return
                default: break
                }
            }
        }
    }

    /// Runs `body` with a client of the daemon's control socket; what goes wrong is printed, and the exit is 1.
    func asking<Result>(
        _ path: String, _ body: (inout ControlClient) throws(ControlError) -> Result
    ) throws -> Result {
        do throws(ControlError) {
            var client = try ControlClient(path: path)
            return try body(&client)
        } catch {
            printError(error.description)
            throw ExitCode.failure
        }
    }
#endif
