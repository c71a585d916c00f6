import Alerting
import E911Values
import SIPCore
import Testing

@testable import E911Service

/// What a running node takes over of its daemon's configuration.
@Suite struct AdjustTests {
    private func channels(_ effects: [NodeEffect]) -> [AlertChannelKind] {
        effects.compactMap { effect in
            if case .deliver(let delivery) = effect { delivery.channel } else { nil }
        }
    }

    @Test func aWayOutThatCameLaterIsUsedByTheNextCall() {
        var site = NodeHarness.site()
        site.recipients[0].syslog = "udp://192.0.2.9:514"
        site.alerts[0].channels = ["email", "syslog"]
        var harness = NodeHarness(site: site) { $0.channels = [.email] }
        harness.receive(NodeHarness.invite("911"))
        #expect(channels(harness.effects) == [.email])
        harness.command(.adjust(notes: .debug, channels: [.email, .syslog]))
        let before = harness.effects.count
        harness.receive(NodeHarness.invite("911", callID: "second", branch: "second"))
        #expect(channels(Array(harness.effects[before...])) == [.email, .syslog])
    }

    @Test func notesBelowTheLevelAreNotMade() {
        var harness = NodeHarness { $0.notes = .alarm }
        func notes() -> Int {
            harness.effects.count { effect in
                if case .note = effect { true } else { false }
            }
        }
        harness.command(.drain(true))
        let before = notes()
        harness.command(.adjust(notes: .notice, channels: [.email]))
        harness.command(.drain(false))
        #expect(notes() == before + 1)
    }
}
