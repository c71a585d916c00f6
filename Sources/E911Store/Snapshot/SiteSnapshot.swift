#if Daemon
    public import E911Service
    import Glibc

    /// The site beside the journal, for a start whose database cannot be opened (contract section 8).
    ///
    /// A line of JSON, a line with the counter and the node of its row, and a line with the CRC-32C of both. It is written
    /// to another name, flushed and renamed, so that the file is always a whole one; the one before is kept.
    public enum SiteSnapshot {
        static let name = "site.snapshot"
        static let previousName = "site.snapshot.previous"

        /// What was found.
        public struct Found: Equatable, Sendable {
            /// `nil` if there is none.
            public var site: Stamped<SiteConfiguration>?
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
        public static func write(_ site: Stamped<SiteConfiguration>, folder: String) throws(StoreError) {
            let path = folder + "/" + name
            let new = path + ".new"
            try FileDescriptor.make(new, of: try encode(site))
            let previous = folder + "/" + previousName
            unlink(previous)
            guard link(path, previous) == 0 || errno == ENOENT else { throw .system("keep", path) }
            guard rename(new, path) == 0 else { throw .system("rename", new) }
            try FileDescriptor.flush(folder: folder)
        }

        private static func encode(_ site: Stamped<SiteConfiguration>) throws(StoreError) -> [UInt8] {
            let text = try SiteJSON.encode(site.row) + Array("\n\(opening) \(site.counter) of \(site.node)".utf8)
            return text + Array("\n\(checksumLine(text))\n".utf8)
        }

        /// How the line of the row begins.
        private static let opening = "row"

        private static func decode(
            _ octets: [UInt8], _ name: String
        ) throws(StoreError) -> Stamped<SiteConfiguration> {
            var text = octets[...]
            guard text.popLast() == 10, let end = text.lastIndex(of: 10),
                text[(end + 1)...].elementsEqual(checksumLine(Array(text[..<end])).utf8)
            else { throw StoreError(.damaged, "\(name) is damaged: its checksum does not fit") }
            text = text[..<end]
            // JSON has no line feed. Before there was a line of the row, a snapshot never was newer than the store.
            let json = text.prefix { $0 != 10 }
            let site = try SiteJSON.decode(Array(json), from: name)
            guard json.count < text.count else { return Stamped(node: "", counter: 0, row: site) }
            let row = String(decoding: text.dropFirst(json.count + 1), as: UTF8.self)
                .split(separator: " ", omittingEmptySubsequences: false)
            guard row.count == 4, row[0] == opening, let counter = UInt64(row[1]) else {
                throw StoreError(.damaged, "\(name) was made by a newer version of e911d")
            }
            return Stamped(node: String(row[3]), counter: counter, row: site)
        }

        private static func checksumLine(_ octets: [UInt8]) -> String {
            "crc32c \(String(CRC32C.of(octets), radix: 16)) of \(octets.count) octets"
        }
    }
#endif
