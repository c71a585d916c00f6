#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Service
    import Foundation

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a table (CSV) over into the site: all of it, or nothing if it has an error.",
            discussion: """
                The first row names the columns, in any order; those that are left out stay as they are. Rows are known by \
                what names them: they are added, or changed in what the file says. With --replace, rows that the file has \
                not go.

                \(columns)

                Of evidence, where the network saw devices, the latest row of a device counts.

                A site that a file declared (e911d apply) is changed there; --adopt makes it one that is edited here.
                """)

        private static var columns: String {
            TableArgument.allCases.map { table in
                let columns = table.columns.map { table.requiredColumns.contains($0) ? "\($0) (required)" : $0 }
                return "\(table.name): \(columns.joined(separator: ", "))"
            }.joined(separator: "\n")
        }

        @OptionGroup var options: ConfigurationOption
        @OptionGroup var difference: DifferenceOptions
        @Argument(help: "The table: \(TableArgument.allCases.map(\.name).joined(separator: ", ")).")
        var table: TableArgument
        @Argument(help: "The file; - for standard input.")
        var file: String
        @Flag(name: .long, help: "Remove the rows that the file has not.")
        var replace = false
        @Flag(name: .long, help: "Edit a site here that a file declared so far.")
        var adopt = false

        func run() async throws {
            let configuration = try options.read()
            switch table {
            case .site(let table): try await take(table, configuration)
            case .evidence: try await takeEvidence(configuration)
            }
        }

        private func take(_ table: SiteTable, _ configuration: DaemonConfiguration) async throws {
            let access = try SiteAccess(configuration)
            var site = try access.requiredSite
            if site.declared, !adopt, !difference.dryRun {
                printError("\(file): \(SiteEdit.declaredElsewhere); or e911d import --adopt, and it is edited here")
                throw ExitStatus.failure
            }
            let wasDeclared = site.declared
            site.declared = site.declared && !adopt
            let load = TableImport(
                table, into: site, replacing: replace, listeners: configuration.listeners.map(\.node))
            let source = TableFile(path: file)
            try source.read { load.read($0) }
            let outcome = load.finish()
            try source.tell(outcome.problems, leftOff: outcome.problemsLeftOff, isRefused: outcome.site == nil)
            guard let new = outcome.site else { return }
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
                by: SiteAccess.user, action: "import", detail: "\(table.rawValue): \(summary)",
                expected: access.counter, takesOver: adopt)
            difference.say("\(file): \(summary); \(try await access.replace(with: new, edit))")
        }

        /// Evidence belongs to no file, and a node counts what changes.
        private func takeEvidence(_ configuration: DaemonConfiguration) async throws {
            let report = try await EvidenceTransfer.take(
                TableFile(path: file), replacing: replace, isDryRun: difference.dryRun, configuration)
            if difference.json { return try printJSON(report) }
            let summary =
                "\(report.added) added, \(report.changed) changed, \(report.removed) removed, "
                + "\(report.unchanged) as they were, \(report.older) older than what is known"
            printLine(
                report.isDryRun
                    ? "\(file): \(summary); this was a dry run, and nothing was changed" : "\(file): \(summary)")
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
