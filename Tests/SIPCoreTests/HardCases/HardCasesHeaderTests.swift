import SIPCore
import Testing

/// Rows 20 to 37 and 54 to 59 of `docs/hard-cases.md` that no test of the parts covers.
@Suite struct HardCasesHeaderTests {
    static let policy = RequestPolicy(methods: [.invite])

    @Test(
        "21: blanks and a folded line end before the colon hide no header", arguments: [" ", "\t", "\r\n ", " \r\n\t"])
    func whatStandsBeforeTheColon(blanks: String) throws {
        let message = try invite(replacing: "Max", with: "X-Bypass\(blanks): v\r\nSupported\(blanks):a")
        #expect(message.first("x-bypass") == "v")
        #expect(try message.values(of: .supported).map(\.description) == ["a"])
    }

    @Test("22: lines that end in LF alone always advance")
    func lineFeedsAlone() throws {
        for text in [
            "\n", "\n\n\n", "OPTIONS sip:a SIP/2.0\n", "OPTIONS sip:a SIP/2.0\nA\n\n",
            "OPTIONS sip:a SIP/2.0\r\nA: 1\n B",
        ] {
            _ = frames(text)
            _ = try? SIPMessage(parsing: Array(text.utf8))
        }
        let message = try SIPMessage(parsing: Array("OPTIONS sip:a SIP/2.0\r\nA: 1\nB: 2\r\n\r\n".utf8))
        #expect(message.first("A") == "1" && message.first("B") == "2" && message.deviations == .bareLineFeed)
    }

    @Test("24: every compact name is its long name, in every place")
    func compactNames() throws {
        let pairs = [
            ("v", "Via"), ("f", "From"), ("t", "To"), ("i", "Call-ID"), ("m", "Contact"), ("l", "Content-Length"),
            ("c", "Content-Type"), ("e", "Content-Encoding"), ("k", "Supported"), ("s", "Subject"), ("o", "Event"),
            ("u", "Allow-Events"), ("r", "Refer-To"), ("b", "Referred-By"), ("x", "Session-Expires"),
            ("j", "Reject-Contact"), ("d", "Request-Disposition"), ("a", "Accept-Contact"), ("y", "Identity"),
            ("n", "Identity-Info"),
        ]
        for (compact, long) in pairs {
            #expect(HeaderName(compact) == HeaderName(long))
            #expect(HeaderName(compact.uppercased()) == HeaderName(long))
        }
        var text = inviteLines.joined(separator: "\r\n")
        for (compact, long) in pairs { text = text.replacing("\r\n\(long):", with: "\r\n\(compact):") }
        let message = try SIPMessage(parsing: Array((text + "\r\n\r\n").utf8))
        #expect(message.essentialsProblem() == nil)
        #expect(try message.topVia() == invite().topVia())
        #expect(try message.contacts() == invite().contacts())
        #expect(try message.callID() == invite().callID())
    }

