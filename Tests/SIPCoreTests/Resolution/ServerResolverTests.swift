import E911Values
import Testing

@testable import SIPCore

/// RFC 3263 section 4, by what is asked and what comes out.
@Suite struct ServerResolverTests {
    @Test func anAddressAsksNothing() {
        var zone = Zone()
        #expect(zone.hops("192.0.2.1") == ["UDP 192.0.2.1:5060"])
        #expect(zone.hops("[2001:db8::1]", secure: true) == ["TLS [2001:db8::1]:5061"])
        #expect(zone.hops("192.0.2.1", port: 5070, transport: .tcp) == ["TCP 192.0.2.1:5070"])
        #expect(zone.asked.isEmpty && zone.resolver.answerCount == 0)
    }

    @Test func aPortLeadsToAddressesAlone() {
        var zone = Zone()
        zone.address("sip.example.com", "192.0.2.1")
        zone.address("sip.example.com", "2001:db8::1")
        #expect(zone.hops("SIP.example.com.", port: 5070) == ["UDP [2001:db8::1]:5070", "UDP 192.0.2.1:5070"])
        #expect(zone.asked == ["sip.example.com AAAA", "sip.example.com A"])
    }

    @Test(arguments: [
        (SIPTransportKind.udp, "_sip._udp.example.com"), (.tcp, "_sip._tcp.example.com"),
        (.tls, "_sips._tcp.example.com"),
    ])
    func aTransportLeadsToItsServices(kind: SIPTransportKind, name: String) {
        var zone = Zone(families: [.a])
        zone.service(name, 10, 0, 5080, "a.example.com")
        zone.address("a.example.com", "192.0.2.1")
        // With TLS the certificate is to be of the name that was asked for.
        let domain = kind == .tls ? " (example.com)" : ""
        #expect(zone.hops("example.com", transport: kind) == ["\(kind.viaToken) 192.0.2.1:5080\(domain)"])
        #expect(zone.asked == ["\(name) SRV", "a.example.com A"])
    }

    @Test func withoutBothThePointersDecide() {
        var zone = Zone(families: [.a])
        zone.pointer("example.com", 50, 50, "SIPS+D2T", "_sips._tcp.example.com")
        zone.pointer("example.com", 90, 50, "sip+d2t", "_sip._tcp.other.example")
        zone.pointer("example.com", 10, 1, "SIP+D2X", "_sip._x.example.com")
        zone.pointer("example.com", 10, 2, "SIP+D2U", "_sip._udp.example.com", flags: "u")
        zone.pointer("example.com", 10, 3, "SIP+D2U", "_sip._udp.example.com", expression: "!.*!x!")
        zone.service("_sips._tcp.example.com", 0, 1, 5061, "a.example.com")
        zone.service("_sip._tcp.other.example", 0, 1, 5060, "b.example.com")
        zone.address("a.example.com", "192.0.2.1")
        zone.address("b.example.com", "192.0.2.2")
        #expect(zone.hops("example.com") == ["TLS 192.0.2.1:5061 (example.com)", "TCP 192.0.2.2:5060"])
        #expect(zone.hops("example.com", secure: true) == ["TLS 192.0.2.1:5061 (example.com)"])
    }

