import SIPCore
import Testing

@Suite struct DialogTests {
    func invite(_ extra: String...) throws -> SIPMessage {
        try message(
            ([
                "INVITE sip:bob@192.0.2.2 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                "From: \"A\" <sip:alice@a.example>;tag=a1", "To: <sip:bob@b.example>", "Call-ID: c1", "CSeq: 7 INVITE",
                "Contact: <sip:alice@192.0.2.1>",
            ] + extra).joined(separator: "\r\n"))
    }

    func success(_ extra: String...) throws -> SIPMessage {
        try message(
            ([
                "SIP/2.0 200 OK", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                "From: \"A\" <sip:alice@a.example>;tag=a1", "To: <sip:bob@b.example>;tag=b1", "Call-ID: c1",
                "CSeq: 7 INVITE", "Contact: <sip:bob@192.0.2.2:5070>",
            ] + extra).joined(separator: "\r\n"))
    }

    @Test func bothSidesSeeTheSameDialog() throws {
        let routes = "Record-Route: <sip:p2.example;lr>, <sip:192.0.2.9;lr>"
        var caller = try #require(Dialog(client: try success(routes)))
        var callee = try #require(Dialog(server: try invite(routes), localTag: "b1"))
        #expect(caller.routeSet == ["<sip:192.0.2.9;lr>", "<sip:p2.example;lr>"])
        #expect(callee.routeSet == ["<sip:p2.example;lr>", "<sip:192.0.2.9;lr>"])
        #expect(caller.nextHopURI?.description == "sip:192.0.2.9;lr")
        let bye = try SIPMessage(parsing: caller.request(.bye).build())
        #expect(bye.requestURIText == "sip:bob@192.0.2.2:5070")
        #expect(bye.first(.cseq) == "8 BYE" && bye.first(.to) == "<sip:bob@b.example>;tag=b1")
        #expect(callee.contains(bye) && !caller.contains(bye))
        let takesBye = callee.takes(bye)
        #expect(takesBye)
        let old = try SIPMessage(parsing: caller.ack(of: 7).build())
        let takesOld = callee.takes(old)
        #expect(old.first(.cseq) == "7 ACK" && !takesOld)
        let other = try SIPMessage(parsing: callee.request(.bye).build())
        #expect(other.requestURIText == "sip:alice@192.0.2.1" && other.first(.cseq) == "1 BYE")
        let takesOther = caller.takes(other)
        #expect(caller.contains(other) && takesOther)
    }

    @Test func aStrictRouterIsAddressedByTheRequestURI() throws {
        var dialog = try #require(Dialog(client: try success("Record-Route: <sip:p2.example;lr>, <sip:192.0.2.9>")))
        let request = dialog.request(.bye)
        #expect(request.requestURI == "sip:192.0.2.9")
        #expect(request.headers.all(.route) == ["<sip:p2.example;lr>", "<sip:bob@192.0.2.2:5070>"])
    }

    @Test func theTargetFollowsTheContact() throws {
        var dialog = try #require(Dialog(client: try success()))
        dialog.refreshTarget(from: try success("Subject: x"))
        #expect(dialog.remoteTarget == "sip:bob@192.0.2.2:5070")
        dialog.refreshTarget(from: try invite())
        #expect(dialog.remoteTarget == "sip:alice@192.0.2.1")
    }

    @Test func withoutTagsThereIsNoDialogForTheCaller() throws {
        let response = try message(
            "SIP/2.0 200 OK", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "From: <sip:a@a>;tag=a1", "To: <sip:b@b>",
            "Call-ID: c1", "CSeq: 7 INVITE")
        #expect(Dialog(client: response) == nil)
        #expect(Dialog(client: try invite()) == nil)
        #expect(Dialog(server: response, localTag: "x") == nil)
    }

    @Test(arguments: [
        ("sip:192.0.2.1", "UDP 192.0.2.1:5060"), ("sip:a@192.0.2.1:5070;transport=tcp", "TCP 192.0.2.1:5070"),
        ("sips:[2001:db8::1]", "TLS [2001:db8::1]:5061"), ("sip:192.0.2.1;transport=TLS", "TLS 192.0.2.1:5061"),
    ])
    func aURIWithAnAddressNamesANextHop(uri: String, hop: String) throws {
        #expect(NextHop(try SIPURI(uri))?.description == hop)
    }

    @Test(arguments: ["sip:example.com", "tel:911", "sip:192.0.2.1;transport=sctp"])
    func othersDoNot(uri: String) throws {
        #expect(NextHop(try SIPURI(uri)) == nil)
    }
}
