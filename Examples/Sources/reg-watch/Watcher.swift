import E911Values
import RegInfo
import SIPCore

/// Subscribes to the `reg` event (RFC 3680) and says who registers, moves and leaves.
struct Watcher: EngineUser {
    enum Command: Sendable {
        case end
    }
    enum Report: Sendable {
        case line(String)
        case ended
    }

    typealias Other = Report

    var engine: SIPEngine
    private let wish: SubscriptionConfiguration
    private var subscription: SubscriptionID?
    /// Every contact that is active, in the order of its coming.
    private var contacts: [(aor: String, id: String, uri: String)] = []
    /// When to begin; `nil` afterwards.
    private(set) var ownDeadline: MonotonicTime?

    init(_ wish: SubscriptionConfiguration, _ engine: SIPEngine, now: Now) {
        self.engine = engine
        self.wish = wish
        ownDeadline = now.monotonic
    }

    mutating func heed(deadline now: Now) -> [SIPEffect<Report>] {
        ownDeadline = nil
        let (id, effects) = engine.subscribe(wish, now: now)
        subscription = id
        return perform(effects, now: now)
    }

    mutating func heed(_ command: Command, now: Now) -> [SIPEffect<Report>] {
        guard let subscription else { return [.other(.ended)] }
        return perform(engine.unsubscribe(subscription, now: now), now: now)
    }

    mutating func heed(_ event: SIPEvent, now: Now) -> [SIPEffect<Report>] {
        switch event {
        case .subscription(_, let event): return heed(event)
        case .request(let request):
            return perform(engine.respond(to: request.transaction, status: 405, now: now), now: now)
        case .cancelled, .acknowledged, .unacknowledged, .transportFailed, .strayAck, .response, .clientTimeout,
            .clientTransportFailed, .malformed, .hop:
            return []
        }
    }

    private mutating func heed(_ event: SubscriptionEvent) -> [SIPEffect<Report>] {
        switch event {
        case .accepted(let granted): return [.other(.line("accepted for \(Int((granted / .seconds(1)).rounded())) s"))]
        case .notify(let notify): return read(notify.body).map { .other(.line($0)) }
        case .failed(let status, let reason, _):
            return [.other(.line("failed: \(status.map { "\($0) " } ?? "")\(reason)"))]
        case .terminated(let reason, _): return [.other(.line("ended by the server: \(reason?.description ?? "time")"))]
        case .silent: return [.other(.line("the server says nothing"))]
        case .ended: return [.other(.ended)]
        case .requested, .outOfOrder: return []
        }
    }

    /// What a document changes. A server may split its state, so what it does not name is not gone.
    private mutating func read(_ body: SIPText) -> [String] {
        guard !body.isEmpty else { return [] }
        let document: RegInfoDocument
        do {
            document = try RegInfoDocument(parsing: Array(body))
        } catch {
            return ["an unreadable document: \(error)"]
        }
        return document.registrations.flatMap { registration in
            registration.contacts.compactMap { contact in
                let index = contacts.firstIndex { $0.aor == registration.aor && $0.id == contact.id }
                if contact.state == .terminated {
                    return index.map { "- \(registration.aor) \(contacts.remove(at: $0).uri)" }
                }
                let uri = contact.uri ?? ""
                if let index {
                    guard contacts[index].uri != uri else { return nil }
                    contacts[index].uri = uri
                    return "~ \(registration.aor) \(uri)"
                }
                contacts.append((registration.aor, contact.id, uri))
                return "+ \(registration.aor) \(uri)"
            }
        }
    }
}
