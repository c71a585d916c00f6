import Alerting
import E911Values
import SIPCore
import Testing

@testable import E911Service

/// What is taken back at a start, and what is handed over at an end.
@Suite struct RestartTests {
    private func call(_ counter: UInt64, secondsAgo: Int64, _ dn: String) -> CallRecord {
        let time = WallTime(milliseconds: 1_795_524_214_000 - secondsAgo * 1000)
        var call = CallRecord(key: RecordKey(time: time, node: "a", counter: counter), kind: .emergency)
        call.callServer = "main"
        call.callerDN = dn
        call.device = dn
        call.elin = TelephoneNumber("+13125550103")
        call.elinLocation = "hq-2"
        call.leaseSeconds = 1200
        return call
    }

    /// The journal is taken back first, then the store, which was opened late.
    @Test func aLateStorePutsNothingOldBeforeSomethingNew() throws {
        var first = StoredState()
        first.journal = [call(20, secondsAgo: 10, "new")]
        var harness = NodeHarness(restoring: first)
        harness.receive(NodeHarness.invite("911", from: "7777", contact: "10.1.3.99:5060"))
        var late = StoredState()
        late.calls = [call(10, secondsAgo: 600, "old")]
        late.leases = late.calls.compactMap(\.lease)
        harness.command(.restore(late, storeAvailable: true))
        #expect(harness.calls().map(\.callerDN) == ["7777", "new", "old"])
        harness.receive(NodeHarness.invite("3125550103", from: "psap", callID: "cb", branch: "cb", origin: "p"))
        #expect(harness.last?.first(.contact) == "<sip:new@192.0.2.10:5060>")
    }

    @Test func alertsOfTheJournalWaitForASite() throws {
        var harness = NodeHarness(restored: false)
        var state = StoredState()
        state.journal = [call(20, secondsAgo: 10, "2001")]
        harness.command(.restore(state, storeAvailable: false))
        #expect(!harness.order.contains("deliver"))
        state.journal = []
        state.site = NodeHarness.site()
        harness.command(.restore(state, storeAvailable: true))
        #expect(harness.order.filter { $0 == "deliver" }.count == 1)
    }

    @Test func anEndWaitsUntilTheStoreWasGivenEverything() throws {
        var harness = NodeHarness()
        try harness.register((0..<1200).map { ("\(2000 + $0)", "10.1.2.7") })
        harness.storeWorks = false
        harness.receive(NodeHarness.invite("911"))
        harness.receive(NodeHarness.invite("911", from: "2002", callID: "c2", branch: "b2", origin: "y"))
        harness.command(.shutdown)
        harness.advance(by: .seconds(60))
        func hasFinished() -> Bool { harness.effects.contains { if case .finished = $0 { true } else { false } } }
        #expect(!hasFinished())
        harness.storeWorks = true
        harness.persistWaiting()
        #expect(hasFinished())
    }

    @Test func whoeverIsToldOfACallIsToldThatItIsUnconfirmed() throws {
        var harness = NodeHarness()
        harness.receive(NodeHarness.invite("911"))
        harness.forget()
        harness.advance(by: .seconds(40))
        let rows = harness.effects.flatMap { effect -> [OutboxRow] in
            if case .persist(let batch, _) = effect { batch.outbox.map(\.row) } else { [] }
        }
        #expect(
            rows.last.flatMap { OutboxRecord(encoded: $0.payload.span) }?.alert.flags.contains(.unconfirmed) == true)
    }
}
