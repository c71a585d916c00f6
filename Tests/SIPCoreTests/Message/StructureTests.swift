import SIPCore
import Testing

/// The structure of a message: its first line, its lines, its body, its limits.
@Suite struct StructureTests {
    static func parse(_ text: String, limits: MessageLimits = .default) throws(SIPParseError) -> SIPMessage {
        try SIPMessage(parsing: Array(text.utf8), limits: limits)
    }

    @Test(arguments: [
        ("INVITE sip:a@b SIP/2.0", "sip:a@b", "SIP/2.0"), ("INVITE sip:a@b sip/2.0", "sip:a@b", "sip/2.0"),
        ("INVITE  sip:a@b  SIP/2.0 \t", "sip:a@b", "SIP/2.0"), ("INVITE sip:a@b; lr SIP/2.0", "sip:a@b; lr", "SIP/2.0"),
        ("INVITE x SIP/7.0", "x", "SIP/7.0"),
    ])
    func requestLines(line: String, uri: String, version: String) throws {
        let message = try Self.parse("\(line)\r\n\r\n")
        #expect(message.isRequest && message.method == .invite && message.status == nil)
        #expect(message.requestURIText.description == uri)
        #expect(message.version.description == version)
    }

    @Test(arguments: [
        ("SIP/2.0 200 OK", 200, "OK", Deviations()), ("SIP/2.0 100 ", 100, "", Deviations()),
        ("SIP/2.0 699 a  b", 699, "a  b", Deviations()),
        ("SIP/2.0 404", 404, "", Deviations.reasonMissing),
        ("sip/2.0  180 Ringing", 180, "Ringing", Deviations.startLineBlanks),
        ("SIP/2.0 200 \u{43f}\u{440}", 200, "\u{43f}\u{440}", Deviations()),
    ])
    func statusLines(line: String, status: Int, reason: String, deviations: Deviations) throws {
        let message = try Self.parse("\(line)\r\n\r\n")
        #expect(!message.isRequest && message.status == status && message.deviations == deviations)
        #expect(message.startLine == .response(status: status, reason: SIPText(reason)))
        #expect(message.requestURIText.isEmpty && message.method.name.isEmpty)
        #expect(throws: SIPParseError.self) { try message.requestURI() }
    }

    @Test(arguments: [
        ("", SIPParseError.Code.keepAlive), ("\r\n\r\n", .keepAlive), ("\0\0\0\0", .keepAlive), ("hello", .notSIP),
        ("0", .notSIP), ("INVITE sip:a@b\r\n\r\n", .notSIP), ("GET / HTTP/1.1\r\n\r\n", .notSIP),
        (" INVITE sip:a@b SIP/2.0\r\n", .notSIP), ("INVITE SIP/2.0\r\n", .startLine),
        ("INVITE \r SIP/2.0\r\n", .startLine), ("INVITE\t\r\t\r SIP/2.0\r\n", .startLine),
        ("IN\"VITE x SIP/2.0\r\n", .startLine),
        ("SIP/2.0 099 x\r\n", .statusCode), ("SIP/2.0 700 x\r\n", .statusCode), ("SIP/2.0 2000 x\r\n", .statusCode),
        ("SIP/2.0 20 x\r\n", .statusCode), ("SIP/2.0 OK\r\n", .statusCode), ("SIP/2.0 200OK\r\n", .statusCode),
        ("INVITE x SIP/\r\n", .notSIP),
    ])
    func whatHasNoFirstLineIsRefused(text: String, code: SIPParseError.Code) {
        let error = SIPParseErrorSample.of { () throws(SIPParseError) in try Self.parse(text) }
        #expect(error?.code == code)
        #expect(error?.isResponse == (code == .statusCode))
    }

    @Test func headersEndWhereTheyEnd() throws {
        let head = "OPTIONS sip:a SIP/2.0\r\n"
        #expect(try Self.parse(head + "A: 1\r\n\r\nbody").body == "body")
        #expect(try Self.parse(head + "A: 1\n\nbody").body == "body")
        #expect(try Self.parse(head + "A: 1\r\n \r\n\r\nbody").first("a") == "1", "a line of blanks continues a header")
        let open = try Self.parse(head + "A: 1\r\nB: 2")
        #expect(open.deviations == .headersUnterminated && open.first("B") == "2" && open.body.isEmpty)
        let half = try Self.parse(head + "A: 1\r\n\r")
        #expect(half.deviations.contains(.headersUnterminated) && half.first("A") == "1")
        let only = try Self.parse("OPTIONS sip:a SIP/2.0")
        #expect(only.deviations == .headersUnterminated && only.headers.isEmpty)
    }

