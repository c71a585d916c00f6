#if Daemon
    import Dispatch
    import E911Configuration
    import E911Service

    /// Reads the files that the site names, on a thread of its own: a file system may take its time.
    final class SiteFileReader: Sendable {
        private let queue = DispatchQueue(label: "site-files")

        /// Password files. `done` comes on some thread.
        func passwords(_ paths: [String], done: @escaping @Sendable ([PasswordFile]) -> Void) {
            queue.async {
                done(paths.map { PasswordFile(path: $0, octets: FileAccess.disk.contents($0)) })
            }
        }

        /// Files with addresses of record. `done` comes on some thread.
        func addresses(_ paths: [String], done: @escaping @Sendable ([AddressFile]) -> Void) {
            queue.async {
                done(paths.map { AddressFile(path: $0, octets: FileAccess.disk.contents($0)) })
            }
        }
    }
#endif
