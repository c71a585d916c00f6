import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Who calls, and from which device (contract section 3).
@Suite struct IdentificationTests {
    private static let server = "192.0.2.10:5060"

    private func house(_ change: (inout CallServerConfiguration) -> Void = { _ in }) -> NodeHarness {
        var site = NodeHarness.site()
        change(&site.callServers[0])
        return NodeHarness(site: site)
    }

    private func elin(_ message: SIPMessage?) -> String? {
        message?.first(.pAssertedIdentity).map { String(String($0).dropFirst(5).prefix { $0 != "@" }) }
    }

    /// Two phones of one number in two buildings.
    private func two(_ change: (inout CallServerConfiguration) -> Void = { _ in }) throws -> NodeHarness {
        var house = house(change)
        try house.register([("2001", "10.1.2.7")])
        house.advance(by: .seconds(5))
        try house.register([("2001", "10.1.3.7")], cseq: 2)
        house.forget()
        return house
    }

    @Test(arguments: [("10.1.2.7", ["+13125550103"]), ("10.1.3.7", ["+13125550105"])])
    func behindAProxyEachPhoneGetsItsOwnBuilding(_ phone: String, _ elins: [String]) throws {
        var house = try two()
        house.receive(NodeHarness.invite("911", contact: "\(phone):5060"))
        #expect(elins.contains(elin(house.last) ?? ""))
        #expect(house.calls().first?.flags == [])
    }

    @Test(arguments: ["10.1.2.7", "10.1.3.7"])
    func theBottomViaTellsThemApartToo(_ phone: String) throws {
        var house = try two()
        house.receive(
            NodeHarness.invite(
                "911", contact: "phone.invalid:5060",
                extra: "Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKx, SIP/2.0/UDP \(phone):5060;branch=z9hG4bKp"))
        #expect(house.calls().first?.deviceIP == phone)
        #expect(house.calls().first?.flags == [])
    }

    /// What a SIP Server that is a B2BUA can say of the phone in a header of its own.
    @Test(arguments: [
        "10.1.2.7", "ip=10.1.2.7", "\"10.1.2.7\"; port=5060", "urn:uuid:00000000-0000-1000-8000-001122334455",
        "mac=00-11-22-33-44-55", "001122334455, 192.0.2.10",
    ])
    func behindABackToBackAgentADeviceHeaderTells(_ value: String) throws {
        var house = house { $0.callerDevice = [.header("X-Device"), .contact, .bottomVia] }
        try house.register([("2001", "10.1.2.7")])
        house.advance(by: .seconds(5))
        try house.register([("2001", "10.1.3.7")], cseq: 2)
        // The first one has an instance.
        let subscribe = try #require(house.sent.first { $0.method == .subscribe })
        let body = """
            <?xml version="1.0"?><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="3" state="partial">\
            <registration aor="sip:2001@example.com" id="r2001" state="active"><contact id="10.1.2.7" state="active" \
            event="registered"><uri>sip:2001@10.1.2.7:5060</uri><unknown-param name="+sip.instance">\
            "&lt;urn:uuid:00000000-0000-1000-8000-001122334455&gt;"</unknown-param></contact></registration></reginfo>
            """
        house.receive(NodeHarness.notify(body, of: subscribe, cseq: 3))
        house.advance(by: .milliseconds(100))
        house.receive(NodeHarness.invite("911", contact: Self.server, extra: "X-Device: \(value)"))
        let call = try #require(house.calls().first)
        #expect(call.location == "hq-2" && call.flags == [] && call.otherPlaces.isEmpty)
    }

