#if Daemon
    import Glibc

    /// The right to a state folder: one process at a time holds it, and the system takes it back when that process ends,
    /// however it ends.
    public final class StateLock: Sendable {
        /// The lock belongs to the open file.
        private let file: FileDescriptor

        /// Takes the lock. Blocks for `patience` at most while another process has it.
        ///
        /// - Throws: ``StoreError/Code/owned``, with the process id of the owner, if another process has it.
        public init(folder: String, patience: Duration = .zero) throws(StoreError) {
            let path = folder + "/lock"
            var file = try FileDescriptor(opening: path, O_RDWR | O_CREAT)
            let end = ContinuousClock.now + patience
            while true {
                if flock(file.number, LOCK_EX | LOCK_NB) == 0 {
                    // The folder may have got another name, and another folder this one, while the lock was waited for.
                    if Self.isSame(file.number, path) { break }
                    file = try FileDescriptor(opening: path, O_RDWR | O_CREAT)
                    continue
                }
                guard errno == EWOULDBLOCK else { throw .system("lock", path) }
                guard ContinuousClock.now >= end else {
                    usleep(20_000)
                    continue
                }
                let written = (try? FileDescriptor.contents(of: path)) ?? []
                let owner = String(decoding: written.prefix { $0 > 32 }, as: UTF8.self)
                throw StoreError(
                    .owned, "\(folder) is in use by the e911d with process id \(owner.isEmpty ? "?" : owner)")
            }
            Self.writeProcessID(into: file.number)
            self.file = file
        }

        /// Closing the file would do, if no process that was started at this moment still had it too.
        deinit { _ = flock(file.number, LOCK_UN) }

        private static func isSame(_ file: Int32, _ path: String) -> Bool {
            var (held, named) = (stat(), stat())
            return fstat(file, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino
                && held.st_dev == named.st_dev
        }

        /// For people, and of no consequence if a full disk has no room for it: always the same length over what stands
        /// there, so that a file that was written once never needs new room.
        private static func writeProcessID(into file: Int32) {
            let digits = String(getpid())
            let text = digits + String(repeating: " ", count: max(0, 10 - digits.utf8.count)) + "\n"
            _ = Array(text.utf8).withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
        }
    }
#endif
