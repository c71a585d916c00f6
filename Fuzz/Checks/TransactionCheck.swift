import SIPCore

/// A life of an engine: requests, repetitions, damage, answers, connections and steps of time, as the octets say.
enum TransactionCheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        var life = TransactionLife(octets)
        try life.live()
    }
}

private struct TransactionLife {
    private var bytes: Bytes
    private var world: EngineWorld
    private var received: [[UInt8]] = []
    private var clients: [ClientTransactionID] = []

    init(_ octets: [UInt8]) {
        bytes = Bytes(octets)
        world = EngineWorld(seed: 1) {
            $0.policy = RequestPolicy(methods: [.options, .message])
            $0.octetsWaiting = 4000
            $0.serverTransactions = 30
            $0.limits = MessageLimits(headerOctets: 4000, bodyOctets: 8000, headers: 64)
        }
        if bytes.next(below: 2) == 1 { world.engine.reserve(for: []) }
    }

    mutating func live() throws {
        var steps = 0
        while !bytes.isEmpty, steps < 400 {
            steps += 1
            try step()
        }
        for id in clients { try world.perform(world.engine.cancel(id, now: world.now)) }
        try world.finish()
    }

    private mutating func step() throws {
        switch bytes.next(below: 16) {
        case 0...3: try deliver(request())
        case 4: if let again = bytes.pick(any: received) { try deliver(again) }
        case 5: try deliver(bytes.damage(request()))
        case 6: try deliver(bytes.take(bytes.next()))
        case 7, 8: try answer()
        case 9: try send()
        case 10, 11: try answerOurs()
        case 12: try connect()
        case 13:
            guard let id = bytes.pick(any: clients) else { return }
            try world.perform(world.engine.cancel(id, now: world.now))
        case 14: try world.run(milliseconds: bytes.next() * 4)
        default: try world.run(milliseconds: bytes.next() * 250)
        }
    }

    /// A small world of branches and Call-IDs, so that things meet.
    private mutating func request() -> [UInt8] {
        let method = bytes.pick(["INVITE", "INVITE", "ACK", "CANCEL", "OPTIONS", "MESSAGE", "NOTIFY", "BYE", "ODD"])
        let number = bytes.next(below: 8)
        let form = bytes.next()
        let via = "SIP/2.0/\(form & 1 == 0 ? "UDP" : "TCP") 192.0.2.10:5060;branch="
        return lines([
            "\(method) sip:911@192.0.2.20 SIP/2.0",
            "Via: \(via)\(form & 2 == 0 ? "z9hG4bK" : "old")\(number)\(form & 4 == 0 ? "" : ";rport")",
            "Max-Forwards: 70", "From: <sip:1001@192.0.2.10>;tag=f1",
            "To: <sip:911@192.0.2.20>\(form & 24 == 24 ? ";tag=unknown" : "")", "Call-ID: call-\(number)",
            "CSeq: \(1 + (form >> 5) % 3) \(method)",
        ])
    }

    private mutating func deliver(_ octets: [UInt8]) throws {
        received.append(octets)
        if received.count > 20 { received.removeFirst() }
        let way = bytes.next()
        guard way & 3 == 3, let connection = bytes.pick(any: world.live) else {
            return try world.receive(octets)
        }
        let cut = octets.isEmpty ? 0 : bytes.next() % octets.count
        try world.receive(Array(octets[..<cut]), on: connection)
        try world.receive(Array(octets[cut...]), on: connection)
    }

    private mutating func answer() throws {
        guard let request = bytes.pick(any: world.waiting) else { return }
        let choice = bytes.next(below: 9)
        if choice == 8 { return try world.drop(request) }
        let status = [100, 180, 200, 302, 404, 487, 503, 302][choice]
        try world.answer(request, status, untilAcknowledged: bytes.next(below: 2) == 1)
    }

    private mutating func send() throws {
        var request = RequestBuilder(bytes.pick([.invite, .options]), "sip:192.0.2.10")
        request.add(.from, "<sip:fuzz@192.0.2.20>;tag=f")
        request.add(.to, "<sip:192.0.2.10>")
        let hop = NextHop(kind: bytes.pick([.udp, .tcp]), endpoint: EngineWorld.peer)
        let (id, effects) = world.engine.send(request, to: hop, now: world.now)
        clients.append(id)
        try world.perform(effects)
        // An INVITE that is answered by no more than a 1xx has no end of its own: who forgets it cancels it first.
        guard clients.count > 20 else { return }
        try world.perform(world.engine.cancel(clients.removeFirst(), now: world.now))
    }

    private mutating func answerOurs() throws {
        guard let request = bytes.pick(any: world.asked), request.method != .ack else { return }
        let status = bytes.pick([100, 180, 200, 302, 404, 487, 500, 503])
        try deliver(response(to: request, status, tag: bytes.pick(["a", "b"]), []))
    }

    private mutating func connect() throws {
        switch bytes.next(below: 4) {
        case 0: try world.accept()
        case 1: try world.open(true)
        case 2: try world.open(false)
        default: if let id = bytes.pick(any: world.live) { try world.close(id) }
        }
    }
}
