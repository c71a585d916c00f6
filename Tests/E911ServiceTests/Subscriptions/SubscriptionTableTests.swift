import E911Values
import SIPCore
import Testing

@testable import E911Service

@Suite struct SubscriptionTableTests {
    private func entry(_ aor: Int) -> SubscriptionTable.Entry {
        SubscriptionTable.Entry(
            scope: .init(
                callServer: "main",
                member: MemberConfiguration(address: NodeHarness.server.address, port: 5060, transport: .udp),
                aor: "sip:\(aor)@example.com"),
            server: 0, member: 0, expires: 3600, startAt: .zero)
    }

    @Test func theRegistrysNameFindsASubscriptionOverAChangeOfTheSite() throws {
        var house = NodeHarness()
        var table = SubscriptionTable()
        _ = table.replace(with: (0..<20).map(entry))
        var names: [(SubscriptionID, RegistrySubscription)] = []
        for position in 0..<20 {
            let (id, _) = house.node.engine.subscribe(
                SubscriptionConfiguration(
                    requestURI: "sip:\(position)@example.com", to: "<sip:\(position)@example.com>",
                    target: NextHop(kind: .udp, endpoint: NodeHarness.server)), now: house.now)
            let registry = RegistrySubscription(index: position, generation: 1)
            table.started(position, as: id, registry: registry)
            names.append((id, registry))
        }
        #expect(names.allSatisfy { table.id(of: $0.1) == $0.0 })
        let ended = table.replace(with: (5..<30).map(entry))
        #expect(ended.count == 5)
        #expect(names.map { table.id(of: $0.1) } == names.map { $0.1.index < 5 ? nil : $0.0 })
        table.ended(names[7].0)
        #expect(table.id(of: names[7].1) == nil)
        #expect(table.id(of: names[8].1) == names[8].0)
    }
}
