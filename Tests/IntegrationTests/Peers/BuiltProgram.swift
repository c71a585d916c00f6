#if Daemon
    import Foundation

    /// The programs of this package, as the same build made them.
    enum BuiltProgram: String {
        case daemon = "e911d"
        case simulator = "e911sim"

        /// Beside the program that runs the tests.
        var path: String {
            get throws {
                let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
                let path = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent(rawValue)
                    .path
                guard FileManager.default.isExecutableFile(atPath: path) else {
                    throw PeerError("no \(rawValue) at \(path)")
                }
                return path
            }
        }
    }
#endif
