#if Daemon
    import E911Configuration
    import Foundation

    /// The example files of the package.
    enum Examples {
        static func path(_ name: String, in folder: String = "Configuration") -> String {
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("\(folder)/\(name)").path
        }

        static func text(_ name: String) throws -> String {
            try String(contentsOfFile: path(name), encoding: .utf8)
        }
    }

    extension DaemonFile {
        static func read(text: String, files: FileAccess = .unseen) -> Reading<DaemonConfiguration> {
            read(octets: Array(text.utf8), file: "/etc/e911d/e911d.yaml", files: files)
        }
    }

    extension ConfigurationProblem {
        /// Without the file.
        var short: String { String(description.drop { $0 != ":" }.dropFirst()) }
    }
#endif
