import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct StreamTests {
    private let first = ConnectionID(rawValue: 1)
    private let accepted = ConnectionID(rawValue: 2)

    private func connected(seed: UInt64, _ conditions: WireConditions = .perfect) -> Pair {
        let pair = Pair(seed: seed, conditions)
        pair.a.command(.open(first, to: Pair.addressB))
        pair.world.run(for: .seconds(60))
        return pair
    }

    @Test func aConnectionIsOpenedAndAccepted() {
        let pair = connected(seed: 1)
        let local = Endpoint(Pair.addressA.address, 32_768)
        #expect(pair.a.flowEvents == [.opened(first, local: local)])
        #expect(pair.b.flowEvents == [.accepted(accepted, .tcp, local: Pair.addressB, remote: local)])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyOctetArrivesOnceAndInOrderHoweverItIsCut(seed: UInt64) {
        var conditions = WireConditions.lossy(0.2)
        conditions.segmentation = .random(atMost: 40, merging: 0.5)
        let pair = connected(seed: seed, conditions)
        let octets = (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for start in stride(from: 0, to: 4000, by: 50) {
            let piece = Array(octets[start..<(start + 50)])
            pair.a.command(.send(piece, on: .stream(first)), after: .milliseconds(start / 50))
            pair.b.command(.send(piece, on: .stream(accepted)), after: .milliseconds(start / 50))
        }
        pair.world.run(for: .seconds(600))
        #expect(Array(pair.a.received.joined()) == octets, "seed \(seed)")
        #expect(Array(pair.b.received.joined()) == octets, "seed \(seed)")
        let sizes = pair.b.received.map(\.count)
        #expect(sizes.contains { $0 > 40 } && sizes.contains { $0 < 40 })
    }

    @Test func octetsSentBeforeTheConnectionStandsFollowIt() {
        let pair = Pair(seed: 1)
        pair.a.command(.open(first, to: Pair.addressB))
        pair.a.command(.send([1, 2, 3], on: .stream(first)))
        pair.world.run(for: .seconds(1))
        #expect(pair.b.received == [[1, 2, 3]])
    }

    @Test func whereNobodyListensOrRunsTheOpeningFails() {
        let pair = Pair(seed: 1)
        pair.a.command(.open(first, to: Endpoint(Pair.addressB.address, 5061)))
        pair.world.run(for: .seconds(1))
        pair.b.kill()
        pair.a.command(.open(ConnectionID(rawValue: 3), to: Pair.addressB))
        pair.world.run(for: .seconds(1))
        pair.b.restart(with: Probe())
        pair.world.block(from: pair.b, to: pair.a)
        pair.a.command(.open(ConnectionID(rawValue: 5), to: Pair.addressB))
        pair.world.run(for: .seconds(11))
        #expect(
            pair.a.flowEvents == [
                .openFailed(first, reason: "no route to host"),
                .openFailed(ConnectionID(rawValue: 3), reason: "connection refused"),
                .openFailed(ConnectionID(rawValue: 5), reason: "timed out"),
            ])
        #expect(pair.b.flowEvents == [])
    }

    @Test func closingSendsWhatIsQueuedFirst() {
        let pair = connected(seed: 1, .lossy(0.3))
        for i in 0..<50 { pair.a.command(.send([UInt8(i)], on: .stream(first))) }
        pair.a.command(.close(first))
        pair.a.command(.send([99], on: .stream(first)))
        pair.world.run(for: .seconds(600))
        #expect(Array(pair.b.received.joined()) == (0..<50).map { UInt8($0) })
        #expect(pair.a.flowEvents.last == .closed(first, reason: "closed"))
        #expect(pair.b.flowEvents.last == .closed(accepted, reason: "closed by peer"))
        #expect(pair.b.flowEvents.count == 2)
    }

    @Test func whatTheOtherSideStillSentIsNotDeliveredBehindClosed() {
        let pair = connected(seed: 1)
        pair.b.command(.send([1], on: .stream(accepted)))
        pair.a.command(.close(first))
        pair.world.run(for: .seconds(60))
        #expect(pair.a.received == [])
        #expect(pair.a.flowEvents.last == .closed(first, reason: "closed"))
        #expect(pair.b.flowEvents.last == .closed(accepted, reason: "closed by peer"))
    }

    @Test func aConnectionClosedWhileItOpensNeverOpens() {
        let pair = Pair(seed: 1)
        pair.a.command(.open(first, to: Pair.addressB))
        pair.a.command(.close(first), after: .microseconds(1500))
        pair.world.run(for: .seconds(60))
        #expect(pair.a.flowEvents == [.closed(first, reason: "closed")])
        #expect(pair.b.flowEvents.last == .closed(accepted, reason: "closed by peer"))
    }

    @Test func aKilledPeerResetsItsConnections() {
        let pair = connected(seed: 1)
        pair.b.kill()
        pair.world.run(for: .seconds(1))
        #expect(pair.a.flowEvents.last == .closed(first, reason: "reset by peer"))
    }

    @Test func aPeerThatVanishedIsFoundOutBySending() {
        let pair = connected(seed: 1)
        pair.b.kill(silently: true)
        pair.world.run(for: .seconds(600))
        #expect(pair.a.flowEvents.count == 1)
        pair.a.command(.send([1], on: .stream(first)))
        pair.world.run(for: .seconds(59))
        #expect(pair.a.flowEvents.count == 1)
        pair.world.run(for: .seconds(4))
        #expect(pair.a.flowEvents.last == .closed(first, reason: "timed out"))
    }

    @Test func aRestartedPeerKnowsNothingOfOldConnections() {
        let pair = connected(seed: 1)
        pair.b.kill(silently: true)
        pair.b.restart(with: Probe())
        pair.a.command(.send([1], on: .stream(first)))
        pair.world.run(for: .seconds(1))
        #expect(pair.a.flowEvents.last == .closed(first, reason: "reset by peer"))
        #expect(pair.b.received == [])
    }

    @Test func aShortPartitionOnlyDelaysAStream() {
        let pair = connected(seed: 1)
        pair.world.partition([pair.a], from: [pair.b])
        pair.a.command(.send([1, 2], on: .stream(first)))
        pair.world.run(for: .seconds(20))
        #expect(pair.b.received == [])
        pair.world.heal()
        pair.world.run(for: .seconds(20))
        #expect(pair.b.received == [[1, 2]])
    }

    @Test func aLongPartitionBreaksBothEnds() {
        let pair = connected(seed: 1)
        pair.world.partition([pair.a], from: [pair.b])
        pair.a.command(.send([1, 2], on: .stream(first)))
        pair.world.run(for: .seconds(70))
        #expect(pair.a.flowEvents.last == .closed(first, reason: "timed out"))
        #expect(pair.b.flowEvents.last == .closed(accepted, reason: "timed out"))
    }
}
