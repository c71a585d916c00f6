#if Daemon
    import Glibc

    /// Who may use the console, as octets of the console's own form: `accounts.json`. Written to another name, flushed and
    /// renamed, so that the file is always a whole one.
    public enum AccountsFile {
        static let name = "accounts.json"

        /// `nil` if there is no such file.
        ///
        /// - Throws: ``StoreError/Code/system`` if it cannot be read.
        public static func read(folder: String) throws(StoreError) -> [UInt8]? {
            guard access(folder + "/" + name, F_OK) == 0 else { return nil }
            return try FileDescriptor.contents(of: folder + "/" + name)
        }

        /// Waits for the disk.
        public static func write(_ octets: [UInt8], folder: String) throws(StoreError) {
            try FileDescriptor.replace(name, in: folder, with: octets)
        }
    }
#endif
