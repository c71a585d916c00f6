import E911Values
import Testing

@testable import E911Service

/// How a node of a pair speaks and listens.
@Suite struct HeartbeatTests {
    private static func harness(restored: Bool = true) -> NodeHarness {
        NodeHarness(restored: restored) { $0.pair = PairConfiguration(nodes: ["a", "b"]) }
    }

    private func heartbeats(_ harness: NodeHarness) -> [NodeRow] {
        harness.effects.flatMap { effect -> [NodeRow] in
            if case .persist(let batch, _) = effect { batch.nodes.map(\.row) } else { [] }
        }
    }

    private func questions(_ harness: NodeHarness) -> [(feed: StoreFeed, token: FetchToken)] {
        harness.effects.compactMap { if case .fetch(let feed, _, _, let token) = $0 { (feed, token) } else { nil } }
    }

    private func notes(_ harness: NodeHarness) -> [String] {
        harness.effects.compactMap {
            if case .note(let note) = $0, note.code.hasPrefix("pair.") { note.code } else { nil }
        }
    }

    /// Answers all questions that wait, with these rows for the calls.
    private func answer(_ harness: inout NodeHarness, from index: inout Int, _ rows: [Stamped<StoredRow>] = []) {
        let asked = questions(harness)
        for question in asked[index...] {
            let time = harness.now.wall
            harness.command(.fetched(question.token, .rows(question.feed == .calls ? rows : [], at: time)))
        }
        index = asked.count
    }

    private func row(_ harness: NodeHarness, state: NodeRow.State = .serving) -> Stamped<StoredRow> {
        var row = NodeRow(name: "b")
        row.pair = ["a", "b"]
        row.completeThrough = UInt64(harness.now.wall.milliseconds) * 1000
        row.state = state
        return Stamped(node: "b", counter: row.completeThrough + 1, row: .node(row))
    }

    @Test func aNodeThatIsAloneNeitherSpeaksNorAsks() {
        var harness = NodeHarness()
        harness.advance(by: .seconds(30))
        #expect(heartbeats(harness).isEmpty && questions(harness).isEmpty && harness.node.pair == nil)
        var other = NodeHarness { $0.pair = PairConfiguration(nodes: ["b", "c"]) }
        other.advance(by: .seconds(30))
        #expect(questions(other).isEmpty, "it is none of the two")
    }

    @Test func eachSecondAHeartbeatSaysHowFarTheCallsAreInTheStore() {
        var harness = Self.harness()
        harness.advance(by: .seconds(5))
        let beats = heartbeats(harness)
        #expect((5...7).contains(beats.count) && beats.allSatisfy { $0.pair == ["a", "b"] && $0.state == .serving })
        let complete = beats.map(\.completeThrough)
        #expect(complete == complete.sorted() && Set(complete).count == complete.count)
    }

