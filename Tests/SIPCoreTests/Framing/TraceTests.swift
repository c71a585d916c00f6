import SIPCore
import Testing

/// Conversations of real stacks. What they mean is for other tests; here they are read at all.
@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct TraceTests {
    @Test func everyDatagramIsReadOrIsNoSIP() throws {
        var unread: [SIPParseError.Code: Int] = [:]
        var unanswerable: [String] = []
        var deviating: [String: Deviations] = [:]
        var count = 0
        for row in try Corpus.rows("traces/manifest.tsv") where row[1] == "udp" {
            count += 1
            do {
                let message = try SIPMessage(parsing: try Corpus.bytes("traces/\(row[0])"))
                if message.essentialsProblem() != nil { unanswerable.append(row[0]) }
                if message.deviations != [] { deviating[row[0]] = message.deviations }
                _ = try? message.contacts()
                _ = message.headers
                if row[6] == "ok", row[5] == "\(message.bytes.count)" {
                    let stream = frames([message.bytes[...]])
                    if message.count(.contentLength) > 0 { #expect(stream == [.message(message)], "\(row[0])") }
                }
            } catch let error as SIPParseError {
                unread[error.code, default: 0] += 1
            }
        }
        print("COUNT", count, unread, unanswerable, deviating)
    }

    @Test func streams() throws {
        for row in try Corpus.rows("traces/manifest.tsv") where row[1] != "udp" {
            let bytes = try Corpus.bytes("traces/\(row[0])")
            let found = frames([bytes[...]])
            print(
                "STREAM", row[0], found.count, found.compactMap(\.message).count,
                found.last.map { f in if case .lost(let e) = f { return "\(e)" } else { return "ok" } } ?? "")
        }
    }
}
