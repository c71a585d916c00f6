import Foundation
import Testing

/// The corpus of SIP messages, which lies outside of the repository.
enum Corpus {
    /// From the environment, else beside the package.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["E911_CORPUS"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/corpus")
            .standardizedFileURL
    }()

    /// Whether tests of the corpus run. In CI they do anyway, and fail without it.
    static let isWanted =
        FileManager.default.fileExists(atPath: folder.appending(path: "rfc4475/manifest.tsv").path)
        || ProcessInfo.processInfo.environment["CI"] == "true"

    static let absence: Comment = "the corpus is not there; E911_CORPUS names its folder"

    static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: file)))
    }

    /// The rows of a manifest below its head line.
    static func rows(_ file: String) throws -> [[String]] {
        let text = String(decoding: try bytes(file), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
