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
            let read = site.map { SiteFile.read($0, listeners: daemon.value?.listeners.map(\.node) ?? []) }
            problems += read?.problems ?? []
            for problem in problems { printError("\(problem)") }
            guard !problems.contains(where: { $0.severity == .error }) else { throw ExitStatus.wrongFile }
            do {
                let expired = try daemon.value.flatMap { TransportSecurity($0) }?.check() ?? []
                for error in expired { printError("\(options.config): warning: TLS: \(error)") }
            } catch  where error.isForbidden {
                // This user may be another one than the daemon's.
                printError("\(options.config): warning: TLS: \(error)")
            } catch {
                printError("\(options.config): TLS: \(error)")
                throw ExitStatus.wrongFile
            }
            // Whatever is wrong with it, calls are answered; so it keeps nobody from starting.
            do {
                for error in try daemon.value?.consoleFiles?.check() ?? [] {
                    printError("\(options.config): warning: console: \(error)")
                }
            } catch {
                printError("\(options.config): warning: console: \(error)")
            }
            if let daemon = daemon.value {
                do {
                    try Channels.check(daemon)
                    _ = try daemon.store.address()
                } catch {
                    var problem = ConfigurationProblem(startFailure: error, of: daemon, at: options.config)
                    if (error as? WrongConfiguration)?.isForbidden == true { problem.severity = .warning }
                    printError("\(problem)")
                    if problem.severity == .error { throw ExitStatus.wrongFile }
                }
            }
            if let site, let known = read?.value, let channels = daemon.value?.channels {
                for name in SiteCheck.unreachable(in: known, by: channels) {
                    printError(
                        "\(site): warning: recipients: \(options.config) has no channel by which '\(name)' can be told")
                }
            }
            printLine("\(([options.config] + (site.map { [$0] } ?? [])).joined(separator: ", ")): fit to use")
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a site the one that answers; nothing changes if it has an error.",
            discussion: """
                A running daemon takes it over at once; without one it is written into the store. From then on the site is \
                changed in the file and applied again; --dry-run says what that would change.
                """)

        @OptionGroup var options: ConfigurationOption
        @OptionGroup var difference: DifferenceOptions
        @Argument(help: "The site.")
        var site: String

        func run() async throws {
            let configuration = try options.read()
            var declared = try SiteFile.read(site, listeners: configuration.listeners.map(\.node)).orExit()
            declared.declared = true
            let access = try SiteAccess(configuration)
            let changes = SiteFile.changes(from: access.site, to: declared)
            try difference.show(changes)
            if let old = access.site, !old.declared {
                printError("\(site): warning: the site was edited with import; e911d export site keeps what it is now")
            }
            if difference.dryRun {
                let count = changes.count == 1 ? "1 change" : "\(changes.count) changes"
                return difference.say("\(site): \(count); this was a dry run, and nothing was changed")
            }
            let edit = SiteEdit(by: SiteAccess.user, action: "apply", expected: access.counter)
            difference.say("\(site): \(try await access.replace(with: declared, edit))")
        }
    }

    /// Runs `body` with a client of the daemon's control socket; what goes wrong is printed, and the exit is 1.
    ///
    /// - Parameter showing: what a terminal shows while it lasts.
    func asking<Result>(
        _ path: String, showing: String? = "e911d works on it",
        _ body: (inout ControlClient) throws(ControlError) -> Result
    ) throws -> Result {
        do throws(ControlError) {
            var client = try ControlClient(path: path)
            guard let showing else { return try body(&client) }
            return try ProgressLine.during(showing) { () throws(ControlError) in try body(&client) }
        } catch {
            printError(error.description)
            throw ExitStatus.failure
        }
    }
#endif
