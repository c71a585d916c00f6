import SIPCore
import Testing

@Suite struct TelephoneURITests {
    @Test(arguments: [
        ("tel:+1-201-555-0123", true, "12015550123", nil, nil),
        ("tel:+1(201)555.0123;ext=7-1", true, "12015550123", "71", nil),
        ("tel:7042;phone-context=example.com", false, "7042", nil, "example.com"),
        ("tel:863-1234;phone-context=+1-914-555", false, "8631234", nil, "+1-914-555"),
        ("tel:*69#A;phone-context=x", false, "*69#a", nil, "x"),
    ])
    func numbersHaveTheirParts(
        text: String, isGlobal: Bool, digits: String, extensionDigits: String?, context: String?
    ) throws {
        let telephone = try TelephoneURI(SIPURI(text))
        #expect(telephone.isGlobal == isGlobal)
        #expect(telephone.digits.description == (isGlobal ? "+" : "") + digits)
        #expect(telephone.extensionDigits?.description == extensionDigits)
        #expect(telephone.context?.description == context)
    }

    @Test(arguments: [
        "tel:7042", "tel:+", "tel:-", "tel:+12a", "tel:+1#", "tel:12 34", "tel:7042;phone-context", "tel:+1;a=1;A=2",
        "tel:7042;phone-context=", "sip:+1@h", "tel:+1" + String(repeating: ";a", count: 65),
    ])
    func whatIsNoNumberIsRefused(text: String) {
        #expect(throws: SIPParseError.self) { try TelephoneURI(SIPURI(text)) }
    }

    /// RFC 3966 section 4.
    @Test(arguments: [
        ("tel:+1-201-555-0123;ext=7", "tel:+12015550123;EXT=(7)", true),
        ("tel:863-1234;phone-context=+1-914", "tel:8631234;phone-context=+1914", true),
        ("tel:7042;phone-context=Example.com", "tel:7042;phone-context=example.COM", true),
        ("tel:+1;a;b=1", "tel:+1;b=1;a", true), ("tel:+12015550123", "tel:12015550123", false),
        ("tel:+1;ext=7", "tel:+1", false), ("tel:+1;ext=7", "tel:+1;ext=8", false), ("tel:+1;a", "tel:+1;a=1", false),
        ("tel:+1;a=1;a=2", "tel:+1;a=1;a=1", false),
    ])
    func equality(left: String, right: String, isEquivalent: Bool) throws {
        #expect(try SIPURI(left).isEquivalent(to: SIPURI(right)) == isEquivalent)
        #expect(try SIPURI(right).isEquivalent(to: SIPURI(left)) == isEquivalent)
    }
}

@Suite struct ServiceURNTests {
    @Test(arguments: [
        ("urn:service:sos", true, false, nil), ("URN:Service:SOS.Fire", true, false, "fire"),
        ("urn:service:sos.police.x", true, false, "police.x"), ("urn:service:test.sos", false, true, nil),
        ("urn:service:test.sos.ambulance", false, true, "ambulance"), ("urn:service:counseling", false, false, nil),
        ("urn:service:test", false, false, nil), ("urn:service:test.counseling", false, false, nil),
    ])
    func services(text: String, isEmergency: Bool, isTest: Bool, kind: String?) throws {
        let service = try ServiceURN(SIPURI(text))
        #expect(service.isEmergency == isEmergency && service.isEmergencyTest == isTest)
        #expect(service.emergencyKind == kind)
    }

    @Test(arguments: [
        "urn:service:", "urn:service:sos.", "urn:service:.sos", "urn:service:-sos", "urn:service:s_s", "urn:uuid:1",
        "sip:service:sos@h", "urn:service:sos;x", "urn:service:abcdefghijklmnopqrstuvwxyza",
        "urn:service:a" + String(repeating: ".a", count: 16),
    ])
    func whatIsNoServiceIsRefused(text: String) {
        #expect(throws: SIPParseError.self) { try ServiceURN(SIPURI(text)) }
    }
}
