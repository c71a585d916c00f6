import E911Values
import SIPCore
import Testing

@testable import E911Service

@Suite struct CallCornerTests {
    private func contact(_ message: SIPMessage?) -> String? { message?.first(.contact).map { String($0) } }

    @Test func aViaWithoutAPortMeansTheDefaultPort() throws {
        var site = NodeHarness.site()
        var other = site.callServers[0]
        other.name = "other"
        other.defaultELIN = try #require(TelephoneNumber("+13125550177"))
        other.members = [MemberConfiguration(address: NodeHarness.server.address, port: 5070, transport: .udp)]
        other.testELIN = nil
        site.callServers.insert(other, at: 0)
        var harness = NodeHarness(site: site)
        for (branch, via) in [("b1", "192.0.2.10"), ("b2", "192.0.2.10:5060")] {
            harness.receive(NodeHarness.invite("911", callID: branch, branch: branch, via: via))
            #expect(contact(harness.last) == "<sip:7911@192.0.2.10:5060>")
        }
        harness.receive(NodeHarness.invite("911", callID: "b3", branch: "b3", via: "192.0.2.10:5070"))
        #expect(contact(harness.last) == "<sip:7911@192.0.2.10:5070>")
    }

    @Test func aCancelGivesTheDefaultELINBackToItsCaller() throws {
        var site = NodeHarness.site()
        site.locations[0].elins = []
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911", from: "2001", contact: "192.0.2.10:5060"))
        #expect(harness.last?.first(.pAssertedIdentity) == "<sip:+13125550100@192.0.2.10>")
        harness.journalWorks = false
        harness.receive(
            NodeHarness.invite("911", from: "2002", callID: "c2", branch: "b2", contact: "192.0.2.10:5060", origin: "y")
        )
        harness.receive(NodeHarness.follow("CANCEL", "911", from: "2002", callID: "c2", branch: "b2"))
        #expect(harness.last?.status == 487)
        harness.journalWorks = true
        harness.receive(NodeHarness.invite("3125550100", from: "psap", callID: "cb", branch: "b3", origin: "psap"))
        #expect(contact(harness.last) == "<sip:2001@192.0.2.10:5060>")
    }

    @Test(arguments: ["%39%31%31", "9%311"])
    func escapesInADialledNumberAreDecoded(user: String) throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite(user, via: "203.0.113.9:5060"), from: NodeHarness.stranger)
        #expect(harness.last?.status == 302)
        harness.receive(NodeHarness.invite(user, callID: "c2", branch: "b2", origin: "y"))
        #expect(harness.last?.status == 302)
        #expect(!harness.notes.contains("call.unexpected-number"))
    }

    @Test func aHeaderThatNamesACallServerIsNoEvidenceOfAPhone() throws {
        var site = NodeHarness.site()
        site.callServers[0].callerDevice = [.header("X-Device"), .contact]
        site.rules.append(RuleConfiguration(condition: .prefix(IPPrefix("192.0.2.0/24")!), location: "hq-3"))
        var harness = NodeHarness(site: site)
        harness.receive(NodeHarness.invite("911", extra: "X-Device: 192.0.2.10"))
        #expect(harness.calls().first?.location == "hq-2")
    }
}
