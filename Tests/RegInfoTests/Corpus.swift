import Foundation
import RegInfo
import Testing

/// The corpus of reginfo documents, which lies outside of the repository.
enum Corpus {
    /// From the environment, else beside the package.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["E911_CORPUS"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/corpus")
            .standardizedFileURL
    }()

    /// Whether tests of the corpus run. In CI they do anyway, and fail without it.
    static let isWanted =
        FileManager.default.fileExists(atPath: folder.appending(path: "reginfo/manifest.tsv").path)
        || ProcessInfo.processInfo.environment["CI"] == "true"

    static let absence: Comment = "the corpus is not there; E911_CORPUS names its folder"

    static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "reginfo/\(file)")))
    }

    /// The rows of a manifest below its head line.
    static func rows(_ file: String) throws -> [[String]] {
        let text = String(decoding: try bytes(file), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

/// How a document is fed to the parser.
enum Feeding: CaseIterable {
    case whole, octets, pieces7, pieces4096

    func parse(_ bytes: [UInt8], with parser: RegInfoParser = RegInfoParser()) throws -> RegInfoDocument {
        var collector = RegInfoDocument.Collector()
        let size =
            switch self {
            case .whole: max(bytes.count, 1)
            case .octets: 1
            case .pieces7: 7
            case .pieces4096: 4096
            }
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            try parser.parse(piece.span, isLast: false, into: &collector)
        }
        try parser.parse([UInt8]().span, isLast: true, into: &collector)
        return collector.document
    }
}