    @Test func withoutPointersEveryTransportIsAsked() {
        var zone = Zone(transports: [.udp, .tcp], families: [.a])
        zone.service("_sip._tcp.example.com", 0, 1, 5060, "a.example.com")
        zone.address("a.example.com", "192.0.2.1")
        #expect(zone.hops("example.com") == ["TCP 192.0.2.1:5060"])
        #expect(
            zone.asked == [
                "example.com NAPTR", "_sip._udp.example.com SRV", "_sip._tcp.example.com SRV", "a.example.com A",
            ])
    }

    @Test func withoutServicesTheHostItselfServes() {
        var zone = Zone()
        zone.address("example.com", "192.0.2.1")
        #expect(zone.hops("example.com") == ["UDP 192.0.2.1:5060"])
        #expect(zone.hops("example.com", secure: true) == ["TLS 192.0.2.1:5061 (example.com)"])
    }

    @Test func aServiceThatIsDecidedlyNotThereIsNotReplacedByTheHost() {
        var zone = Zone()
        zone.service("_sip._udp.example.com", 0, 0, 0, ".")
        zone.address("example.com", "192.0.2.1")
        #expect(zone.hops("example.com", transport: .udp).isEmpty)
    }

    @Test func nothingAtAllIsCompleteAndEmpty() throws {
        var zone = Zone()
        let resolution = zone.resolve(try #require(ServerTarget(host: "example.com")))
        #expect(resolution.hops.isEmpty && resolution.isComplete)
    }

    @Test func aTransportThatWeDoNotSpeakHasNoHop() {
        var zone = Zone(transports: [.udp])
        zone.address("example.com", "192.0.2.1")
        #expect(zone.hops("example.com", secure: true).isEmpty)
        #expect(zone.hops("192.0.2.1", transport: .tcp).isEmpty)
    }

    @Test func priorityGoesFirstAndWhatAnswersFirstIsGivenFirst() throws {
        var zone = Zone(families: [.a])
        zone.service("_sip._tcp.example.com", 20, 0, 5060, "b.example.com")
        zone.service("_sip._tcp.example.com", 10, 0, 5060, "a.example.com")
        let target = try #require(ServerTarget(host: "example.com", transport: .tcp))
        let services = try #require(zone.resolver.resolve(target, now: zone.now).questions.first)
        zone.resolver.take(.records(try #require(zone.records[services])), to: services, now: zone.now)
        let second = try #require(DNSQuestion("b.example.com", .a))
        #expect(zone.resolver.resolve(target, now: zone.now).questions.map(\.name) == ["a.example.com", second.name])
        let address = DNSRecord(.address(IPAddress(v4: 0xc000_0202)), timeToLive: 60)
        zone.resolver.take(.records([address]), to: second, now: zone.now)
        let early = zone.resolver.resolve(target, now: zone.now)
        #expect(early.hops.map(\.hop.description) == ["TCP 192.0.2.2:5060"])
        #expect(!early.isComplete && early.questions.isEmpty)
        // The first one's question fails when nobody answers it.
        #expect(zone.resolver.nextDeadline == MonotonicTime.zero + zone.resolver.limits.questionTimeout)
        zone.pass(10)
        zone.resolver.advance(to: zone.now)
        #expect(zone.resolver.nextDeadline == nil)
        #expect(zone.resolver.resolve(target, now: zone.now).isComplete)
    }

    @Test func aURIIsATarget() throws {
        let uri = try SIPURI("sips:911@Example.com;transport=tcp")
        #expect(ServerTarget(uri) == ServerTarget(.name("example.com"), isSecure: true))
        let other = try SIPURI("sip:example.com:5070;transport=TLS;maddr=192.0.2.1")
        #expect(ServerTarget(other) == ServerTarget(.address(IPAddress(v4: 0xc000_0201)), port: 5070, transport: .tls))
        #expect(ServerTarget(try SIPURI("sip:example.com;transport=sctp")) == nil)
        #expect(ServerTarget(try SIPURI("tel:911")) == nil)
    }

    @Test func namesThatCannotStandInDNSAreNoTargets() {
        let long = String(repeating: "a", count: 64)
        for name in ["", ".", "a..b", ".a", "a b", "é.example", "\(long).example", "a/b", "a\0b"] {
            #expect(DNSQuestion(name, .a) == nil, "\(name)")
        }
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
        #expect(DNSQuestion(longest, .a)?.name == longest)
        #expect(DNSQuestion(longest + ".", .a)?.name == longest)
        #expect(DNSQuestion(longest + "b", .a) == nil)
        // The name of its services would be too long: the host itself is asked for.
        var zone = Zone()
        zone.address(longest, "192.0.2.1")
        #expect(zone.hops(longest, transport: .tcp) == ["TCP 192.0.2.1:5060"])
    }
}
