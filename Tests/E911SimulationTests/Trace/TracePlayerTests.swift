import E911Simulation
import E911Values
import SIPCore
import Synchronization
import Testing

/// Octets that a recording wrote.
final class Tape: Sendable {
    private let content = Mutex<[UInt8]>([])
    var octets: [UInt8] { content.withLock { $0 } }
    func write(_ octets: [UInt8]) { content.withLock { $0 += octets } }
}

@Suite struct TracePlayerTests {
    private let server = Endpoint(IPAddress(v4: 0x0a00_0001), 5060)
    private let client = Endpoint(IPAddress(v4: 0x0a00_0002), 5060)

    private func invite(_ callID: String, over transport: String = "UDP") -> [UInt8] {
        var request = RequestBuilder(.invite, "sip:911@\(server)")
        request.add(.via, "SIP/2.0/\(transport) \(client);branch=z9hG4bK\(callID)")
        request.add(.from, "<sip:2001@example.com>;tag=a")
        request.add(.to, "<sip:911@\(server)>")
        request.add(.callID, "\(callID)")
        request.add(.cseq, "1 INVITE")
        return request.build()
    }

    /// A conversation of a ``Redirector`` of this seed: two calls, and a ping that is answered after 2.5 s.
    private func recording(seed: UInt64) -> (entries: [TraceEntry], comments: [String], damage: TraceError?) {
        let world = World(seed: seed)
        let tape = Tape()
        let host = world.add(
            "server", RecordingMachine(Redirector(seed: seed)) { tape.write($0) }, at: [Listener(.udp, server)])
        let peer = world.add("client", Probe(), at: [Listener(.udp, client)])
        let flow = Flow.datagram(local: client, remote: server)
        peer.command(.send(invite("one"), on: flow))
        peer.command(.send(invite("two"), on: flow), after: .milliseconds(3))
        host.command(.ping(from: server, to: client), after: .milliseconds(10))
        world.run(for: .milliseconds(2500))
        if let ping = peer.received.last, let message = try? SIPMessage(parsing: ping) {
            peer.command(.send(ResponseBuilder(to: message, status: 200, toTag: "p").build(), on: flow))
        }
        world.run(for: .seconds(10))
        #expect(host.events == [.pinged])
        return TraceReader.read(tape.octets)
    }

    private func replay(
        _ trace: [TraceEntry], seed: UInt64, rules: ReplayRules = ReplayRules(),
        change: (inout Redirector) -> Void = { _ in }
    ) -> (comparison: TraceComparison, player: TracePlayer<Redirector>) {
        var machine = Redirector(seed: seed)
        change(&machine)
        return TracePlayer.play(
            trace, into: machine, commands: [(.milliseconds(9), .ping(from: server, to: client))], rules: rules)
    }

