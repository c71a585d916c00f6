#if Daemon
    import E911Values
    import Foundation
    import Synchronization
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    /// A server of PostgreSQL, Debian's, with a data folder of its own, reached by a Unix socket in that folder alone. It ends
    /// with this process at the latest.
    final class PostgresPeer: Sendable {
        /// The newest one that is installed.
        static let binaries: String? = {
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
            return versions.compactMap { Int($0) }.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin" }
                .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
        }()

        /// In CI tests run all the same, and fail for want of it.
        static var isInstalled: Bool { binaries != nil || ProcessInfo.processInfo.environment["CI"] == "true" }

        /// One server for the tests that do it no harm, each with a database of its own.
        static let shared = Result {
            let peer = try PostgresPeer()
            let folder = peer.folder
            atExit.withLock { $0.append(folder) }
            atexit {
                PostgresPeer.atExit.withLock { for path in $0 { try? FileManager.default.removeItem(atPath: path) } }
            }
            return peer
        }
        private static let atExit = Mutex<[String]>([])

        let folder: String
        private let process = Mutex<Process?>(nil)
        private let databases = Atomic<Int>(0)

        private let isFlushed: Bool

        /// Makes a data folder and starts the server.
        ///
        /// - Parameter isFlushed: whether commits wait for the disk; that none is lost with a process needs no disk.
        init(isFlushed: Bool = false) throws {
            self.isFlushed = isFlushed
            let binaries = try #require(Self.binaries, "PostgreSQL is not installed; `make deps` installs it")
            var path = Array((NSTemporaryDirectory() + "/e911-pg-XXXXXX").utf8CString)
            folder = try #require(mkdtemp(&path).map { String(cString: $0) }, "no folder for PostgreSQL")
            if let user = Self.user { try #require(chown(folder, user.id, user.group) == 0) }
            try Self.run(
                [
                    binaries + "/initdb", "-D", folder + "/data", "-U", "e911d", "-A", "trust", "-E", "UTF8",
                    "--locale=C",
                    "--no-sync", "--no-instructions",
                ])
            try "local all locked scram-sha-256\nlocal all all trust\n".write(
                toFile: folder + "/data/pg_hba.conf", atomically: false, encoding: .utf8)
            try start()
        }

        deinit {
            signal(SIGQUIT)
            process.withLock { $0?.waitUntilExit() }
            try? FileManager.default.removeItem(atPath: folder)
        }

        /// The user that the server runs as, which may not be root.
        private static let user: (name: String, id: uid_t, group: gid_t)? = {
            guard geteuid() == 0 else { return nil }
            for name in ["postgres", "nobody"] {
                if let entry = getpwnam(name) { return (name, entry.pointee.pw_uid, entry.pointee.pw_gid) }
            }
            return nil
        }()

        private static func words(_ words: [String]) -> [String] {
            var prefix = ["/usr/bin/setpriv", "--pdeathsig", "QUIT"]
            if let user { prefix += ["--reuid", "\(user.id)", "--regid", "\(user.group)", "--clear-groups"] }
            return prefix + ["--"] + words
        }

        /// The kernel ends a child when the thread that made it ends: this one lives as long as the process.
        private static let spawner: Mailbox<@Sendable () -> Void> = {
            let jobs = Mailbox<@Sendable () -> Void>()
            _ = DedicatedThread(name: "spawner") { while let next = jobs.take() { for job in next { job() } } }
            return jobs
        }()

        private static func spawn(_ words: [String], output: Pipe) throws -> Process {
            let started = Monitor<Result<Process, any Error>?>(nil)
            spawner.post {
                let process = Process()
                let words = Self.words(words)
                process.executableURL = URL(fileURLWithPath: words[0])
                process.arguments = Array(words.dropFirst())
                process.currentDirectoryURL = URL(fileURLWithPath: "/")
                process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin"]
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = output
                process.standardError = output
                let result = Result { () throws -> Process in
                    try process.run()
                    return process
                }
                started.withLock { $0 = result }
                started.signal()
            }
            let result = started.wait(until: .now() + 20) { $0 }
            return try #require(result, "no process was made").get()
        }

        private static func run(_ words: [String]) throws {
            let output = Pipe()
            let process = try spawn(words, output: output)
            let said = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
        }

        /// Starts the server; returns when it takes connections.
        func start() throws {
            let output = Pipe()
            let binaries = try #require(Self.binaries)
            let started = try Self.spawn(
                [
                    binaries + "/postgres", "-D", folder + "/data", "-k", folder, "-c", "listen_addresses=", "-c",
                    "fsync=off",
                    "-c", "max_connections=60",
                ], output: output)
            process.withLock { $0 = started }
            let reading = output.fileHandleForReading
            var said = ""
            while !said.contains("ready to accept connections") {
                let more = reading.availableData
                try #require(!more.isEmpty, "PostgreSQL ended: \(said)")
                said += String(decoding: more, as: UTF8.self)
            }
            _ = DedicatedThread(name: "log of PostgreSQL") { while !reading.availableData.isEmpty {} }
        }

        private var pid: pid_t? { process.withLock { $0?.processIdentifier } }

        private func signal(_ number: Int32, children: Bool = false) {
            guard let pid else { return }
            kill(pid, number)
            guard children else { return }
            let path = "/proc/\(pid)/task/\(pid)/children"
            let list = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            for child in list.split(separator: " ").compactMap({ pid_t($0) }) { kill(child, number) }
        }

        /// Stops all of its processes where they are (SIGSTOP).
        func pause() { signal(SIGSTOP, children: true) }
        func goOn() { signal(SIGCONT, children: true) }

        /// Kills all of its processes; returns when they have ended.
        func crash() throws {
            signal(SIGSTOP)
            // Those that are there now: it makes no more.
            signal(SIGKILL, children: true)
            process.withLock { $0?.waitUntilExit() }
            try? FileManager.default.removeItem(atPath: folder + "/data/postmaster.pid")
        }

        /// The string that leads to a database.
        func string(_ database: String, user: String = "e911d", more: String = "") -> String {
            "host=\(folder) dbname=\(database) user=\(user) \(more)"
        }

        /// A new, empty database.
        func database(_ options: String = "") throws -> PostgresAddress {
            let name = "test\(databases.add(1, ordering: .relaxed).newValue)"
            try administrate("CREATE DATABASE \(name) \(options)")
            return try PostgresAddress(string(name))
        }

        func administrate(_ sql: String) throws {
            try Self.connection(try PostgresAddress(string("postgres"))).query(sql)
        }

        static func connection(_ address: PostgresAddress) throws -> PostgresConnection {
            try PostgresConnection(
                address, name: "test", connectTime: .seconds(20), answerTime: .seconds(20), stop: StopSignal())
        }
    }

    extension Trait where Self == ConditionTrait {
        /// Skips a test where PostgreSQL is not installed. In CI it runs all the same, and fails for want of it.
        static var needsPostgres: Self {
            .enabled(if: PostgresPeer.isInstalled, "PostgreSQL is not installed (`make deps`)")
        }
    }
#endif
