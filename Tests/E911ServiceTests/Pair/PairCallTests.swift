import Alerting
import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Calls of two nodes (contract section 7).
@Suite struct PairCallTests {
    private var rig = PairRig()

    /// A call is answered at once, and its answer acknowledged if wanted.
    private mutating func call(
        _ node: PairRig.Node, from caller: String, at ip: String = "10.1.2.7", callID: String, acknowledged: Bool = true
    ) throws -> CallRecord {
        let before = rig.calls(node).count
        rig.call(node, from: caller, at: ip, callID: callID, acknowledged: acknowledged)
        #expect(rig.calls(node).count == before + 1)
        return try #require(rig.calls(node).last)
    }

    @Test mutating func theOtherNodeKnowsWhoIsBehindAnELIN() throws {
        let record = try call(.a, from: "2001", callID: "c1")
        let elin = try #require(record.elin)
        rig.run(.milliseconds(100))
        #expect(rig.leases(.b) == ["\(elin)": "2001"] && rig.leases(.a) == rig.leases(.b))
        #expect(rig[.b].node.call(record.key)?.callerDN == "2001")
        // The window ends on both at the same time, whatever their clocks show.
        rig.run(.seconds(Int64(record.leaseSeconds)))
        #expect(rig.leases(.a).isEmpty && rig.leases(.b).isEmpty)
    }

