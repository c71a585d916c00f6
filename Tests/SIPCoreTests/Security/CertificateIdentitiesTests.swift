import E911Values
import SIPCore
import Testing

struct CertificateIdentitiesTests {
    struct Case: CustomTestStringConvertible {
        var certificate: CertificateIdentities
        var domains: [String]
        var testDescription: String { "\(certificate.uris) \(certificate.dnsNames) \(certificate.commonName ?? "")" }
    }

    static let cases: [Case] = [
        // RFC 5922 section 7.1: URIs of sip first, whatever else stands there.
        Case(certificate: .init(uris: ["sip:example.com"], dnsNames: ["www.example.com"]), domains: ["example.com"]),
        Case(
            certificate: .init(uris: ["SIP:Example.COM", "sip:example.net"], commonName: "example.org"),
            domains: ["example.com", "example.net"]),
        Case(certificate: .init(uris: ["sip:example.com:5061;transport=tls"]), domains: ["example.com"]),
        // A user is no domain, nor is another scheme; DNS names count then.
        Case(certificate: .init(uris: ["sip:alice@example.com"], dnsNames: ["example.net"]), domains: ["example.net"]),
        Case(certificate: .init(uris: ["sips:example.com"], dnsNames: ["example.net"]), domains: ["example.net"]),
        Case(certificate: .init(uris: ["https://example.com/"]), domains: []),
        Case(
            certificate: .init(dnsNames: ["a.example.com", "B.example.com."]),
            domains: ["a.example.com", "b.example.com"]),
        // Wildcards never count.
        Case(certificate: .init(dnsNames: ["*.example.com", "sip.example.com"]), domains: ["sip.example.com"]),
        Case(certificate: .init(uris: ["sip:*.example.com"]), domains: []),
        // The common name counts without a subjectAltName alone.
        Case(certificate: .init(commonName: "example.com"), domains: ["example.com"]),
        Case(certificate: .init(commonName: "Example Corporation"), domains: []),
        Case(certificate: .init(commonName: "192.0.2.1"), domains: []),
        Case(certificate: .init(addresses: [IPAddress(v4: 1)], commonName: "example.com"), domains: []),
        Case(certificate: .init(commonName: "example.com", hasAlternativeNames: true), domains: []),
        // A name that goes on behind an octet of zero is another name.
        Case(certificate: .init(uris: ["sip:example.com\0.example.net"]), domains: []),
        Case(certificate: .init(dnsNames: ["example.com\0.example.net"]), domains: []),
        Case(certificate: .init(), domains: []),
    ]

    @Test(arguments: cases)
    func domainsAreThoseOfRFC5922(test: Case) {
        #expect(test.certificate.domains == test.domains)
    }

    @Test(arguments: [
        ("example.com", true), ("EXAMPLE.com.", true), ("sip.example.com", false), ("com", false),
        ("example.com.evil.test", false), ("xexample.com", false), ("", false), ("*", false), ("192.0.2.1", false),
    ])
    func namesAreComparedWhole(domain: String, speaks: Bool) throws {
        let certificate = CertificateIdentities(
            uris: ["sip:example.com"], addresses: [try #require(IPAddress("192.0.2.1"))])
        #expect(certificate.speak(for: domain, at: try #require(IPAddress("192.0.2.1"))) == speaks)
    }

    @Test func addressesSpeakForThemselves() throws {
        let address = try #require(IPAddress("192.0.2.1"))
        let other = try #require(IPAddress("2001:db8::1"))
        #expect(CertificateIdentities(addresses: [other, address]).speak(for: nil, at: address))
        #expect(CertificateIdentities(uris: ["sip:192.0.2.1"]).speak(for: nil, at: address))
        #expect(CertificateIdentities(uris: ["sip:[2001:db8::1]"]).speak(for: nil, at: other))
        #expect(!CertificateIdentities(addresses: [other]).speak(for: nil, at: address))
        #expect(!CertificateIdentities(dnsNames: ["192.0.2.1"]).speak(for: nil, at: address))
        #expect(!CertificateIdentities(commonName: "192.0.2.1").speak(for: nil, at: address))
        #expect(!CertificateIdentities(uris: ["sip:example.com"]).speak(for: nil, at: address))
    }

    @Test func peopleReadWhoseItIs() {
        #expect("\(CertificateIdentities(uris: ["sip:a.test"], dnsNames: ["b.test"]))" == "a.test")
        #expect("\(CertificateIdentities(dnsNames: ["*.a.test"]))" == "*.a.test")
        #expect("\(CertificateIdentities())" == "nobody")
        let many = CertificateIdentities(dnsNames: (1...7).map { "\($0).test" })
        #expect("\(many)" == "1.test, 2.test, 3.test, 4.test, 5.test and 2 more")
    }
}
