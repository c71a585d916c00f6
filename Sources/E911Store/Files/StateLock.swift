#if Daemon
    import Glibc

    /// The right to a state folder: one process at a time holds it, and the system takes it back when that process ends,
    /// however it ends.
    public final class StateLock: Sendable {
        /// The lock belongs to the open file.
        private let file: FileDescriptor

        /// Takes the lock.
        ///
        /// - Throws: ``StoreError/Code/owned``, with the process id of the owner, if another process has it.
        public init(folder: String) throws(StoreError) {
            let path = folder + "/lock"
            let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT)
            guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw .system("lock", path) }
                let owner = String(decoding: try FileDescriptor.contents(of: path).prefix { $0 != 10 }, as: UTF8.self)
                throw StoreError(
                    .owned, "\(folder) is in use by the e911d with process id \(owner.isEmpty ? "?" : owner)")
            }
            guard ftruncate(file.number, 0) == 0 else { throw .system("write", path) }
            try file.writeAll(Array("\(getpid())\n".utf8), path: path)
            self.file = file
        }
    }
#endif
