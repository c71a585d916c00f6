import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Calls that come back to us, and INVITEs that look as if they did.
@Suite struct LoopTests {
    private func contact(_ message: SIPMessage?) -> String? { message?.first(.contact).map { String($0) } }

    private func acknowledge(
        _ harness: inout NodeHarness, _ number: String, callID: String = "c1", branch: String = "b1"
    ) throws {
        let tag = try #require(try harness.last?.to().tag)
        harness.receive(NodeHarness.follow("ACK", number, callID: callID, branch: branch, toTag: String(tag)))
    }

    @Test func aTestCallThatComesBackNeverReachesTheEmergencyGateway() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("933"))
        try acknowledge(&harness, "933")
        harness.receive(NodeHarness.invite("7933", branch: "b2"))
        #expect(harness.last?.status == 503)
        #expect(harness.notes.contains("call.loop"))
    }

    @Test(arguments: [ELINForm.responsePAI, .contactPAI, .contactUser, .phoneContext, .header("X-ELIN")])
    func theFallbackCarriesTheELINInTheFormOfTheProfile(form: ELINForm) throws {
        var site = NodeHarness.site()
        site.callServers[0].redirect = form
        site.callServers[0].fallbackTargets = ["sip:7911@198.51.100.5:5060;transport=tcp", "sip:198.51.100.6"]
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911"))
        var user = try #require(try harness.last?.contacts().first?.uri.user)
        try acknowledge(&harness, "911")
        harness.receive(NodeHarness.invite(String(user), branch: "b2"))
        let first = try #require(harness.last)
        let second: (contact: String, header: String?)
        switch form {
        case .responsePAI:
            #expect(contact(first) == "<sip:7911@198.51.100.5:5060;transport=tcp>")
            #expect(first.first(.pAssertedIdentity) == "<sip:+13125550103@192.0.2.10>")
            second = ("<sip:198.51.100.6>", "<sip:+13125550103@192.0.2.10>")
        case .contactPAI:
            let identity = "P-Asserted-Identity=%3Csip%3A+13125550103%40192.0.2.10%3E"
            #expect(contact(first) == "<sip:7911@198.51.100.5:5060;transport=tcp?\(identity)>")
            second = ("<sip:198.51.100.6?\(identity)>", nil)
        case .contactUser:
            #expect(contact(first) == "<sip:7911+13125550103@198.51.100.5:5060;transport=tcp>")
            second = ("<sip:+13125550103@198.51.100.6>", nil)
        case .phoneContext:
            #expect(contact(first) == "<sip:7911;phone-context=+13125550103@198.51.100.5:5060;transport=tcp>")
            second = ("<sip:;phone-context=+13125550103@198.51.100.6>", nil)
        case .header(let name):
            #expect(contact(first) == "<sip:7911@198.51.100.5:5060;transport=tcp>")
            #expect(first.first(HeaderName(name)) == "+13125550103")
            second = ("<sip:198.51.100.6>", nil)
        }
        // The next pass is known by what was sent last.
        user = try #require(try first.contacts().first?.uri.user)
        try acknowledge(&harness, String(user), branch: "b2")
        harness.receive(NodeHarness.invite(String(user), branch: "b3"))
        #expect(contact(harness.last) == second.contact)
        #expect(harness.last?.first(.pAssertedIdentity).map { String($0) } == second.header)
        #expect(harness.calls().count == 1)
    }

    /// A SIP Server that is a B2BUA begins a new dialog for the leg to the gateway, and asserts the ELIN on it.
    @Test func aBackToBackAgentThatAssertsTheELINIsRecognised() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911", extra: "P-Asserted-Identity: <sip:2001@example.com>"))
        try acknowledge(&harness, "911")
        let identity = try #require(harness.last?.first(.pAssertedIdentity))
        harness.receive(
            NodeHarness.invite(
                "7911", from: "anonymous", callID: "leg2", branch: "b2", extra: "P-Asserted-Identity: \(identity)"))
        #expect(contact(harness.last) == "<sip:7911@198.51.100.5:5060>")
        #expect(harness.calls().count == 1)
    }

    @Test func aCancelledCallsAnswerIsNotGivenToANewInviteOfItsDialog() throws {
        var harness = NodeHarness()
        harness.journalWorks = false
        harness.receive(NodeHarness.invite("911"))
        harness.receive(NodeHarness.follow("CANCEL", "911"))
        #expect(harness.last?.status == 487)
        try acknowledge(&harness, "911")
        harness.journalWorks = true
        harness.receive(NodeHarness.invite("911", branch: "b2").replacing("CSeq: 1 ", with: "CSeq: 2 "))
        #expect(harness.last?.status == 302)
    }

    @Test func theRefusalOfALoopIsNotGivenToANewCallOfItsDialog() throws {
        var site = NodeHarness.site()
        site.callServers[0].fallbackTargets = []
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911"))
        try acknowledge(&harness, "911")
        harness.receive(NodeHarness.invite("7911", branch: "b2"))
        #expect(harness.last?.status == 503)
        // The same INVITE by another path has the same answer.
        harness.receive(NodeHarness.invite("7911", branch: "b2x"))
        #expect(harness.last?.status == 503)
        try acknowledge(&harness, "7911", branch: "b2x")
        harness.advance(by: .seconds(10))
        harness.receive(NodeHarness.invite("911", branch: "b4"))
        #expect(harness.last?.status == 302)
    }

    /// With the ELIN in the Contact user, the number of a call that comes back is an ELIN of ours.
    @Test func aCallbackIsStillOne() throws {
        var site = NodeHarness.site()
        site.callServers[0].redirect = .contactUser
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911"))
        try acknowledge(&harness, "911")
        harness.receive(NodeHarness.invite("3125550103", from: "psap", callID: "cb", branch: "b2", origin: "psap"))
        #expect(contact(harness.last) == "<sip:2001@192.0.2.10:5060>")
        // By another path: one record.
        harness.receive(NodeHarness.invite("3125550103", from: "psap", callID: "cb", branch: "b3", origin: "psap"))
        #expect(contact(harness.last) == "<sip:2001@192.0.2.10:5060>")
        #expect(harness.calls().count == 2)
    }
}
