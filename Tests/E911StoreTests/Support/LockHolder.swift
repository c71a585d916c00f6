#if Daemon
    import Foundation
    import Testing

    /// Another process, Debian's `sqlite3`, that holds a lock on a database until it is told to let go.
    final class LockHolder {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()

        static let tool = "/usr/bin/sqlite3"
        static var isInstalled: Bool {
            FileManager.default.isExecutableFile(atPath: tool) || ProcessInfo.processInfo.environment["CI"] == "true"
        }

        /// Returns when the lock is held.
        ///
        /// - Parameter sql: what takes the lock.
        init(_ path: String, _ sql: String) throws {
            process.executableURL = URL(fileURLWithPath: Self.tool)
            process.arguments = ["-batch", "-bail", path]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data("\(sql)\nSELECT 'held';\n".utf8))
            var heard = ""
            while !heard.contains("held") {
                let more = output.fileHandleForReading.availableData
                try #require(!more.isEmpty, "sqlite3 ended: \(heard)")
                heard += String(decoding: more, as: UTF8.self)
            }
        }

        /// Lets go; returns when the process has ended.
        func release() throws {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }
#endif
