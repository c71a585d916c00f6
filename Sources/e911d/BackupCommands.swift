#if Daemon
    import ArgumentParser
    import Dispatch
    import E911Configuration
    import E911Control
    import E911Service
    import E911Store
    import E911StorePostgres
    import E911Values
    import Foundation

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy what e911d knows into a new folder, while it runs or not.",
            discussion: """
                The databases as they are at one moment, the accounts of the console and the floor plans. `restore` brings it \
                back. The folder holds personal data: only its owner can read it.

                A store in PostgreSQL is not in it: pg_dump makes a copy of that, for all nodes that share it.
                """)

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The folder to make.") var folder: String

        func run() async throws {
            let configuration = try options.read()
            DaemonProcess.keepFilesPrivate()
            let target = URL(fileURLWithPath: folder).path
            guard !FileManager.default.fileExists(atPath: target) else {
                printError("\(folder): it is there already; a backup goes into a new folder")
                throw ExitStatus.failure
            }
            let part = target + ".part"
            try? FileManager.default.removeItem(atPath: part)
            let socket = ControlSocket.path(stateFolder: configuration.state)
            let shared = try configuration.storeAddressOrExit(at: options.config)
            /// Shows how far the copy of the databases is, wherever it is written.
            func copying<Result>(_ body: () throws -> Result) rethrows -> Result {
                let state = configuration.state
                return try ProgressLine.during(
                    "writing \(folder)", total: ProgressLine.octets(BackedUp.databases.map { "\(state)/\($0)" }),
                    done: { ProgressLine.octets([state + "/backup", part]) }, body)
            }
            do {
                try FileManager.default.createDirectory(
                    atPath: part, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
                if shared != nil {
                    guard BackedUp.isThere(in: configuration.state, BackedUp.files) else {
                        throw ControlError("there is nothing in \(configuration.state) to be copied")
                    }
                } else if ControlClient.isAnswered(path: socket) {
                    // The daemon writes in its own folder, which it may; from there they are taken.
                    let given: String = try copying {
                        try asking(socket, showing: nil) { client throws(ControlError) in
                            try client.ask("backup", within: 3600)
                        }
                    }
                    defer { try? FileManager.default.removeItem(atPath: given) }
                    for name in BackedUp.databases {
                        try FileManager.default.copyItem(atPath: given + "/" + name, toPath: part + "/" + name)
                    }
                } else {
                    try await writingOffline(configuration) {
                        let (opened, found) = try StateFolder.open(configuration) { _ in }
                        defer { opened.close() }
                        guard found.storeAvailable else { throw ControlError("the store cannot be opened") }
                        try copying { try opened.archive.copy(to: part) }
                    }
                }
                for name in BackedUp.files {
                    let source = configuration.state + "/" + name
                    guard FileManager.default.fileExists(atPath: source) else { continue }
                    try FileManager.default.copyItem(atPath: source, toPath: part + "/" + name)
                }
                // All of it, or nothing.
                try FileManager.default.moveItem(atPath: part, toPath: target)
            } catch let error as ExitCode {
                try? FileManager.default.removeItem(atPath: part)
                throw error
            } catch {
                try? FileManager.default.removeItem(atPath: part)
                printError("\(folder): \(error.localizedDescription)")
                throw ExitStatus.failure
            }
            printLine("\(folder): written")
            if let shared {
                printLine("the store is not in it: copy the database with pg_dump, too (\(shared))")
            }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a backup back into the state folder, which no e911d may use meanwhile.",
            discussion: """
                What the state folder holds by then is kept beside it, under its name with the time behind it.

                A store in PostgreSQL is brought back by pg_restore or psql, before this.
                """
        )

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The folder that backup made.") var folder: String

        func run() async throws {
            let configuration = try options.read()
            DaemonProcess.keepFilesPrivate()
            let files = FileManager.default
            if let problem = BackedUp.problem(with: folder, for: configuration.store) {
                printError("\(folder): \(problem)")
                throw ExitStatus.failure
            }
            if ControlClient.isAnswered(path: ControlSocket.path(stateFolder: configuration.state)) {
                printError("\(configuration.state): e911d runs on it; stop it first")
                throw ExitStatus.failure
            }
            let (state, part) = (configuration.state, configuration.state + ".part")
            // One that has just begun, or does not answer, or a command that writes.
            var lock: StateLock?
            do {
                if files.fileExists(atPath: state) {
                    lock = try StateLock(folder: state, patience: .seconds(2))
                    // Made by root, perhaps: the daemon must be able to open it if nothing comes of this.
                    try? Self.giveBack(state + "/lock", as: state)
                }
            } catch {
                printError("\(error.reason); stop it first")
                throw ExitStatus.failure
            }
            defer { withExtendedLifetime(lock) {} }
            do {
                try? files.removeItem(atPath: part)
                try files.createDirectory(
                    atPath: part, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try ProgressLine.during(
                    "reading \(folder)", total: ProgressLine.octets([folder]), done: { ProgressLine.octets([part]) }
                ) {
                    for name in BackedUp.databases + BackedUp.files {
                        guard files.fileExists(atPath: folder + "/" + name) else { continue }
                        try files.copyItem(atPath: folder + "/" + name, toPath: part + "/" + name)
                    }
                }
                // Whoever opens the folder from now on waits for the end of this.
                let next = try StateLock(folder: part)
                defer { withExtendedLifetime(next) {} }
                if files.fileExists(atPath: state) {
                    let time = SQLiteStore.wallClock().description.replacingOccurrences(of: ":", with: "")
                    let old = "\(state).\(time)"
                    // At no moment is there no folder, which a daemon would make anew.
                    try Self.exchange(part, state)
                    try files.moveItem(atPath: part, toPath: old)
                    printLine("\(old): what was there before")
                    try? Self.giveBack(state, as: old)
                } else {
                    try files.moveItem(atPath: part, toPath: state)
                }
            } catch {
                printError("\(state): \(error.localizedDescription)")
                throw ExitStatus.failure
            }
            printLine("\(state): restored; the next start takes it over")
        }

        /// Two folders get each other's name, in one step where the file system can do that.
        private static func exchange(_ a: String, _ b: String) throws {
            // renameat2(2), which Swift's module of the C library leaves out.
            typealias Rename =
                @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
            let exchanging: UInt32 = 2
            if let symbol = dlsym(nil, "renameat2") {
                let rename = unsafeBitCast(symbol, to: Rename.self)
                guard rename(AT_FDCWD, a, AT_FDCWD, b, exchanging) != 0 else { return }
                guard errno == EINVAL || errno == ENOSYS else {
                    throw ControlError("\(a) cannot take the place of \(b): \(String(cString: strerror(errno)))")
                }
            }
            let aside = b + ".aside"
            guard rename(b, aside) == 0, rename(a, b) == 0, rename(aside, a) == 0 else {
                throw ControlError("\(a) cannot take the place of \(b): \(String(cString: strerror(errno)))")
            }
        }

        /// Whoever had the folder has it again.
        private static func giveBack(_ state: String, as old: String) throws {
            let attributes = try FileManager.default.attributesOfItem(atPath: old)
            guard geteuid() == 0, let user = attributes[.ownerAccountID] as? NSNumber,
                let group = attributes[.groupOwnerAccountID] as? NSNumber
            else { return }
            let inside = FileManager.default.enumerator(atPath: state)?.compactMap { $0 as? String } ?? []
            for path in [state] + inside.map({ state + "/" + $0 }) { lchown(path, user.uint32Value, group.uint32Value) }
        }
    }

    extension StateFolder {
        /// The daemon's answer to the command that copies its databases; `nil` for other commands.
        func answer(_ request: ControlRequest, state: String) async -> ControlResponse? {
            guard request.command == "backup" else { return nil }
            return await withCheckedContinuation { continuation in
                // It reads and writes whole files: on a thread where that holds up nobody.
                DispatchQueue.global(qos: .utility).async {
                    do {
                        let folder = state + "/backup"
                        try? FileManager.default.removeItem(atPath: folder)
                        try FileManager.default.createDirectory(
                            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
                        try self.archive.copy(to: folder)
                        continuation.resume(
                            returning: ControlResponse(id: request.id, result: try JSONEncoder().encode(folder)))
                    } catch {
                        continuation.resume(returning: ControlResponse(id: request.id, errors: ["\(error)"]))
                    }
                }
            }
        }
    }

    /// What belongs to a backup.
    enum BackedUp {
        static let databases = ["calls.db", "site.db"]
        /// Beside the databases.
        static let files = ["accounts.json", "counter", "floor-plans", "link.key"]

        static func isThere(in folder: String, _ names: [String]) -> Bool {
            names.contains { FileManager.default.fileExists(atPath: folder + "/" + $0) }
        }

        /// Why a folder cannot be brought back for a node with such a store; `nil` if it can.
        static func problem(with folder: String, for store: DaemonConfiguration.Store) -> String? {
            let found = databases.filter { isThere(in: folder, [$0]) }
            switch store {
            case .sqlite:
                guard found.count < databases.count else { return nil }
                return "it is no backup: \(databases.joined(separator: " and ")) have to be in it"
            case .postgres:
                guard found.isEmpty else {
                    return "it is the backup of a node with SQLite, and store: names PostgreSQL; restore it with "
                        + "store: sqlite, and then e911d migrate --from sqlite --to postgres"
                }
                return isThere(in: folder, files) ? nil : "it is no backup: nothing of one is in it"
            }
        }
    }
#endif
