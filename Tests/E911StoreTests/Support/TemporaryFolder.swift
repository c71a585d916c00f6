#if Daemon
    import Foundation

    /// A folder that goes with its owner.
    final class TemporaryFolder: Sendable {
        let path: String

        init() throws {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("e911-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            path = url.path
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func names(in subfolder: String = "") throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path + "/" + subfolder).sorted()
        }

        func contents(of name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
        }

        func write(_ octets: some Sequence<UInt8>, to name: String) throws {
            try Data(octets).write(to: URL(fileURLWithPath: path + "/" + name))
        }
    }
#endif
