import SIPCore
import Testing

@Suite struct TypedHeaderTests {
    @Test(arguments: [
        ("1 INVITE", 1, "INVITE"), ("0009\r\n INVITE", 9, "INVITE"), ("4294967295 NOTIFY", .max, "NOTIFY"),
        ("0 x", 0, "x"), ("1\tACK", 1, "ACK"),
    ])
    func sequenceNumbers(text: String, number: UInt32, method: String) throws {
        let cseq = try invite(replacing: "CSeq", with: "CSeq: \(text)").cseq()
        #expect(cseq == CSeq(number: number, method: SIPCore.Method(method)))
        #expect(cseq.deviations == (number > UInt32(Int32.max) ? .cseqAbove31Bits : []))
    }

    @Test(arguments: [
        "", "1", "INVITE", "1INVITE", "-1 INVITE", "4294967296 INVITE", "36893488147419103232 INVITE", "1 IN VITE",
        "1 a/b", "1.5 INVITE",
    ])
    func notSequenceNumbers(text: String) throws {
        let message = try invite(replacing: "CSeq", with: "CSeq: \(text)")
        #expect(throws: SIPParseError.self) { try message.cseq() }
        #expect(message.essentialsProblem()?.header == .cseq)
    }

    @Test(arguments: [
        ("3600", 3600), ("4294967295", UInt32.max), ("4294967296", .max), (String(repeating: "9", count: 101), .max),
        ("0", 0),
    ])
    func secondsAreClamped(text: String, expected: UInt32) throws {
        #expect(try invite(replacing: "Max", with: "Expires: \(text)").expires() == expected)
    }

    @Test(arguments: ["", "-1", "1h", "1 2", "99999999999999999999x"])
    func whatIsNoNumberIsAnError(text: String) throws {
        let message = try invite(
            replacing: "Max", with: "Expires: \(text)\r\nMax-Forwards: \(text)\r\nMin-Expires: \(text)")
        #expect(throws: SIPParseError.self) { try message.expires() }
        #expect(throws: SIPParseError.self) { try message.maxForwards() }
        #expect(throws: SIPParseError.self) { try message.minExpires() }
    }

    @Test func retryAfterHasACommentBehindIt() throws {
        let message = try invite(replacing: "Max", with: "Retry-After: 18000 (I'm in a meeting);duration=3600")
        #expect(try message.retryAfter() == 18000)
        #expect(try invite().retryAfter() == nil)
    }

    @Test func mediaTypes() throws {
        let type = try MediaType(parsing: "Application / RegInfo+XML ; charset=\"utf-8\"")
        #expect(type.matches("application/reginfo+xml"))
        #expect(!type.matches("application/reginfo"))
        #expect(type.parameters["charset"] == .some("utf-8"))
        #expect(try MediaType(parsing: "*/*").accepts("a/b"))
        #expect(try MediaType(parsing: "application/*").accepts("Application/sdp"))
        #expect(try !MediaType(parsing: "text/*").accepts("application/sdp"))
        for text in ["", "a", "a/", "/b", "a/b c", "a b/c"] {
            #expect(throws: SIPParseError.self, "\(text)") { try MediaType(parsing: SIPText(text)) }
        }
        #expect(try invite().contentType() == nil)
        #expect(
            try invite(replacing: "Max", with: "c: application/sdp").contentType()?.matches("application/sdp") == true)
    }

    @Test func events() throws {
        let message = try invite(
            replacing: "Max", with: "o: Reg;id=7\r\nSubscription-State: terminated;reason=deactivated;retry-after=99")
        #expect(try message.event()?.isPackage("reg") == true)
        #expect(try message.event()?.id == "7")
        let state = try #require(try message.subscriptionState())
        #expect(state.state == .terminated && state.reason == "deactivated" && state.retryAfter == 99)
        #expect(state.expires == nil)
        let other = try SubscriptionStateHeader(parsing: "waiting;expires=99999999999")
        #expect(other.state == .other && other.expires == .max)
        #expect(throws: SIPParseError.self) { try EventHeader(parsing: ";id=1") }
        #expect(try invite().event() == nil)
        #expect(try invite().subscriptionState() == nil)
    }

    @Test func listsAreOneListOverAllRows() throws {
        let message = try invite(replacing: "Max", with: "Supported: timer, replaces\r\nk: 100rel\r\nSupported:")
        #expect(message.elements(.supported) == ["timer", "replaces", "100rel"])
        #expect(message.all(.supported) == ["timer, replaces", "100rel", ""])
        #expect(message.elements(.require).isEmpty)
    }
}
