import E911Simulation
import E911Values
import SIPCore
import Testing

/// A process that is stopped and goes on (SIGSTOP, SIGCONT).
@Suite struct FreezeTests {
    private func words(_ host: SimulatedHost<Probe>) -> [String] {
        host.told.map { entry in
            let at = entry.time.monotonic.nanoseconds / 1_000_000
            return switch entry.other {
            case .received(let octets, _): "\(at): octets \(octets)"
            case .woke: "\(at): woke"
            case .word(let word): "\(at): \(word)"
            case .flow: "\(at): flow"
            }
        }
    }

    @Test func whatComesMeanwhileWaitsAndComesAtOnceInItsOrder() {
        let pair = Pair(seed: 1)
        pair.b.command(.wake(after: .milliseconds(2500)))
        pair.b.command(.effects([.other(.word("before"))]), after: .milliseconds(900))
        pair.b.command(.effects([.other(.word("while"))]), after: .seconds(3))
        pair.b.command(.effects([.other(.word("after"))]), after: .seconds(7))
        pair.a.command(.send([1], on: Pair.fromAToB), after: .seconds(2))
        pair.a.command(.send([2], on: Pair.fromAToB), after: .seconds(4))
        pair.world.run(for: .seconds(1))
        pair.b.freeze(for: .seconds(5))
        pair.world.run(for: .seconds(10))
        #expect(
            words(pair.b) == [
                "900: before", "6000: octets [1]", "6000: woke", "6000: while", "6000: octets [2]", "7000: after",
            ])
    }

    @Test func octetsOfAStreamWait() {
        let pair = Pair(seed: 1)
        let connection = ConnectionID(rawValue: 1)
        pair.a.command(.open(connection, to: Pair.addressB))
        pair.world.run(for: .seconds(1))
        pair.b.freeze(for: .seconds(5))
        pair.a.command(.send([1, 2, 3], on: .stream(connection)))
        pair.world.run(for: .seconds(4))
        #expect(pair.b.received == [])
        pair.world.run(for: .seconds(2))
        #expect(pair.b.received.flatMap(\.self) == [1, 2, 3])
    }

    @Test func aLongerStopHoldsAndAShorterOneDoesNotEndIt() {
        let pair = Pair(seed: 1)
        pair.b.command(.effects([.other(.word("while"))]), after: .seconds(1))
        pair.b.freeze(for: .seconds(2))
        pair.b.freeze(for: .seconds(4))
        pair.b.freeze(for: .seconds(3))
        pair.world.run(for: .seconds(10))
        #expect(words(pair.b) == ["4000: while"])
    }

    @Test func aKillEndsAStoppedProcessAndTheNextOneRuns() {
        let pair = Pair(seed: 1)
        pair.b.freeze(for: .seconds(60))
        pair.b.command(.effects([.other(.word("never"))]), after: .seconds(1))
        pair.a.command(.send([1], on: Pair.fromAToB), after: .seconds(1))
        pair.world.run(for: .seconds(2))
        pair.b.kill()
        pair.b.restart(with: Probe())
        pair.a.command(.send([2], on: Pair.fromAToB), after: .seconds(1))
        pair.world.run(for: .seconds(2))
        #expect(words(pair.b) == ["3001: octets [2]"])
    }
}
