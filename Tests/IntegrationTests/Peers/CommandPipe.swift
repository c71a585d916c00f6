#if Daemon
    import Foundation

    /// A named pipe that `e911d sip-server --commands` reads.
    struct CommandPipe {
        let path: String

        init(in rig: Rig) throws {
            path = rig.folder.appendingPathComponent("commands").path
            guard mkfifo(path, 0o600) == 0 else { throw PeerError("no named pipe at \(path)") }
        }

        func tell(_ command: String) throws {
            guard let file = FileHandle(forWritingAtPath: path) else { throw PeerError("no named pipe at \(path)") }
            try file.write(contentsOf: Data((command + "\n").utf8))
            try file.close()
        }
    }
#endif
