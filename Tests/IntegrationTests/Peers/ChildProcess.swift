#if Daemon
    import Dispatch
    import Foundation
    import Glibc
    import Synchronization

    /// How a process ended.
    enum ProcessEnd: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// A process that a test started, in a process group of its own. It ends with this process at the latest.
    final class ChildProcess: Sendable {
        private struct State {
            /// Its number may belong to another process from then on.
            var isReaped = false
            /// Set when its output is complete, too.
            var end: ProcessEnd?
            var waiters: [UUID: CheckedContinuation<ProcessEnd?, Never>] = [:]
        }

        let name: String
        let pid: pid_t
        /// Standard output and standard error, as they came.
        let output = OutputLines()
        private let state = Mutex(State())
        /// The end that its standard input is written to, if that stays open.
        private let input = Mutex<FileHandle?>(nil)

        private init(name: String, pid: pid_t) {
            self.name = name
            self.pid = pid
        }

        /// Starts a program.
        ///
        /// - Parameters:
        ///   - folder: Its working directory.
        ///   - input: What it reads from standard input; it ends there, unless ``write(_:)`` is to follow.
        ///   - keepsInput: Whether standard input stays open for ``write(_:)``.
        ///   - environment: Added to that of this process.
        static func start(
            _ path: String, _ arguments: [String], in folder: URL, input: [UInt8] = [], keepsInput: Bool = false,
            environment: [String: String] = [:]
        ) async throws -> ChildProcess {
            let setpriv = try PeerProgram.setpriv.required()
            let words = ["/usr/bin/env", "-C", folder.path, setpriv, "--pdeathsig", "TERM", "--", path] + arguments
            let environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            let name = URL(fileURLWithPath: path).lastPathComponent
            let (pid, reading, writing) = try await Spawner.run {
                try spawn(words, environment: environment.map { "\($0)=\($1)" })
            }
            let child = ChildProcess(name: name, pid: pid)
            let read = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                child.readOutput(reading)
                read.signal()
            }
            Thread.detachNewThread { child.awaitEnd(outputRead: read) }
            if keepsInput {
                child.input.withLock { $0 = FileHandle(fileDescriptor: writing, closeOnDealloc: true) }
            } else if !input.isEmpty {
                Thread.detachNewThread {
                    FileHandle(fileDescriptor: writing, closeOnDealloc: true).writeAndClose(input)
                }
            } else {
                close(writing)
            }
            return child
        }

        /// Runs a program to its end and demands that it exits with 0.
        @discardableResult
        static func run(
            _ path: String, _ arguments: [String], in folder: URL, input: [UInt8] = [],
            within limit: Duration = .seconds(60)
        ) async throws -> String {
            let child = try await start(path, arguments, in: folder, input: input)
            let end = try await child.end(within: limit)
            guard end == .exited(0) else {
                throw PeerError("\(path) \(arguments.joined(separator: " ")): \(end)\n\(child.output.tail)")
            }
            return child.output.all.joined(separator: "\n")
        }

        var isRunning: Bool { state.withLock { $0.end == nil } }

        /// For the message of a failure, the most telling first: its state, what it waits for in the kernel, its last lines.
        var whatItDoes: String {
            let wanted = ["Name", "State", "Threads"]
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? "no such process"
            let lines = status.split(separator: "\n").filter { line in wanted.contains { line.hasPrefix($0 + ":") } }
            let waits = (try? String(contentsOfFile: "/proc/\(pid)/wchan", encoding: .utf8)) ?? "-"
            return "\(lines.joined(separator: ", ")), waits in \(waits)\n\(output.tail)"
        }

        /// Waits for its end. If that does not come in time, it is killed and the wait fails.
        func end(within limit: Duration = .seconds(60)) async throws -> ProcessEnd {
            if let end = await endIfAny(within: limit) { return end }
            await kill()
            throw PeerError("\(name) did not end within \(limit):\n\(output.tail)")
        }

        /// Asks it to end (SIGTERM), and kills it with its whole group if it does not.
        @discardableResult
        func stop(_ signal: Int32 = SIGTERM, within limit: Duration = .seconds(60)) async -> ProcessEnd {
            send(signal)
            if let end = await endIfAny(within: limit) { return end }
            return await kill()
        }

        /// Kills it with its whole group.
        @discardableResult
        func kill() async -> ProcessEnd {
            while true {
                state.withLock { if !$0.isReaped { _ = Glibc.kill(-pid, SIGKILL) } }
                if let end = await endIfAny(within: .seconds(5)) { return end }
            }
        }

        /// Writes to its standard input, which was kept open.
        func write(_ text: String) throws {
            try input.withLock { try $0?.write(contentsOf: Data(text.utf8)) }
        }

        /// Sends a signal to the process alone.
        func send(_ signal: Int32) {
            state.withLock { if !$0.isReaped { _ = Glibc.kill(pid, signal) } }
        }

        private func endIfAny(within limit: Duration) async -> ProcessEnd? {
            let id = UUID()
            return await withCheckedContinuation { continuation in
                let end: ProcessEnd? = state.withLock { state in
                    if state.end == nil { state.waiters[id] = continuation }
                    return state.end
                }
                if let end { return continuation.resume(returning: end) }
                DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { [self] in
                    state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
                }
            }
        }

        private func readOutput(_ descriptor: CInt) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                output.take(buffer[..<count])
            }
            output.take([])
            close(descriptor)
        }

        private func awaitEnd(outputRead: DispatchSemaphore) {
            // First without reaping, so that its group can be ended while the number is still taken.
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            var status: CInt = 0
            state.withLock { state in
                Glibc.kill(-pid, SIGKILL)
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                state.isReaped = true
            }
            // Whoever left the group may hold the pipe for ever.
            _ = outputRead.wait(timeout: .now() + 2)
            let end: ProcessEnd = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
            let waiters = state.withLock { state in
                state.end = end
                defer { state.waiters = [:] }
                return state.waiters.values
            }
            for waiter in waiters { waiter.resume(returning: end) }
        }

        /// The number of the process, the end to read its output from and the end to write its input to.
        private static func spawn(_ words: [String], environment: [String]) throws
            -> (pid_t, reading: CInt, writing: CInt)
        {
            var output: [CInt] = [0, 0]
            var input: [CInt] = [0, 0]
            guard pipe(&output) == 0, pipe(&input) == 0 else { throw PeerError("no pipe") }
            for end in output + input { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, input[0], 0)
            posix_spawn_file_actions_adddup2(&actions, output[1], 1)
            posix_spawn_file_actions_adddup2(&actions, output[1], 2)

            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var signals = sigset_t()
            sigemptyset(&signals)
            posix_spawnattr_setsigmask(&attributes, &signals)
            posix_spawnattr_setpgroup(&attributes, 0)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

            let argv = words.map { strdup($0) } + [nil]
            let envp = environment.map { strdup($0) } + [nil]
            defer { for pointer in argv + envp { free(pointer) } }
            var pid: pid_t = 0
            let failure = posix_spawn(&pid, words[0], &actions, &attributes, argv, envp)
            close(output[1])
            close(input[0])
            guard failure == 0 else {
                close(output[0])
                close(input[1])
                throw PeerError("\(words.joined(separator: " ")): \(String(cString: strerror(failure)))")
            }
            return (pid, output[0], input[1])
        }
    }

    extension FileHandle {
        fileprivate func writeAndClose(_ bytes: [UInt8]) {
            // A process that does not read its input to the end is no failure of ours.
            try? write(contentsOf: Data(bytes))
            try? close()
        }
    }
#endif
