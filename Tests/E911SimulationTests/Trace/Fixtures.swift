import Foundation

enum Fixtures {
    /// A file under `Tests/Fixtures`.
    static func octets(_ path: String) throws -> [UInt8] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return Array(try Data(contentsOf: tests.appending(path: "Fixtures/\(path)")))
    }
}
