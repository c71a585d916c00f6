import Alerting
import E911Values
import SIPCore
import Testing

@testable import E911Service

/// Alerts of two nodes (contract section 7): one call is told of once, and whoever is left does what the other one owes.
@Suite struct PairAlertTests {
    private var rig = PairRig()

    private func deliveries(_ node: PairRig.Node) -> [Delivery] {
        rig[node].effects.compactMap { if case .deliver(let delivery) = $0 { delivery } else { nil } }
    }

    private mutating func answer(_ node: PairRig.Node, _ result: DeliveryResult, from: Int = 0) {
        for delivery in deliveries(node)[from...] { rig[node].command(.delivered(delivery.id, result)) }
    }

    private func open(_ node: PairRig.Node) -> [OutboxRecord] { rig[node].node.desk.openAlerts }

    @Test mutating func oneNodeSendsAndBothKnow() throws {
        rig.call(.a, from: "2001", callID: "c1")
        answer(.a, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(1))
        #expect(deliveries(.a).count == 1 && deliveries(.b).isEmpty)
        #expect(open(.b).map(\.key) == open(.a).map(\.key))
        #expect(open(.b).first?.deliveries.map(\.state) == [.delivered])
    }

    @Test mutating func acknowledgingAtTheOtherNodeEndsTheReminders() throws {
        rig.call(.a, from: "2001", callID: "c1")
        answer(.a, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(1))
        let key = try #require(open(.b).first?.key)
        guard case .done? = rig.b.ask(.acknowledge(key, by: "Ann", comment: "on my way")) else {
            Issue.record("not acknowledged")
            return
        }
        rig.run(.milliseconds(200))
        #expect(open(.a).isEmpty && open(.b).isEmpty)
        rig.run(.seconds(400))
        #expect(deliveries(.a).count == 1 && deliveries(.b).isEmpty)
    }

    /// Whoever looks on at either node sees that somebody has taken note, at whichever it was.
    @Test(arguments: PairRig.Node.allCases) mutating func bothTellThoseWhoLookOn(_ node: PairRig.Node) throws {
        rig.call(.a, from: "2001", callID: "c1")
        answer(.a, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(1))
        let key = try #require(open(.b).first?.key)
        #expect(rig[node].ask(.acknowledge(key, by: "Ann", comment: "")) == .done)
        rig.run(.milliseconds(200))
        for looker in PairRig.Node.allCases {
            let last = rig[looker].effects.compactMap { effect -> OutboxRecord? in
                if case .live(.alert(let record)) = effect { record } else { nil }
            }.last
            #expect(last?.key == key && last?.isAcknowledged == true, "at \(looker)")
        }
    }

    /// It dies with a message that was not sent.
    @Test mutating func theOtherNodeSendsWhatADeadOneOwes() throws {
        rig.call(.a, from: "2001", callID: "c1")
        rig.run(.milliseconds(200))
        let id = try #require(deliveries(.a).first?.id)
        rig.stop(.a)
        rig.run(.seconds(3))
        #expect(deliveries(.b).isEmpty, "it may only be slow")
        rig.run(.seconds(4))
        #expect(deliveries(.b).map(\.id) == [id])
        #expect(rig.notes(.b).contains("pair.takeover"))
        answer(.b, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(10))
        // It comes back, and sends nothing again.
        let before = deliveries(.a).count
        rig.thaw(.a)
        rig.run(.seconds(20))
        #expect(deliveries(.a).count == before && deliveries(.b).count == 1)
        #expect(open(.a) == open(.b))
    }

    @Test mutating func aRetryAtTheOtherNodeIsToldOfOnce() throws {
        rig.call(.a, from: "2001", callID: "c1", acknowledged: false)
        rig.run(.milliseconds(200))
        rig.call(.b, from: "2001", callID: "c1")
        answer(.a, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(5))
        #expect(deliveries(.a).count == 1 && deliveries(.b).isEmpty)
        #expect(open(.a).count == 1)
        #expect(open(.a) == open(.b))
    }

