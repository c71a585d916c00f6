import E911Values
import Testing

@testable import SIPCore

/// An engine with a clock of its own, and a log of everything that it did.
struct EngineBench {
    static let ours = Endpoint(IPAddress(v4: 0xc000_0214), 5060)  // 192.0.2.20
    static let peer = Endpoint(IPAddress(v4: 0xc000_020a), 5060)  // 192.0.2.10

    /// Something that went out, in milliseconds behind the start.
    struct Sent: Equatable {
        let at: Int
        let text: String
        let flow: Flow

        var firstLine: String { String(text.prefix { $0 != "\r\n" }) }
        var message: SIPMessage? { try? SIPMessage(parsing: Array(text.utf8)) }
        func header(_ name: HeaderName) -> String? { message?.first(name).map { String($0) } }
    }

    var engine: SIPEngine
    var now = Now(monotonic: at(0), wall: WallTime(milliseconds: 1_700_000_000_000))
    var sent: [Sent] = []
    var events: [SIPEvent] = []
    var opened: [(id: ConnectionID, hop: NextHop)] = []
    var closed: [ConnectionID] = []
    /// Every effect as text, for comparisons, if it is wanted: it takes long.
    var keepsLog = false
    var log: [String] = []

    init(seed: UInt64 = 1, configure: (inout EngineConfiguration) -> Void = { _ in }) {
        var configuration = EngineConfiguration(
            listeners: [.init(.udp, Self.ours), .init(.tcp, Self.ours)], product: "e911d")
        configure(&configuration)
        engine = SIPEngine(configuration: configuration, identifiers: SeededGenerator(seed: seed))
    }

    var milliseconds: Int { Int((now.monotonic - at(0)).wholeNanoseconds / 1_000_000) }

    mutating func perform(_ effects: [EngineEffect]) {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, let flow):
                let text = String(decoding: bytes, as: UTF8.self)
                sent.append(Sent(at: milliseconds, text: text, flow: flow))
                if keepsLog { log.append("\(milliseconds) \(flow) \(text)") }
            case .open(let id, let hop, let local):
                opened.append((id, hop))
                if keepsLog { log.append("\(milliseconds) open \(id) \(hop) \(String(describing: local))") }
            case .close(let id):
                closed.append(id)
                if keepsLog { log.append("\(milliseconds) close \(id)") }
            case .event(let event):
                events.append(event)
                if keepsLog { log.append("\(milliseconds) \(event)") }
            }
        }
    }

    /// A datagram from the peer.
    mutating func receive(_ text: String, from source: Endpoint = peer) {
        let bytes = Array(text.utf8)
        perform(engine.receive(bytes.span, on: .datagram(local: Self.ours, remote: source), now: now))
    }

    /// A piece of a stream.
    mutating func receive(_ text: String, on connection: ConnectionID) {
        let bytes = Array(text.utf8)
        perform(engine.receive(bytes.span, on: .stream(connection), now: now))
    }

    mutating func flow(_ event: FlowEvent) { perform(engine.handle(event, now: now)) }

    /// The peer connects.
    mutating func accept(_ id: UInt64, from remote: Endpoint = Endpoint(peer.address, 40_000)) -> ConnectionID {
        let connection = ConnectionID(rawValue: id)
        flow(.accepted(connection, .tcp, local: Self.ours, remote: remote))
        return connection
    }

    /// Lets time pass, with a turn at every deadline.
    mutating func run(to milliseconds: Int) {
        let end = at(milliseconds)
        var turns = 0
        while let deadline = engine.nextDeadline, deadline <= end {
            turns += 1
            guard turns < 1_000_000 else {
                Issue.record("the engine never comes to rest")
                return
            }
            if deadline > now.monotonic { now = now.advanced(by: deadline - now.monotonic) }
            perform(engine.advance(to: now))
        }
        if end > now.monotonic { now = now.advanced(by: end - now.monotonic) }
    }

    mutating func run(for milliseconds: Int) { run(to: self.milliseconds + milliseconds) }

    /// The request that came last.
    var lastRequest: IncomingRequest? {
        for event in events.reversed() {
            if case .request(let request) = event { return request }
        }
        return nil
    }

    /// Answers the request that came last.
    mutating func respond(_ status: Int, contact: String? = nil, untilAcknowledged: Bool = false) throws {
        let request = try #require(lastRequest)
        try respond(to: request, status, contact: contact, untilAcknowledged: untilAcknowledged)
    }

    mutating func respond(
        to request: IncomingRequest, _ status: Int, contact: String? = nil, untilAcknowledged: Bool = false
    ) throws {
        var response = ResponseBuilder(to: request.message, status: status)
        if let contact { response.add(.contact, contact) }
        perform(
            engine.respond(
                to: request.transaction, with: response, untilAcknowledged: untilAcknowledged, now: now))
    }

    /// When something whose first line begins so was sent.
    func times(_ prefix: String) -> [Int] { sent.filter { $0.text.hasPrefix(prefix) }.map(\.at) }

    func last(_ prefix: String) -> Sent? { sent.last { $0.text.hasPrefix(prefix) } }

    /// Transactions, connections and subscriptions that are left, and entries in the indexes.
    var leftovers: Int {
        engine.servers.count + engine.clients.count + engine.subscriptions.count + engine.serverIndex.count
            + engine.clientIndex.count + engine.successIndex.count + engine.subscriptionIndex.count
    }
}

/// A request of ours.
func optionsRequest() -> RequestBuilder {
    var request = RequestBuilder(.options, "sip:192.0.2.10")
    request.add(.from, "<sip:e911d@192.0.2.20>")
    request.add(.to, "<sip:192.0.2.10>")
    return request
}

/// The text of a request from the peer.
func requestText(
    _ method: String, uri: String = "sip:911@192.0.2.20", branch: String = "z9hG4bKone", via: String? = nil,
    from: String = "<sip:1001@192.0.2.10>;tag=f1", to: String = "<sip:911@192.0.2.20>", callID: String = "call-1",
    cseq: String? = nil, headers: [String] = [], body: String = ""
) -> String {
    let viaValue = via ?? "SIP/2.0/UDP 192.0.2.10:5060;branch=\(branch)"
    let lines =
        [
            "\(method) \(uri) SIP/2.0", "Via: \(viaValue)", "Max-Forwards: 70", "From: \(from)", "To: \(to)",
            "Call-ID: \(callID)", "CSeq: \(cseq ?? "1 \(method)")",
        ] + headers + ["Content-Length: \(body.utf8.count)", "", body]
    return lines.joined(separator: "\r\n")
}

/// A response of the peer to a request that we sent.
func responseText(
    to sent: EngineBench.Sent, _ status: Int, toTag: String? = "t1", headers: [String] = [], reason: String = "X"
) throws -> String {
    let message = try #require(sent.message)
    var response = ResponseBuilder(to: message, status: status, reason: reason, toTag: toTag)
    for header in headers {
        let parts = header.split(separator: ":", maxSplits: 1)
        response.add(HeaderName(String(parts[0])), String(parts[1].drop { $0 == " " }))
    }
    return String(decoding: response.build(), as: UTF8.self)
}

extension SIPEvent {
    /// What kind of event it is, without its data.
    var name: String { String("\(self)".prefix { $0 != "(" }) }

    var subscriptionEvent: SubscriptionEvent? {
        if case .subscription(_, let event) = self { event } else { nil }
    }
}