    @Test func linesAreUnfoldedToOneBlank() throws {
        let message = try Self.parse(
            "OPTIONS sip:a SIP/2.0\r\nA:\r\n  one \t\r\n\ttwo\n three  \r\nB : x\r\n\t : y\r\nC\r\n :z\r\n\r\n")
        #expect(message.first("A") == "one two three")
        #expect(message.first("B") == "x : y")
        #expect(message.first("C") == "z")
        #expect(message.deviations == .bareLineFeed)
    }

    @Test func loneCarriageReturnsAndNULsAreData() throws {
        let message = try Self.parse("OPTIONS sip:a SIP/2.0\r\nA: x\ry\0z\r\nCall\rID: 1\r\n\r\n")
        #expect(message.first("A") == "x\ry\0z")
        #expect(message.first(.callID) == nil)
        #expect(message.deviations == .malformedHeaderLine)
        #expect(message.headers.count == 1)
    }

    @Test func aDatagramIsCutAtItsLength() throws {
        let head = "OPTIONS sip:a SIP/2.0\r\nContent-Length: "
        let cut = try Self.parse(head + "4\r\n\r\nbody and more")
        #expect(cut.body == "body" && cut.bytes.count == head.utf8.count + 9)
        #expect(try Self.parse(head + " \t 4 \r\n\r\nbody").body == "body")
        let short = try Self.parse(head + "5\r\n\r\nbody")
        #expect(short.body == "body" && short.deviations == .contentLengthBeyondDatagram)
        for bad in ["-1", "x", "", "4,4", "0x4", "4294967296", "18446744073709551620"] {
            let message = try Self.parse(head + bad + "\r\n\r\nbody")
            #expect(message.body == "body" && message.deviations == .contentLengthInvalid, "\(bad)")
        }
    }

    @Test func limitsHaveOutcomes() throws {
        let text = "OPTIONS sip:a SIP/2.0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\nbody"
        let error = SIPParseErrorSample.of { () throws(SIPParseError) in
            try Self.parse(text, limits: MessageLimits(messageOctets: text.utf8.count - 1))
        }
        #expect(error?.code == .messageTooLarge)
        let cut = try Self.parse(text, limits: MessageLimits(headers: 2))
        #expect(cut.deviations == .tooManyHeaders && cut.headers.count == 2 && cut.body == "body")
        #expect(
            try Self.parse(text, limits: MessageLimits(messageOctets: text.utf8.count, headers: 3)).deviations == [])
    }

    @Test(arguments: [("From", "f"), ("To", "t"), ("Call-ID", "i"), ("CSeq", "CSEQ"), ("Via", "v")])
    func essentialsAreWantedOnceAndReadable(name: String, other: String) throws {
        let line = try #require(inviteLines.first { $0.hasPrefix("\(name):") })
        let value = line.dropFirst(name.count + 1)
        let missing = try invite(replacing: name, with: nil).essentialsProblem()
        #expect(missing?.code == .headerMissing && missing?.header == HeaderName(name))
        #expect(try invite(replacing: name, with: "\(line)\r\n\(other): \(value)").essentialsProblem() == nil)
        let changed = value.replacing("7", with: "8").replacing("911", with: "912")
        let twice = try invite(replacing: name, with: "\(line)\r\n\(other):\(changed)").essentialsProblem()
        #expect(twice?.code == (name == "Via" ? nil : .headerRepeated))
        #expect(try invite(replacing: name, with: "\(name): ").essentialsProblem() != nil)
    }

    @Test func anErrorSaysWhatItIsAbout() throws {
        let error = try #require(try invite(replacing: "To", with: "To: \"open <sip:a@b>").essentialsProblem())
        #expect(error.code == .quoteUnbalanced && error.header == .to && error.status == 400 && !error.isResponse)
        #expect(error.description == "quote-unbalanced (To): a display name opens a quote that never closes")
    }
}