    @Test func behindABackToBackAgentWithoutAHeaderBothPlacesAreNamed() throws {
        var house = try two()
        house.receive(NodeHarness.invite("911", contact: Self.server))
        let call = try #require(house.calls().first)
        #expect(call.flags.contains(.ambiguous))
        #expect(call.locationText.contains("3rd floor") && call.otherPlaces.contains("2nd floor"))
        #expect(elin(house.last) == "+13125550105")
        let delivery = try #require(
            house.effects.compactMap { if case .deliver(let delivery) = $0 { "\(delivery)" } else { nil } }.first)
        #expect(delivery.contains("AMBIGUOUS"))
        #expect(delivery.contains("2nd floor") && delivery.contains("3rd floor"))
    }

    @Test func theDefaultELINIsASetting() throws {
        var house = try two { $0.ambiguous = .defaultELIN }
        house.receive(NodeHarness.invite("911", contact: Self.server))
        #expect(elin(house.last) == "+13125550100")
        let call = try #require(house.calls().first)
        #expect(call.flags.contains(.ambiguous) && call.flags.contains(.defaultELIN))
        // A phone that is told apart gets its own.
        house.receive(NodeHarness.invite("911", callID: "x", branch: "x", contact: "10.1.3.7:5060"))
        #expect(elin(house.last) == "+13125550105")
    }

    /// Two phones of one number in one place: whichever it is, the place is known.
    @Test func whereTheyAreAtOnePlaceItIsSent() throws {
        var house = house { $0.ambiguous = .defaultELIN }
        try house.register([("2001", "10.1.3.7"), ("2001", "10.1.3.8")])
        house.receive(NodeHarness.invite("911", contact: Self.server))
        #expect(elin(house.last) == "+13125550105")
        #expect(house.calls().first?.otherPlaces == "")
    }

    /// Addresses of the call server, of its members and of the trusted list say nothing of a phone.
    @Test(arguments: ["192.0.2.10", "192.0.2.11", "192.0.2.5", "0.0.0.0"])
    func theirOwnAddressesAreNoEvidence(_ address: String) throws {
        var house = house { $0.callerDevice = [.header("X-Device"), .contact, .bottomVia] }
        house.receive(
            NodeHarness.invite("911", from: "7777", contact: "\(address):5060", extra: "X-Device: \(address)"))
        let call = try #require(house.calls().first)
        #expect(call.deviceIP == "" && call.flags.contains(.unlocated) && call.flags.contains(.unknownCaller))
    }

    /// The number has gone to another phone: the registration before is retired, and nothing is ambiguous.
    @Test func aNumberThatMovedToAnotherDevice() throws {
        var house = house()
        try house.register([("2001", "10.1.2.7")])
        house.advance(by: .seconds(30))
        // The first phone logs out, the other one in.
        let subscribe = try #require(house.sent.first { $0.method == .subscribe })
        let body = """
            <?xml version="1.0"?><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="2" state="partial">\
            <registration aor="sip:2001@example.com" id="r2001" state="active">\
            <contact id="10.1.2.7" state="terminated" event="unregistered"><uri>sip:2001@10.1.2.7:5060</uri></contact>\
            <contact id="n" state="active" event="registered"><uri>sip:2001@10.1.3.7:5060</uri></contact>\
            </registration></reginfo>
            """
        house.receive(NodeHarness.notify(body, of: subscribe, cseq: 2))
        house.advance(by: .milliseconds(100))
        house.receive(NodeHarness.invite("911", contact: Self.server))
        let call = try #require(house.calls().first)
        #expect(call.location == "hq-3" && call.flags == [])
    }

    /// One phone with several lines: each is found by its own number, and a number that nobody has registered by the phone
    /// that it is dialled from.
    @Test func aPhoneWithSeveralLines() throws {
        var house = house()
        try house.register([("2001", "10.1.3.7"), ("2002", "10.1.3.7")])
        for (index, caller) in ["2001", "2002", "5000"].enumerated() {
            house.receive(
                NodeHarness.invite(
                    "911", from: caller, callID: "l\(index)", branch: "l\(index)", contact: "10.1.3.7:5060"))
            let call = try #require(house.calls().first)
            #expect(call.location == "hq-3" && !call.flags.contains(.unknownCaller), "\(caller)")
            #expect(call.callerDN == caller)
        }
    }

    /// Its port belongs to the contact.
    @Test func anotherPortOfTheAddressFindsNobody() throws {
        var house = house()
        try house.register([("2001", "10.1.3.7"), ("2002", "10.1.3.7")])
        var caller = try #require(Self.caller(of: "5000"))
        caller.evidence = [.address(IPAddress("10.1.3.7")!, port: 5060)]
        #expect(house.node.registry.device(of: caller, callServer: "main").device != nil)
        caller.evidence = [.address(IPAddress("10.1.3.7")!, port: 5070)]
        #expect(house.node.registry.device(of: caller, callServer: "main").device == nil)
    }

    @Test(arguments: [
        (#"^\+?1?312555(\d{4})$"#, "$1", "+13125552001", "2001"), ("^9(2001)$", "$1", "92001", "2001"),
        ("^(.*)$", "$1", "2001", "2001"),
    ])
    func callerRulesMakeAnExtensionOfANumber(_ match: String, _ dn: String, _ number: String, _ found: String) throws {
        var house = house { $0.callerRules = [CallerRule(match: match, dn: dn)] }
        try house.register([("2001", "10.1.3.7")])
        house.receive(
            NodeHarness.invite(
                "911", from: "anonymous", contact: Self.server,
                extra: "P-Asserted-Identity: <sip:\(number)@example.com>"))
        let call = try #require(house.calls().first)
        #expect(call.callerDN == found && call.location == "hq-3" && call.flags == [])
    }

    private static func caller(of dn: String) -> Caller? {
        let octets = Array(NodeHarness.invite("911", from: dn).replacing("\n", with: "\r\n").utf8)
        guard let message = try? SIPMessage(parsing: octets.span) else { return nil }
        return Caller(
            message, from: try? message.from(), bottomVia: { (try? message.vias())?.last },
            server: SiteModel.CallServer(NodeHarness.site().callServers[0], callerRules: []), rules: [],
            isOwn: { _ in true })
    }
}
