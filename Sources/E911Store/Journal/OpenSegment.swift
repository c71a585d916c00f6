#if Daemon
    import E911Service
    import Glibc

    /// The segment that is written.
    struct OpenSegment: ~Copyable {
        let path: String
        private let file: FileDescriptor
        private(set) var octets: Int
        /// The highest token of a call in it.
        private(set) var lastToken = JournalToken.none

        /// Makes a segment, with another name if an earlier attempt left one of this name behind.
        init(in folder: String, name first: JournalSegmentName, _ disk: JournalDisk) throws(StoreError) {
            var name = first
            while access(folder + "/" + name.text, F_OK) == 0 { name.attempt += 1 }
            let path = folder + "/" + name.text
            let file = try FileDescriptor(opening: path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL)
            let (written, failure) = Self.write(JournalFrame.opening, to: file.number, path, disk)
            if let failure {
                unlink(path)
                throw failure
            }
            self.path = path
            self.file = file
            octets = written
        }

        /// Writes the group, takes away what lies on disk whole, and reports that.
        mutating func append(_ group: inout JournalGroup, _ disk: JournalDisk, _ report: Journal.Report) -> StoreError?
        {
            let (written, failure) = Self.write(group.octets, to: file.number, path, disk)
            octets += written
            let tokens = group.removeWritten(written)
            lastToken = max(lastToken, tokens.last ?? .none)
            if !tokens.isEmpty { report(tokens, nil) }
            return failure
        }

        /// One write(2), and more only when it took less than everything.
        private static func write(
            _ octets: [UInt8], to file: Int32, _ path: String, _ disk: JournalDisk
        ) -> (written: Int, failure: StoreError?) {
            octets.withUnsafeBytes { octets in
                var written = 0
                while written < octets.count {
                    let count = disk.write(file, UnsafeRawBufferPointer(rebasing: octets[written...]))
                    if count > 0 {
                        written += count
                    } else if count == 0 || errno != EINTR {
                        return (written, .system("write", path))
                    }
                }
                return (written, nil)
            }
        }
    }
#endif
