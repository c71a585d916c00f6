import E911Values
import SIPCore
import Testing

@testable import E911Service

@Suite struct RedirectTests {
    private func target(_ transport: SIPTransportKind, secure: Bool = false, host: String = "192.0.2.10:5060") throws
        -> Redirect.Target
    {
        let endpoint = try #require(Endpoint(host))
        return Redirect.Target(
            user: "7911",
            member: MemberConfiguration(address: endpoint.address, port: endpoint.port, transport: transport),
            isSecure: secure)
    }

    private func headers(_ form: ELINForm, number: NumberForm = .e164) throws -> [String] {
        let elin = try #require(TelephoneNumber("3125550101"))
        let result = Redirect.answer(to: try target(.udp), elin: elin, form: form, number: number)
        return result.answer.headers.map { "\($0.name): \($0.value)" }
    }

    @Test func theELINTravelsInTheFormOfTheProfile() throws {
        #expect(
            try headers(.responsePAI) == [
                "Contact: <sip:7911@192.0.2.10:5060>", "P-Asserted-Identity: <sip:+13125550101@192.0.2.10>",
            ])
        #expect(
            try headers(.contactPAI) == [
                "Contact: <sip:7911@192.0.2.10:5060?P-Asserted-Identity=%3Csip%3A+13125550101%40192.0.2.10%3E>"
            ])
        #expect(try headers(.contactUser, number: .tenDigits) == ["Contact: <sip:79113125550101@192.0.2.10:5060>"])
        #expect(try headers(.phoneContext) == ["Contact: <sip:7911;phone-context=+13125550101@192.0.2.10:5060>"])
        #expect(
            try headers(.header("X-ELIN"), number: .tenDigits) == [
                "Contact: <sip:7911@192.0.2.10:5060>", "X-ELIN: 3125550101",
            ])
    }

    @Test func transportAndSchemeFollowTheMember() throws {
        let tcp = Redirect.answer(to: try target(.tcp), elin: nil, form: .responsePAI, number: .e164)
        #expect(tcp.answer.headers == [.init(name: .contact, value: "<sip:7911@192.0.2.10:5060;transport=tcp>")])
        let tls = Redirect.answer(
            to: try target(.tls, secure: true, host: "[2001:db8::1]:5061"), elin: nil, form: .responsePAI,
            number: .e164)
        #expect(tls.contact == "sips:7911@[2001:db8::1]:5061;transport=tls")
    }
}

@Suite struct DialledNumberTests {
    @Test(arguments: [
        ("sip", "911", DialledNumber.emergency), ("sip", "9911", .emergency),
        ("sip", "112;phone-context=+1", .emergency),
        ("tel", "911", .emergency), ("urn", "service:sos", .emergency), ("urn", "Service:SOS.fire", .emergency),
        ("sip", "933", .test), ("urn", "service:test.sos", .test), ("urn", "service:test.sos.police", .test),
        ("sip", "5551000", .other), ("urn", "service:counseling", .other), ("urn", "service:sosx", .other),
        ("sip", "", .other),
    ])
    func sorts(scheme: String, text: String, expected: DialledNumber) {
        #expect(DialledNumber(isURN: scheme == "urn", text: text, callServer: nil) == expected)
    }

    @Test(arguments: [
        ("3125550101", 3_125_550_101 as UInt64?), ("+13125550101", 3_125_550_101), ("9+1-312-555-0101", 3_125_550_101),
        ("0013125550101;x=1", 3_125_550_101), ("911", nil), ("31255501x1", nil), ("", nil),
    ])
    func lastTen(text: String, expected: UInt64?) {
        #expect(DialledNumber.lastTenDigits(text) == expected)
    }
}

@Suite struct CallSourceTests {
    private func server(_ name: String, _ members: [(String, UInt16)], trusted: [String] = []) throws
        -> CallServerConfiguration
    {
        var server = CallServerConfiguration(
            name: name,
            members: try members.map {
                MemberConfiguration(address: try #require(IPAddress($0.0)), port: $0.1, transport: .udp)
            },
            defaultLocation: "hq", defaultELIN: try #require(TelephoneNumber("3125550100")))
        server.trusted = try trusted.map { try #require(IPPrefix($0)) }
        return server
    }

    @Test func aSourceIsFoundByAddressAndPortsOnlyDecideBetweenTwo() throws {
        let servers = [
            try server("a", [("192.0.2.1", 5060), ("192.0.2.2", 5060)], trusted: ["198.51.100.0/24"]),
            try server("b", [("192.0.2.1", 5070)]),
        ]
        let table = CallSourceTable(callServers: servers, MemberPlaces())
        let shared = try #require(IPAddress("192.0.2.1"))
        #expect(table.match(shared, viaPort: 5070) == .init(callServer: 1, member: 0))
        #expect(table.match(shared, viaPort: 9999) == .init(callServer: 0, member: 0))
        #expect(table.match(try #require(IPAddress("192.0.2.2")), viaPort: nil) == .init(callServer: 0, member: 1))
        #expect(table.match(try #require(IPAddress("198.51.100.7")), viaPort: nil) == .init(callServer: 0, member: nil))
        #expect(table.match(try #require(IPAddress("203.0.113.1")), viaPort: nil) == nil)
        #expect(table.contains(shared))
        #expect(!table.contains(try #require(IPAddress("203.0.113.1"))))
    }
}
