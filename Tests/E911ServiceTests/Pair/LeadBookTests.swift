import E911Values
import Testing

@testable import E911Service

/// Who of a pair binds numbers of pools: never both, and not for long nobody.
@Suite struct LeadBookTests {
    /// Two nodes, and the heartbeats that the store has or is about to have.
    private struct Model {
        struct Node {
            var lead: LeadBook
            var peer: PeerBook
            var isAwake = true
            var isCut = false
            var row = NodeRow(name: "")
            var heartbeats: UInt64 = 0
            var nextBeat: MonotonicTime
            /// Of those that are on their way: when the store has it.
            var waiting: (number: UInt64, row: NodeRow, at: MonotonicTime)?
            var stored: UInt64 = 0
            var tokens: UInt64 = 0
            /// A question that is under way, and when it is answered.
            var asked: (token: FetchToken, readAt: MonotonicTime, at: MonotonicTime)?
            var answer: (counter: UInt64, row: NodeRow)?
        }

        var now = MonotonicTime(nanoseconds: 0)
        var nodes: [Node]
        var store: [(counter: UInt64, row: NodeRow)?] = [nil, nil]
        var counter: UInt64 = 0
        var random: SeededGenerator

        init(seed: UInt64) {
            let limits = PairLimits()
            nodes = (0..<2).map {
                Node(
                    lead: LeadBook(limits, isSecond: $0 == 1), peer: PeerBook(limits),
                    nextBeat: MonotonicTime(nanoseconds: 0))
            }
            random = SeededGenerator(seed: seed)
        }

        mutating func delay(_ most: Int) -> Duration { .milliseconds(Int.random(in: 5...most, using: &random)) }

        private mutating func give(_ index: Int) {
            nodes[index].heartbeats += 1
            var row = NodeRow(name: "\(index)")
            row.leads = nodes[index].lead.claims
            nodes[index].row = row
            nodes[index].lead.gave(nodes[index].heartbeats, at: now)
        }

        /// A moment of one node: as `E911Node` does it, the fence before anything else.
        private mutating func turn(_ index: Int) {
            guard nodes[index].isAwake else { return }
            let before = nodes[index].lead.stage
            nodes[index].lead.fence(at: now)
            if let asked = nodes[index].asked, asked.at <= now {
                nodes[index].asked = nil
                nodes[index].peer.answered(at: now)
                if let answer = nodes[index].answer {
                    nodes[index].peer.take(answer.row, counter: answer.counter, at: now)
                }
                nodes[index].lead.read(asked.token)
            }
            nodes[index].lead.stored(nodes[index].stored, last: FetchToken(rawValue: nodes[index].tokens))
            nodes[index].lead.decide(nodes[index].peer, isReady: true, now: now)
            if nodes[index].lead.stage != before || nodes[index].nextBeat <= now {
                nodes[index].nextBeat = now + .seconds(1)
                give(index)
            }
            guard nodes[index].asked == nil, !nodes[index].isCut else { return }
            nodes[index].tokens += 1
            let readAt = now + delay(900)
            nodes[index].asked = (FetchToken(rawValue: nodes[index].tokens), readAt, readAt + delay(300))
        }

        /// What the store does: it takes one heartbeat of a node at a time, whether the node is awake or not.
        private mutating func serve(_ index: Int) {
            if let waiting = nodes[index].waiting, waiting.at <= now {
                nodes[index].waiting = nil
                counter += 1
                store[index] = (counter, waiting.row)
                nodes[index].stored = waiting.number
            }
            if nodes[index].waiting == nil, nodes[index].heartbeats > nodes[index].stored, !nodes[index].isCut,
                nodes[index].isAwake
            {
                nodes[index].waiting = (nodes[index].heartbeats, nodes[index].row, now + delay(1500))
            }
            if let asked = nodes[index].asked, asked.readAt <= now, asked.readAt > now - .milliseconds(50) {
                if nodes[index].isCut { nodes[index].asked = nil } else { nodes[index].answer = store[1 - index] }
            }
        }

