import SIPCore
import Testing

/// Rows 1 to 19 of `docs/hard-cases.md` that no test of the parts covers.
@Suite struct HardCasesFramingTests {
    @Test("3: a read of nothing but CR LF may end a header line")
    func aReadOfALineEndInsideAMessageIsNoKeepAlive() {
        let text = StreamFramerTests.request(1, body: "x")
        var pieces: [ArraySlice<UInt8>] = []
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            pieces += [Array(line.utf8)[...], [13, 10]]
        }
        let found = frames(pieces.filter { !$0.isEmpty }.dropLast())
        #expect(found.compactMap(\.message).map(\.bytes) == [Array(text.utf8)])
        #expect(found.count == 1)
    }

    @Test("4: a ping cut at each place is one ping", arguments: 1...3)
    func aPingInTwoReads(cut: Int) {
        let ping: [UInt8] = [13, 10, 13, 10]
        #expect(frames([ping[..<cut], ping[cut...]]) == [.keepAlive])
    }

    @Test("8: the rest of a body that was longer than declared is not run as a message")
    func theRestOfABodyIsNoMessage() {
        let next = StreamFramerTests.request(2)
        let lines = StreamFramerTests.request(1, body: "a=1\r\n").replacing(
            "Content-Length: 5", with: "Content-Length: 1")
        guard case .lost(let error)? = frames(lines + next).last else {
            Issue.record("what is left of the body was taken for a message")
            return
        }
        #expect(error.code == .notSIP)
        // Glued to the next first line it makes a method that nobody has, and that is not the one of CSeq.
        let glued = StreamFramerTests.request(1, body: "abc").replacing("Content-Length: 3", with: "Content-Length: 1")
        let found = frames(glued + next).compactMap(\.message)
        #expect(found.map(\.method.name) == ["MESSAGE", "bcMESSAGE"])
        #expect(found.last.flatMap { RequestPolicy(methods: [.message]).refusal(of: $0)?.status } == 400)
    }

    @Test("16: a length beyond the datagram refuses a request and drops a response")
    func aLengthBeyondTheDatagram() throws {
        let policy = RequestPolicy(methods: [.options])
        for (line, isRequest) in [("OPTIONS sip:c@d SIP/2.0", true), ("SIP/2.0 200 OK", false)] {
            let text = "\(line)\r\n\(StreamFramerTests.head)CSeq: 1 OPTIONS\r\nContent-Length: 9\r\n\r\nshort"
            let message = try SIPMessage(parsing: Array(text.utf8))
            #expect(message.essentialsProblem() == nil)
            if isRequest {
                #expect(policy.refusal(of: message)?.status == 400)
            } else {
                #expect(policy.refusal(ofResponse: message) == .deviation(.contentLengthBeyondDatagram))
            }
        }
    }
}
