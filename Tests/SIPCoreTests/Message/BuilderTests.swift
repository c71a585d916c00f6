import E911Values
import SIPCore
import Testing

@Suite struct BuilderTests {
    @Test func aRequestIsReadAsItWasMeant() throws {
        var request = RequestBuilder(.subscribe, "sip:192.0.2.1:5060")
        request.add(.via, "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-1;rport")
        request.add(.maxForwards, "70")
        request.add(.from, "<sip:e911d@192.0.2.9>;tag=f")
        request.add(.to, "<sip:192.0.2.1>")
        request.add(.callID, "c@192.0.2.9")
        request.add(.cseq, "1 SUBSCRIBE")
        request.add(.event, "reg")
        request.add(.accept, "application/reginfo+xml")
        request.add("X-Own", "value")
        request.setBody("body", contentType: "text/plain")
        let octets = request.build()
        let message = try SIPMessage(parsing: octets, framing: .stream)
        #expect(message.bytes == octets)
        #expect(message.startLine == .request(.subscribe, uri: "sip:192.0.2.1:5060"))
        #expect(message.headers.map(\.name).last == .contentLength)
        #expect(message.first("x-own") == "value")
        #expect(message.body == "body")
        #expect(message.deviations == [])
        #expect(RequestPolicy(methods: [.subscribe]).refusal(of: message) == nil)
    }

    /// A value from outside cannot end its line.
    @Test func noValueSmugglesAHeaderIn() throws {
        var request = RequestBuilder(.options, "sip:a\r\nEvil: 1")
        request.add(.subject, "a\r\nEvil: 2\r\n\r\nbody\0")
        request.add("X\r\nEvil", "3")
        request.add(.contentLength, "99")
        let message = try SIPMessage(parsing: request.build())
        #expect(message.count("Evil") == 0)
        #expect(message.headers.map(\.name) == [.subject, "X--Evil", .contentLength])
        #expect(try message.contentLength() == 0)
    }

    /// Old capitals, compact forms, folding and blanks stay as they came.
    static let received = [
        "INVITE sip:bob@example.com SIP/2.0", "v: SIP/2.0/UDP a.example;branch=z9hG4bKa ,SIP/2.0/UDP b.example",
        "VIA : SIP/2.0/UDP c.example", "f: \"A\"  <sip:a@b>;tag=1", "t: <sip:bob@example.com>", "i: x@y",
        "cseq: 7 INVITE", "Route: <sip:p1;lr>, <sip:p2;lr>", "route: <sip:p3;lr>", "Subject: folded\r\n\tvalue",
        "X-strange-CAPITALS:v", "l:   3", "max-forwards:  9",
    ]

    static func forwarded(_ edit: (inout RequestBuilder) -> Void) throws -> (lines: [String], message: SIPMessage) {
        let text = received.joined(separator: "\r\n") + "\r\n\r\nabc"
        var builder = try #require(RequestBuilder(forwarding: try SIPMessage(parsing: Array(text.utf8))))
        edit(&builder)
        let octets = builder.build()
        let lines = String(decoding: octets, as: UTF8.self).split(separator: "\r\n").map { String($0) }
        return (lines, try SIPMessage(parsing: octets, framing: .stream))
    }

    @Test func untouchedHeadersAreEmittedVerbatim() throws {
        let (lines, message) = try Self.forwarded { _ in }
        var expected = Self.received.joined(separator: "\r\n").split(separator: "\r\n").map { String($0) }
        expected.removeAll { $0.hasPrefix("l:") }
        #expect(lines == expected + ["Content-Length: 3", "abc"])
        #expect(message.body == "abc")
    }

    /// What only a lenient reader understands is not passed on to others.
    @Test func oddLineEndsAreNotRepeated() throws {
        let text = "OPTIONS sip:a SIP/2.0\nVia\r\n : SIP/2.0/UDP h\r\nSubject: a\n b\nOrganization: c\r\n d\n\n"
        let builder = try #require(RequestBuilder(forwarding: try SIPMessage(parsing: Array(text.utf8))))
        #expect(
            builder.description == "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nSubject: a b\r\n"
                + "Organization: c\r\n d\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func aProxyPushesAndPops() throws {
        let (lines, message) = try Self.forwarded { request in
            request.requestURI = "sip:bob@192.0.2.7"
            request.prepend(.via, "SIP/2.0/TCP proxy.example;branch=z9hG4bKp")
            request.prepend(.recordRoute, "<sip:proxy.example;lr>")
            request.headers.removeFirstElement(.route)
            request.set(.maxForwards, "8")
        }
        #expect(message.requestURIText == "sip:bob@192.0.2.7")
        #expect(lines[1] == "Record-Route: <sip:proxy.example;lr>")
        #expect(lines[2] == "Via: SIP/2.0/TCP proxy.example;branch=z9hG4bKp")
        #expect(lines[3] == Self.received[1])
        #expect(try message.routes().map(\.uri.host) == ["p2", "p3"])
        #expect(try message.maxForwards() == 8)
        #expect(try message.vias().map(\.host) == ["proxy.example", "a.example", "b.example", "c.example"])
    }

