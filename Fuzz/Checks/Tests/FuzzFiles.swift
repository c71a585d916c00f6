import Foundation

/// The folders `Crashers` and `Seeds`, with a folder for each fuzz target.
enum FuzzFiles {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let kinds = ["Crashers", "Seeds"]

    /// Of targets, in either.
    static var folders: [String] { kinds.flatMap(names) }

    static var samples: [CrasherTests.Sample] {
        Check.all.flatMap { check in
            kinds.flatMap { kind in
                names("\(kind)/\(check.name)").map { .init(check: check, path: "\(kind)/\(check.name)/\($0)") }
            }
        }
    }

    static func octets(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: root.appendingPathComponent(path)))
    }

    private static func names(_ folder: String) -> [String] {
        let path = root.appendingPathComponent(folder).path
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.first != "." }.sorted()
    }
}
