import Foundation
import Testing

/// `docs/hard-cases.md` says of each hard case which test covers it; here it is held to that.
@Suite struct HardCasesTableTests {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    struct Row {
        var number: Int
        var tests: [String]
        var known: String
    }

    static func rows() throws -> [Row] {
        let text = try String(contentsOf: package.appending(path: "docs/hard-cases.md"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 3, let number = Int(cells[0]) else { return nil }
            let tests = cells[2].split(separator: ",").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
            return Row(number: number, tests: tests, known: cells.count > 3 ? cells[3] : "")
        }
    }

    @Test func eachCaseStandsOnce() throws {
        #expect(try Self.rows().map(\.number) == Array(1...113))
    }

    @Test func eachTestIsThereAndACaseWithoutOneHasAReason() throws {
        var sources: [String] = []
        let folder = Self.package.appending(path: "Tests")
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where file.hasSuffix("Tests.swift")
        {
            sources.append(try String(contentsOf: folder.appending(path: file), encoding: .utf8))
        }
        for row in try Self.rows() {
            guard row.tests != ["no test"] else {
                #expect(row.known.count > 20, "\(row.number)")
                continue
            }
            for test in row.tests {
                let parts = test.split(separator: "/")
                try #require(parts.count == 2, "\(row.number): \(test)")
                // strstr, since String's own search takes a second over all tests.
                let isThere = sources.contains {
                    strstr($0, "struct \(parts[0]) ") != nil && strstr($0, "func \(parts[1])(") != nil
                }
                #expect(isThere, "\(row.number): \(test)")
            }
        }
    }
}
