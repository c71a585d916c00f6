import E911Values
import SIPCore
import Testing

@Suite struct SIPURITests {
    struct Parts: Equatable {
        var scheme: SIPURI.Scheme
        var user: String?
        var host: String
        var port: UInt16?
        var parameters: [String] = []
        var deviations: Deviations = []
    }

    static func parts(_ text: String) throws -> Parts {
        let uri = try SIPURI(text)
        return Parts(
            scheme: uri.scheme, user: uri.user.map { String($0) }, host: String(uri.host), port: uri.port,
            parameters: uri.parameters.map { "\($0.name)" + ($0.value.map { "=\($0)" } ?? "") },
            deviations: uri.deviations)
    }

    @Test(arguments: [
        ("sip:alice@example.com", Parts(scheme: .sip, user: "alice", host: "example.com")),
        ("SIP:example.com:5070", Parts(scheme: .sip, host: "example.com", port: 5070)),
        ("sips:a:secret@h;lr", Parts(scheme: .sips, user: "a", host: "h", parameters: ["lr"])),
        // Semicolons, question marks and slashes before "@" belong to the user.
        (
            "sip:1234;cic=0001@h;user=phone",
            Parts(scheme: .sip, user: "1234;cic=0001", host: "h", parameters: ["user=phone"])
        ),
        ("sip:a?b/c@h", Parts(scheme: .sip, user: "a?b/c", host: "h")),
        // Only the first "@" counts.
        (
            "sip:1234@h;phone-context=+33@domain",
            Parts(scheme: .sip, user: "1234", host: "h", parameters: ["phone-context=+33@domain"])
        ),
        ("sip:**72@h", Parts(scheme: .sip, user: "**72", host: "h")),
        ("sip:a#b@h", Parts(scheme: .sip, user: "a#b", host: "h")),
        ("sip:a%40b@h", Parts(scheme: .sip, user: "a%40b", host: "h")),
        ("sip:[2001:db8::1]:5060;lr", Parts(scheme: .sip, host: "2001:db8::1", port: 5060, parameters: ["lr"])),
        ("sip:u@[fe80::1%eth0]", Parts(scheme: .sip, user: "u", host: "fe80::1%eth0")),
        ("sip:u@[::ffff:192.0.2.1]", Parts(scheme: .sip, user: "u", host: "::ffff:192.0.2.1")),
        ("sip:u@2001:db8::1", Parts(scheme: .sip, user: "u", host: "2001:db8::1", deviations: .unbracketedIPv6)),
        ("sip:u@h;x=\"q;=\"", Parts(scheme: .sip, user: "u", host: "h", parameters: ["x=\"q;=\""])),
        ("sip:u@h?Route=%3Csip:x%3E", Parts(scheme: .sip, user: "u", host: "h")),
        ("sip:under_score.host", Parts(scheme: .sip, host: "under_score.host")),
        ("tel:+1-312-555-0101;ext=7", Parts(scheme: .tel, user: "+1-312-555-0101", host: "", parameters: ["ext=7"])),
        ("urn:service:sos.fire", Parts(scheme: .urn, host: "")),
        ("isbn:2983792873", Parts(scheme: .other, host: "")),
        ("http://example.com/;x?y", Parts(scheme: .other, host: "")),
        // Forgiven.
        ("sip:@h", Parts(scheme: .sip, host: "h", deviations: .emptyUser)),
        ("sip:h;;lr;", Parts(scheme: .sip, host: "h", parameters: ["lr"], deviations: .emptyParameter)),
        ("sip:h:", Parts(scheme: .sip, host: "h", deviations: .portUnusable)),
        ("sip:h:0", Parts(scheme: .sip, host: "h", deviations: .portUnusable)),
        ("sip:h:05060", Parts(scheme: .sip, host: "h", deviations: .portUnusable)),
        ("sip:h:65536;lr", Parts(scheme: .sip, host: "h", parameters: ["lr"], deviations: .portUnusable)),
        ("sip:h:99999999999999999999", Parts(scheme: .sip, host: "h", deviations: .portUnusable)),
    ])
    func readsItsParts(text: String, expected: Parts) throws {
        #expect(try Self.parts(text) == expected)
        #expect(try SIPURI(text).description == text)
    }

    @Test(arguments: [
        "", "sip", "sip:", ":x", "1sip:x", "sip:u@", "sip: h", "sip:u @h", "sip:h;a b", "sip:<h>", "sip:h\u{7f}",
        "sip:[::1", "sip:[]", "sip:h:50x0", "sip:h/path", "sip:h,b", "tel:", "alan@jasomi.com", "sip:u@h?a b",
        "sip:\u{e9}.example", "sip:u\0@h", "<sip:h>",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(throws: SIPParseError.self) { try SIPURI(text) }
    }

    @Test func escapesAreDecodedOnce() throws {
        let uri = try SIPURI("sip:%61lice%2540%00%zz%4@h")
        #expect(uri.decodedUser == "alice%40\0%zz%4")
        #expect(try SIPURI("sip:+15551234;phone-context=%61@h").userWithoutParameters == "+15551234")
        #expect(SIPText("a b<>@é").escapedAsUser == "a%20b%3C%3E%40%C3%A9")
        #expect(
            try SIPURI("sip:h?Route=%3Csip:a%3Blr%3E&Subject").headers.map { "\($0.name)|\($0.value)" } == [
                "Route|<sip:a;lr>", "Subject|",
            ])
        #expect(try SIPURI("urn:service:sos").opaque == "service:sos")
        #expect(try SIPURI("sip:u@[::1]").hostAddress == IPAddress("::1"))
        #expect(try SIPURI("sip:h;lr;x=").parameter("LR") == .some(nil))
        #expect(try SIPURI("sip:h;lr").parameter("x") == nil)
    }

    /// RFC 3261 section 19.1.4, its own examples first.
    @Test(arguments: [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", true
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x", true
        ),
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false),
        ("sip:a@h", "sips:a@h", false), ("sip:a@h", "sip:h", false), ("sip:a:p@h", "sip:a@h", false),
        ("sip:a@h;user=phone", "sip:a@h", false), ("sip:a@h;maddr=1.2.3.4", "sip:a@h", false),
        ("sip:a@h;x=1;x=2", "sip:a@h;X=1", true), ("sip:a@h;x=%41", "sip:a@h;x=a", true),
        ("sip:a@h;x", "sip:a@h;x=1", false),
        ("sip:a@[2001:DB8::1]", "sip:a@[2001:db8:0:0:0:0:0:1]", true),
        ("sip:a@h?a=1&a=2", "sip:a@h?a=2&a=1", true), ("sip:a@h?a=1", "sip:a@h?a=1&a=1", false),
        ("tel:+1-312-555-0101", "tel:+13125550101", true), ("tel:+13125550101", "tel:+13125550102", false),
        ("tel:7001;phone-context=a", "tel:7001", false), ("tel:7001;phone-context=a", "tel:7001;Phone-Context=A", true),
        ("tel:7001", "sip:7001@h", false), ("urn:service:SOS", "urn:service:sos", true),
        ("urn:service:sos", "urn:service:sos.fire", false), ("http://a", "HTTP://a", true),
        ("http://a", "http://A", false),
    ])
    func equivalence(left: String, right: String, isEquivalent: Bool) throws {
        let (left, right) = (try SIPURI(left), try SIPURI(right))
        #expect(left.isEquivalent(to: right) == isEquivalent)
        #expect(right.isEquivalent(to: left) == isEquivalent)
        #expect(left.isEquivalent(to: left))
    }
}
