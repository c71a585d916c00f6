import Alerting
import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Acknowledging in the node, by name and by link.
@Suite struct AcknowledgingTests {
    /// A hash of 32 octets that tells texts apart; SHA-256 itself is given to the node from outside.
    static let hash = DigestHash([.sha256]) { _, octets in
        var state: [UInt64] = [1, 2, 3, 4]
        for octet in octets {
            for index in state.indices { state[index] = (state[index] ^ UInt64(octet)) &* 0x100_0000_01b3 &+ 7 }
        }
        return state.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }

    static func site() -> SiteConfiguration {
        var site = NodeHarness.site()
        site.recipients.append(RecipientConfiguration(name: "guard", sms: "+13125550150"))
        site.alerts = [AlertRuleConfiguration(location: "hq", to: ["security", "guard"], acknowledge: .all)]
        return site
    }

    static func harness(
        site: SiteConfiguration = site(), _ configure: (inout NodeConfiguration) -> Void = { _ in }
    ) -> NodeHarness {
        NodeHarness(site: site, digest: hash) {
            $0.consoleURL = "https://e911.example.com"
            $0.linkSecret = Array(1...32)
            configure(&$0)
        }
    }

    private struct Missing: Error {}

    /// The tokens that a call's messages have, by recipient.
    private func tokens(_ harness: inout NodeHarness) throws -> [String: String] {
        harness.receive(NodeHarness.invite("911"))
        var tokens: [String: String] = [:]
        for case .deliver(let delivery) in harness.effects {
            let link = try #require(delivery.message.fields.first { $0.name == "link" }?.value)
            #expect(link.hasPrefix("https://e911.example.com/acknowledge/"))
            tokens[delivery.recipient] = link.split(separator: "/").last.map(String.init)
            harness.command(.delivered(delivery.id, .delivered(providerAnswer: "250 ok")))
        }
        return tokens
    }

    private func info(_ answer: NodeAnswer?) throws -> AcknowledgementInfo {
        guard case .acknowledgement(let info) = answer else { throw Missing() }
        return info
    }

    @Test func lookingAtALinkChangesNothing() throws {
        var harness = Self.harness()
        let token = try #require(try tokens(&harness)["guard"])
        let first = try info(harness.ask(.acknowledgement(token: token)))
        #expect(first.recipient == "guard" && first.state == .open && first.missing == ["security", "guard"])
        #expect(first.subject.hasPrefix("EMERGENCY CALL: 2001"))
        #expect(first.fields.contains { $0.name == "caller_dn" && $0.value == "2001" })
        #expect(!first.fields.contains { $0.name == "link" } && first.acknowledgements.isEmpty)
        #expect(try info(harness.ask(.acknowledgement(token: token))) == first)
    }

    @Test func aLinkAcknowledgesInTheNameOfWhoWasSentIt() throws {
        var harness = Self.harness()
        let tokens = try tokens(&harness)
        let (guardian, security) = (try #require(tokens["guard"]), try #require(tokens["security"]))
        let mine = try info(harness.ask(.acknowledgeByToken(guardian, by: "Bob", comment: "at the door")))
        #expect(mine.state == .acknowledgedByRecipient && mine.missing == ["security"])
        #expect(mine.acknowledgements.map(\.by) == ["Bob"] && mine.acknowledgements.map(\.recipient) == ["guard"])
        #expect(harness.notes.contains("alert.acknowledged-in-part"))
        // A second time is no other acknowledgement.
        #expect(try info(harness.ask(.acknowledgeByToken(guardian, by: "Eve", comment: ""))) == mine)
        let last = try info(harness.ask(.acknowledgeByToken(security, by: "", comment: "")))
        #expect(last.state == .acknowledged && last.missing == [])
        #expect(last.acknowledgements.map(\.by) == ["Bob", "security"])
        #expect(harness.notes.contains("alert.acknowledged"))
        // The desk has forgotten the alert; the link still says which it was.
        let over = try info(harness.ask(.acknowledgement(token: security)))
        #expect(over.state == .over && over.alert == last.alert && over.recipient == "security")
        #expect(try info(harness.ask(.acknowledgeByToken(security, by: "", comment: ""))) == over)
    }

    @Test func aLinkOutlivesARestartAndNoOtherKeyMakesIt() throws {
        var harness = Self.harness()
        let token = try #require(try tokens(&harness)["guard"])
        var state = StoredState()
        for case .persist(let batch, _) in harness.effects { state.outbox += batch.outbox.map(\.row) }
        state.outbox = state.outbox.suffix(1)
        var next = NodeHarness(site: Self.site(), restoring: state, digest: Self.hash) {
            $0.consoleURL = "https://elsewhere.example.com"
            $0.linkSecret = Array(1...32)
        }
        #expect(try info(next.ask(.acknowledgement(token: token))).state == .open)
        var other = NodeHarness(site: Self.site(), restoring: state, digest: Self.hash) {
            $0.consoleURL = "https://e911.example.com"
            $0.linkSecret = Array(2...33)
        }
        for query in [NodeQuery.acknowledgement(token: token), .acknowledgeByToken(token, by: "", comment: "")] {
            guard case .refused = other.ask(query) else { throw Missing() }
        }
    }

    @Test(arguments: ["", "x", "AAAA", String(repeating: "A", count: 60), "../../etc/passwd", "Zoë"])
    func whatIsNoTokenIsRefused(_ token: String) throws {
        var harness = Self.harness()
        _ = try tokens(&harness)
        for query in [NodeQuery.acknowledgement(token: token), .acknowledgeByToken(token, by: "", comment: "")] {
            #expect(harness.ask(query) == .refused(["this link is none of ours, or not whole"]))
        }
    }

    @Test func withoutAConsoleThereAreNoLinks() throws {
        var harness = Self.harness { $0.consoleURL = nil }
        harness.receive(NodeHarness.invite("911"))
        for case .deliver(let delivery) in harness.effects {
            #expect(delivery.message.fields.first { $0.name == "link" }?.value == "")
        }
        #expect(harness.ask(.acknowledgement(token: "AAAA")) != nil)
    }

    @Test func theCommandLineCanNameTheRecipient() throws {
        var harness = Self.harness()
        _ = try tokens(&harness)
        let call = try #require(harness.calls().first?.key)
        #expect(harness.ask(.acknowledge(call, by: "Ann", recipient: "security", comment: "")) == .done)
        #expect(harness.node.desk[call].map { harness.node.desk.missing($0) } == ["guard"])
        // Without one, a recipient's name is one.
        #expect(harness.ask(.acknowledge(call, by: "guard", comment: "")) == .done)
        #expect(harness.node.desk.openCount == 0 && harness.node.violations() == [])
    }
}
