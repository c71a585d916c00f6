#if Daemon
    import E911Service
    import Glibc

    /// What ELINs are bound to, beside the journal, for a start whose database cannot be opened.
    ///
    /// The octets of ``StoredELINs`` and a line with their CRC-32C, written to another name, flushed and renamed, so that the
    /// file is always a whole one.
    enum ELINsFile {
        static let name = "elins.snapshot"

        /// `nil` if there is no such file.
        ///
        /// - Throws: ``StoreError/Code/damaged`` if it cannot be read.
        static func read(folder: String) throws(StoreError) -> StoredELINs? {
            guard access(folder + "/" + name, F_OK) == 0 else { return nil }
            let octets = try FileDescriptor.contents(of: folder + "/" + name)
            let line = checksumLength
            guard octets.count >= line, octets.suffix(line).elementsEqual(checksum(Array(octets.dropLast(line)))) else {
                throw StoreError(.damaged, "\(name) is damaged: its checksum does not fit")
            }
            let content = Array(octets.dropLast(line))
            guard let elins = StoredELINs(encoded: content.span) else {
                throw StoreError(.damaged, "\(name) was made by a newer version of e911d")
            }
            return elins
        }

        /// Waits for the disk.
        static func write(_ elins: StoredELINs, folder: String) throws(StoreError) {
            let octets = elins.encoded()
            try FileDescriptor.replace(name, in: folder, with: octets + checksum(octets))
        }

        private static let checksumLength = 8

        /// The CRC-32C in eight hexadecimal digits.
        private static func checksum(_ octets: [UInt8]) -> [UInt8] {
            let digits = String(CRC32C.of(octets), radix: 16)
            return Array((String(repeating: "0", count: checksumLength - digits.count) + digits).utf8)
        }
    }
#endif
