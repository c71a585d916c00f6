#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Control
    import E911Service
    import E911Store
    import E911StorePostgres
    import Foundation
    import Synchronization

    /// A kind of store that can be migrated from and to.
    enum StoreArgument: String, CaseIterable, ExpressibleByArgument {
        case sqlite, postgres
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take everything that the store holds from SQLite to PostgreSQL, or back.",
            discussion: """
                No e911d may use the state folder meanwhile, and no node the database. All rows are there in the end, compared \
                one by one, or none: whatever ends it in the middle, it is begun again. What was there before stays as it is; \
                which of the two is used, store: in e911d.yaml says. The journal is left where it is.
                """)

        @OptionGroup var options: ConfigurationOption
        @Option(name: .long, help: "Where the rows are: sqlite or postgres.")
        var from: StoreArgument
        @Option(name: .long, help: "Where they go.")
        var to: StoreArgument
        @Option(
            name: .long,
            help:
                "The database, as a connection string; without it the one of store: in the configuration. Everybody on the machine sees a password in it: use passfile=."
        )
        var postgres: String?
        @Flag(
            name: .long,
            help:
                "Rows that are there already go. Files of SQLite are kept in the folder 'replaced' of the state folder."
        )
        var replace = false

        func validate() throws {
            guard from != to else { throw ValidationError("--from and --to are the same") }
        }

        func run() async throws {
            let configuration = try options.read()
            let address = try address(configuration)
            DaemonProcess.keepFilesPrivate()
            let state = configuration.state
            guard !ControlClient.isAnswered(path: ControlSocket.path(stateFolder: state)) else {
                printError("\(state): e911d runs on it; stop it first")
                throw ExitStatus.failure
            }
            let sqlite = SQLiteTransfer(folder: state)
            let shared = PostgresTransfer(address, node: configuration.node)
            try await writingOffline(configuration) {
                guard FileManager.default.fileExists(atPath: state) else {
                    throw StoreError(.unavailable, "there is no state folder")
                }
                let lock = try StateLock(folder: state, patience: .seconds(2))
                defer { withExtendedLifetime(lock) {} }
                switch from {
                case .sqlite: try copy(sqlite, state, to: shared, "\(address)")
                case .postgres: try copy(shared, "\(address)", to: sqlite, state)
                }
            }
        }

        private func address(_ configuration: DaemonConfiguration) throws -> PostgresAddress {
            guard let postgres else {
                if let address = try configuration.storeAddressOrExit(at: options.config) { return address }
                printError("\(options.config): store: names no database; give one with --postgres")
                throw ExitStatus.failure
            }
            do throws(StoreError) {
                return try PostgresAddress(postgres)
            } catch {
                printError("--postgres: \(error.reason)")
                throw ExitStatus.failure
            }
        }

        private func copy(
            _ source: some StoreTransfer, _ sourceName: String, to target: some StoreTransfer, _ targetName: String
        ) throws {
            let total = try source.count()
            let done = Atomic<Int64>(0)
            try ProgressLine.during(
                "writing \(targetName)", total: total, of: .rows, done: { done.load(ordering: .relaxed) }
            ) {
                try transfer(from: source, to: target, replacing: replace) { done.add($0, ordering: .relaxed) }
            }
            let difference = try ProgressLine.during("comparing") {
                let written = try StoreSummary(of: target, sha256: SHA256.hash)
                return try StoreSummary(of: source, sha256: SHA256.hash).difference(from: written)
            }
            guard difference.isEmpty else {
                let tables = difference.map(\.name).joined(separator: ", ")
                throw StoreError(.damaged, "\(targetName) does not hold what \(sourceName) does, in: \(tables)")
            }
            printLine("\(targetName): \(total) rows, the same as in \(sourceName)")
        }
    }
#endif