    @Test func aRecordingHoldsBothDirectionsWithTheirTimes() {
        let (trace, _, damage) = recording(seed: 1)
        #expect(damage == nil)
        #expect(
            trace.map { if case .received = $0.what { "in" } else { "out" } }.joined(separator: " ")
                == "in out in out out out out in")
        #expect(trace.allSatisfy { $0.local == server && $0.remote == client })
        #expect(
            trace.map { ($0.time - trace[0].time).wholeNanoseconds / 1000 } == [
                0, 0, 3000, 3000, 9000, 1_009_000, 2_009_000, 2_500_000,
            ])
    }

    @Test func aReplayWithTheSameIdentifiersIsEqual() {
        let replayed = replay(recording(seed: 1).entries, seed: 1)
        #expect(replayed.comparison.isEqual, "\(replayed.comparison)")
        #expect(replayed.comparison.matched == 5)
    }

    @Test func aReplayWithOtherIdentifiersIsEqualAndIsGivenItsOwn() {
        // The answer to the ping reaches the machine only if it bears the branch of the replay.
        let replayed = replay(recording(seed: 1).entries, seed: 2)
        #expect(replayed.comparison.isEqual, "\(replayed.comparison)")
        #expect(replayed.player.told.map(\.other) == [.pinged])
    }

    @Test func aDifferentAnswerIsShown() {
        let replayed = replay(recording(seed: 1).entries, seed: 1) { $0.status = 302 }
        #expect(replayed.comparison.isEqual)
        let changed = replay(recording(seed: 1).entries, seed: 1) { $0.status = 404 }
        #expect(changed.comparison.missing.count == 2)
        #expect(changed.comparison.unexpected.count == 2)
        #expect(!changed.comparison.isEqual)
    }

    @Test func differentHeadersAreShownWithBothValues() {
        var trace = recording(seed: 1).entries
        for index in trace.indices {
            guard case .sent(let octets) = trace[index].what else { continue }
            let text = String(decoding: octets, as: UTF8.self).replacing("7911@192.0.2.1", with: "9911@192.0.2.1")
            trace[index].what = .sent(Array(text.utf8))
        }
        let replayed = replay(trace, seed: 1)
        #expect(
            replayed.comparison.differences.map(\.text) == [
                "Contact: recorded '<sip:9911@192.0.2.1>', now '<sip:7911@192.0.2.1>'",
                "Contact: recorded '<sip:9911@192.0.2.1>', now '<sip:7911@192.0.2.1>'",
            ])
        var rules = ReplayRules()
        rules.ignoredHeaders.append(.contact)
        #expect(replay(trace, seed: 1, rules: rules).comparison.isEqual)
    }

    @Test func oneIdentifierForTwoIsShown() {
        // The recorded server gave both calls one tag; the replay gives them different ones.
        var trace = recording(seed: 1).entries
        var tags: [String] = []
        for index in trace.indices {
            guard case .sent(let octets) = trace[index].what, let message = try? SIPMessage(parsing: octets),
                message.status == 302, let tag = try? message.to().tag
            else { continue }
            tags.append("\(tag)")
            let text = message.description.replacing(tags[tags.count - 1], with: tags[0])
            trace[index].what = .sent(Array(text.utf8))
        }
        #expect(tags.count == 2)
        let texts = replay(trace, seed: 1).comparison.differences.map(\.text)
        #expect(texts.contains { $0.hasPrefix("To tag:") })
    }

    @Test func whatComesMuchLaterIsShown() {
        var trace = recording(seed: 1).entries
        trace[1].time = TraceTime(microseconds: trace[1].time.microseconds - 5_000_000)
        let replayed = replay(trace, seed: 1)
        #expect(replayed.comparison.differences.map(\.text) == ["5.0 seconds later than recorded"])
    }

    @Test func aStreamIsRecordedAndReplayedHoweverItWasCut() {
        let world = World(seed: 4)
        world.conditions.segmentation = .random(atMost: 30, merging: 0.3)
        let tape = Tape()
        world.add("server", RecordingMachine(Framed(seed: 4)) { tape.write($0) }, at: [Listener(.tcp, server)])
        let peer = world.add("client", Probe(), at: [Listener(.udp, client)])
        let connection = ConnectionID(rawValue: 1)
        peer.command(.open(connection, to: server))
        for call in ["one", "two", "three"] {
            peer.command(.send(invite(call, over: "TCP"), on: .stream(connection)), after: .seconds(1))
        }
        peer.command(.close(connection), after: .seconds(2))
        world.run(for: .seconds(5))
        let (trace, _, damage) = TraceReader.read(tape.octets)
        #expect(damage == nil)
        #expect(trace.first?.what == .accepted)
        #expect(trace.last?.what == .closed(reason: "closed by peer"))
        let whole = TracePlayer.play(trace, into: Framed(seed: 9)).comparison
        #expect(whole.isEqual, "\(whole)")
        #expect(whole.matched == 3)
        var rules = ReplayRules()
        rules.keepsSegments = true
        let segments = TracePlayer.play(trace, into: Framed(seed: 9), rules: rules).comparison
        #expect(segments.isEqual, "\(segments)")
    }
}

/// A ``Redirector`` behind a framer.
struct Framed: SIPMachine {
    typealias Command = Redirector.Command
    typealias Other = Redirector.Other

    private var server: Redirector
    private var framer = StreamFramer()

    init(seed: UInt64) {
        server = Redirector(seed: seed)
    }

    var nextDeadline: MonotonicTime? { nil }

    mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        framer.append(bytes)
        var effects: [SIPEffect<Other>] = []
        while case .message(let message)? = framer.next() {
            effects += server.receive(message.bytes.span, on: flow, now: now)
        }
        return effects
    }

    mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] { [] }

    mutating func advance(to now: Now) -> [SIPEffect<Other>] { [] }
}
