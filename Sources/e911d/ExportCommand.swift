#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Service
    import Foundation

    /// What can be exported: a table, or the whole site.
    enum Exported: ExpressibleByArgument, CaseIterable {
        case table(TableArgument)
        case site

        static var allCases: [Exported] { TableArgument.allCases.map { .table($0) } + [.site] }

        var name: String {
            switch self {
            case .table(let table): table.name
            case .site: "site"
            }
        }

        init?(argument: String) {
            guard let found = Self.allCases.first(where: { $0.name == argument }) else { return nil }
            self = found
        }

        static var allValueStrings: [String] { allCases.map(\.name) }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a table of the site as CSV, or the whole site as site.yaml.",
            discussion: "What is written, import and apply take back as it is.")

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The table: \(Exported.allCases.map(\.name).joined(separator: ", ")).")
        var table: Exported
        @Option(
            name: .long, help: "The file to write, which appears when all of it is there; standard output without it.")
        var output: String?

        func run() throws {
            let configuration = try options.read()
            var octets: [UInt8] = []
            switch table {
            case .table(.site(let table)): table.export(try SiteAccess(configuration).requiredSite) { octets += $0 }
            case .table(.evidence): try EvidenceTransfer.export(configuration) { octets += $0 }
            case .site: octets = Array(SiteFile.write(try SiteAccess(configuration).requiredSite).utf8)
            }
            guard let output else {
                var standard = LineOutput(descriptor: STDOUT_FILENO)
                guard standard.write(octets) else { throw Self.failed("standard output") }
                return
            }
            do {
                try Data(octets).write(to: URL(fileURLWithPath: output), options: .atomic)
            } catch {
                throw Self.failed("\(output): \(error.localizedDescription)")
            }
        }

        private static func failed(_ what: String) -> ExitCode {
            printError("\(what) cannot be written")
            return ExitStatus.failure
        }
    }
#endif
