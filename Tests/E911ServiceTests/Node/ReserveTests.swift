import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Capacity is reserved for call servers (contract invariant 1).
@Suite struct ReserveTests {
    private func reserved(_ harness: NodeHarness) -> [CallServerSources]? {
        harness.effects.compactMap { if case .reserve(let sources) = $0 { sources } else { nil } }.last
    }

    private func sources(_ prefixes: [IPPrefix]) -> [CallServerSources] {
        [CallServerSources(name: NodeHarness.site().callServers[0].name, prefixes: prefixes)]
    }

    @Test func theHostIsToldWhoseConnectionsHaveNoLimit() {
        var harness = NodeHarness()
        let all = ["192.0.2.10/32", "192.0.2.11/32", "192.0.2.0/28"].compactMap { IPPrefix($0) }
        #expect(reserved(harness) == sources(all))
        var site = NodeHarness.site()
        site.callServers[0].trusted = []
        #expect(harness.ask(.apply(site, by: "test")) == .done)
        #expect(reserved(harness) == sources(Array(all.prefix(2))))
    }

    @Test func aCallServerThatIsSwitchedOffHasNone() {
        var site = NodeHarness.site()
        site.callServers[0].enabled = false
        #expect(reserved(NodeHarness(site: site)) == [])
    }

    @Test func aStrangersHalfMessageIsClosedAndACallServersIsNot() {
        var harness = NodeHarness()
        let (server, stranger) = (ConnectionID(rawValue: 2), ConnectionID(rawValue: 4))
        harness.flow(.accepted(server, .tcp, local: NodeHarness.local, remote: NodeHarness.server))
        harness.flow(.accepted(stranger, .tcp, local: NodeHarness.local, remote: NodeHarness.stranger))
        harness.receive("INVITE", on: .stream(server))
        harness.receive("INVITE", on: .stream(stranger))
        harness.advance(by: .seconds(31))
        #expect(harness.closed == [stranger])
        harness.receive(String(NodeHarness.invite("911").dropFirst(6)), on: .stream(server))
        #expect(harness.sent.contains { $0.status == 302 })
    }
}
