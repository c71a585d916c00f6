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

    /// A site as store or snapshot hold it.
    private struct Kept {
        var name: String
        var counter: UInt64

        var row: Stamped<SiteConfiguration> {
            var site = NodeHarness.site()
            site.name = name
            return Stamped(node: "a", counter: counter, row: site)
        }
    }

    /// The site that answers, and what is written to bring store and snapshot up to date.
    private struct Started: Equatable {
        var answers: String?
        var stored: [String]
        var snapshots: [String]

        init(_ answers: String?, _ stored: [String], _ snapshots: [String]) {
            (self.answers, self.stored, self.snapshots) = (answers, stored, snapshots)
        }
    }

    /// A start with what store and snapshot hold.
    private func start(
        store: Kept?, snapshot: Kept?, late: Kept? = nil
    ) -> Started {
        var harness = NodeHarness(restored: false)
        var state = StoredState()
        (state.site, state.siteCounter) = (store?.row.row, store?.counter ?? 0)
        state.snapshot = snapshot?.row
        harness.command(.restore(state, storeAvailable: late == nil))
        if let late {
            // Calls first, then the site.
            harness.command(.restore(StoredState(), storeAvailable: true))
            state = StoredState()
            (state.site, state.siteCounter) = (late.row.row, late.counter)
            harness.command(.restore(state, storeAvailable: true))
        }
        var stored: [Stamped<SiteConfiguration>] = []
        var snapshots: [Stamped<SiteConfiguration>] = []
        for effect in harness.effects {
            if case .persist(let batch, _) = effect, let site = batch.site { stored.append(site) }
            if case .snapshot(let site) = effect { snapshots.append(site) }
        }
        let before = [store, snapshot, late].compactMap { $0?.counter }.max() ?? 0
        #expect(
            stored.allSatisfy { site in
                site.changedAt > before && snapshots.contains { $0.changedAt == site.changedAt && $0.row == site.row }
            })
        return Started(harness.node.site?.configuration.name, stored.map(\.row.name), snapshots.map(\.row.name))
    }

    /// A site is taken over before it is committed: either of the two may have failed to be written.
    @Test func theNewerOfTheSitesAnswersAndReplacesTheOther() {
        let (old, new) = (Kept(name: "old", counter: 5), Kept(name: "new", counter: 6))
        #expect(start(store: new, snapshot: new) == Started("new", [], []))
        #expect(start(store: old, snapshot: new) == Started("new", ["new"], ["new"]))
        #expect(start(store: new, snapshot: old) == Started("new", [], ["new"]))
        #expect(start(store: nil, snapshot: new) == Started("new", ["new"], ["new"]))
        #expect(start(store: new, snapshot: nil) == Started("new", [], ["new"]))
        #expect(start(store: nil, snapshot: nil) == Started(nil, [], []))
    }

    @Test func theSiteOfALateStoreIsComparedToo() {
        let (old, new) = (Kept(name: "old", counter: 5), Kept(name: "new", counter: 6))
        #expect(start(store: nil, snapshot: new, late: old) == Started("new", ["new"], ["new"]))
        #expect(start(store: nil, snapshot: old, late: new) == Started("new", [], ["new"]))
        #expect(start(store: nil, snapshot: nil, late: new) == Started("new", [], ["new"]))
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

    /// The store cannot be read, the journal is empty, and the clock was set back: what was reserved is all that is known.
    @Test func noCounterIsUsedTwiceWhenTheClockWasSetBack() throws {
        func counter(_ harness: NodeHarness) throws -> UInt64 {
            try #require(
                harness.effects.compactMap { if case .journal(let call, _) = $0 { call.key.counter } else { nil } }.last
            )
        }
        func marks(_ harness: NodeHarness) -> [UInt64] {
            harness.effects.compactMap { if case .rememberCounter(let mark) = $0 { mark } else { nil } }
        }
        var state = StoredState()
        state.snapshot = Stamped(node: "a", counter: 1, row: NodeHarness.site())
        var first = NodeHarness(restored: false)
        first.command(.restore(state, storeAvailable: false))
        first.receive(NodeHarness.invite("911"))
        let (used, mark) = (try counter(first), try #require(marks(first).last))
        // It is told once, and far ahead.
        #expect(marks(first).count == 1 && used < mark)

        state.counterMark = mark
        var next = NodeHarness(restored: false)
        next.now.wall = next.now.wall + .seconds(-3600)
        next.command(.restore(state, storeAvailable: false))
        next.receive(NodeHarness.invite("911"))
        #expect(try counter(next) > mark)
        #expect(try #require(marks(next).last) > mark)
    }

    @Test func whatTheCountersStayBelowIsToldAgainWhenItWasNotWritten() throws {
        func marks(_ harness: NodeHarness) -> Int {
            harness.effects.count { if case .rememberCounter = $0 { true } else { false } }
        }
        var harness = NodeHarness()
        #expect(marks(harness) == 1)
        harness.command(.counterUnwritten("no space left on device"))
        harness.advance(by: .seconds(60))
        #expect(harness.notes.contains("counter.failed") && marks(harness) == 1)
        // The store commits a call.
        harness.receive(NodeHarness.invite("911"))
        harness.advance(by: .seconds(1))
        #expect(marks(harness) == 2)
        harness.receive(NodeHarness.invite("911", from: "2002", callID: "c2", branch: "b2", origin: "y"))
        harness.advance(by: .seconds(1))
        #expect(marks(harness) == 2)
    }

    /// The journal has a call that the store had refused; the store has a later lease of the same ELIN. Found by the
    /// simulation: the older one replaced it there.
    @Test(arguments: [true, false])
    func aLeaseOfTheJournalReplacesNoLaterOne(storeIsLate: Bool) throws {
        let older = call(20, secondsAgo: 100, "2001")
        var later = call(30, secondsAgo: 50, "2002")
        later.elin = older.elin
        var harness = NodeHarness(restored: false)
        var state = StoredState()
        state.snapshot = Stamped(node: "a", counter: 1, row: NodeHarness.site())
        state.journal = [older]
        if storeIsLate {
            harness.command(.restore(state, storeAvailable: false))
            harness.advance(by: .seconds(1))
            state = StoredState()
        }
        state.leases = [try #require(later.lease)]
        harness.command(.restore(state, storeAvailable: true))
        harness.advance(by: .seconds(1))
        let leases = harness.effects.flatMap { effect -> [LeaseRecord] in
            if case .persist(let batch, _) = effect { batch.leases.map(\.row) } else { [] }
        }
        #expect(leases.last?.callerDN == "2002")
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
