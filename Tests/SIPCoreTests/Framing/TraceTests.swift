import SIPCore
import Testing

/// Conversations of real stacks. What they mean is for other tests; here they are read at all.
@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct TraceTests {
    @Test func everyDatagramIsReadOrIsNoSIP() throws {
        var unread: [SIPParseError.Code: Int] = [:]
        var unanswerable: Set<String> = []
        var deviating: Set<String> = []
        var count = 0
        for row in try Corpus.rows("traces/manifest.tsv") where row[1] == "udp" {
            count += 1
            let octets = try Corpus.bytes("traces/\(row[0])")
            do throws(SIPParseError) {
                let message = try SIPMessage(parsing: octets)
                if message.essentialsProblem() != nil { unanswerable.insert(row[0]) }
                if message.deviations != [] { deviating.insert(row[0]) }
                if row[6] == "ok", message.bytes == octets {
                    #expect(frames([octets[...]]) == [.message(message)], "\(row[0])")
                }
            } catch {
                unread[error.code, default: 0] += 1
            }
        }
        #expect(count == 397)
        #expect(unread == [.keepAlive: 1, .notSIP: 22], "hello, blanks, an empty line")
        // A REGISTER of one header, and an INVITE with two Tos.
        #expect(unanswerable == ["zeek-junk/002-udp-REGISTER.sip", "suricata-multi-value/001-udp-INVITE.sip"])
        #expect(
            deviating == [
                "zeek-invalid-content-length/001-udp-INVITE.sip", "zeek-invalid-content-length/002-udp-200-INVITE.sip",
            ])
    }

    /// The long streams hold as many messages as they hold start lines; the others hold one each.
    @Test func everyStreamIsCut() throws {
        let counts = ["streams/rfc-flows.stream": 227, "streams/volte.stream": 26]
        for row in try Corpus.rows("traces/manifest.tsv") where row[1] != "udp" {
            let octets = try Corpus.bytes("traces/\(row[0])")
            let whole = frames([octets[...]])
            #expect(whole.compactMap(\.message).count == counts[row[0]] ?? 1, "\(row[0])")
            #expect(whole.count == whole.compactMap(\.message).count, "\(row[0])")
            // The examples of RFC 5626 leave their Via out.
            let problems = whole.compactMap { $0.message?.essentialsProblem() }
            #expect(problems.allSatisfy { $0.code == .headerMissing && $0.header == .via }, "\(row[0])")
            #expect(problems.isEmpty || row[0].hasPrefix("rfc5626") || row[0] == "streams/rfc-flows.stream")
            let cuts = Array(stride(from: 0, to: octets.count, by: 1399)) + [octets.count]
            #expect(frames(zip(cuts, cuts.dropFirst()).map { octets[$0..<$1] }) == whole, "\(row[0])")
        }
    }
}
