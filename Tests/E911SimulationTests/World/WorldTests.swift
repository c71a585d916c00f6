import E911Simulation
import E911Values
import SIPCore
import Testing

@Suite struct WorldTests {
    private func history(seed: UInt64) -> EffectHash {
        let pair = Pair(seed: seed, .lossy(0.1))
        pair.b.command(.echo(true))
        pair.sendDatagrams(300)
        pair.a.command(.open(ConnectionID(rawValue: 1), to: Pair.addressB))
        for i in 0..<20 {
            pair.a.command(
                .send([UInt8](repeating: UInt8(i), count: 2000), on: .stream(ConnectionID(rawValue: 1))),
                after: .seconds(1))
        }
        pair.world.run(for: .seconds(60))
        #expect(pair.world.log.faults == [])
        return pair.world.log.hash
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func theSameSeedGivesTheSameEffects(seed: UInt64) {
        #expect(history(seed: seed) == history(seed: seed), "seed \(seed)")
    }

    @Test func differentSeedsGiveDifferentEffects() {
        let hashes = Set((0..<8).map { history(seed: $0) })
        #expect(hashes.count == 8)
    }

    @Test func timeMovesOnlyWithTheRun() {
        let pair = Pair(seed: 1)
        let start = pair.world.now
        pair.world.run(for: .seconds(90))
        #expect(pair.world.now == start.advanced(by: .seconds(90)))
        #expect(pair.world.now.wall - start.wall == .seconds(90))
    }

    @Test func commandsComeAtTheirTimeAndInTheOrderOfAsking() {
        let pair = Pair(seed: 1)
        for (word, delay) in [("late", 5), ("first", 1), ("second", 1), ("early", 0)] {
            pair.a.command(.effects([.other(.word(word))]), after: .milliseconds(delay))
        }
        pair.world.run(for: .seconds(1))
        #expect(pair.a.events == [.word("early"), .word("first"), .word("second"), .word("late")])
        #expect(pair.a.told.map { $0.time.monotonic.nanoseconds / 1_000_000 } == [0, 1, 1, 5])
    }

    @Test func aDeadlineIsKeptAndMayBeLateByTheClocksCoarseness() {
        let pair = Pair(seed: 3)
        pair.b.timerLateness = .milliseconds(10)
        pair.a.command(.wake(after: .seconds(2)))
        pair.b.command(.wake(after: .seconds(2)))
        pair.world.run(for: .seconds(3))
        #expect(pair.a.events == [.woke(.zero + .seconds(2))])
        guard case .woke(let time)? = pair.b.events.first else {
            Issue.record("b was not woken")
            return
        }
        #expect(time > .zero + .seconds(2) && time <= .zero + .milliseconds(2010))
    }

    @Test func aChangedDeadlineReplacesTheOldOne() {
        let pair = Pair(seed: 3)
        pair.a.command(.wake(after: .seconds(2)))
        pair.a.command(.wake(after: .seconds(2)), after: .seconds(1))
        pair.world.run(for: .seconds(10))
        #expect(pair.a.events == [.woke(.zero + .seconds(3))])
    }

    @Test func workThatIsAlwaysDueEndsTheRun() {
        let pair = Pair(seed: 1)
        pair.world.instantLimit = 1000
        pair.a.command(.spin)
        #expect(pair.world.run(for: .seconds(1)) == .exhausted)
    }

    @Test func aRunEndsAfterItsSteps() {
        let pair = Pair(seed: 1)
        pair.sendDatagrams(100)
        #expect(pair.world.run(for: .seconds(1), maxSteps: 10) == .exhausted)
        #expect(pair.world.steps == 10)
    }

    @Test func quietMeansThatNothingIsOnItsWay() {
        let pair = Pair(seed: 1)
        pair.a.command(.wake(after: .seconds(100)))
        pair.sendDatagrams(10)
        #expect(!pair.world.isQuiet)
        #expect(pair.world.runUntilQuiet(atMost: .seconds(5)) == .quiet)
        #expect(pair.b.received.count == 10)
        #expect(pair.world.now.monotonic < .zero + .seconds(1))
    }

    @Test func aRunCanWaitForACondition() {
        let pair = Pair(seed: 1)
        pair.sendDatagrams(10)
        #expect(pair.world.run(atMost: .seconds(5)) { pair.b.received.count == 4 } == .reached)
        #expect(pair.b.received.count == 4)
        #expect(pair.world.run(atMost: .seconds(5)) { pair.b.received.count == 11 } == .quiet)
    }

    @Test func aKilledHostHearsAndDoesNothing() {
        let pair = Pair(seed: 1)
        pair.sendDatagrams(10)
        pair.b.command(.wake(after: .milliseconds(4)))
        pair.b.command(.effects([.other(.word("never"))]), after: .milliseconds(8))
        pair.world.run(for: .microseconds(3500))
        pair.b.kill()
        pair.world.run(for: .seconds(1))
        #expect(pair.b.events.count == 3)
        #expect(pair.world.figures.datagramsUnheard == 7)
        pair.b.restart(with: Probe())
        pair.sendDatagrams(2)
        pair.world.run(for: .seconds(1))
        #expect(pair.b.events.count == 5)
    }

    @Test func effectsBehindTheKillAreNotPerformed() {
        let pair = Pair(seed: 1)
        pair.world.log.observe { [unowned host = pair.a] entry in
            if case .told(let other) = entry.what, other as? Probe.Other == .word("die") { host.kill() }
        }
        pair.a.command(
            .effects([
                .transmit([0, 1], on: Pair.fromAToB), .other(.word("die")), .transmit([0, 2], on: Pair.fromAToB),
            ]))
        pair.world.run(for: .seconds(1))
        #expect(pair.b.received == [[0, 1]])
    }

    @Test func aMachineThatSendsFromAForeignAddressIsAtFault() {
        let pair = Pair(seed: 1)
        pair.a.command(.send([1], on: .datagram(local: Pair.addressB, remote: Pair.addressA)))
        pair.a.command(.send([UInt8](repeating: 0, count: 65_508), on: Pair.fromAToB))
        pair.world.run(for: .seconds(1))
        #expect(pair.world.log.faults.count == 2)
    }
}
