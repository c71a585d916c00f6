public import E911Values
public import SIPCore

/// Calls others, and answers their calls with a 302: either end of ``LossyCalls``.
public struct CallingParty: SIPModel {
    public enum Command: Equatable, Sendable {
        /// Calls the user there; the number is the caller's own, and comes back with what becomes of the call.
        case call(Int, user: String, at: NextHop)
    }

    public enum Event: Equatable, Sendable {
        /// The final response.
        case answered(Int, status: Int)
        /// There was none, for this reason.
        case failed(Int, reason: String)
        /// The ACK of our 302 came, or did not within 64*T1.
        case acknowledged(Bool)
    }

    private let contact: NextHop
    /// For look-up only.
    private var calls: [ClientTransactionID: Int] = [:]

    init(_ contact: NextHop) {
        self.contact = contact
    }

    public var deadline: MonotonicTime? { nil }

    public mutating func advance(_ context: inout ModelContext<Event>) {}

    public mutating func handle(_ command: Command, _ context: inout ModelContext<Event>) {
        switch command {
        case .call(let number, let user, let hop):
            var request = RequestBuilder(.invite, "sip:\(user)@\(hop.endpoint)")
            request.add(.from, "<sip:\(number)@\(contact.endpoint)>;tag=c\(number)")
            request.add(.to, "<sip:\(user)@\(hop.endpoint)>")
            request.add(.contact, SIPText("<sip:\(number)@\(contact.endpoint)>"))
            calls[context.send(request, to: hop)] = number
        }
    }

    public mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<Event>) {
        switch event {
        case .request(let request): answer(request, &context)
        case .acknowledged: context.tell(.acknowledged(true))
        case .unacknowledged: context.tell(.acknowledged(false))
        case .response(let id, let message):
            guard let status = message.status, status >= 200, let number = calls.removeValue(forKey: id) else { return }
            context.tell(.answered(number, status: status))
        case .clientTimeout(let id): fail(id, "no answer within 64*T1", &context)
        case .clientTransportFailed(let id, let reason): fail(id, reason, &context)
        case .cancelled, .transportFailed, .strayAck, .subscription, .malformed, .hop: break
        }
    }

    private func answer(_ request: IncomingRequest, _ context: inout ModelContext<Event>) {
        guard request.message.method == .invite else {
            return context.respond(to: request.transaction, status: request.message.method == .options ? 200 : 501)
        }
        var response = ResponseBuilder(to: request.message, status: 302, toTag: request.toTag)
        response.add(.contact, SIPText("<sip:7911@\(contact.endpoint)>"))
        context.respond(to: request.transaction, with: response)
    }

    private mutating func fail(_ id: ClientTransactionID, _ reason: String, _ context: inout ModelContext<Event>) {
        if let number = calls.removeValue(forKey: id) { context.tell(.failed(number, reason: reason)) }
    }
}

public typealias CallingPartyModel = ModelMachine<CallingParty>

extension ModelMachine where Model == CallingParty {
    public init(_ contact: NextHop, identifiers: SeededGenerator) {
        let engine = EngineConfiguration(
            listening: contact, product: "e911sim caller", inDialogRequests: .delivered)
        self.init(CallingParty(contact), engine: SIPEngine(configuration: engine, identifiers: identifiers))
    }
}
