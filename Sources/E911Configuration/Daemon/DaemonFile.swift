#if Daemon
    /// Reads `e911d.yaml`.
    public enum DaemonFile {
        /// Reads the file at `path`. Relative paths in it begin at its folder.
        public static func read(_ path: String, files: FileAccess = .disk) -> Reading<DaemonConfiguration> {
            guard let octets = files.contents(path) else { return .unreadable(path) }
            return read(octets: octets, file: path, files: files)
        }

        /// Reads octets as the content of `file`.
        public static func read(
            octets: [UInt8], file: String, files: FileAccess = .unseen
        ) -> Reading<DaemonConfiguration> {
            Reading(octets: octets, file: file) { reading in
                reading.root.mapping { DaemonReader(base: FileBase(of: file), files: files).configuration($0) } ?? nil
            }
        }
    }
#endif
