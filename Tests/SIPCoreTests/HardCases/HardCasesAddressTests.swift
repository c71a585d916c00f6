import E911Values
import SIPCore
import Testing

/// Rows 38 to 53 of `docs/hard-cases.md` that no test of the parts covers.
@Suite struct HardCasesAddressTests {
    @Test("39: the first > that is not quoted ends the URI")
    func theFirstBracketEndsTheURI() throws {
        let contact = try NameAddress("\"a > b\" <sip:a@b;x=1>;+sip.instance=\"<urn:uuid:0>\";expires=60")
        #expect(contact.uri.text == "sip:a@b;x=1")
        #expect(contact.displayName == "a > b" && contact.instanceID == "urn:uuid:0")
        #expect(contact.parameter("expires") == .some("60"))
    }

    @Test("41: a bare URI ends at a comma, and one with a question mark is 400 for others than emergency calls")
    func bareURIs() throws {
        let message = try invite(replacing: "Contact", with: "Contact: sip:a@b;q=1, sip:c@d")
        #expect(try message.contacts().map(\.uri.text) == ["sip:a@b", "sip:c@d"])
        let question = try invite(replacing: "Contact", with: "Contact: sip:a@b?x=1")
        #expect(try question.contacts().map(\.deviations) == [.questionMarkInBareURI])
        #expect(RequestPolicy(methods: [.invite]).refusal(of: question)?.status == 400)
        #expect(question.essentialsProblem() == nil)
    }

    @Test("42: * stands for all bindings, with parameters or beside others it is no address")
    func star() throws {
        #expect(try invite(replacing: "Contact", with: "m: *").isStarContact)
        for text in ["*;q=1", "*, <sip:a@b>", "<sip:a@b>, *"] {
            let message = try invite(replacing: "Contact", with: "Contact: \(text)")
            #expect(!message.isStarContact)
            #expect(throws: SIPParseError.self) { try message.contacts() }
        }
    }

    @Test("45: a tel URI is an address wherever one may stand")
    func telephoneURIs() throws {
        let lines = inviteLines.map { line in
            line.hasPrefix("INVITE ")
                ? "INVITE tel:911;phone-context=+1 SIP/2.0"
                : line.hasPrefix("To:")
                    ? "To: tel:911;tag=1"
                    : line.hasPrefix("From:")
                        ? "From: <tel:+15550100>;tag=2"
                        : line.hasPrefix("Contact:") ? "Contact: <tel:+15550100>" : line
        }
        let message = try SIPMessage(parsing: Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        #expect(message.essentialsProblem() == nil)
        #expect(try message.requestURI().user == "911" && message.requestURI().host.isEmpty)
        #expect(try message.to().tag == "1" && message.to().uri.text == "tel:911")
        #expect(try message.from().uri.user == "+15550100")
        #expect(try message.firstContact()?.uri.hostAddress == nil)
    }

    @Test(
        "46: unknown schemes are read; as a Request-URI they are 416",
        arguments: ["isbn:1", "http://h/x", "mailto:a@b"])
    func unknownSchemes(uri: String) throws {
        let text = inviteLines.joined(separator: "\r\n").replacing("sip:911@192.0.2.1:5060;user=phone", with: uri)
        let message = try SIPMessage(parsing: Array((text + "\r\n\r\n").utf8))
        #expect(try message.requestURI().scheme == .other)
        #expect(RequestPolicy(methods: [.invite]).refusal(of: message)?.status == 416)
        #expect(message.essentialsProblem() == nil)
    }

    @Test("48: escapes are decoded once, compared decoded, and hide no parameter")
    func escapes() throws {
        let uri = try SIPURI("sip:%61@h;%6C%72;x=%41")
        #expect(uri.decodedUser == "a" && uri.parameter("lr") == nil)
        #expect(uri.parameters.map(\.name.percentDecoded) == ["lr", "x"])
        #expect(try SIPURI("sip:a%2540@h").decodedUser == "a%40")
        #expect(try SIPURI("sip:a%00b@h").decodedUser?.count == 3)
        #expect(try SIPURI("sip:%61@h").isEquivalent(to: SIPURI("sip:a@h")))
    }

    @Test("52: IPv6 in every place and every spelling")
    func addressesOfVersion6() throws {
        for text in ["sip:a@[2001:db8::1]", "sip:a@2001:db8::1", "sip:a@[2001:DB8:0::0:1]"] {
            #expect(try SIPURI(text).hostAddress == IPAddress("2001:db8::1"))
        }
        #expect(try SIPURI("sip:[::ffff:192.0.2.1]:5061").port == 5061)
        #expect(try SIPURI("sip:[fe80::1%eth0]").host == "fe80::1%eth0")
        for received in ["[2001:db8::2]", "2001:db8::2"] {
            let via = try Via(parsing: SIPText("SIP/2.0/UDP [2001:db8::1]:5070;received=\(received);branch=z9hG4bK1"))
            #expect(via.hostAddress == IPAddress("2001:db8::1") && via.port == 5070)
            #expect(via.receivedAddress == IPAddress("2001:db8::2"))
        }
        let source = try #require(Endpoint("[2001:db8::9]:5060"))
        let stamped = try Via(parsing: "SIP/2.0/UDP [2001:db8::1];rport").stamped(with: source)
        #expect(stamped.description.contains(";received=2001:db8::9;"))
        // RFC 5118 section 4.5: three colons are no address.
        for text in ["sip:a@[2001:::1]", "sip:a@2001:::1"] {
            #expect((try? SIPURI(text))?.hostAddress == nil)
        }
    }
}