    @Test("27: a header that may stand once and stands twice is 400", arguments: ["Max-Forwards", "From", "CSeq"])
    func twice(name: String) throws {
        let line = try #require(inviteLines.first { $0.hasPrefix("\(name):") })
        let other = ["Max-Forwards": "Max-Forwards: 69", "From": "From: <sip:x@y>;tag=1", "CSeq": "CSeq: 99 INVITE"][
            name]
        let message = try invite(replacing: name, with: "\(line)\r\n\(try #require(other))")
        #expect(Self.policy.refusal(of: message)?.status == 400)
        let error = #expect(throws: SIPParseError.self) {
            _ = try message.maxForwards()
            _ = try message.from()
            _ = try message.cseq()
        }
        #expect(error?.code == .headerRepeated && error?.header == HeaderName(name))
    }

    @Test("28: empty values have a length of 0 and no elements")
    func emptyValues() throws {
        let message = try invite(replacing: "Max", with: "Subject:\r\nWarning:\r\nSupported: \r\nExpires:")
        #expect(message.first(.subject) == "")
        #expect(try message.values(of: .warning).isEmpty && message.values(of: .supported).isEmpty)
        let error = #expect(throws: SIPParseError.self) { try message.expires() }
        #expect(error?.header == .expires)
    }

    @Test("29: a line without a colon is 400 for others, and read past for an emergency call")
    func aLineWithoutAColon() throws {
        let message = try invite(replacing: "Max", with: "no header\r\nExpires: 5")
        #expect(message.deviations == .malformedHeaderLine && message.essentialsProblem() == nil)
        #expect(try message.expires() == 5)
        #expect(Self.policy.refusal(of: message)?.status == 400)
    }

    @Test("30: thousands of rows and of Vias are bounded, in time that grows with their number")
    func thousands() throws {
        let row = try invite(replacing: "Max", with: String(repeating: "Accept: a/b\r\n", count: 4000) + "Expires: 1")
        #expect(row.deviations == .tooManyHeaders && row.headers.count == MessageLimits.default.headers)
        let vias = String(repeating: ", SIP/2.0/UDP a", count: 4000)
        let message = try invite(replacing: "Max", with: "Via: SIP/2.0/UDP h\(vias)")
        #expect(try message.topVia().host == "192.0.2.10")
        #expect(try message.vias().count == 4003)
        let parameters = try NameAddress("<sip:a@b>" + String(repeating: ";a", count: 4000) + ";tag=1")
        #expect(parameters.tag == "1")
        let many = try SIPURI("sip:a@b" + String(repeating: ";a=1", count: 4000))
        let few = try SIPURI("sip:a@b")
        #expect(many.isEquivalent(to: many) && !many.isEquivalent(to: few) && !few.isEquivalent(to: many))
    }

    @Test("31: a header of separators alone is kept as it is")
    func separatorsAlone() throws {
        let message = try invite(replacing: "Max", with: "X-Odd: ;;,,;;,;")
        #expect(message.first("X-Odd") == ";;,,;;,;")
        #expect(message.elements("X-Odd") == [";;", ";;", ";"])
        #expect(message.deviations == [])
    }

    @Test("33: the version is a text without case", arguments: [("sip/2.0", nil), ("SIP/7.0", 505), ("SIP/02.0", 505)])
    func versions(version: String, status: Int?) throws {
        let text = inviteLines.joined(separator: "\r\n").replacing(" SIP/2.0\r\n", with: " \(version)\r\n") + "\r\n\r\n"
        #expect(Self.policy.refusal(of: try SIPMessage(parsing: Array(text.utf8)))?.status == status)
    }

    @Test("55: a method of 444 octets is a method that is not known")
    func aLongMethod() throws {
        let name = String(repeating: "M", count: 444)
        let cseq = try invite(replacing: "CSeq", with: "CSeq: 1 \(name)").cseq()
        #expect(cseq.method.name == name)
        #expect(!SIPCore.Method.registered.contains(cseq.method))
    }

    @Test("56: times too large are clamped, and what is no number is an error of its header")
    func expirations() throws {
        for (text, seconds) in [("1\(String(repeating: "0", count: 100))", UInt32.max), ("4294967296", .max), ("0", 0)]
        {
            #expect(try invite(replacing: "Max", with: "Expires: \(text)").expires() == seconds)
        }
        for text in ["-1", "", "soon"] {
            let message = try invite(replacing: "Max", with: "Expires: \(text)")
            let error = #expect(throws: SIPParseError.self) { try message.expires() }
            #expect(error?.header == .expires)
        }
        #expect(try SubscriptionStateHeader(parsing: "active;expires=-1").expires == nil)
    }

    @Test("57: q values order the Contacts of a redirection, ties keep their order")
    func qValues() throws {
        let contacts = try invite(
            replacing: "Contact", with: "Contact: <sip:a>;q=.5, <sip:b>;q=1, <sip:c>, <sip:d>;q=0.5000, <sip:e>;q=1.001"
        ).contacts()
        #expect(contacts.map(\.qValue) == [500, 1000, 1000, 500, 1000])
    }

    @Test("109: fields of kilobytes are read whole, within the limits of the message")
    func longFields() throws {
        let long = String(repeating: "7", count: 4096)
        let callID = try invite(replacing: "Call-ID", with: "Call-ID: \(long)")
        #expect(callID.essentialsProblem() == nil)
        #expect(try callID.callID().count == 4096)
        let type = try invite(replacing: "Max", with: "Content-Type: a/\(long);x=\(long)").contentType()
        #expect(type?.subtype.count == 4096)
        #expect(try NameAddress("<sip:\(long)@h>").uri.user?.count == 4096)
        #expect(try NameAddress("<tel:\(long)>").uri.user?.count == 4096)
        #expect(try Via(parsing: SIPText("SIP/2.0/UDP \(long):5060;branch=\(long)")).host.count == 4096)
    }
}
