import SIPCore
import Testing

@Suite struct MultipartTests {
    static func message(_ body: String, type: String = "multipart/mixed;boundary=b") throws -> SIPMessage {
        try invite(replacing: "Max", with: "Content-Type: \(type)", body: body)
    }

    static func part(_ content: String, headers: String = "Content-Type: a/b\r\n") -> String {
        "--b\r\n\(headers)\r\n\(content)\r\n"
    }

    @Test func partsAreCutAtTheirBoundaries() throws {
        let body =
            "preamble\r\n" + Self.part("one") + Self.part("--bc\r\n\r\n--b x", headers: "Content-ID: <x@y>\r\nOdd\r\n")
            + Self.part("") + "--b--  \r\nepilogue --b\r\n"
        let parts = try Self.message(body).bodyParts()
        #expect(parts.map(\.content) == ["one", "--bc\r\n\r\n--b x", ""])
        #expect(parts.map(\.contentID) == [nil, "x@y", nil])
        #expect(try parts[0].contentType()?.matches("a/b") == true)
        #expect(try parts[1].contentType() == nil && parts[1].headers.count == 1)
        #expect(try Self.message(body).bodyPart(contentID: "x@y")?.content == "--bc\r\n\r\n--b x")
        #expect(try Self.message(body).bodyPart(contentID: "x") == nil)
    }

    @Test func linesMayEndInLineFeedsAndTheLastDelimiterMayBeMissing() throws {
        let text = "--b \nA: 1\n 2\n\none\n--b\n\ntwo"
        let parts = try Self.message(text).bodyParts()
        #expect(parts.map(\.content) == ["one", "two"])
        #expect(parts[0].first("A") == "1 2")
        #expect(try Self.message("--b\r\nA: 1").bodyParts().map(\.content) == [""])
        #expect(try Self.message("--b\r\n--b--").bodyParts().map(\.content) == [""])
        #expect(try Self.message("--b").bodyParts().map(\.content) == [""])
    }

    /// AST-2017-003: no boundary, at whatever place, makes a length negative.
    @Test func everyPrefixOfABodyIsReadOrRefused() throws {
        let body = Array((Self.part("one\r\n") + Self.part("") + "--b--\r\n").utf8)
        for count in 0...body.count {
            let message = try Self.message(String(decoding: body[..<count], as: UTF8.self))
            do throws(SIPParseError) {
                let total = try message.bodyParts().reduce(0) { $0 + $1.content.count }
                #expect(total <= count)
            } catch {
                #expect(error.code == .multipart && (count < 3 || count == 4), "\(count)")
            }
        }
    }

    @Test(arguments: [
        "multipart/mixed", "multipart/mixed;boundary", "multipart/mixed;boundary=\"\"",
        "multipart/mixed;boundary=\"a \"",
        "multipart/mixed;boundary=\"a\u{7f}\"", "multipart/mixed;boundary=" + String(repeating: "a", count: 71),
        "multipart/mixed;boundary=c",
    ])
    func withoutAUsableBoundaryTheBodyIsRefusedByName(type: String) throws {
        let message = try Self.message(Self.part("one") + "--b--", type: type)
        let error = #expect(throws: SIPParseError.self) { try message.bodyParts() }
        #expect(error?.code == .multipart)
        #expect(message.essentialsProblem() == nil, "the message itself is read")
    }

    @Test func nestedPartsAreGivenInOrder() throws {
        let inner = "--i\r\n\r\ntwo\r\n--i\r\n\r\nthree\r\n--i--"
        let body =
            Self.part("one") + Self.part(inner, headers: "Content-Type: multipart/alternative; boundary=\"i\"\r\n")
            + Self.part("four") + "--b--\r\n"
        let parts = try Self.message(body).bodyParts()
        #expect(parts.map(\.content) == ["one", "two", "three", "four"])
        #expect(parts.map(\.depth) == [1, 2, 2, 1])
    }

    @Test func limitsHaveANamedOutcome() throws {
        var nested = "x"
        for level in (0..<6).reversed() {
            nested =
                "--n\(level)\r\nContent-Type: multipart/mixed;boundary=n\(level + 1)\r\n\r\n\(nested)\r\n--n\(level)--"
        }
        let many = String(repeating: Self.part("x"), count: 65) + "--b--"
        let headers = Self.part("x", headers: String(repeating: "A: 1\r\n", count: 33)) + "--b--"
        for (body, type) in [
            (nested, "multipart/mixed;boundary=n0"), (many, "multipart/mixed;boundary=b"),
            (headers, "multipart/mixed;boundary=b"),
        ] {
            let message = try Self.message(body, type: type)
            let error = #expect(throws: SIPParseError.self) { try message.bodyParts() }
            #expect(error?.code == .multipartTooLarge)
        }
        #expect(try Self.message(many).bodyParts(limits: MultipartLimits(parts: 65)).count == 65)
    }

    @Test func aBodyThatIsNoMultipartIsOnePart() throws {
        let message = try Self.message(
            "v=0\r\n", type: "application/sdp\r\nContent-Disposition: session\r\nContent-ID: <a>")
        let parts = try message.bodyParts()
        #expect(parts.map(\.content) == ["v=0\r\n"] && parts[0].contentID == "a" && parts[0].depth == 0)
        #expect(try parts[0].disposition()?.type == "session")
        #expect(try invite().bodyParts().isEmpty)
    }
}
