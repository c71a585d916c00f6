import E911Values
import SIPCore
import Testing

@testable import E911Service

/// What comes before the state is restored.
@Suite struct StartTests {
    private func options(_ number: Int) -> String {
        NodeHarness.follow("OPTIONS", "ping", callID: "o\(number)", branch: "o\(number)")
    }

    @Test func anInviteWaitsForTheSiteAndIsAnsweredThen() {
        var harness = NodeHarness(restored: false)
        harness.receive(NodeHarness.invite("911"))
        #expect(harness.sent.isEmpty)
        harness.advance(by: .milliseconds(200))
        #expect(harness.last?.status == 100, "the SIP Server must not go on to its next contact")
        harness.restore()
        #expect(harness.last?.status == 302)
        #expect(harness.calls().count == 1)
    }

    /// However much comes before it: no call is lost.
    @Test func noCallIsLostBehindAFlood() {
        var harness = NodeHarness(restored: false)
        for number in 0..<2000 {
            harness.receive(options(number), from: NodeHarness.stranger)
        }
        harness.receive(NodeHarness.invite("911"))
        harness.forget()
        harness.restore()
        #expect(harness.sent.contains { $0.status == 302 })
    }

    /// Contract section 3: 503 without Retry-After while starting, so that the SIP Server's check can move on.
    @Test func optionsAreRefusedAtOnce() {
        var harness = NodeHarness(restored: false)
        harness.receive(options(1))
        #expect(harness.last?.status == 503 && harness.last?.first(.retryAfter) == nil)
        harness.restore()
        harness.receive(options(2))
        #expect(harness.last?.status == 200)
    }

    @Test func aCancelOfAWaitingInviteIsHeeded() throws {
        var harness = NodeHarness(restored: false)
        harness.receive(NodeHarness.invite("911"))
        harness.receive(NodeHarness.follow("CANCEL", "911"))
        #expect(harness.last?.status == 200)
        harness.restore()
        #expect(harness.sent.filter { $0.method == .invite }.map(\.status) == [487])
        let call = try #require(harness.calls().first)
        #expect(call.outcome == .abandoned)
    }

    @Test func theOctetsOfAStreamAreReadBeforeItsEnd() {
        var harness = NodeHarness(restored: false)
        let id = ConnectionID(rawValue: 2)
        harness.flow(.accepted(id, .tcp, local: NodeHarness.local, remote: NodeHarness.server))
        harness.receive(NodeHarness.invite("911"), on: .stream(id))
        harness.flow(.closed(id, reason: "closed by the peer"))
        harness.restore()
        #expect(harness.calls().count == 1)
    }

    @Test func aStreamIsReadWhereverItIsCut() {
        var harness = NodeHarness(restored: false)
        let id = ConnectionID(rawValue: 2)
        harness.flow(.accepted(id, .tcp, local: NodeHarness.local, remote: NodeHarness.server))
        for octet in NodeHarness.invite("911").unicodeScalars { harness.receive(String(octet), on: .stream(id)) }
        harness.restore()
        #expect(harness.last?.status == 302)
    }
}
