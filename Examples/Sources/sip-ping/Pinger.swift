import E911Values
import SIPCore

/// Sends OPTIONS again and again, and says what comes back and how long it took.
struct Pinger: EngineUser {
    enum Report: Sendable {
        case line(String)
        /// All pings are over; how many were answered.
        case over(answered: Int)
    }

    typealias Command = Never
    typealias Other = Report

    var engine: SIPEngine
    private let uri: SIPURI
    private let hop: NextHop
    private var left: Int
    private let pause: Duration
    private(set) var ownDeadline: MonotonicTime?
    private var pings: [(id: ClientTransactionID, number: Int, sent: MonotonicTime)] = []
    private var count = 0
    private var answered = 0

    init(_ uri: SIPURI, _ hop: NextHop, pings: Int, every pause: Duration, _ engine: SIPEngine, now: Now) {
        self.engine = engine
        self.uri = uri
        self.hop = hop
        left = pings
        self.pause = pause
        ownDeadline = now.monotonic
    }

    mutating func heed(deadline now: Now) -> [SIPEffect<Report>] {
        left -= 1
        count += 1
        ownDeadline = left > 0 ? now.monotonic + pause : nil
        var request = RequestBuilder(.options, uri.text)
        request.add(.from, "<sip:ping@localhost>")
        request.add(.to, "<\(uri.text)>")
        request.add(.accept, "application/sdp")
        let (id, effects) = engine.send(request, to: hop, now: now)
        pings.append((id, count, now.monotonic))
        return perform(effects, now: now)
    }

    mutating func heed(_ event: SIPEvent, now: Now) -> [SIPEffect<Report>] {
        switch event {
        case .response(let id, let message):
            guard let status = message.status, status >= 200 else { return [] }
            answered += 1
            return ended(id, "\(status) \(message.reason ?? .empty)", now)
        case .clientTimeout(let id): return ended(id, "no answer", now)
        case .clientTransportFailed(let id, let reason): return ended(id, reason, now)
        case .request(let request):
            return perform(engine.respond(to: request.transaction, status: 405, now: now), now: now)
        case .cancelled, .acknowledged, .unacknowledged, .transportFailed, .strayAck, .subscription, .malformed, .hop:
            return []
        }
    }

    private mutating func ended(_ id: ClientTransactionID, _ what: String, _ now: Now) -> [SIPEffect<Report>] {
        guard let index = pings.firstIndex(where: { $0.id == id }) else { return [] }
        let ping = pings.remove(at: index)
        let tenths = (now.monotonic - ping.sent) / .microseconds(100)
        let line = "\(ping.number) \(hop): \(what), \((tenths).rounded() / 10) ms"
        let isOver = left == 0 && pings.isEmpty
        return [.other(.line(line))] + (isOver ? [.other(.over(answered: answered))] : [])
    }
}
