#if Daemon
    import Dispatch
    import E911Configuration
    import E911Service

    /// Reads the password files that the site names, on a thread of its own: a file system may take its time.
    final class PasswordReader: Sendable {
        private let queue = DispatchQueue(label: "passwords")

        /// `done` comes on some thread.
        func read(_ paths: [String], done: @escaping @Sendable ([PasswordFile]) -> Void) {
            queue.async {
                done(paths.map { PasswordFile(path: $0, octets: FileAccess.disk.contents($0)) })
            }
        }
    }
#endif
