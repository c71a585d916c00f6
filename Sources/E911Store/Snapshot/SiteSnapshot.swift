#if Daemon
    public import E911Service
    import Glibc

    /// The site beside the journal, for a start whose database cannot be opened (contract section 8).
    ///
    /// A line of JSON and a line with its CRC-32C. It is written to another name, flushed and renamed, so that the file is
    /// always a whole one; the one before is kept.
    public enum SiteSnapshot {
        static let name = "site.snapshot"
        static let previousName = "site.snapshot.previous"

        /// What was found.
        public struct Found: Equatable, Sendable {
            /// `nil` if there is none.
            public var site: SiteConfiguration?
            /// The newest snapshot could not be read, and why; ``site`` is then the one before.
            public var problem: String?
        }

        /// Reads the newest snapshot that is whole.
        ///
        /// - Throws: ``StoreError/Code/damaged`` if there are snapshots and none is whole.
        public static func read(folder: String) throws(StoreError) -> Found {
            var problem: StoreError?
            for name in [name, previousName] where access(folder + "/" + name, F_OK) == 0 {
                do {
                    let site = try decode(FileDescriptor.contents(of: folder + "/" + name), name)
                    return Found(site: site, problem: problem?.reason)
                } catch {
                    problem = problem ?? error
                }
            }
            if let problem { throw problem }
            return Found()
        }

        /// Writes a snapshot. Waits for the disk.
        public static func write(_ site: SiteConfiguration, folder: String) throws(StoreError) {
            let path = folder + "/" + name
            let new = path + ".new"
            do {
                let file = try FileDescriptor(opening: new, O_WRONLY | O_CREAT | O_TRUNC)
                try file.writeAll(try encode(site), path: new)
                guard fsync(file.number) == 0 else { throw StoreError.system("flush", new) }
            }
            let previous = folder + "/" + previousName
            unlink(previous)
            guard link(path, previous) == 0 || errno == ENOENT else { throw .system("keep", path) }
            guard rename(new, path) == 0 else { throw .system("rename", new) }
            let directory = try FileDescriptor(opening: folder, O_RDONLY | O_DIRECTORY)
            guard fsync(directory.number) == 0 else { throw .system("flush", folder) }
        }

        private static func encode(_ site: SiteConfiguration) throws(StoreError) -> [UInt8] {
            let json = try SiteJSON.encode(site)
            return json + Array("\n\(checksumLine(json))\n".utf8)
        }

        private static func decode(_ octets: [UInt8], _ name: String) throws(StoreError) -> SiteConfiguration {
            let lines = octets.split(separator: 10, maxSplits: 1)
            guard lines.count == 2, Array(lines[1]) == Array("\(checksumLine(Array(lines[0])))\n".utf8) else {
                throw StoreError(.damaged, "\(name) is damaged: its checksum does not fit")
            }
            return try SiteJSON.decode(Array(lines[0]), from: name)
        }

        private static func checksumLine(_ octets: [UInt8]) -> String {
            "crc32c \(String(CRC32C.of(octets), radix: 16)) of \(octets.count) octets"
        }
    }
#endif
