import Foundation
import SIPCore
import Testing

/// The article on leniency and limits names everything that is forgiven, and says truly whether it is tolerated.
@Suite struct LeniencyPageTests {
    static let package = HardCasesTableTests.package

    static func text(_ file: String) throws -> String {
        try String(contentsOf: package.appending(path: "Sources/SIPCore/\(file)"), encoding: .utf8)
    }

    @Test func everyDeviationStandsThereAsItIsJudged() throws {
        let rows = try Self.text("SIPCore.docc/LeniencyAndLimits.md").split(separator: "\n").map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        var count = 0
        for bit in 0..<25 {
            let deviation = Deviations(rawValue: 1 << UInt32(bit))
            let name = try #require(deviation.names.first, "bit \(bit)")
            let row = try #require(rows.first { $0.first == "`\(name)`" }, "\(name)")
            #expect(row.last == (RequestPolicy.alwaysTolerated.contains(deviation) ? "yes" : "no"), "\(name)")
            count += 1
        }
        // The one behind them is of no message that anybody sees.
        #expect(Deviations(rawValue: .max).names.count == count + 1)
    }

    @Test func everyCodeStandsThere() throws {
        let article = try Self.text("SIPCore.docc/LeniencyAndLimits.md")
        let codes = try Self.text("Message/SIPParseError.swift").split(separator: "Code(\"").dropFirst().map {
            String($0.prefix { $0 != "\"" })
        }
        #expect(codes.count == 27)
        for code in codes { #expect(article.contains("`\(code)`"), "\(code)") }
    }
}
