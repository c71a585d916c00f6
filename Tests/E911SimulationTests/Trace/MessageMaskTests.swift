import E911Simulation
import SIPCore
import Testing

@Suite struct MessageMaskTests {
    private func masked(_ text: String, with mask: inout MessageMask) -> String {
        let entry = mask.masked(TraceFormatTests.entry(.received(Array(text.utf8))))
        guard case .received(let octets) = entry.what else { return "" }
        return String(decoding: octets, as: UTF8.self)
    }

    private func masked(_ text: String) -> String {
        var mask = MessageMask()
        return masked(text, with: &mask)
    }

    @Test func anEmergencyCallTellsNothingOfItsCaller() throws {
        let text = """
            INVITE sip:911@192.0.2.20 SIP/2.0\r
            Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1\r
            Max-Forwards: 70\r
            f: "Jane \\"J\\" Doe" <sip:jane.doe@example.com>;tag=1\r
            To: <sip:911@example.com>\r
            Call-ID: c1@192.0.2.10\r
            CSeq: 1 INVITE\r
            Contact: Jane Doe <sip:jane.doe@192.0.2.99:5061;transport=tls>, sip:2001@192.0.2.98\r
            P-Asserted-Identity: "Doe, Jane" <sip:2001@example.com>, <tel:+13125550123;phone-context=x>\r
            Authorization: Digest username="jane", response="0123"\r
            X-Badge: Jane, room 5\r
            Subject: help,\r
             Jane\r
            Content-Type: application/sdp\r
            Content-Length: 12\r
            \r
            s=Jane Doe\r

            """
        let message = masked(text)
        for word in ["Jane", "jane", "Doe", "2001", "3125550123", "0123", "room"] {
            #expect(!message.contains(word), "\(word) in \(message)")
        }
        let read = try SIPMessage(parsing: Array(message.utf8))
        #expect(try read.from().uri.description == "sip:user1@example.com")
        #expect(try read.to().uri.description == "sip:911@example.com")
        #expect(try read.callID() == "c1@192.0.2.10")
        #expect(try read.topVia().branch == "z9hG4bK1")
        #expect(
            try read.contacts().map { $0.uri.description }
                == ["sip:user1@192.0.2.99:5061;transport=tls", "sip:user2@192.0.2.98"])
        #expect(
            message.contains("P-Asserted-Identity: \"masked\" <sip:user2@example.com>, <tel:user3;phone-context=x>"))
        #expect(message.contains("Subject: masked\r\n"))
        #expect(message.hasSuffix("masked: 12 octets"))
        #expect(try read.contentLength() == "masked: 12 octets".utf8.count)
    }

    @Test func aUserHasOneNameInAllMessages() {
        var mask = MessageMask()
        let first = masked("OPTIONS sip:2001@a SIP/2.0\r\nTo: <sip:2002@a>\r\n\r\n", with: &mask)
        let second = masked("OPTIONS sips:2002@b SIP/2.0\r\nTo: <SIP:2001@b>\r\n\r\n", with: &mask)
        #expect(first == "OPTIONS sip:user1@a SIP/2.0\r\nTo: <sip:user2@a>\r\n\r\n")
        #expect(second == "OPTIONS sips:user2@b SIP/2.0\r\nTo: <SIP:user1@b>\r\n\r\n")
    }

    @Test func aRegistrationDocumentKeepsItsShape() throws {
        let body = """
            <reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="1" state="full">
            <registration aor="sip:2001@example.com" id="a" state="active"><contact id="c" state="active" event="created">
            <uri>sip:2001@192.0.2.99:5060?X=sip%3Ajane</uri><display-name>Jane Doe</display-name>
            <r:display-name xml:lang="en">Jane</r:display-name><display-name/></contact></registration></reginfo>
            """
        let message = masked(
            "NOTIFY sip:7911@192.0.2.20 SIP/2.0\r\nContent-Type: application/reginfo+xml\r\nContent-Length: \(body.utf8.count)"
                + "\r\n\r\n\(body)")
        #expect(!message.contains("Jane") && !message.contains("jane") && !message.contains("2001@"))
        #expect(message.contains("aor=\"sip:user2@example.com\" id=\"a\" state=\"active\""))
        #expect(message.contains("<uri>sip:user2@192.0.2.99:5060?masked</uri><display-name>masked</display-name>"))
        #expect(message.contains("<r:display-name xml:lang=\"en\">masked</r:display-name><display-name/></contact>"))
        let read = try SIPMessage(parsing: Array(message.utf8))
        #expect(try read.contentLength() == read.body.count)
    }

    /// Everything here was once let through.
    @Test(arguments: [
        "From: <sip:john.o'jane@example.com>;tag=1", "From: jane smith;tag=1", "Contact: <mailto:jane@example.com>",
        "Call-Info: <https://adr.example.com/sub?tel=jane>;purpose=card", "Contact: mailto:jane@example.com",
        "Warning: 399 h \"jane\"", "Reason: SIP;text=\"jane\"",
        "P-Access-Network-Info: IEEE-802.11;i-wlan-node-id=jane",
        "To: <sip:1234@h;x=sip:jane@b>", "Contact: <sip:a@b>, <im:jane@c>",
        "Content-Type: multipart/related;type=\"application/reginfo+xml\"\r\n\r\n<a>jane</a>",
        "Content-Type: application/reginfo+xml\r\n\r\n<display-name><![CDATA[jane]]></display-name>",
        "Content-Type: application/reginfo+xml\r\n\r\n<!-- jane --><x:badge>jane</x:badge><uri>im:jane@h</uri>",
        "Content-Type: application/reginfo+xml\r\n\r\n<registration aor='sip:jane@h'/>",
        "Content-Type: application/reginfo+xml\r\n\r\n<a><uri>sip:jane@h",
    ])
    func noWayLeadsRound(line: String) {
        let text = masked("NOTIFY sip:a@b SIP/2.0\r\n\(line)\r\n\r\n")
        #expect(!text.contains("jane"), "\(text)")
        #expect(text.hasPrefix("NOTIFY sip:user1@b SIP/2.0\r\n"))
    }

    @Test func aLongMessageOfAStreamIsMaskedToo() {
        let body = String(repeating: "<uri>sip:jane@h</uri>", count: 10_000)
        let text = masked(
            "NOTIFY sip:a@b SIP/2.0\r\nContent-Type: application/reginfo+xml\r\nContent-Length: \(body.utf8.count)"
                + "\r\n\r\n\(body)")
        #expect(text.utf8.count > 100_000 && !text.contains("jane"))
    }

    @Test func octetsThatAreNoMessageAreTakenOut() {
        #expect(masked("\u{0}\u{1}jane") == "masked: 6 octets that are no SIP message")
        #expect(masked("\r\n\r\n") == "\r\n\r\n")
        let opened = TraceFormatTests.entry(.openFailed(reason: "connection refused"), .tcp)
        var mask = MessageMask()
        #expect(mask.masked(opened) == opened)
    }

    @Test(arguments: [
        "OPTIONS sip: SIP/2.0\r\nFrom: \"\\\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nFrom: <\r\nTo: \"\r\nContact: ,<,\"\\\r\n\r\n<",
        "OPTIONS tel:?@ SIP/2.0\r\nc: application/reginfo+xml\r\n\r\n<><display-name><a:><display-name",
    ])
    func brokenMessagesHarmNothing(text: String) {
        #expect(!masked(text).isEmpty)
    }
}