    /// Both have told people, since neither knew of the other; behind that it is one alert, with one reminder.
    @Test mutating func aCallThatBothAnsweredIsOneAlertAfterwards() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        rig.call(.a, from: "2001", callID: "c1")
        rig.call(.b, from: "2001", callID: "c1", acknowledged: false)
        for node in PairRig.Node.allCases { answer(node, .delivered(providerAnswer: "250 OK")) }
        #expect(deliveries(.a).count == 1 && deliveries(.b).count == 1)
        rig.isCut = false
        rig.run(.seconds(5))
        #expect(open(.a).count == 1)
        #expect(open(.a) == open(.b))
        let key = try #require(open(.a).first?.key)
        guard case .done? = rig.b.ask(.acknowledge(key, by: "Ann", comment: "")) else {
            Issue.record("not acknowledged")
            return
        }
        rig.run(.seconds(400))
        #expect(open(.a).isEmpty && open(.b).isEmpty)
        #expect(deliveries(.a).count == 1 && deliveries(.b).count == 1)
    }

    /// The alert that goes on was not delivered yet, and the other one was: nobody is told a second time.
    @Test mutating func whoWasToldByTheOtherNodeIsNotToldAgain() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        rig.call(.a, from: "2001", callID: "c1")
        rig.call(.b, from: "2001", callID: "c1", acknowledged: false)
        answer(.a, .temporary(reason: "connection refused"))
        answer(.b, .delivered(providerAnswer: "250 OK"))
        rig.isCut = false
        rig.run(.seconds(200))
        #expect(deliveries(.a).count == 1 && deliveries(.b).count == 1)
        #expect(open(.a).count == 1 && open(.a) == open(.b))
    }

    /// A node that was alone had another name, or another one was in the place of this one's neighbour.
    @Test(arguments: PairRig.Node.allCases) mutating func whatAStrangerOwedIsSentByTheFirst(_ node: PairRig.Node) throws
    {
        rig.call(.a, from: "2001", callID: "c1")
        var record = try #require(open(.a).first)
        record.alert.key = RecordKey(time: record.key.time, node: "alone", counter: record.key.counter)
        var state = StoredState()
        state.peerOutbox = [OutboxRow(key: record.key, isSettled: false, payload: record.encoded())]
        var harness = NodeHarness(restoring: state) {
            $0.node = node.rawValue
            $0.pair = PairConfiguration(nodes: ["a", "b"])
        }
        harness.advance(by: .seconds(5))
        let sent = harness.effects.filter { if case .deliver = $0 { true } else { false } }
        #expect(sent.count == (node == .a ? 1 : 0))
    }

    /// With the store away each tells of its own calls.
    @Test mutating func whoIsCutOffTellsOfItsOwnCalls() throws {
        rig.isCut = true
        rig.run(.seconds(10))
        rig.call(.a, from: "2001", callID: "c1")
        rig.call(.b, from: "2002", callID: "c2")
        #expect(deliveries(.a).count == 1 && deliveries(.b).count == 1)
        for node in PairRig.Node.allCases { answer(node, .delivered(providerAnswer: "250 OK")) }
        rig.isCut = false
        rig.run(.seconds(10))
        #expect(deliveries(.a).count == 1 && deliveries(.b).count == 1)
        #expect(open(.a).count == 2 && Set(open(.a).map(\.key)) == Set(open(.b).map(\.key)))
    }

    /// Nobody can tell whether the other node lives; the caller is told of here.
    @Test mutating func aRedialIsToldOfWhereTheOtherNodeIsNotSeen() throws {
        // A redial is one of a device that is known.
        for node in PairRig.Node.allCases { try rig[node].register([("2001", "10.1.2.7")]) }
        rig.call(.b, from: "2001", callID: "c1")
        answer(.b, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(1))
        rig.isCut = true
        rig.run(.seconds(10))
        rig.call(.a, from: "2001", callID: "c2")
        #expect(deliveries(.a).count == 1)
    }

    /// Whatever comes first behind a sleep, messages wait for what the other node has done meanwhile.
    /// A start with much to read takes long; calls that came meanwhile were tried at the other node.
    @Test mutating func aNodeThatStartsKeepsItsMessagesUntilItHasRead() throws {
        rig.call(.a, from: "2001", callID: "c1")
        answer(.a, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(1))
        rig.restart(.b, taking: .seconds(3))
        rig.call(.b, from: "2001", callID: "c1", acknowledged: false)
        #expect(rig.calls(.b).count == 1)
        rig.run(.seconds(5))
        #expect(deliveries(.b).isEmpty)
        #expect(deliveries(.a).count == 1)
    }

    @Test mutating func aNodeThatWakesKeepsItsMessagesUntilItHasRead() throws {
        rig.call(.a, from: "2001", callID: "c1")
        rig.run(.milliseconds(200))
        let id = try #require(deliveries(.a).first?.id)
        rig.stop(.a)
        rig.run(.seconds(12))
        #expect(deliveries(.b).map(\.id) == [id])
        answer(.b, .delivered(providerAnswer: "250 OK"))
        rig.run(.seconds(1))
        rig.a.now = rig.b.now
        // The channel's answer of before the sleep, which wants another attempt.
        rig.a.command(.delivered(id, .temporary(reason: "connection reset")))
        #expect(rig.notes(.a).contains("pair.slept"))
        rig.thaw(.a)
        rig.run(.seconds(120))
        #expect(deliveries(.a).count == 1 && open(.a) == open(.b))
    }
}
