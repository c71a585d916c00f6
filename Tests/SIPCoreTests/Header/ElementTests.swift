import Testing

@testable import SIPCore

/// Elements read one by one: the same as those of the arrays.
@Suite struct ElementTests {
    private static let message = """
        SIP/2.0 200 OK\r
        v: SIP/2.0/UDP a.example;branch=z9hG4bK1, SIP/2.0/TCP b.example:5070;rport=4\r
        Via: SIP/2.0/TLS c.example;received=192.0.2.1\r
        From: <sip:a@a.example>;tag=1\r
        To: "B, C" <sip:b@b.example;lr?x=y>;tag=2\r
        Call-ID: x\r
        CSeq: 1 OPTIONS\r
        m: "D, E" <sip:d@d.example>;q=0.5, <sips:e@e.example:5071>\r
        Contact: f <tel:+15550100>\r
        Supported: timer, , path\r
        X-Odd: one, two\r
        x-odd: three\r
        \r

        """

    @Test func eachViaContactAndElementComesInOrder() throws {
        let message = try SIPMessage(parsing: Array(Self.message.utf8))
        var vias: [Via] = []
        try message.forEachVia { vias.append($0) }
        #expect(vias == (try message.vias()))
        #expect(vias.map(\.host) == ["a.example", "b.example", "c.example"])
        var contacts: [NameAddress] = []
        try message.forEachContact { contacts.append($0) }
        #expect(contacts == (try message.contacts()))
        #expect(contacts.map(\.uri.scheme) == [.sip, .sips, .tel])
        for name in [.supported, "X-Odd", .require, "X-Other"] as [HeaderName] {
            var elements: [SIPText] = []
            try message.forEachElement(name) { elements.append($0) }
            #expect(elements == message.elements(name))
        }
        #expect(message.elements("X-ODD") == ["one", "two", "three"])
    }

    @Test func whatIsNotThereHasNoElements() throws {
        let message = try SIPMessage(parsing: Array("OPTIONS sip:a SIP/2.0\r\nContact: *\r\n: no name\r\n\r\n".utf8))
        var count = 0
        try message.forEachVia { _ in count += 1 }
        try message.forEachContact { _ in count += 1 }
        try message.forEachElement("X-Odd") { _ in count += 1 }
        #expect(count == 0)
        #expect(message.isStarContact)
        #expect(message.deviations.contains(.malformedHeaderLine))
    }

    @Test func anUnreadableElementEndsItBehindThoseBefore() throws {
        let text = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nVia: broken\r\nContact: <sip:a>, <sip:\r\n\r\n"
        let message = try SIPMessage(parsing: Array(text.utf8))
        var count = 0
        #expect(throws: SIPParseError.self) { try message.forEachVia { _ in count += 1 } }
        #expect(throws: SIPParseError.self) { try message.forEachContact { _ in count += 1 } }
        #expect(count == 2)
    }

    /// What the URI forgives is the URI's, and the address's too; what the address forgives is not the URI's.
    @Test func deviationsOfAURIAndOfItsAddressAreKeptApart() throws {
        let address = try NameAddress("a@b < sip:c@d;;x >;;tag=1 y")
        #expect(address.uri.deviations == [.emptyParameter])
        #expect(address.deviations.isSuperset(of: [.emptyParameter, .blanksInBrackets, .trailingText]))
        let plain = try NameAddress("< sip:c@d >")
        #expect(plain.uri.deviations == [])
        #expect(plain.deviations == [.blanksInBrackets])
        #expect(plain.uri.text == "sip:c@d")
    }

    @Test func aSetOfHeadersHoldsEachNumberAlone() {
        for id in UInt8(0)..<128 {
            var set = HeaderSet()
            set.insert(id)
            #expect((UInt8(0)..<128).filter { set.contains($0) } == [id])
        }
        #expect(HeaderName.known.count < 127)
    }
}
