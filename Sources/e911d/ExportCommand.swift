#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Service
    import E911Store
    import E911StorePostgres
    import Foundation

    /// What can be exported: a table, the whole site, or everything that the store holds.
    enum Exported: ExpressibleByArgument, CaseIterable {
        case table(TableArgument)
        case site
        case store

        static var allCases: [Exported] { TableArgument.allCases.map { .table($0) } + [.site, .store] }

        var name: String {
            switch self {
            case .table(let table): table.name
            case .site: "site"
            case .store: "store"
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
            discussion: """
                What is written, import and apply take back as it is.

                store is everything that the store holds, SQLite's or PostgreSQL's, in the same order and form: a JSON object a \
                line, for each row of each table. It is for looking and comparing; backup and migrate make copies.
                """)

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
            case .store: return try StoreExport.write(configuration, to: output, at: options.config)
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

        fileprivate static func failed(_ what: String) -> ExitCode {
            printError("\(what) cannot be written")
            return ExitStatus.failure
        }
    }

    /// The whole store, line by line.
    private enum StoreExport {
        /// - Parameter path: the file that appears when all of it is there; `nil` for standard output.
        static func write(_ configuration: DaemonConfiguration, to path: String?, at file: String) throws {
            let part = path.map { $0 + ".part" }
            var descriptor = STDOUT_FILENO
            if let part {
                descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { throw Export.failed(part) }
            }
            defer { if let part { unlink(part) } }
            var output = LineOutput(descriptor: descriptor)
            do {
                func export(_ transfer: some StoreTransfer) throws {
                    try transfer.read { table, rows in
                        var lines: [UInt8] = []
                        for row in rows { StoreLine.append(table, row, to: &lines) }
                        guard output.write(lines) else { throw Export.failed(part ?? "standard output") }
                    }
                }
                if let address = try configuration.storeAddressOrExit(at: file) {
                    try export(PostgresTransfer(address, node: configuration.node))
                } else {
                    try export(SQLiteTransfer(folder: configuration.state))
                }
            } catch let error as StoreError {
                printError(error.reason)
                throw ExitStatus.failure
            }
            guard let part, let path else { return }
            guard fsync(descriptor) == 0, close(descriptor) == 0, rename(part, path) == 0 else {
                throw Export.failed(path)
            }
        }
    }
#endif
