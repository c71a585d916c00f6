import Alerting
import E911Values
import Testing

/// What a desk of a pair does beside.
@Suite struct PairDeskTests {
    /// The record of an alert that the other node, `a`, has raised.
    private func others(_ number: UInt64 = 1, _ change: (inout AlertConfiguration) -> Void = { _ in }) -> OutboxRecord {
        let subject = Subject(site(change), node: "a")
        _ = subject.submit(alert(number, device: "d\(number)"), at(0))
        return subject.desk[key(number)] ?? OutboxRecord(alert: alert(number))
    }

    @Test func aTakeoverGoesInTurnsAndNothingLeavesBeforeTheStoreHasIt() {
        let subject = Subject(site { $0.policy.inFlightPerChannel = 1000 }, node: "b")
        for number in 1...150 as ClosedRange<UInt64> { _ = subject.merge(others(number), at(0)) }
        #expect(subject.desk.watchedCount == 150 && subject.desk.nextDeadline == nil)
        var claimed: [Int] = []
        while subject.desk.watchedCount > 0 {
            let effects = subject.takeOver(mark: UInt64(claimed.count + 1))
            #expect(effects.allSatisfy { if case .record(let record) = $0 { record.holder == "b" } else { false } })
            claimed.append(effects.count)
        }
        #expect(claimed == [64, 64, 22])
        #expect(subject.advance(at(1)).isEmpty && subject.desk.nextDeadline == nil)
        #expect(subject.release(claimsThrough: 0, at(1)).isEmpty)
        var sentOf: Set<UInt64> = Set(subject.release(claimsThrough: 1, at(2)).deliveries.map(\.id.alert.counter))
        while let next = subject.desk.nextDeadline, next <= at(2).monotonic {
            let turn = subject.advance(at(2)).deliveries
            #expect(turn.count <= 8)
            sentOf.formUnion(turn.map(\.id.alert.counter))
        }
        #expect(sentOf == Set(1...64), "of the first mark, and of no later one")
        _ = subject.release(claimsThrough: 3, at(3))
        while let next = subject.desk.nextDeadline, next <= at(3).monotonic { _ = subject.advance(at(3)) }
        #expect(subject.desk.channels.first { $0.kind == .email }?.inFlight == 150)
        #expect(subject.violations == [])
    }

    /// The store knows of a claim that this node made before it started anew.
    @Test func anAlertThatTurnsOutToBeOnesOwnIsWatchedNoMore() {
        let subject = Subject(node: "b")
        _ = subject.merge(others(), at(0))
        #expect(subject.desk.watchedCount == 1)
        var record = others()
        record.claim = .init(holder: "b", stamp: 1)
        #expect(subject.merge(record, at(1)).deliveries.count == 1)
        #expect(subject.desk.watchedCount == 0 && subject.violations == [])
    }

