#if Daemon
    import E911Service
    import Glibc

    /// What the counters of this node stay below, beside the journal, for a start without the store whose clock was set back.
    ///
    /// A number and a line feed, written to another name, flushed and renamed, so that the file is always a whole one.
    enum CounterFile {
        static let name = "counter"

        /// 0 if there is no such file.
        ///
        /// - Throws: ``StoreError/Code/damaged`` if it cannot be read.
        static func read(folder: String) throws(StoreError) -> UInt64 {
            guard access(folder + "/" + name, F_OK) == 0 else { return 0 }
            let octets = try FileDescriptor.contents(of: folder + "/" + name)
            let digits = String(decoding: octets.dropLast(), as: UTF8.self)
            // No clock and no node comes near the limit; the store's numbers end at twice of it.
            guard octets.last == UInt8(ascii: "\n"), let mark = UInt64(digits), mark < 1 << 62 else {
                throw StoreError(.damaged, "\(name) cannot be read: it is no number below 2^62")
            }
            return mark
        }

        /// Waits for the disk.
        static func write(_ mark: UInt64, folder: String) throws(StoreError) {
            try FileDescriptor.replace(name, in: folder, with: Array("\(mark)\n".utf8))
        }
    }
#endif
