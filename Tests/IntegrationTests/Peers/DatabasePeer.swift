#if Daemon
    import Foundation
    import Glibc

    /// A server of PostgreSQL with a data folder of its own, reached by a Unix socket in that folder alone.
    final class DatabasePeer: Sendable {
        private let rig: Rig
        private let folder: URL
        private let process: ChildProcess

        private init(rig: Rig, folder: URL, process: ChildProcess) {
            self.rig = rig
            self.folder = folder
            self.process = process
        }

        /// For `store:` and for `--postgres`.
        var address: String { "host=\(folder.path) dbname=e911d user=e911d" }

        /// Where it waits for connections.
        var socket: String { folder.path + "/.s.PGSQL.5432" }

        /// Makes a data folder with an empty database in it, and starts the server.
        static func start(in rig: Rig) async throws -> DatabasePeer {
            let folder = try rig.subfolder("postgres")
            if let user = Self.user { chown(folder.path, user.pw_uid, user.pw_gid) }
            let initdb = words(
                try PeerProgram.initdb.required(),
                ["-D", folder.path + "/data", "-U", "e911d", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            try await ChildProcess.run(initdb[0], Array(initdb.dropFirst()), in: folder)
            let peer = DatabasePeer(rig: rig, folder: folder, process: try await run(in: rig, folder))
            // The one that is there from the start is this one's.
            let psql = try PeerProgram.psql.required()
            try await ChildProcess.run(
                psql, ["-h", folder.path, "-U", "e911d", "-c", "CREATE DATABASE e911d", "postgres"], in: folder)
            return peer
        }

        /// The same database, after it was killed.
        func again() async throws -> DatabasePeer {
            try? FileManager.default.removeItem(at: folder.appendingPathComponent("data/postmaster.pid"))
            return DatabasePeer(rig: rig, folder: folder, process: try await Self.run(in: rig, folder))
        }

        private static func run(in rig: Rig, _ folder: URL) async throws -> ChildProcess {
            let words = words(
                try PeerProgram.postgres.required(),
                ["-D", folder.path + "/data", "-k", folder.path, "-c", "listen_addresses=", "-c", "fsync=off"])
            let process = try await rig.start(words[0], Array(words.dropFirst()), in: folder)
            _ = try await process.output.first { $0.contains("ready to accept connections") }
            return process
        }

        /// Ends it without a warning; its other processes see that and end too.
        func kill() async { await process.kill() }

        /// Stops all of its processes, or lets them go on: it answers nobody meanwhile, and no connection ends.
        func pause(_ isPaused: Bool) throws {
            let signal = isPaused ? SIGSTOP : SIGCONT
            process.send(signal)
            for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
                guard let number = pid_t(name),
                    let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                    // The name of the program, which may hold anything, ends with the last bracket.
                    let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 1,
                    pid_t(fields[1]) == process.pid
                else { continue }
                Glibc.kill(number, signal)
            }
        }

        /// Ends it with all connections, as a crash does.
        func crash() async { await process.stop(SIGQUIT) }

        /// Whom the server runs as, which may not be root.
        private static var user: passwd? {
            guard geteuid() == 0 else { return nil }
            return (getpwnam("postgres") ?? getpwnam("nobody"))?.pointee
        }

        private static func words(_ program: String, _ arguments: [String]) -> [String] {
            guard let user, let setpriv = PeerProgram.setpriv.path else { return [program] + arguments }
            return [
                setpriv, "--reuid", "\(user.pw_uid)", "--regid", "\(user.pw_gid)", "--clear-groups", "--pdeathsig",
                "QUIT", program,
            ]
                + arguments
        }
    }
#endif
