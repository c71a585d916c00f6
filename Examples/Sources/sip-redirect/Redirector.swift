import E911Values
import SIPCore

/// Answers every INVITE with 302 and one Contact, every OPTIONS with 200, and refuses the rest as RFC 3261 says.
struct Redirector: EngineUser {
    typealias Command = Never
    typealias Other = String

    var engine: SIPEngine
    private let contact: String

    /// - Parameters:
    ///   - contact: the URI that callers are sent to.
    ///   - seed: where tags come from; the same seed gives the same ones.
    init(listeners: [EngineConfiguration.Listener], contact: String, seed: UInt64) {
        var configuration = EngineConfiguration(listeners: listeners, product: "sip-redirect")
        configuration.policy = RequestPolicy(methods: [.invite, .ack, .cancel, .options])
        engine = SIPEngine(configuration: configuration, identifiers: SeededGenerator(seed: seed))
        self.contact = contact
    }

    mutating func heed(_ event: SIPEvent, now: Now) -> [SIPEffect<String>] {
        switch event {
        case .request(let request) where request.message.method == .invite:
            var response = ResponseBuilder(to: request.message, status: 302)
            response.add(.contact, "<\(contact)>")
            let caller = (try? request.message.from().uri.description) ?? "somebody"
            let line = "\(caller) at \(request.source) called \(request.message.requestURIText), sent to \(contact)"
            return perform(engine.respond(to: request.transaction, with: response, now: now), now: now) + [.other(line)]
        case .request(let request):
            return perform(engine.respond(to: request.transaction, status: 200, now: now), now: now)
        case .cancelled(let transaction):
            return perform(engine.respond(to: transaction, status: 487, now: now), now: now)
        case .unacknowledged:
            return [.other("an answer was never acknowledged")]
        case .malformed(let error, let source, _):
            return [.other("\(source) sent what cannot be read: \(error)")]
        case .acknowledged, .transportFailed, .strayAck, .response, .clientTimeout, .clientTransportFailed,
            .subscription, .hop:
            return []
        }
    }
}
