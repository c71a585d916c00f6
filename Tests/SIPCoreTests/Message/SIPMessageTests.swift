import E911Values
import SIPCore
import Testing

/// A message from lines; the last one may be the body's.
func message(_ lines: String..., body: String = "", framing: MessageFraming = .datagram) throws -> SIPMessage {
    try SIPMessage(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), framing: framing)
}

/// The lines of an INVITE with all that it needs.
let inviteLines = [
    "INVITE sip:911@192.0.2.1:5060;user=phone SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.10:5070;branch=z9hG4bK-1;rport, SIP/2.0/TCP phone.example;branch=z9hG4bK-0",
    "Max-Forwards: 70",
    "From: \"Agent, 7\" <sip:1007@example.com>;tag=a-7",
    "To: <sip:911@example.com>",
    "Call-ID: call-7@192.0.2.10",
    "CSeq: 17 INVITE",
    "Contact: <sip:1007@192.0.2.10:5070;transport=udp>;q=0.5, \"B;,<>\" <sips:b@[2001:db8::1]>",
]

func invite(replacing prefix: String = "-", with line: String? = nil, body: String = "") throws -> SIPMessage {
    let lines = inviteLines.compactMap { $0.hasPrefix(prefix) ? line : $0 }
    return try SIPMessage(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
}

@Suite struct SIPMessageTests {
    @Test func typedHeadersAreRead() throws {
        let invite = try invite(body: "v=0\r\n")
        #expect(invite.startLine == .request(.invite, uri: "sip:911@192.0.2.1:5060;user=phone"))
        #expect(invite.method == .invite)
        #expect(try invite.requestURI().user == "911")
        let via = try invite.topVia()
        #expect(via.host == "192.0.2.10" && via.port == 5070 && via.branch == "z9hG4bK-1" && via.rport == .empty)
        #expect(try invite.vias().map(\.transport) == ["UDP", "TCP"])
        #expect(try invite.from().tag == "a-7")
        #expect(try invite.from().displayName == "Agent, 7")
        #expect(try invite.to().tag == nil)
        #expect(try invite.callID() == "call-7@192.0.2.10")
        #expect(try invite.cseq() == CSeq(number: 17, method: .invite))
        #expect(try invite.maxForwards() == 70)
        #expect(try invite.contentLength() == nil)
        #expect(try invite.contacts().map(\.uri.host) == ["192.0.2.10", "2001:db8::1"])
        #expect(try invite.contacts().map(\.qValue) == [500, 1000])
        #expect(invite.body == "v=0\r\n")
        #expect(invite.essentialsProblem() == nil)
        #expect(invite.deviations == [])
    }

    @Test func aResponseIsReadAndBuilt() throws {
        let invite = try invite()
        let source = try #require(Endpoint("192.0.2.99:5071"))
        var redirect = ResponseBuilder(to: invite, status: 302, toTag: "t-1", source: source)
        redirect.add(.contact, "<sip:7911@192.0.2.1:5060>")
        redirect.add(.pAssertedIdentity, "<sip:+13125550101@192.0.2.1>")
        let response = try SIPMessage(parsing: redirect.build(), framing: .stream)
        #expect(response.status == 302)
        #expect(response.reason == "Moved Temporarily")
        #expect(response.method == .invite)
        #expect(try response.to().tag == "t-1")
        #expect(try response.from() == invite.from())
        #expect(try response.topVia().received == "192.0.2.99")
        #expect(try response.topVia().rport == .value(5071))
        #expect(try response.vias().count == 2)
        #expect(try response.contacts().first?.uri.user == "7911")
        #expect(try response.assertedIdentities().first?.uri.user == "+13125550101")
        #expect(response.essentialsProblem() == nil)
    }
}
