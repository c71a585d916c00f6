#if Daemon
    import Foundation

    /// How the files that a configuration names are looked at; tests give files of their own.
    public struct FileAccess: Sendable {
        /// Whether there is such a file, which is not a folder.
        public var exists: @Sendable (_ path: String) -> Bool
        /// Its octets; `nil` if it cannot be read.
        public var contents: @Sendable (_ path: String) -> [UInt8]?
        /// Whether everybody on this machine may read it.
        public var isPublic: @Sendable (_ path: String) -> Bool

        public init(
            exists: @escaping @Sendable (_ path: String) -> Bool,
            contents: @escaping @Sendable (_ path: String) -> [UInt8]?,
            isPublic: @escaping @Sendable (_ path: String) -> Bool = { _ in false }
        ) {
            self.exists = exists
            self.contents = contents
            self.isPublic = isPublic
        }

        /// The disk.
        public static let disk = FileAccess(
            exists: { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            },
            contents: { path in
                // A folder or a pipe is no configuration; reading one could wait for ever.
                let attributes = try? FileManager.default.attributesOfItem(atPath: realPath(path))
                guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
                return FileManager.default.contents(atPath: path).map { Array($0) }
            },
            isPublic: { path in
                let attributes = try? FileManager.default.attributesOfItem(atPath: realPath(path))
                return (attributes?[.posixPermissions] as? Int).map { $0 & 0o004 != 0 } ?? false
            })

        /// No file is looked for: every one is taken as there, with a comment in it and nothing else.
        public static let unseen = FileAccess(exists: { _ in true }, contents: { _ in Array("#".utf8) })

        private static func realPath(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        }
    }

    /// Where relative paths begin: the folder of the configuration file.
    struct FileBase {
        /// Absolute.
        let folder: String

        init(of file: String) {
            folder = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.path
        }

        /// The absolute path, `.` and `..` worked out.
        func path(_ text: String) -> String {
            URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: folder, isDirectory: true))
                .standardizedFileURL.path
        }
    }
#endif
