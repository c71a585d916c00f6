#if Daemon
    import Glibc

    /// An open file, closed with its owner.
    struct FileDescriptor: ~Copyable {
        let number: Int32

        /// Opens a file; children of this process do not inherit it.
        init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws(StoreError) {
            var opened: Int32
            repeat { opened = open(path, flags | O_CLOEXEC, mode) } while opened < 0 && errno == EINTR
            guard opened >= 0 else { throw .system("open", path) }
            number = opened
        }

        deinit { close(number) }

        /// Writes everything.
        func writeAll(_ octets: [UInt8], path: String) throws(StoreError) {
            var done = 0
            while done < octets.count {
                let count = octets.withUnsafeBytes { write(number, $0.baseAddress.map { $0 + done }, $0.count - done) }
                if count > 0 {
                    done += count
                } else if count == 0 || errno != EINTR {
                    throw .system("write", path)
                }
            }
        }

        /// Makes a file of these octets, and waits until the disk has them.
        static func make(_ path: String, of octets: [UInt8]) throws(StoreError) {
            let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC)
            try file.writeAll(octets, path: path)
            guard fsync(file.number) == 0 else { throw StoreError.system("flush", path) }
        }

        /// Puts these octets in the place of a file, which is the old one or the new one as a whole at each moment: they are
        /// written to another name, flushed and renamed. Waits for the disk.
        static func replace(_ name: String, in folder: String, with octets: [UInt8]) throws(StoreError) {
            let path = folder + "/" + name
            let new = path + ".new"
            try make(new, of: octets)
            guard rename(new, path) == 0 else { throw .system("rename", new) }
            try flush(folder: folder)
        }

        /// Waits until the disk has the names of a folder.
        static func flush(folder: String) throws(StoreError) {
            let directory = try FileDescriptor(opening: folder, O_RDONLY | O_DIRECTORY)
            guard fsync(directory.number) == 0 else { throw .system("flush", folder) }
        }

        /// The whole file.
        static func contents(of path: String) throws(StoreError) -> [UInt8] {
            let file = try FileDescriptor(opening: path, O_RDONLY)
            var out: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = buffer.withUnsafeMutableBytes { read(file.number, $0.baseAddress, $0.count) }
                if count == 0 { return out }
                if count > 0 {
                    out.append(contentsOf: buffer[..<count])
                } else if errno != EINTR {
                    throw .system("read", path)
                }
            }
        }
    }

    /// Makes a folder, readable by its owner alone, if there is none.
    func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw .system("make folder", path)
    }

    /// The names in a folder, sorted; none if there is no such folder.
    func names(in folder: String) throws(StoreError) -> [String] {
        guard let stream = opendir(folder) else {
            guard errno == ENOENT else { throw .system("list", folder) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
#endif