        mutating func step() {
            now = now + .milliseconds(50)
            for index in [0, 1] { serve(index) }
            for index in [0, 1].shuffled(using: &random) { turn(index) }
        }

        var leaders: [Int] { [0, 1].filter { nodes[$0].isAwake && nodes[$0].lead.stage == .leads } }
    }

    @Test func theFirstOneBeginsAndTheOtherFollowsWhenItIsGone() throws {
        var model = Model(seed: 1)
        for _ in 0..<100 { model.step() }
        #expect(model.leaders == [0])
        model.nodes[0].isAwake = false
        for _ in 0..<600 { model.step() }
        #expect(model.leaders == [1])
        // The one that comes back as a new life of the node follows whoever binds.
        let limits = PairLimits()
        model.nodes[0].lead = LeadBook(limits, isSecond: false)
        model.nodes[0].peer = PeerBook(limits)
        model.nodes[0].asked = nil
        let row = try #require(model.store[1])
        model.nodes[0].peer.take(row.row, counter: row.counter, at: model.now)
        model.nodes[0].isAwake = true
        for _ in 0..<600 { model.step() }
        #expect(model.leaders == [1])
    }

    @Test func whoeverIsAloneBegins() {
        var model = Model(seed: 2)
        model.nodes[0].isAwake = false
        for _ in 0..<180 { model.step() }
        #expect(model.leaders.isEmpty)
        for _ in 0..<120 { model.step() }
        #expect(model.leaders == [1])
    }

    /// Nodes sleep and are cut off, heartbeats take up to 1.5 s and answers up to 1.2 s.
    @Test func neverBoth() {
        var (both, alone, changes) = (0, 0, 0)
        for seed in 1...20 as ClosedRange<UInt64> {
            var model = Model(seed: seed)
            var last: [Int] = []
            for _ in 0..<4000 {
                for index in [0, 1] where Int.random(in: 0..<150, using: &model.random) == 0 {
                    let isCalm = Int.random(in: 0..<3, using: &model.random) > 0
                    model.nodes[index].isAwake = isCalm || Bool.random(using: &model.random)
                    model.nodes[index].isCut = !isCalm && Bool.random(using: &model.random)
                }
                model.step()
                let leaders = model.leaders
                if leaders.count > 1 { both += 1 }
                if leaders.count == 1 { alone += 1 }
                if leaders != last { changes += 1 }
                last = leaders
            }
        }
        #expect(both == 0)
        // Else there was nothing to be seen.
        #expect(alone > 20_000 && changes > 130, "\(alone) \(changes)")
    }

    /// A virtual machine that stood still, and whose clock did: it gives way when it reads that the other one took over.
    @Test func whoeverReadsThatTheOtherTookOverGivesWay() {
        var model = Model(seed: 3)
        for _ in 0..<100 { model.step() }
        #expect(model.leaders == [0])
        var row = NodeRow(name: "1")
        row.leads = true
        model.nodes[0].peer.take(row, counter: 1_000_000, at: model.now)
        model.nodes[0].lead.decide(model.nodes[0].peer, isReady: true, now: model.now)
        #expect(model.nodes[0].lead.stage == .claims)
        row.leads = false
        model.nodes[0].peer.take(row, counter: 1_000_001, at: model.now)
        for _ in 0..<100 { model.step() }
        #expect(model.leaders == [0])
    }

    /// A version that says nothing of it binds if it is the first.
    @Test func beforeThisVersionTheFirstOneAlwaysDid() {
        var peer = PeerBook(PairLimits())
        let now = MonotonicTime(nanoseconds: 1_000_000_000)
        peer.answered(at: now)
        peer.take(NodeRow(name: "a"), counter: 1, at: now)
        #expect(LeadBook(PairLimits(), isSecond: true).isPeerLeading(peer, now: now))
        #expect(!LeadBook(PairLimits(), isSecond: false).isPeerLeading(peer, now: now))
    }
}