    /// What a call decided that waits for the journal or for the store is not said to be in the store.
    @Test func aCallThatIsNotInTheStoreHoldsTheHeartbeatBack() throws {
        var harness = Self.harness()
        harness.advance(by: .seconds(2))
        harness.journalWorks = false
        harness.receive(NodeHarness.invite("911"))
        let key = try #require(
            harness.effects.compactMap { if case .journal(let call, _) = $0 { call.key } else { nil } }.last)
        harness.advance(by: .milliseconds(15))
        let before = heartbeats(harness).count
        // A heartbeat is due now, and the call still waits for the journal.
        harness.node.pair?.nextHeartbeat = harness.now.monotonic
        harness.advance(by: .zero)
        #expect(heartbeats(harness).count > before)
        harness.advance(by: .seconds(3))
        var isStored = false
        for case .persist(let batch, _) in harness.effects {
            if batch.calls.contains(where: { $0.row.key == key }) { isStored = true }
            guard let complete = batch.nodes.first?.row.completeThrough else { continue }
            #expect(isStored == (complete >= key.counter), "\(complete)")
        }
        #expect(isStored)
    }

    @Test func theOtherNodeIsSeenWhileItsHeartbeatIsYoung() {
        var harness = Self.harness()
        var answered = 0
        for second in 1...20 {
            answer(&harness, from: &answered, second <= 8 ? [row(harness)] : [])
            harness.advance(by: .seconds(1))
        }
        #expect(notes(harness).filter { $0.hasSuffix("seen") } == ["pair.unseen", "pair.seen", "pair.unseen"])
        let status = harness.node.peerStatus(now: harness.now)
        #expect(status?.isConnected == true && status?.isSeen == false && status?.state == "serving")
        // From now on it is the store that is away: nobody is missed for that.
        harness.advance(by: .seconds(20))
        #expect(harness.node.peerStatus(now: harness.now)?.silence == 0)
    }

    /// The heartbeat stands behind all that was written before it.
    @Test func whoReadsForLongDoesNotTakeTheOtherForSilent() {
        var harness = Self.harness()
        var answered = 0
        harness.advance(by: .milliseconds(1))
        answer(&harness, from: &answered, [row(harness)])
        for _ in 1...10 {
            harness.advance(by: .seconds(1))
            let counter = UInt64(harness.now.wall.milliseconds) * 1000 + 2
            let call = CallRecord(key: RecordKey(time: harness.now.wall, node: "b", counter: counter), kind: .callback)
            answer(&harness, from: &answered, [Stamped(node: "b", counter: counter, row: .call(call))])
        }
        #expect(harness.node.pair?.peer.isGone(at: harness.now.monotonic) == false)
        #expect(harness.node.peerStatus(now: harness.now)?.isSeen == false, "its leases are not known up to now")
    }

    /// Answers about something else say nothing of the other node.
    @Test func whoCannotReadCallsDoesNotTakeTheOtherForSilent() {
        var harness = Self.harness()
        var (answered, other) = (0, 0)
        harness.advance(by: .milliseconds(1))
        answer(&harness, from: &answered, [row(harness)])
        other = answered
        for _ in 1...12 {
            harness.advance(by: .seconds(1))
            harness.command(.storeChanged(.site))
            let asked = questions(harness)
            for question in asked[other...] where question.feed == .site {
                harness.command(.fetched(question.token, .rows([], at: harness.now.wall)))
            }
            other = asked.count
        }
        #expect(harness.node.peerStatus(now: harness.now)?.isConnected == false)
        #expect(harness.node.pair?.peer.isGone(at: harness.now.monotonic) == false)
    }

    /// What is lost in this life of the node is never in the store.
    @Test func aCallThatTheStoreRefusesHoldsTheHeartbeatBack() throws {
        var queue = PersistenceQueue(node: "a", isPaired: true)
        queue.begin(after: 0, now: WallTime(milliseconds: 1_000))
        let call = CallRecord(key: queue.nextKey(WallTime(milliseconds: 1_000)), kind: .emergency)
        queue.put(call, journal: JournalToken(rawValue: 1))
        let token = try #require(queue.batches().first?.1)
        queue.rejected(token)
        queue.follow(9_000_000)
        queue.put(NodeRow(name: "a"))
        let batches = queue.batches()
        let beat = try #require(batches.first?.0.nodes.first?.row)
        #expect(beat.completeThrough < call.key.counter)
        // When its lease cannot stand any more, nobody need know of it.
        _ = queue.committed(try #require(batches.first?.1))
        queue.follow(3_700_000_000)
        queue.put(NodeRow(name: "a"))
        let later = try #require(queue.batches().first?.0.nodes.first?.row)
        #expect(later.completeThrough > call.key.counter)
    }

    /// What comes next is later than all that the other node has written, whatever this machine's clock shows.
    @Test func keysGoOnBehindTheOthers() {
        var harness = Self.harness()
        var answered = 0
        harness.advance(by: .milliseconds(1))
        let far = UInt64(harness.now.wall.milliseconds + 15_000) * 1000
        answer(&harness, from: &answered, [Stamped(node: "b", counter: far, row: .deletedDevice("x"))])
        harness.advance(by: .seconds(1))
        #expect(harness.node.nextKey(harness.now).counter > far)
    }

    /// It starts while the other one is down: what that owed is in the store, and nobody else does it.
    @Test func aStartKnowsWhoWasThereBefore() {
        var harness = Self.harness(restored: false)
        var state = StoredState()
        var other = NodeRow(name: "b")
        other.pair = ["a", "b"]
        other.completeThrough = UInt64(harness.now.wall.milliseconds - 60_000) * 1000
        state.nodes = [other]
        state.counters = [.init(node: "b", counter: other.completeThrough)]
        state.read = StoreFeed.allCases.map { .init($0, state.counters) }
        harness.restore(state)
        var answered = 0
        for _ in 1...8 {
            harness.advance(by: .seconds(1))
            answer(&harness, from: &answered)
        }
        let status = harness.node.peerStatus(now: harness.now)
        #expect(status?.isSeen == false && harness.node.pair?.peer.isGone(at: harness.now.monotonic) == true)
    }

    /// A clock that runs ahead makes no heartbeat that is.
    @Test func aHeartbeatSaysNoMoreThanItsOwnTime() {
        var harness = Self.harness()
        harness.node.persistence.follow(UInt64(harness.now.wall.milliseconds + 30_000) * 1000)
        harness.advance(by: .seconds(3))
        let latest = UInt64(harness.now.wall.milliseconds) * 1000
        #expect(!heartbeats(harness).isEmpty && heartbeats(harness).allSatisfy { $0.completeThrough <= latest })
    }

    @Test func aNodeThatEndsSaysSoBehindAllElse() {
        var harness = Self.harness()
        harness.advance(by: .seconds(2))
        harness.command(.shutdown)
        harness.advance(by: .seconds(40))
        #expect(heartbeats(harness).last?.state == .stopped)
        let last = harness.effects.lastIndex {
            if case .persist(let batch, _) = $0 { !batch.nodes.isEmpty } else { false }
        }
        let end = harness.effects.firstIndex { if case .finished = $0 { true } else { false } }
        #expect((last ?? .max) < (end ?? 0))
    }

    /// The last batch is on its way when the node is asked to end.
    @Test func theEndWaitsForTheBatchOnItsWay() throws {
        var harness = Self.harness()
        harness.advance(by: .seconds(2))
        harness.storeWorks = false
        harness.receive(NodeHarness.invite("911"))
        harness.command(.shutdown)
        harness.advance(by: .seconds(40))
        harness.storeWorks = true
        harness.persistWaiting()
        harness.advance(by: .seconds(1))
        #expect(heartbeats(harness).last?.state == .stopped)
        let last = harness.effects.lastIndex {
            if case .persist(let batch, _) = $0 { !batch.nodes.isEmpty } else { false }
        }
        let end = harness.effects.firstIndex { if case .finished = $0 { true } else { false } }
        #expect((last ?? .max) < (end ?? 0))
    }

    @Test func theOrderOfTheNamesSaysNothing() {
        for names in [["a", "b"], ["b", "a"]] {
            let harness = NodeHarness { $0.pair = PairConfiguration(nodes: names) }
            #expect(harness.node.pair?.position == 0 && harness.node.pair?.peerName == "b")
        }
    }

    @Test func aPairThatIsListedDifferentlyIsTold() {
        var harness = Self.harness()
        var answered = 0
        harness.advance(by: .milliseconds(1))
        var row = NodeRow(name: "b")
        row.pair = ["b", "c"]
        answer(&harness, from: &answered, [Stamped(node: "b", counter: 1, row: .node(row))])
        harness.advance(by: .seconds(1))
        #expect(notes(harness).contains("pair.contradiction"))
    }
}
