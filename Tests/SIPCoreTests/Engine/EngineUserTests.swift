import E911Values
import Testing

@testable import SIPCore

@Suite struct EngineUserTests {
    /// Answers everything 200, says so, and wakes once.
    struct Greeter: EngineUser {
        typealias Command = String
        typealias Other = String

        var engine: SIPEngine
        var ownDeadline: MonotonicTime?

        mutating func heed(_ event: SIPEvent, now: Now) -> [SIPEffect<String>] {
            guard case .request(let request) = event else { return [] }
            return perform(engine.respond(to: request.transaction, status: 200, now: now), now: now)
                + [.other("greeted")]
        }

        mutating func heed(_ command: String, now: Now) -> [SIPEffect<String>] { [.other(command)] }

        mutating func heed(deadline now: Now) -> [SIPEffect<String>] {
            ownDeadline = nil
            return [.other("woke")]
        }
    }

    private func greeter() -> Greeter {
        Greeter(engine: EngineBench().engine, ownDeadline: nil)
    }

    private func now(_ milliseconds: Int) -> Now {
        Now(monotonic: at(milliseconds), wall: WallTime(milliseconds: 0))
    }

    @Test func whatAnEventBringsStandsInItsPlace() {
        var greeter = greeter()
        let octets = Array(requestText("OPTIONS").utf8)
        let flow = Flow.datagram(local: EngineBench.ours, remote: EngineBench.peer)
        let effects = greeter.receive(octets.span, on: flow, now: now(0))
        guard case .transmit(let answer, flow)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(answer.starts(with: Array("SIP/2.0 200 ".utf8)))
        #expect(effects.dropFirst() == [.other("greeted")])
    }

    @Test func aCommandReachesItsMethod() {
        var greeter = greeter()
        #expect(greeter.handle(.command("hello"), now: now(0)) == [.other("hello")])
        let gone = FlowEvent.closed(ConnectionID(rawValue: 2), reason: "reset")
        #expect(greeter.handle(.flow(gone), now: now(0)) == [])
    }

    @Test func theEarlierDeadlineCounts() throws {
        var greeter = greeter()
        #expect(greeter.nextDeadline == nil)
        greeter.ownDeadline = at(5000)
        #expect(greeter.nextDeadline == at(5000))
        let octets = Array(requestText("INVITE").utf8)
        _ = greeter.receive(
            octets.span, on: .datagram(local: EngineBench.ours, remote: EngineBench.peer), now: now(0))
        // The 200 to an INVITE is sent again after T1.
        let first = try #require(greeter.nextDeadline)
        #expect(first <= at(500))
        #expect(!greeter.advance(to: now(500)).contains(.other("woke")))
        #expect(greeter.advance(to: now(5000)).contains(.other("woke")))
        #expect(greeter.ownDeadline == nil)
    }
}