    @Test func aResponseLosesItsTopVia() throws {
        let (_, request) = try Self.forwarded { $0.prepend(.via, "SIP/2.0/TCP proxy.example;branch=z9hG4bKp") }
        let ringing = try SIPMessage(parsing: ResponseBuilder(to: request, status: 180, toTag: "t").build())
        var back = try #require(ResponseBuilder(forwarding: ringing))
        #expect(back.headers.removeFirstElement(.via) == "SIP/2.0/TCP proxy.example;branch=z9hG4bKp")
        #expect(try SIPMessage(parsing: back.build()).vias().map(\.host) == ["a.example", "b.example", "c.example"])
        back.headers.removeFirstElement(.via)
        let next = try SIPMessage(parsing: back.build())
        #expect(try next.vias().map(\.host) == ["b.example", "c.example"])
        #expect(next.reason == "Ringing")
        #expect(RequestBuilder(forwarding: ringing) == nil && ResponseBuilder(forwarding: request) == nil)
    }

    @Test func aResponseCopiesWhatItMust() throws {
        let lines =
            "Record-Route: <sip:r;lr>\r\nTimestamp: 5\r\nf: <sip:other@x>;tag=2\r\nMax-Forwards: 70"
        let request = try invite(replacing: "Max-Forwards", with: lines)
        let provisional = try SIPMessage(parsing: ResponseBuilder(to: request, status: 100).build())
        #expect(provisional.headers.map(\.name) == [.via, .timestamp, .from, .to, .callID, .cseq, .contentLength])
        let progress = try SIPMessage(parsing: ResponseBuilder(to: request, status: 180, toTag: "t").build())
        #expect(progress.count(.recordRoute) == 1 && progress.count(.timestamp) == 0)
        let refusal = try SIPMessage(parsing: ResponseBuilder(to: request, status: 486, toTag: "t").build())
        #expect(refusal.count(.recordRoute) == 0)
        #expect(refusal.count(.from) == 1, "of two Froms the first one")
        #expect(try refusal.to().tag == "t")
        let tagged = try invite(replacing: "To", with: "To: <sip:911@example.com>;tag=mine")
        #expect(
            try SIPMessage(parsing: ResponseBuilder(to: tagged, status: 200, toTag: "t").build()).to().tag == "mine")
    }

    /// Found by the fuzzer: what is wrong with the parameters, or stands behind them, must not swallow the tag.
    @Test(arguments: [
        "<sip:a@b> (note)", "<sip:a@b>\rJ", "<sip:a@b> ;  \0\0 tag = 9", "sip:a@b ;x y", "sip:a@b;x=<sip:c",
        "\"A\" <sip:a@b>;y=1;x=<", "<sip:a@b>\0\0x", "<sip:a@b>x;tag=9",
    ])
    func aTagIsAddedBeforeWhatElseStandsThere(to: String) throws {
        let request = try invite(replacing: "To", with: "To: \(to)")
        #expect(try request.to().tag == nil)
        let response = try SIPMessage(parsing: ResponseBuilder(to: request, status: 400, toTag: "t").build())
        #expect(try response.to().tag == "t")
    }

    /// Found by the fuzzer: an empty tag is none, and one behind it would not be read by everybody.
    @Test(arguments: [
        ("<sip:a@b>;tag=", "<sip:a@b>;tag=t"), ("sip:a@b ; tag  = ", "sip:a@b ; tag  =t"),
        ("<sip:a@b>;tag=;x=1", "<sip:a@b>;tag=t;x=1"), ("<sip:a@b>;tag=;tag=other", "<sip:a@b>;tag=t;tag=other"),
        ("<sip:a@b>;tag", "<sip:a@b>;tag;tag=t"), ("<sip:a@b>;x=1", "<sip:a@b>;tag=t;x=1"),
        ("<sip:a@b>", "<sip:a@b>;tag=t"), ("sip:a@b", "sip:a@b;tag=t"),
    ])
    func anEmptyTagIsFilled(to: String, answered: String) throws {
        let request = try invite(replacing: "To", with: "To: \(to)")
        #expect(try request.to().tag == nil)
        let response = try SIPMessage(parsing: ResponseBuilder(to: request, status: 400, toTag: "t").build())
        #expect(response.headers.first { $0.name == .to }?.value == SIPText(answered))
        #expect(try response.to().tag == "t")
    }

    @Test func onlyTheTopViaIsStamped() throws {
        let source = try #require(Endpoint("[2001:db8::9]:7000"))
        let response = try SIPMessage(
            parsing: ResponseBuilder(to: try invite(), status: 200, toTag: "t", source: source).build())
        let vias = try response.vias()
        #expect(vias[0].receivedAddress == source.address && vias[0].rport == .value(7000))
        #expect(vias[1].text == "SIP/2.0/TCP phone.example;branch=z9hG4bK-0")
    }

    @Test func blocksEditTheirRows() {
        var block = HeaderBlock()
        block.add(.route, "<sip:a>, <sip:b>")
        block.add(.subject, "s")
        block.prepend(.route, "<sip:z>")
        block.replaceFirstElement(.route, with: "<sip:y>")
        #expect(block.all(.route) == ["<sip:y>", "<sip:a>, <sip:b>"])
        #expect(block.removeFirstElement(.route) == "<sip:y>")
        block.replaceFirstElement(.route, with: "<sip:x>")
        #expect(block.first(.route) == "<sip:x>, <sip:b>")
        #expect(block.firstElement(.route) == "<sip:x>")
        block.set(.route, "<sip:only>")
        #expect(block.all(.route) == ["<sip:only>"])
        block.removeAll(.route)
        #expect(block.removeFirstElement(.route) == nil && block.firstElement(.route) == nil)
        block.set(.event, "reg")
        #expect(block.all(.event) == ["reg"] && block.first(.subject) == "s")
    }
}
