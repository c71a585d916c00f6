import E911Values
import Testing

@testable import SIPCore

/// An engine in a hostile world: random requests, repetitions, cuts, junk, lost connections, late answers.
///
/// The oracle knows little, but that without exception: one request event a transaction, responses only to what was
/// asked, a bounded number of effects a step, nothing sent on a connection that is gone, at most one final response a
/// transaction, deadlines that do not run away, and nothing left in the end.
struct RandomWalk {
    var generator: SeededGenerator
    var bench: EngineBench
    let seed: UInt64
    var live: Set<UInt64> = []
    var accepted: UInt64 = 0
    var waiting: [IncomingRequest] = []
    var known: Set<ServerTransactionID> = []
    var clients: [ClientTransactionID] = []
    var finished: Set<ClientTransactionID> = []
    var subscriptions: [SubscriptionID] = []
    var received: [String] = []
    var seenEvents = 0
    var seenSent = 0

    init(seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        bench = EngineBench(seed: seed) {
            $0.policy = RequestPolicy(methods: [.options, .message])
            $0.octetsWaiting = 4000
            $0.serverTransactions = 200
        }
        bench.keepsLog = true
    }

    mutating func draw(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    mutating func pick<Element>(_ list: [Element]) -> Element? { list.randomElement(using: &generator) }

    mutating func walk(_ steps: Int) {
        for _ in 0..<steps {
            let effects = bench.log.count
            step()
            let made = bench.log.count - effects
            #expect(made < 1200, "seed \(seed): \(made) effects in one step")
            observe()
        }
        finish()
    }

    private mutating func step() {
        switch draw(0..<20) {
        case 0..<5: deliver(request())
        case 5: if let text = pick(received) { deliver(text) }
        case 6: deliver(mutilated())
        case 7..<10: answerOne()
        case 10: send()
        case 11, 12: respondToOurs()
        case 13: if let id = pick(clients) { bench.perform(bench.engine.cancel(id, now: bench.now)) }
        case 14: connection()
        case 15: bench.run(for: draw(0..<40_000))
        case 16..<18: bench.run(for: draw(0..<700))
        case 18: subscribe()
        default: notify()
        }
    }

    /// A small world of branches and Call-IDs, so that things meet.
    private mutating func request() -> String {
        let method = pick(["INVITE", "INVITE", "ACK", "CANCEL", "OPTIONS", "MESSAGE", "NOTIFY", "BYE", "ODD"]) ?? ""
        let number = draw(0..<40)
        let branch = pick(["z9hG4bK\(number)", "z9hG4bK\(number)", "old\(number)"]) ?? ""
        let tag = draw(0..<6) == 0 ? ";tag=unknown" : ""
        let rport = draw(0..<2) == 0 ? ";rport" : ""
        return requestText(
            method, via: "SIP/2.0/UDP 192.0.2.10:5060;branch=\(branch)\(rport)", to: "<sip:911@192.0.2.20>\(tag)",
            callID: "call-\(number)", cseq: "\(1 + number % 3) \(method)")
    }

    private mutating func deliver(_ text: String) {
        received.append(text)
        if received.count > 50 { received.removeFirst() }
        guard draw(0..<3) == 0, let connection = pick(live.sorted()) else {
            bench.receive(text, from: Endpoint(EngineBench.peer.address, UInt16(5060 + draw(0..<3))))
            return
        }
        let octets = Array(text.utf8)
        var start = 0
        while start < octets.count, live.contains(connection) {
            let end = min(octets.count, start + draw(1..<400))
            bench.perform(
                bench.engine.receive(
                    octets[start..<end].span, on: .stream(ConnectionID(rawValue: connection)), now: bench.now))
            observe()
            start = end
        }
    }

    private mutating func mutilated() -> String {
        var octets = Array(request().utf8)
        for _ in 0..<draw(1..<4) where !octets.isEmpty {
            let place = draw(0..<octets.count)
            switch draw(0..<3) {
            case 0: octets[place] = UInt8(draw(0..<128))
            case 1: octets.removeSubrange(place...)
            default: octets.insert(contentsOf: "\r\n".utf8, at: place)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private mutating func answerOne() {
        guard let request = pick(waiting) else { return }
        let status = pick([100, 180, 200, 302, 404, 487, 503]) ?? 200
        if draw(0..<10) == 0 {
            bench.perform(bench.engine.discard(request.transaction))
            waiting.removeAll { $0.transaction == request.transaction }
            return
        }
        let response = ResponseBuilder(to: request.message, status: status)
        bench.perform(
            bench.engine.respond(
                to: request.transaction, with: response, untilAcknowledged: draw(0..<2) == 0, now: bench.now))
        if status >= 200 { waiting.removeAll { $0.transaction == request.transaction } }
    }

    private mutating func send() {
        var request = RequestBuilder(pick([.invite, .options]) ?? .options, "sip:192.0.2.10")
        request.add(.from, "<sip:e911d@192.0.2.20>")
        request.add(.to, "<sip:192.0.2.10>")
        let kind = pick([SIPTransportKind.udp, .tcp]) ?? .udp
        let (id, effects) = bench.engine.send(
            request, to: NextHop(kind: kind, endpoint: EngineBench.peer), now: bench.now)
        clients.append(id)
        bench.perform(effects)
    }

    private mutating func respondToOurs() {
        let requests = bench.sent.suffix(30).filter { !$0.text.hasPrefix("SIP/2.0") && !$0.text.hasPrefix("ACK") }
        guard let sent = pick(Array(requests)) else { return }
        let status = pick([100, 180, 200, 200, 302, 423, 481, 487, 500, 503]) ?? 200
        guard let text = try? responseText(to: sent, status, headers: ["Expires: 60", "Min-Expires: 100"]) else {
            return
        }
        deliver(text)
    }

    private mutating func connection() {
        let remote = Endpoint(EngineBench.peer.address, UInt16(40_000 + draw(0..<100)))
        switch draw(0..<3) {
        case 0 where live.count < 6:
            accepted += 2
            live.insert(accepted)
            _ = bench.accept(accepted, from: remote)
        case 1:
            guard let id = pick(live.sorted()) else { return }
            live.remove(id)
            bench.flow(.closed(ConnectionID(rawValue: id), reason: "reset"))
        default:
            // The newest connection that the engine asked for, and that has no answer yet.
            guard let asked = bench.opened.popLast() else { return }
            if draw(0..<3) == 0 {
                bench.flow(.openFailed(asked.id, reason: "refused"))
            } else {
                live.insert(asked.id.rawValue)
                bench.flow(.opened(asked.id, local: Endpoint(EngineBench.ours.address, 33_333)))
            }
        }
    }

    private mutating func subscribe() {
        switch draw(0..<4) {
        case 0 where subscriptions.count < 3:
            let target = NextHop(kind: pick([.udp, .tcp]) ?? .udp, endpoint: EngineBench.peer)
            let (id, effects) = bench.engine.subscribe(
                SubscriptionConfiguration(
                    requestURI: "sip:192.0.2.10", to: "<sip:192.0.2.10>", expires: .seconds(120), target: target),
                now: bench.now)
            subscriptions.append(id)
            bench.perform(effects)
        case 1:
            guard let id = pick(subscriptions) else { return }
            subscriptions.removeAll { $0 == id }
            bench.perform(bench.engine.unsubscribe(id, now: bench.now))
        default:
            if let id = pick(subscriptions) { bench.perform(bench.engine.refresh(id, now: bench.now)) }
        }
    }

    private mutating func notify() {
        guard let subscribe = bench.sent.last(where: { $0.text.hasPrefix("SUBSCRIBE") }) else { return }
        let state = pick(["active;expires=60", "pending", "terminated;reason=timeout", "terminated;reason=probation"])
        let cseq = draw(1..<30)
        deliver(
            requestText(
                "NOTIFY", via: "SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKn\(draw(0..<1000))",
                from: "<sip:192.0.2.10>;tag=\(pick(["t1", "t1", "t2"]) ?? "")", to: subscribe.header(.from) ?? "",
                callID: subscribe.header(.callID) ?? "", cseq: "\(cseq) NOTIFY",
                headers: ["Event: reg", "Subscription-State: \(state ?? "active")"]))
    }

    /// Looks at what is new.
    private mutating func observe() {
        for id in bench.closed { live.remove(id.rawValue) }
        for sent in bench.sent.dropFirst(seenSent) {
            if case .stream(let id) = sent.flow {
                #expect(
                    live.contains(id.rawValue) || bench.closed.contains(id), "seed \(seed): sent on a dead connection")
            }
            #expect(sent.text == "\r\n" || sent.message != nil, "seed \(seed): unreadable: \(sent.text)")
        }
        seenSent = bench.sent.count
        for event in bench.events.dropFirst(seenEvents) {
            switch event {
            case .request(let request):
                #expect(known.insert(request.transaction).inserted, "seed \(seed): told twice")
                #expect(request.message.essentialsProblem() == nil)
                waiting.append(request)
            case .cancelled(let id), .acknowledged(let id, _), .unacknowledged(let id), .transportFailed(let id, _):
                _ = id
            case .response(let id, let message):
                #expect(clients.contains(id))
                let isFinal = (message.status ?? 0) >= 200
                let isSuccess = isFinal && (message.status ?? 0) < 300
                #expect(!finished.contains(id) || isSuccess, "seed \(seed): a response behind the final one")
                if isFinal { finished.insert(id) }
            case .clientTimeout(let id), .clientTransportFailed(let id, _):
                #expect(finished.insert(id).inserted, "seed \(seed): an end behind the end")
            case .strayAck, .subscription, .malformed, .hop: break
            }
        }
        seenEvents = bench.events.count
    }

    /// Answers what is open, ends what stands, and lets every timer run out.
    private mutating func finish() {
        for request in waiting {
            bench.perform(bench.engine.respond(to: request.transaction, status: 500, now: bench.now))
        }
        for id in clients { bench.perform(bench.engine.cancel(id, now: bench.now)) }
        for id in subscriptions { bench.perform(bench.engine.unsubscribe(id, now: bench.now)) }
        for asked in bench.opened { bench.flow(.openFailed(asked.id, reason: "over")) }
        bench.opened = []
        for _ in 0..<4 {
            bench.run(for: 70_000)
            for asked in bench.opened { bench.flow(.openFailed(asked.id, reason: "over")) }
            bench.opened = []
        }
        for id in live.sorted() { bench.flow(.closed(ConnectionID(rawValue: id), reason: "over")) }
        bench.run(for: 70_000)
        observe()
        #expect(bench.leftovers == 0, "seed \(seed): \(bench.engine.counters)")
        #expect(bench.engine.connections.isEmpty && bench.engine.routes.isEmpty, "seed \(seed)")
        #expect(bench.engine.nextDeadline == nil, "seed \(seed)")
    }
}

@Suite struct RandomWalkTests {
    @Test(arguments: 1...8)
    func nothingIsLeftAndNothingImpossibleHappens(seed: UInt64) {
        var walk = RandomWalk(seed: seed)
        walk.walk(400)
    }

    @Test func theSameSeedGivesTheSameEffects() {
        var first = RandomWalk(seed: 99)
        var second = RandomWalk(seed: 99)
        first.walk(300)
        second.walk(300)
        #expect(first.bench.log == second.bench.log)
        #expect(first.bench.log.count > 300)
    }
}
