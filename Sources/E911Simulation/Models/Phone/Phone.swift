public import E911Values
public import SIPCore

/// A desk phone: it registers, moves, calls and is called.
public struct Phone: SIPModel {
    public typealias Command = PhoneCommand
    public typealias Event = PhoneEvent

    private let configuration: PhoneConfiguration
    private var calls: CallSet
    private var registrations: [PhoneRegistration] = []
    /// For the engine of the next start.
    private var identifiers: SeededGenerator

    init(_ configuration: PhoneConfiguration, identifiers: SeededGenerator) {
        self.configuration = configuration
        self.identifiers = identifiers
        calls = CallSet(
            user: configuration.user, domain: configuration.domain, displayName: configuration.displayName,
            contact: configuration.contact)
        calls.answer = configuration.answerDelay.map { .after($0) } ?? .never
    }

    /// Whether a registrar has it.
    public var isRegistered: Bool { registrations.contains { $0.until != nil } }

    public mutating func handle(_ command: PhoneCommand, _ context: inout ModelContext<PhoneEvent>) {
        switch command {
        case .register: register(&context)
        case .unregister:
            for index in registrations.indices {
                registrations[index].send(calls, instance: configuration.instance, wanted: false, &context)
            }
        case .move(let endpoint): move(to: endpoint, &context)
        case .call(let number):
            let uri = number.hasPrefix("urn:") ? number : "sip:\(number)@\(configuration.domain)"
            let registrar = registrations.first { $0.until.map { $0 > context.now.monotonic } ?? false }?.registrar
            guard let hop = registrar ?? configuration.registrars.first else { return }
            calls.call(number, uri: uri, via: hop, &context)
        case .hangUp: tell(calls.hangUp(&context), &context)
        }
    }

    public mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<PhoneEvent>) {
        if let events = calls.handle(event, &context) { return tell(events, &context) }
        for index in registrations.indices {
            let events = registrations[index].handle(event, contact: calls.contactHeader, now: context.now.monotonic)
            guard let events else { continue }
            for event in events { context.tell(event) }
            return
        }
        if case .request(let request) = event { context.respond(to: request.transaction, status: 501) }
    }

    public var deadline: MonotonicTime? {
        var earliest = calls.deadline
        for registration in registrations {
            if let due = registration.due { earliest = min(earliest ?? due, due) }
        }
        return earliest
    }

    public mutating func advance(_ context: inout ModelContext<PhoneEvent>) {
        calls.advance(&context)
        for index in registrations.indices {
            guard let due = registrations[index].due, due <= context.now.monotonic else { continue }
            registrations[index].send(
                calls, instance: configuration.instance, wanted: registrations[index].isWanted, &context)
        }
    }

    private mutating func register(_ context: inout ModelContext<PhoneEvent>) {
        if registrations.isEmpty {
            registrations = configuration.registrars.map {
                PhoneRegistration($0, expires: configuration.expires, callID: context.engine.newCallID())
            }
        }
        for index in registrations.indices {
            registrations[index].send(calls, instance: configuration.instance, wanted: true, &context)
        }
    }

    private mutating func move(to endpoint: Endpoint, _ context: inout ModelContext<PhoneEvent>) {
        let wasRegistered = registrations.contains { $0.isWanted }
        registrations = []
        var there = configuration.contact
        there.endpoint = endpoint
        let answer = calls.answer
        calls = CallSet(
            user: configuration.user, domain: configuration.domain, displayName: configuration.displayName,
            contact: there)
        calls.answer = answer
        context.restart(with: Self.engine(at: there, &identifiers))
        if wasRegistered { register(&context) }
    }

    static func engine(at contact: NextHop, _ identifiers: inout SeededGenerator) -> SIPEngine {
        let seed = (identifiers.next(), identifiers.next(), identifiers.next(), identifiers.next())
        return SIPEngine(
            configuration: EngineConfiguration(
                listening: contact, product: "e911sim phone", inDialogRequests: .delivered),
            identifiers: SeededGenerator(seed: seed))
    }

    private func tell(_ events: [CallEvent], _ context: inout ModelContext<PhoneEvent>) {
        for event in events { context.tell(.call(event)) }
    }
}

public typealias PhoneModel = ModelMachine<Phone>

extension ModelMachine where Model == Phone {
    public init(_ configuration: PhoneConfiguration, identifiers: SeededGenerator) {
        var identifiers = identifiers
        let engine = Phone.engine(at: configuration.contact, &identifiers)
        self.init(Phone(configuration, identifiers: identifiers), engine: engine)
    }
}
