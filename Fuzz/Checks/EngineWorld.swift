import E911Values
import SIPCore

/// An engine, its clock, and the oracle for everything that it does: nothing is sent on a connection that is gone or
/// that cannot be read, a step has a bounded number of effects, a transaction is told once and has one end, and time
/// does not go back.
struct EngineWorld {
    static let ours = Endpoint(IPAddress(v4: 0xc000_0214), 5060)
    static let peer = Endpoint(IPAddress(v4: 0xc000_020a), 5060)
    private static let mostEffects = 2000

    var engine: SIPEngine
    private(set) var now = Now(monotonic: .zero, wall: WallTime(milliseconds: 1_700_000_000_000))
    /// The newest requests of the engine.
    private(set) var asked: [SIPMessage] = []
    private(set) var waiting: [IncomingRequest] = []
    /// Connections that the engine wants, without an answer yet.
    private(set) var opening: [ConnectionID] = []
    private(set) var live: [ConnectionID] = []
    private(set) var subscribes = 0
    private var told: Set<ServerTransactionID> = []
    private var ended: Set<ClientTransactionID> = []
    private var seen: Set<String> = []
    private var accepted: UInt64 = 0

    init(seed: UInt64, configure: (inout EngineConfiguration) -> Void = { _ in }) {
        var configuration = EngineConfiguration(
            listeners: [.init(.udp, Self.ours), .init(.tcp, Self.ours)], product: "fuzz")
        configure(&configuration)
        engine = SIPEngine(configuration: configuration, identifiers: SeededGenerator(seed: seed))
    }

    mutating func receive(_ octets: [UInt8], from source: Endpoint = peer) throws {
        try perform(engine.receive(octets.span, on: .datagram(local: Self.ours, remote: source), now: now))
    }

    mutating func receive(_ octets: [UInt8], on connection: ConnectionID) throws {
        guard live.contains(connection) else { return }
        try perform(engine.receive(octets.span, on: .stream(connection), now: now))
    }

    mutating func accept() throws {
        guard live.count < 8 else { return }
        accepted += 2
        let id = ConnectionID(rawValue: accepted)
        live.append(id)
        let remote = Endpoint(Self.peer.address, UInt16(30_000 + accepted % 1000))
        try perform(engine.handle(.accepted(id, .tcp, local: Self.ours, remote: remote), now: now))
    }

    /// The answer to the oldest wish for a connection.
    mutating func open(_ succeeds: Bool) throws {
        guard !opening.isEmpty else { return }
        let id = opening.removeFirst()
        guard succeeds else { return try perform(engine.handle(.openFailed(id, reason: "refused"), now: now)) }
        live.append(id)
        try perform(engine.handle(.opened(id, local: Endpoint(Self.ours.address, 33_333)), now: now))
    }

    mutating func close(_ id: ConnectionID) throws {
        guard let index = live.firstIndex(of: id) else { return }
        live.remove(at: index)
        try perform(engine.handle(.closed(id, reason: "reset"), now: now))
    }

    mutating func answer(_ request: IncomingRequest, _ status: Int, untilAcknowledged: Bool = false) throws {
        if status >= 200 { waiting.removeAll { $0.transaction == request.transaction } }
        let response = ResponseBuilder(to: request.message, status: status)
        try perform(
            engine.respond(
                to: request.transaction, with: response, untilAcknowledged: untilAcknowledged, now: now))
    }

    mutating func drop(_ request: IncomingRequest) throws {
        waiting.removeAll { $0.transaction == request.transaction }
        try perform(engine.discard(request.transaction))
    }

    /// Lets time pass, with a turn at every deadline.
    mutating func run(milliseconds: Int) throws {
        let end = now.monotonic + .milliseconds(milliseconds)
        var idle = 0
        while let deadline = engine.nextDeadline, deadline <= end {
            if deadline > now.monotonic {
                now = now.advanced(by: deadline - now.monotonic)
                idle = 0
            }
            idle += 1
            try require(idle < 100, "something is always due")
            try perform(engine.advance(to: now))
        }
        if end > now.monotonic { now = now.advanced(by: end - now.monotonic) }
        if let deadline = engine.nextDeadline { try require(deadline > now.monotonic, "a deadline was passed over") }
    }

