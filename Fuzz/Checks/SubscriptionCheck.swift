import E911Values
import SIPCore

/// A life of one subscription and its dialog: answers, NOTIFYs, connections and steps of time, as the octets say.
enum SubscriptionCheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        var life = try SubscriptionLife(octets)
        try life.live()
    }
}

private struct SubscriptionLife {
    private var bytes: Bytes
    private var world = EngineWorld(seed: 2)
    private var subscription: SubscriptionID?
    private var received: [[UInt8]] = []
    private var notifies = 0
    private var wishes = 0

    init(_ octets: [UInt8]) throws {
        bytes = Bytes(octets)
        try subscribe()
    }

    mutating func live() throws {
        var steps = 0
        while !bytes.isEmpty, steps < 300 {
            steps += 1
            try step()
            try isNoStorm(steps)
        }
        try end()
        try world.finish()
    }

    /// However a peer behaves, it is not asked more than about once a second, and once for each thing that it said.
    private func isNoStorm(_ steps: Int) throws {
        let seconds = Int(clamping: (world.now.monotonic - .zero).components.seconds)
        try require(
            world.subscribes <= 10 + 2 * steps + seconds,
            "\(world.subscribes) SUBSCRIBEs after \(steps) steps and \(seconds) s")
    }

    private mutating func subscribe() throws {
        let target = NextHop(kind: bytes.pick([.udp, .tcp]), endpoint: EngineWorld.peer)
        let (id, effects) = world.engine.subscribe(
            SubscriptionConfiguration(
                requestURI: "sip:192.0.2.10", to: "<sip:192.0.2.10>", expires: .seconds(60 + 40 * bytes.next()),
                target: target, scope: bytes.next(below: 2) == 0 ? .server : .aor, bodyOctets: 2000),
            now: world.now)
        subscription = id
        try world.perform(effects)
    }

    private mutating func end() throws {
        guard let id = subscription else { return }
        subscription = nil
        try world.perform(world.engine.unsubscribe(id, now: world.now))
    }

    private mutating func step() throws {
        switch bytes.next(below: 16) {
        case 0...3: try answer()
        case 4...6: try deliver(notify())
        case 7: try deliver(bytes.damage(notify()))
        case 8: if let again = bytes.pick(any: received) { try deliver(again) }
        case 9: try deliver(bytes.take(bytes.next()))
        case 10: if let id = subscription { try world.perform(world.engine.refresh(id, now: world.now)) }
        case 11:
            guard bytes.next(below: 4) == 0 else { return try world.open(bytes.next(below: 3) > 0) }
            try end()
            try subscribe()
        case 12: if let id = bytes.pick(any: world.live) { try world.close(id) }
        case 13: try world.run(milliseconds: bytes.next() * 40)
        case 14: try world.run(milliseconds: bytes.next() * 1000)
        default: try world.run(milliseconds: bytes.next() * 15_000)
        }
    }

    private mutating func deliver(_ octets: [UInt8]) throws {
        received.append(octets)
        if received.count > 20 { received.removeFirst() }
        if bytes.next(below: 2) == 1, let connection = bytes.pick(any: world.live) {
            try world.receive(octets, on: connection)
        } else {
            try world.receive(octets)
        }
    }

    private mutating func answer() throws {
        guard let request = bytes.pick(any: world.asked) else { return }
        let status = bytes.pick([100, 200, 202, 200, 401, 403, 404, 408, 412, 423, 481, 489, 500, 503, 604])
        var headers = ["Expires: \(bytes.pick([0, 1, 60, 600, 4_294_967_295]))"]
        let form = bytes.next()
        if form & 1 == 0 { headers.append("Contact: <sip:192.0.2.10:5060\(form & 2 == 0 ? "" : ";transport=tcp")>") }
        if form & 4 == 0 { headers.append("Record-Route: <sip:192.0.2.11;lr>, <sip:192.0.2.12;lr>") }
        if form & 8 == 0 { headers.append("Min-Expires: \(bytes.pick([0, 70, 100_000, 4_294_967_295]))") }
        if form & 16 == 0 { headers.append("Retry-After: \(bytes.pick([0, 5, 4_294_967_295]))") }
        try deliver(response(to: request, status, tag: bytes.pick(["a", "a", "b"]), headers))
    }

    private mutating func notify() -> [UInt8] {
        guard let request = world.asked.last(where: { $0.method == .subscribe }), let from = request.first(.from),
            let callID = request.first(.callID)
        else { return [] }
        notifies += 1
        let form = bytes.next()
        let state = bytes.pick([
            "active;expires=60", "active", "pending;expires=9", "terminated", "terminated;reason=timeout",
            "terminated;reason=deactivated", "terminated;reason=probation;retry-after=3", "terminated;reason=rejected",
            "terminated;reason=giveup", "terminated;reason=noresource", "odd", "active;expires=4294967295",
        ])
        var head = [
            "NOTIFY sip:fuzz@192.0.2.20 SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKn\(form & 1 == 0 ? notifies : 0)", "Max-Forwards: 70",
            "From: <sip:192.0.2.10>;tag=\(bytes.pick(["a", "a", "b"]))", "To: \(from)", "Call-ID: \(callID)",
            "CSeq: \(bytes.next() << (form & 2 == 0 ? 0 : 23)) NOTIFY", "Event: \(form & 4 == 0 ? "reg" : "presence")",
        ]
        if form & 8 == 0 { head.append("Subscription-State: \(state)") }
        if form & 16 == 0 { head.append("Contact: <sip:192.0.2.13:5070>") }
        if form & 32 == 0 { head.append("Content-Type: application/\(form & 64 == 0 ? "reginfo" : "pidf")+xml") }
        return lines(head, body: String(repeating: "x", count: form & 128 == 0 ? 20 : 10 * bytes.next()))
    }
}
