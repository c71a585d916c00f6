public import E911Values
public import SIPCore

/// An emergency gateway: it answers calls, keeps what they said, and calls an ELIN back as a public safety answering
/// point does.
public struct Gateway: SIPModel {
    public typealias Event = CallEvent

    public enum Command: Equatable, Sendable {
        /// Calls a number at the SIP Server.
        case callBack(String, psapCallback: Bool)
        /// Ends its own calls to that number.
        case hangUp(String)
        /// Refuses calls with this status; `nil` answers them.
        case refuse(Int?)
    }

    private var calls: CallSet
    private let server: NextHop
    private let answerDelay: Duration
    /// The calls that came, in order; in long runs only the last ones.
    public private(set) var received: [IncomingCall] = []

    init(_ configuration: GatewayConfiguration) {
        calls = CallSet(
            user: configuration.user, domain: "\(configuration.contact.endpoint)", displayName: "",
            contact: configuration.contact)
        calls.answer = .after(configuration.answerDelay)
        answerDelay = configuration.answerDelay
        server = configuration.server
    }

    public mutating func handle(_ command: Command, _ context: inout ModelContext<CallEvent>) {
        switch command {
        case .callBack(let number, let psapCallback):
            calls.call(
                number, uri: "sip:\(number)@\(server.endpoint)", via: server,
                headers: psapCallback ? [(.priority, "psap-callback")] : [], &context)
        case .hangUp(let number): tell(calls.hangUp(to: number, &context), &context)
        case .refuse(let status): calls.answer = status.map { .refuse(status: $0) } ?? .after(answerDelay)
        }
    }

    public mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<CallEvent>) {
        if let events = calls.handle(event, &context) { return tell(events, &context) }
        if case .request(let request) = event { context.respond(to: request.transaction, status: 501) }
    }

    public var deadline: MonotonicTime? { calls.deadline }

    public mutating func advance(_ context: inout ModelContext<CallEvent>) {
        calls.advance(&context)
    }

    private mutating func tell(_ events: [CallEvent], _ context: inout ModelContext<CallEvent>) {
        for event in events {
            if case .incoming(let call) = event {
                received.append(call)
                if received.count > 20_000 { received.removeFirst(10_000) }
            }
            context.tell(event)
        }
    }
}

/// What a ``Gateway`` is told once.
public struct GatewayConfiguration: Equatable, Sendable {
    /// Its user part in From and Contact.
    public var user = "gateway"
    /// Where it listens.
    public var contact: NextHop
    /// Where its calls go.
    public var server: NextHop
    public var answerDelay: Duration = .milliseconds(500)

    public init(contact: NextHop, server: NextHop) {
        self.contact = contact
        self.server = server
    }
}

public typealias GatewayModel = ModelMachine<Gateway>

extension ModelMachine where Model == Gateway {
    public init(_ configuration: GatewayConfiguration, identifiers: SeededGenerator) {
        let engine = EngineConfiguration(
            listening: configuration.contact, product: "e911sim gateway", inDialogRequests: .delivered)
        self.init(Gateway(configuration), engine: SIPEngine(configuration: engine, identifiers: identifiers))
    }
}

extension EngineConfiguration {
    /// For a model with one address.
    init(listening hop: NextHop, product: String, inDialogRequests: InDialogRequests) {
        self.init(listeners: [Listener(hop.kind, hop.endpoint)], product: product)
        self.inDialogRequests = inDialogRequests
    }
}
