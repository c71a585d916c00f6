#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Service
    import Foundation

    /// A table as a word of the command line.
    struct TableArgument: ExpressibleByArgument {
        var table: SiteTable

        init?(argument: String) {
            guard let table = SiteTable(rawValue: argument) else { return nil }
            self.table = table
        }

        static var allValueStrings: [String] { SiteTable.allCases.map(\.rawValue) }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a table (CSV) over into the site: all of it, or nothing if it has an error.",
            discussion: """
                The first row names the columns, in any order; those that are left out stay as they are. Rows are known by \
                what names them: they are added, or changed in what the file says. With --replace, rows that the file has \
                not go.

                \(columns)

                A site that a file declared (e911d apply) is changed there; --adopt makes it one that is edited here.
                """)

        private static var columns: String {
            SiteTable.allCases.map { table in
                let columns = table.columns.map { table.requiredColumns.contains($0) ? "\($0) (required)" : $0 }
                return "\(table.rawValue): \(columns.joined(separator: ", "))"
            }.joined(separator: "\n")
        }

        @OptionGroup var options: ConfigurationOption
        @OptionGroup var difference: DifferenceOptions
        @Argument(help: "The table: \(SiteTable.allCases.map(\.rawValue).joined(separator: ", ")).")
        var table: TableArgument
        @Argument(help: "The file; - for standard input.")
        var file: String
        @Flag(name: .long, help: "Remove the rows that the file has not.")
        var replace = false
        @Flag(name: .long, help: "Edit a site here that a file declared so far.")
        var adopt = false

        func run() async throws {
            let configuration = try options.read()
            let access = try SiteAccess(configuration)
            guard var site = access.site else {
                printError("\(configuration.state): there is no site yet; e911d apply site.yaml makes one")
                throw ExitStatus.failure
            }
            if site.declared, !adopt, !difference.dryRun {
                printError("\(file): \(SiteEdit.declaredElsewhere); or e911d import --adopt, and it is edited here")
                throw ExitStatus.failure
            }
            let wasDeclared = site.declared
            site.declared = site.declared && !adopt
            let outcome = try read(into: site, configuration)
            for problem in outcome.problems { printError("\(place(of: problem)): \(problem)") }
            if outcome.problemsLeftOff > 0 { printError("\(file): and \(outcome.problemsLeftOff) more") }
            guard let new = outcome.site else {
                printError("\(file): nothing was changed")
                throw ExitStatus.wrongFile
            }
            let summary = Self.summary(outcome)
            try difference.show(outcome.changes, unchanged: outcome.unchanged)
            if difference.dryRun {
                if wasDeclared, !adopt {
                    printError("\(file): \(SiteEdit.declaredElsewhere); or import it with --adopt")
                }
                return difference.say("\(file): \(summary); this was a dry run, and nothing was changed")
            }
            guard new != access.site else { return difference.say("\(file): no difference") }
            let edit = SiteEdit(
                by: SiteAccess.user, action: "import", detail: "\(table.table.rawValue): \(summary)",
                expected: access.counter, takesOver: adopt)
            difference.say("\(file): \(summary); \(try await access.replace(with: new, edit))")
        }

        private func read(
            into site: SiteConfiguration, _ configuration: DaemonConfiguration
        ) throws -> TableImport.Outcome {
            let load = TableImport(
                table.table, into: site, replacing: replace, listeners: configuration.listeners.map(\.node))
            let handle: FileHandle
            if file == "-" {
                handle = .standardInput
            } else {
                let descriptor = open(file, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else {
                    printError("\(file): \(String(cString: strerror(errno)))")
                    throw ExitStatus.wrongFile
                }
                handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            }
            do {
                while let piece = try handle.read(upToCount: 1 << 16), !piece.isEmpty { load.read([UInt8](piece).span) }
            } catch {
                printError("\(file): it cannot be read: \(error.localizedDescription)")
                throw ExitStatus.wrongFile
            }
            return load.finish()
        }

        private func place(of problem: TableProblem) -> String {
            problem.line.map { "\(file):\($0)" } ?? file
        }

        private static func summary(_ outcome: TableImport.Outcome) -> String {
            "\(outcome.count(.added)) added, \(outcome.count(.changed)) changed, \(outcome.count(.removed)) removed, "
                + "\(outcome.unchanged) as they were"
        }
    }

    /// What would change, or did.
    struct DifferenceOptions: ParsableArguments {
        @Flag(name: .long, help: "Only say what would change.")
        var dryRun = false
        @Option(name: .long, help: "How many changes are shown at most; the others are counted.")
        var show = 1000
        @Flag(name: .long, help: "Print the changes as JSON, all of them, for programs.")
        var json = false

        struct Report: Encodable {
            var changes: [SiteChange]
            var unchanged: Int?
            var dryRun: Bool
        }

        /// Prints changes: in a dry run each, else only where programs want them.
        func show(_ changes: [SiteChange], unchanged: Int? = nil) throws {
            if json { return try printJSON(Report(changes: changes, unchanged: unchanged, dryRun: dryRun)) }
            guard dryRun else { return }
            for change in changes.prefix(max(0, show)) { printLine(change.description) }
            if changes.count > show { printLine("and \(changes.count - max(0, show)) more") }
        }

        /// Says how it ended, where people read.
        func say(_ text: String) {
            if !json { printLine(text) }
        }
    }
#endif