    mutating func perform(_ effects: [EngineEffect]) throws {
        try require(effects.count < Self.mostEffects, "\(effects.count) effects in one step")
        for effect in effects {
            switch effect {
            case .transmit(let octets, let flow): try sent(octets, on: flow)
            case .open(let id, _, _):
                try require(id.rawValue % 2 == 1 && !live.contains(id) && !opening.contains(id), "\(id) is taken")
                opening.append(id)
            case .close(let id):
                live.removeAll { $0 == id }
                opening.removeAll { $0 == id }
            case .event(let event): try happened(event)
            }
        }
    }

    private mutating func sent(_ octets: [UInt8], on flow: Flow) throws {
        if case .stream(let id) = flow { try require(live.contains(id), "sent on a connection that does not stand") }
        if octets == [13, 10] { return }
        let message = try require(
            try? SIPMessage(parsing: octets, framing: .stream),
            "sent what cannot be read: \(String(decoding: octets, as: UTF8.self))")
        try require(message.bytes.count == octets.count, "sent more than a message")
        guard message.isRequest else { return }
        try require(message.essentialsProblem() == nil, "sent a request that cannot be answered")
        asked.append(message)
        if asked.count > 20 { asked.removeFirst() }
        guard message.method == .subscribe, let callID = try? message.callID(), let cseq = try? message.cseq() else {
            return
        }
        if seen.insert("\(callID) \(cseq)").inserted { subscribes += 1 }
    }

    private mutating func happened(_ event: SIPEvent) throws {
        switch event {
        case .request(let request):
            try require(told.insert(request.transaction).inserted, "a transaction is told twice")
            try require(request.message.essentialsProblem() == nil, "a request that cannot be answered")
            waiting.append(request)
        case .response(let id, let message):
            guard let status = message.status, status >= 200 else { break }
            try require(ended.insert(id).inserted || status < 300, "a final response behind the end")
        case .clientTimeout(let id), .clientTransportFailed(let id, _):
            try require(ended.insert(id).inserted, "an end behind the end")
        case .cancelled, .acknowledged, .unacknowledged, .transportFailed, .strayAck, .subscription, .malformed, .hop:
            break
        }
    }

    /// Ends what stands and lets every timer run out: nothing may be left.
    mutating func finish() throws {
        for request in waiting { try answer(request, 500) }
        for _ in 0..<4 {
            while !opening.isEmpty { try open(false) }
            try run(milliseconds: 70_000)
        }
        while !opening.isEmpty { try open(false) }
        for id in live { try close(id) }
        try run(milliseconds: 70_000)
        while !opening.isEmpty { try open(false) }
        // A deadline that counts no more may stand in the queue until it is over, however far away it is.
        while let deadline = engine.nextDeadline {
            if deadline > now.monotonic { now = now.advanced(by: deadline - now.monotonic) }
            try require(engine.advance(to: now).isEmpty, "something happens after the end")
        }
        let counters = engine.counters
        try require(counters.serverTransactions == 0, "\(counters.serverTransactions) server transactions are left")
        try require(counters.clientTransactions == 0, "\(counters.clientTransactions) client transactions are left")
        try require(counters.subscriptions == 0, "\(counters.subscriptions) subscriptions are left")
        try require(counters.connections == 0, "\(counters.connections) connections are left")
    }
}

/// The text of a message of the peer.
func lines(_ lines: [String], body: String = "") -> [UInt8] {
    Array((lines + ["Content-Length: \(body.utf8.count)", "", body]).joined(separator: "\r\n").utf8)
}

/// A response of the peer to a request of the engine.
func response(to request: SIPMessage, _ status: Int, tag: String, _ headers: [String]) -> [UInt8] {
    var builder = ResponseBuilder(to: request, status: status, toTag: tag)
    for header in headers {
        guard let colon = header.firstIndex(of: ":") else { continue }
        builder.add(
            HeaderName(String(header[..<colon])), String(header[header.index(after: colon)...].drop { $0 == " " }))
    }
    return builder.build()
}