    /// The SIP Server got no answer from the first node and tries the second one.
    @Test(arguments: ["c1", "another"]) mutating func aRetryAtTheOtherNodeIsTheSameCall(_ callID: String) throws {
        let first = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.milliseconds(100))
        let second = try call(.b, from: "2001", at: "10.1.3.7", callID: callID)
        #expect(second.supersedes == first.key)
        #expect(second.elin == first.elin && second.location == first.location)
        rig.run(.seconds(40))
        let before = rig.calls(.a).first
        #expect(before?.flags.contains(.answeredByPeer) == true)
        #expect(before?.outcome == .unconfirmed && !rig.notes(.a).contains("call.unconfirmed"))
    }

    @Test mutating func whoCallsAgainBehindAnAnsweredCallMakesANewOne() throws {
        _ = try call(.a, from: "2001", callID: "c1")
        rig.run(.milliseconds(100))
        let second = try call(.b, from: "2001", callID: "c2")
        #expect(second.supersedes == nil)
        // The same dialog all the same: the ACK was the SIP Server's, whose answer to the caller was lost.
        let third = try call(.b, from: "2001", callID: "c1")
        #expect(third.supersedes != nil)
    }

    /// They do not see each other, the SIP Server goes on at the second node, and the caller calls again.
    @Test(arguments: PairRig.Node.allCases) mutating func aRedialHidesNotThatOneCallWasAnsweredTwice(
        _ node: PairRig.Node
    ) throws {
        rig.isCut = true
        rig.run(.seconds(5))
        let first = try call(node, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.milliseconds(100))
        let second = try call(node.other, from: "2001", callID: "c2")
        rig.run(.seconds(10))
        let redial = try call(node.other, from: "2001", callID: "c3")
        rig.run(.seconds(30))
        rig.isCut = false
        rig.run(.seconds(5))
        let records = rig.calls(node.other)
        #expect(records.first { $0.key == second.key }?.supersedes == first.key)
        #expect(records.first { $0.key == redial.key }?.supersedes == nil)
        #expect(rig.calls(node).first?.flags.contains(.answeredByPeer) == true)
    }

    /// No clock tells which of two answers in one moment was the first; an ACK tells which one counts.
    @Test(arguments: PairRig.Node.allCases) mutating func ofTwoAnswersInOneMomentTheAcknowledgedOneCounts(
        _ node: PairRig.Node
    ) throws {
        rig.isCut = true
        rig.run(.seconds(5))
        let confirmed = try call(node.other, from: "2001", callID: "c2")
        let other = try call(node, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.seconds(35))
        rig.isCut = false
        rig.run(.seconds(5))
        #expect(rig.calls(node.other).first { $0.key == confirmed.key }?.supersedes == other.key)
        #expect(rig.calls(node).first?.flags.contains(.answeredByPeer) == true)
    }

    @Test mutating func anotherCallerOrALaterCallIsNotTheSame() throws {
        _ = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.milliseconds(100))
        #expect(try call(.b, from: "2002", at: "10.1.2.8", callID: "c2").supersedes == nil)
        rig.run(.seconds(33))
        #expect(try call(.b, from: "2001", callID: "c3").supersedes == nil)
    }

    /// While they do not see each other, each gives its own numbers of a place first.
    @Test mutating func nodesThatDoNotSeeEachOtherGiveDifferentELINs() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        let first = try call(.a, from: "2001", at: "10.1.2.7", callID: "c1")
        let second = try call(.b, from: "2002", at: "10.1.2.8", callID: "c2")
        #expect(first.elin != second.elin)
        rig.isCut = false
        rig.run(.seconds(3))
        #expect(rig.leases(.a) == rig.leases(.b) && rig.leases(.a).count == 2)
        #expect(rig.audits(.a, "elin conflict").isEmpty && rig.audits(.b, "elin conflict").isEmpty)
    }

    /// A place with one number has none to divide: the latest caller wins, and both callers are named, once.
    @Test(arguments: PairRig.Node.allCases) mutating func theLatestCallerOfTwoNodesIsCalledBack(
        _ first: PairRig.Node
    ) throws {
        rig.isCut = true
        rig.run(.seconds(10))
        let lost = try call(first, from: "2001", at: "10.1.3.7", callID: "c1")
        rig.run(.seconds(1))
        let won = try call(first.other, from: "2002", at: "10.1.3.8", callID: "c2")
        let elin = try #require(lost.elin)
        #expect(won.elin == elin)
        rig.isCut = false
        rig.run(.seconds(3))
        #expect(rig.leases(.a) == ["\(elin)": "2002"] && rig.leases(.b) == rig.leases(.a))
        let told = rig.audits(first, "elin conflict")
        #expect(told.count == 1 && rig.audits(first.other, "elin conflict").isEmpty)
        #expect(told.first.map { $0.contains("2001") && $0.contains("2002") && $0.contains("\(elin)") } == true)
    }

    @Test mutating func whoIsDisplacedKnowinglyIsNoConflict() throws {
        let first = try call(.a, from: "2001", at: "10.1.3.7", callID: "c1")
        rig.run(.milliseconds(100))
        let second = try call(.b, from: "2002", at: "10.1.3.8", callID: "c2")
        #expect(first.elin == second.elin && second.displacedDN == "2001")
        rig.run(.seconds(2))
        #expect(rig.audits(.a, "elin conflict").isEmpty && rig.leases(.a) == rig.leases(.b))
    }

    /// Both nodes have decided it, since neither knew of the other: the one that was acknowledged stands for it.
    @Test mutating func aCallThatBothDecidedIsOneAfterwards() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        let first = try call(.a, from: "2001", at: "10.1.2.7", callID: "c1")
        let second = try call(.b, from: "2001", at: "10.1.2.7", callID: "c1", acknowledged: false)
        #expect(first.elin != second.elin)
        rig.isCut = false
        rig.run(.seconds(3))
        #expect(rig.leases(.a).count == 2 && rig.leases(.a) == rig.leases(.b), "an ACK may still come for either")
        rig.run(.seconds(40))
        #expect(rig.calls(.a).first?.supersedes == second.key)
        #expect(rig.calls(.b).first?.flags.contains(.answeredByPeer) == true)
        #expect(rig.calls(.b).first?.supersedes == nil)
        // Nobody was told of the other ELIN.
        let elin = try #require(first.elin)
        #expect(rig.leases(.a) == ["\(elin)": "2001"])
        #expect(rig.leases(.b) == ["\(elin)": "2001"])
    }

    /// The ACK of the earlier one was lost once, and comes when the later one stands for the call: the SIP Server went on with
    /// the earlier one, and the dispatcher sees its ELIN.
    @Test mutating func anACKThatComesLateTurnsItOver() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        let first = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        let second = try call(.b, from: "2001", callID: "c1", acknowledged: false)
        rig.isCut = false
        rig.run(.seconds(3))
        #expect(rig.calls(.b).first?.supersedes == first.key)
        #expect(rig.calls(.a).first?.flags.contains(.answeredByPeer) == true)
        rig.acknowledge(.a, from: "2001", callID: "c1")
        rig.run(.seconds(40))
        for node in PairRig.Node.allCases {
            #expect(rig.leases(node) == ["\(try #require(first.elin))": "2001"])
        }
        #expect(rig.calls(.a).first?.supersedes == second.key && rig.calls(.b).first?.supersedes == nil)
        #expect(rig.calls(.a).first?.flags.contains(.answeredByPeer) == false)
        #expect(rig.calls(.b).first?.flags.contains(.answeredByPeer) == true)
        #expect(!rig.notes(.b).contains("call.unconfirmed"))
    }

    /// The caller gave up at the second node; the call at the first one stands.
    @Test mutating func aCallThatWasCancelledStandsForNoOther() throws {
        let first = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.milliseconds(100))
        rig.b.journalWorks = false
        rig.call(.b, from: "2001", callID: "c2", acknowledged: false)
        rig.b.receive(NodeHarness.follow("CANCEL", "911", from: "2001", callID: "c2", branch: "c2"))
        #expect(rig.calls(.b).last?.outcome == .abandoned)
        rig.run(.seconds(1))
        rig.acknowledge(.a, from: "2001", callID: "c1")
        rig.run(.seconds(1))
        #expect(rig.calls(.a).first?.flags.contains(.answeredByPeer) == false)
        #expect(rig.leases(.a) == ["\(try #require(first.elin))": "2001"] && rig.leases(.b) == rig.leases(.a))
    }

    /// What is noted of a call while it waits for the journal is not forgotten when that has it.
    @Test mutating func aCallThatWaitsForTheJournalIsUnitedAllTheSame() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        let first = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        rig.isCut = false
        rig.b.journalWorks = false
        // The other node's row comes while this one's answer waits.
        rig.b.receive(NodeHarness.invite("911", from: "2001", callID: "c1", branch: "c1", contact: "10.1.2.7:5060"))
        let key = try #require(rig.calls(.b).last?.key)
        try rig.b.read(.call(first), of: "a")
        let stored = rig.b.effects.contains { effect in
            if case .persist(let batch, _) = effect { batch.calls.contains { $0.row.key == key } } else { false }
        }
        #expect(!stored, "the store has no call before its journal")
        rig.run(.seconds(2))
        #expect(rig.calls(.b).last?.supersedes == first.key)
    }

    /// This machine's clock runs ahead; what time is left is counted by the store's.
    @Test mutating func aStartCountsLeasesByTheStoresClock() throws {
        let made = try call(.b, from: "2001", callID: "c1")
        var state = StoredState()
        (state.calls, state.leases) = ([made], [try #require(made.lease)])
        state.time = rig.b.now.wall
        var node = NodeHarness(restored: false) { $0.pair = PairConfiguration(nodes: ["a", "b"]) }
        node.now = Now(monotonic: node.now.monotonic, wall: rig.b.now.wall + .seconds(30))
        node.restore(state)
        func holders() -> [String] {
            if case .leases(let leases)? = node.ask(.leases) { leases.map(\.callerDN) } else { [] }
        }
        node.advance(by: .seconds(Int64(made.leaseSeconds) - 3))
        #expect(holders() == ["2001"])
        node.advance(by: .seconds(6))
        #expect(holders() == [])
    }

    /// The counters of a node that was alone tell no time.
    @Test mutating func aLeaseOfATimeBeforeThePairStands() throws {
        let made = try call(.a, from: "2001", callID: "c1")
        for counter in [made.key.counter - 200_000_000_000, made.key.counter + 200_000_000_000] {
            var (record, state) = (made, StoredState())
            record.key = RecordKey(time: made.key.time, node: "a", counter: counter)
            (state.calls, state.leases) = ([record], [try #require(record.lease)])
            var node = NodeHarness(restored: false) { $0.pair = PairConfiguration(nodes: ["a", "b"]) }
            node.now = node.now.advanced(by: .seconds(600))
            node.restore(state)
            guard case .leases(let leases)? = node.ask(.leases) else {
                Issue.record("no answer")
                return
            }
            #expect(leases.map(\.callerDN) == ["2001"], "\(counter)")
            node.advance(by: .seconds(Int64(record.leaseSeconds) - 590))
            guard case .leases(let later)? = node.ask(.leases) else {
                Issue.record("no answer")
                return
            }
            #expect(later.isEmpty, "\(counter)")
        }
    }

    /// A row of the store stays when its call was given up; a start goes by the calls.
    @Test mutating func aStartTakesNoLeaseOfACallThatWasGivenUp() throws {
        let before = try call(.b, from: "2009", at: "10.1.3.9", callID: "c0")
        var (given, state) = (before, StoredState())
        given.key = RecordKey(time: before.key.time, node: "b", counter: before.key.counter + 1)
        (given.callID, given.callerDN, given.outcome, given.flags) = ("c1", "2001", .unconfirmed, .answeredByPeer)
        var row = try #require(before.lease)
        (row.call, row.callerDN) = (given.key, given.callerDN)
        (state.calls, state.leases) = ([before, given], [row])
        var node = NodeHarness(restoring: state) { $0.pair = PairConfiguration(nodes: ["a", "b"]) }
        guard case .leases(let leases)? = node.ask(.leases) else {
            Issue.record("no answer")
            return
        }
        #expect(leases.map(\.callerDN) == ["2009"])
    }

    /// One of the two nodes ended before its call was in the store: what the journal has is held against the other's at the start.
    @Test func aStartFindsACallThatBothDecided() throws {
        var harness = NodeHarness(restored: false) { $0.pair = PairConfiguration(nodes: ["a", "b"]) }
        func record(_ node: String, before: Int64) -> CallRecord {
            let time = harness.now.wall + .seconds(-before)
            let counter = UInt64(time.milliseconds) * 1000
            var call = CallRecord(key: RecordKey(time: time, node: node, counter: counter), kind: .emergency)
            (call.callServer, call.callerDN, call.callID, call.fromTag) = ("main", "2001", "c1", "t1")
            (call.status, call.outcome) = (302, .answered)
            return call
        }
        let (first, second) = (record("b", before: 5), record("a", before: 4))
        var state = StoredState()
        state.calls = [first]
        state.journal = [second]
        state.counters = [.init(node: "b", counter: first.key.counter)]
        state.read = StoreFeed.allCases.map { .init($0, state.counters) }
        harness.restore(state)
        #expect(harness.node.history[second.key]?.supersedes == first.key)
        #expect(harness.node.desk.openAlerts.filter { $0.joinedInto == nil }.count == 1)
    }

    /// The store is read behind the journal, and knows of the ACK.
    @Test func aStoreThatIsReadLaterSaysWhatBecameOfACall() {
        var harness = NodeHarness(restored: false) { $0.pair = PairConfiguration(nodes: ["a", "b"]) }
        let counter = UInt64(harness.now.wall.milliseconds - 5000) * 1000
        var call = CallRecord(
            key: RecordKey(time: harness.now.wall + .seconds(-5), node: "a", counter: counter), kind: .emergency)
        call.outcome = .answered
        var state = StoredState()
        state.journal = [call]
        harness.restore(state)
        call.outcome = .acknowledged
        state.calls = [call]
        harness.restore(state)
        #expect(harness.node.history[call.key]?.outcome == .acknowledged)
    }

    /// Behind a call that turns out to be another's, whoever held the number before is called back again.
    @Test mutating func whoHeldTheNumberBeforeIsBehindItAgain() throws {
        let before = try call(.b, from: "2009", at: "10.1.3.9", callID: "c0")
        rig.run(.seconds(1))
        rig.isCut = true
        rig.run(.seconds(10))
        // One node knows where the caller is, and the other takes him for a stranger at the place with one number.
        _ = try call(.a, from: "2001", at: "10.1.2.7", callID: "c1")
        let second = try call(.b, from: "2001", at: "10.1.3.7", callID: "c1", acknowledged: false)
        #expect(second.elin == before.elin && second.displacedDN == "2009")
        rig.isCut = false
        rig.run(.seconds(40))
        let elin = try #require(before.elin)
        #expect(rig.leases(.a)["\(elin)"] == "2009" && rig.leases(.a) == rig.leases(.b))
    }

    /// A SIP Server that is a B2BUA has tried again with a dialog of its own, while neither node knew of the other.
    @Test mutating func aRetryWithANewDialogIsOneCallWhenNoACKCanCome() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        let first = try call(.a, from: "2001", at: "10.1.2.7", callID: "c1", acknowledged: false)
        rig.run(.seconds(1))
        let second = try call(.b, from: "2001", at: "10.1.2.7", callID: "c2")
        rig.isCut = false
        rig.run(.seconds(3))
        #expect(rig.calls(.b).first?.supersedes == nil, "the ACK may still come")
        rig.run(.seconds(40))
        #expect(rig.calls(.b).first?.supersedes == first.key)
        #expect(rig.calls(.a).first?.flags.contains(.answeredByPeer) == true)
        let elin = try #require(second.elin)
        #expect(rig.leases(.a) == ["\(elin)": "2001"] && rig.leases(.b) == rig.leases(.a))
    }

    /// The second answer stood for the first one, and the third one was given by a node that did not know of the second.
    @Test mutating func threeAnswersToOneCallAreOneCall() throws {
        let first = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.milliseconds(200))
        rig.isCut = true
        let second = try call(.b, from: "2001", callID: "c2", acknowledged: false)
        #expect(second.supersedes == first.key)
        rig.run(.seconds(4))
        let third = try call(.a, from: "2001", callID: "c3")
        rig.isCut = false
        rig.run(.seconds(40))
        #expect(rig.calls(.a).map(\.supersedes) == [nil, second.key])
        #expect(rig.calls(.a).map { $0.flags.contains(.answeredByPeer) } == [true, false])
        #expect(rig.calls(.b).first?.flags.contains(.answeredByPeer) == true)
        #expect(rig.leases(.a) == ["\(try #require(third.elin))": "2001"] && rig.leases(.b) == rig.leases(.a))
    }

    /// The answer to the first call was acknowledged; the other node learns of the second one before its ACK.
    @Test mutating func aRedialAtTheOtherNodeIsACallOfItsOwn() throws {
        let first = try call(.b, from: "2001", at: "10.1.2.7", callID: "c1")
        rig.isCut = true
        rig.run(.seconds(10))
        let second = try call(.a, from: "2001", at: "10.1.2.7", callID: "c2", acknowledged: false)
        rig.isCut = false
        rig.run(.seconds(3))
        #expect(rig.calls(.b).first?.supersedes == nil && rig.calls(.a).first?.flags.contains(.answeredByPeer) == false)
        let elins = [first.elin, second.elin].compactMap { $0.map { "\($0)" } }
        #expect(rig.leases(.a) == rig.leases(.b))
        #expect(Set(rig.leases(.a).keys) == Set(elins))
    }

    /// The trunk's prefix leads the call from the gateway back to the nodes, and it comes to the other one.
    @Test mutating func aCallThatComesBackAtTheOtherNodeGoesToAGateway() throws {
        let first = try call(.a, from: "2001", callID: "c1")
        rig.run(.milliseconds(100))
        rig.b.receive(NodeHarness.invite("7911", from: "2001", callID: "c1", branch: "loop", origin: "c1"))
        let answer = try #require(rig.b.sent.last { $0.status == 302 })
        #expect(answer.first(.contact).map { "\($0)" }?.contains("198.51.100.5") == true)
        let record = try #require(rig.calls(.b).last)
        #expect(record.flags.contains(.loop) && record.supersedes == first.key && record.elin == first.elin)
    }

    /// A start takes over what the store has of both.
    @Test mutating func rowsThatNobodyCanHaveWrittenBreakNothing() throws {
        _ = try call(.a, from: "2001", callID: "c1", acknowledged: false)
        var record = CallRecord(
            key: RecordKey(time: WallTime(milliseconds: .max), node: "b", counter: .max), kind: .emergency)
        record.callID = "c1"
        record.fromTag = "fc1"
        record.elin = TelephoneNumber("+13125550103")
        record.leaseSeconds = .max
        record.supersedes = record.key
        for row in [record, CallRecord(key: record.key, kind: .callback)] {
            try rig.a.read(.call(row), of: "b", counter: .max, at: WallTime(milliseconds: .max))
            #expect(rig.a.node.peerHistory[record.key] != nil)
        }
        rig.run(.seconds(1))
        #expect(try call(.a, from: "2002", at: "10.1.2.8", callID: "c2").key.counter < .max / 2)
    }
}

extension E911Node {
    fileprivate func call(_ key: RecordKey) -> CallRecord? { history[key] ?? peerHistory[key] }
}