    /// A node that started without the store raised anew what was a redial; the store's record, or the other node's, says so.
    @Test(arguments: [true, false]) func aRedialThatWasRaisedAnewIsOneWithWhatItWasARedialOf(isKnownFirst: Bool) {
        let before = Subject(node: "a")
        _ = before.submit(alert(1), at(0))
        _ = before.submit(alert(2, 30), at(30))
        guard let whole = before.desk[key(1)] else { return #expect(Bool(false)) }
        let started = Subject(node: "a")
        _ = started.submit(alert(2, 30), at(40))
        guard let redial = started.desk[key(2, 30)] else { return #expect(Bool(false)) }
        _ = started.restore([whole], at(50))
        #expect(started.desk.openAlerts.map(\.key) == [key(1)] && started.violations == [])
        #expect(started.records[key(2, 30)]?.joinedInto == key(1))

        let other = Subject(node: "b")
        for record in isKnownFirst ? [whole, redial] : [redial, whole] { _ = other.merge(record, at(50)) }
        #expect(other.desk.openAlerts.map(\.key) == [key(1)] && other.desk.watchedCount == 1)
        #expect(other.takeOver(mark: 1).count == 1 && other.desk.watchedCount == 0)
        #expect(other.violations == [])
    }

    @Test func whileItIsHeldNoMessageLeavesAndItsEndIsDue() {
        for endsEarly in [true, false] {
            let subject = Subject(node: "a")
            subject.desk.hold(until: at(2).monotonic)
            let effects = subject.submit(alert(1), at(0))
            #expect(effects.deliveries.isEmpty && effects.records.count == 1)
            #expect(subject.advance(at(1)).deliveries.isEmpty)
            #expect(subject.desk.nextDeadline == at(2).monotonic)
            if endsEarly {
                subject.desk.hold(until: nil)
                #expect(subject.desk.nextDeadline.map { $0 <= at(1).monotonic } == true)
            }
            #expect(subject.advance(at(endsEarly ? 1 : 2)).deliveries.count == 1)
        }
    }

    @Test func pagesOfBothNodesShowEachAttemptAndWhoeverSeesItFirstIsEnough() throws {
        let pops: (inout AlertConfiguration) -> Void = { $0.subscriptions[0].channels = [.screenPop] }
        let (a, b) = (Subject(site(pops), node: "a"), Subject(site(pops), node: "b"))
        let id = try #require(a.submit(alert(1), at(0)).deliveries.first).id
        let raised = try #require(a.records[key(1)])
        #expect(b.merge(raised, at(0)).mirrored.map(\.id) == [id])
        #expect(b.merge(raised, at(0)).isEmpty)
        let failed = a.handle(later, id, at(1))
        #expect(b.merge(try #require(failed.records.first), at(1)).mirrored.map(\.attempt) == [2])
        // Nobody sees it, and then somebody does.
        #expect(b.handle(later, id, at(2)).isEmpty)
        let seen = b.handle(sent, id, at(3))
        #expect(seen.records.first?.deliveries.first?.state == .delivered)
        #expect(a.merge(try #require(seen.records.first), at(3)).isEmpty)
        #expect(a.advance(at(6)).deliveries.isEmpty && a.desk.channels[0].waiting == 0)
        #expect(a.violations == [] && b.violations == [])
    }

    @Test func aRedialAtTheOtherNodeSoundsOnceWhoeverWorksTheAlert() throws {
        let (a, b) = (Subject(node: "a"), Subject(node: "b"))
        let id = try #require(a.submit(alert(1), at(0)).deliveries.first).id
        _ = b.merge(try #require(a.records[key(1)]), at(0))
        _ = a.handle(sent, id, at(1))
        _ = b.merge(try #require(a.records[key(1)]), at(1))
        let joined = b.submit(alert(2, 10, node: "b"), at(10))
        #expect(joined.events == [.coalesced(key(2, 10, node: "b"), into: key(1), count: 2)])
        #expect(joined.deliveries.isEmpty)
        let record = try #require(joined.records.first)
        let sounded = a.merge(record, at(11))
        #expect(sounded.deliveries.map(\.reason) == [.redial] && sounded.deliveries.map(\.id.number) == [3])
        #expect(a.merge(record, at(12)).isEmpty)
        _ = b.merge(try #require(sounded.records.first), at(12))
        // Had the other one gone before it heard of it, the one who takes over would have sounded.
        let alone = Subject(node: "b")
        _ = alone.merge(record, at(12))
        _ = alone.takeOver(mark: 1)
        let taken = alone.release(claimsThrough: 1, at(13))
        #expect(taken.deliveries.map(\.reason) == [.redial] && taken.deliveries.map(\.id.number) == [2])
        #expect(a.violations == [] && b.violations == [] && alone.violations == [])
    }

    @Test func aRedialThatCrossesTheAcknowledgementIsNewsToAllAgain() throws {
        let (a, b) = (Subject(node: "a"), Subject(node: "b"))
        let id = try #require(a.submit(alert(1), at(0)).deliveries.first).id
        _ = a.handle(sent, id, at(1))
        _ = b.merge(try #require(a.records[key(1)]), at(1))
        let redial = try #require(b.submit(alert(2, 10, node: "b"), at(10)).records.first)
        _ = a.acknowledge(key(1), at(10))
        #expect(a.desk.openCount == 0)
        let effects = a.merge(redial, at(11))
        #expect(effects.deliveries.map(\.reason) == [.first] && a.desk[key(1)]?.claim?.stamp == 1)
        // The other one does not end it before that has gone out.
        _ = b.merge(try #require(effects.records.last), at(11))
        #expect(b.desk.openCount == 1)
        _ = a.handle(sent, try #require(effects.deliveries.first).id, at(12))
        let last = b.merge(try #require(a.records[key(1)]), at(13))
        #expect(last.records.map(\.state) == [.settled] && a.desk.openCount + b.desk.openCount == 0)
    }

    @Test func aStartWorksWhatIsItsOwnByWhatBothNodesWrote() throws {
        var own = others(1)
        own.deliveries[0].log = []
        let kept = others(2)
        var ended = others(3)
        ended.state = .settled
        ended.claim = .init(holder: "b", stamp: 1)
        ended.deliveries[0].state = .delivered
        var claimed = own
        claimed.claim = .init(holder: "b", stamp: 1)
        let subject = Subject(node: "a")
        let effects = subject.kept(
            subject.desk.restore([own, kept, others(3)], ofOther: [claimed, ended], now: at(5)))
        #expect(effects.deliveries.map(\.id.alert) == [key(2)])
        #expect(effects.records.map(\.key) == [key(3)] && effects.records.first?.isSettled == true)
        #expect(subject.desk.watchedCount == 1 && subject.desk.openCount == 2 && subject.violations == [])
    }

    @Test func rowsOfATimeBeforeThePairDoNotSoundAgain() {
        let before = Subject()
        _ = before.submit(alert(1), at(0))
        _ = before.submit(alert(2, 5), at(5))
        var record = before.records[key(1)] ?? OutboxRecord(alert: alert(1))
        for index in record.deliveries.indices { record.deliveries[index].state = .delivered }
        let subject = Subject(node: "a")
        #expect(subject.restore([record], at(6)).isEmpty && subject.desk.openCount == 1)
    }

    @Test func twoAlertsOfOneCallBecomeTheEarlierOne() throws {
        // Each node has both, and each takes another one for the call that counts.
        var records: [OutboxRecord] = []
        for (node, loser) in [("a", 2 as UInt64), ("b", 1)] {
            let subject = Subject(node: node)
            let (mine, other) = node == "a" ? (1 as UInt64, 2 as UInt64) : (2, 1)
            let remote = Subject(node: node == "a" ? "b" : "a")
            let nodes = [1: "a", 2: "b"] as [UInt64: String]
            func call(_ number: UInt64) -> Alert {
                var alert = alert(number, device: "", node: nodes[number] ?? "")
                alert.placeText = "place \(number)"
                return alert
            }
            _ = remote.submit(call(other), at(0))
            _ = subject.submit(call(mine), at(0))
            for record in remote.records.values { _ = subject.merge(record, at(0)) }
            let keys = [key(1, node: "a"), key(2, node: "b")]
            let (lost, primary) = loser == 2 ? (keys[1], keys[0]) : (keys[0], keys[1])
            let effects = subject.kept(subject.desk.unite(lost, into: primary, now: at(1)))
            #expect(effects.records.map(\.key) == [keys[1], keys[0]], "\(node)")
            #expect(effects.records.first?.joinedInto == keys[0] && effects.records.first?.isSettled == true)
            #expect(subject.desk[keys[1]]?.key == keys[0] && subject.desk.openCount == 1)
            #expect(subject.desk[keys[0]]?.alert.placeText == "place \(loser == 2 ? 1 : 2)")
            #expect(subject.desk[keys[0]]?.count == 1 && subject.violations == [])
            records.append(try #require(effects.records.last))
        }
        #expect(records[0].joined(records[1]).alert.placeText == "place 2")
        #expect(records[0].joined(records[1]) == records[1].joined(records[0]))
    }

    @Test func aCallThatIsOneWithAnotherNeitherCountsNorSounds() throws {
        let subject = Subject(node: "b")
        let later = key(2, 3, node: "b")
        #expect(subject.attach(later, to: key(1), at(3)) == nil)
        _ = subject.merge(others(), at(0))
        let effects = try #require(subject.attach(later, to: key(1), at(3)))
        #expect(effects.deliveries.isEmpty && effects.records.first?.attachedCalls == [later])
        #expect(subject.desk[later]?.count == 1 && subject.violations == [])
        let holder = Subject(node: "a")
        _ = holder.submit(alert(1, device: "d1"), at(0))
        #expect(holder.merge(try #require(effects.records.first), at(4)).isEmpty)
        #expect(holder.acknowledge(later, at(5)) != nil && holder.violations == [])
    }

    @Test func aCallThatIsOneWithARedialIsToldOfNoMoreWhenTheAlertIsOver() throws {
        let remote = Subject(node: "a")
        for effects in [
            remote.submit(alert(1, device: "d1"), at(0)), remote.submit(alert(2, 3, device: "d1"), at(3)),
        ] {
            for delivery in effects.deliveries { _ = remote.handle(sent, delivery.id, at(4)) }
        }
        _ = remote.acknowledge(key(1), at(4))
        let record = try #require(remote.records[key(1)])
        try #require(record.isSettled && record.laterCalls == [key(2, 3)])
        let subject = Subject(node: "b")
        _ = subject.merge(record, at(5))
        let again = key(3, 7, node: "b")
        let effects = try #require(subject.attach(again, to: key(2, 3), at(7)))
        #expect(effects.deliveries.isEmpty && effects.records.map(\.attachedCalls) == [[again]])
        #expect(subject.attach(again, to: key(2, 3), at(8)) == [])
        #expect(subject.desk.openCount == 0 && subject.violations == [])
        // The same where the node has learnt of it in the other order.
        let other = Subject(node: "b")
        _ = other.merge(record, at(5))
        #expect(
            other.kept(other.desk.unite(again, into: key(2, 3), now: at(7))).records.map(\.attachedCalls) == [[again]])
    }

    @Test func whatIsForgottenIsToldByItsNumbers() throws {
        let subject = Subject(site { $0.policy.inFlightPerChannel = 1 }, node: "a")
        for number in 1...200 as ClosedRange<UInt64> {
            for delivery in subject.submit(alert(number, Double(number)), at(Double(number))).deliveries {
                _ = subject.handle(sent, delivery.id, at(Double(number)))
            }
        }
        let record = try #require(subject.desk[key(1, 1)])
        #expect(record.forgotten.odd > 0 && record.forgotten.even == 0)
        #expect(record.deliveries.allSatisfy { $0.number % 2 == 1 } && subject.violations == [])
    }
}
