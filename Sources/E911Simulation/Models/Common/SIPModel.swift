public import E911Values
public import SIPCore

/// What a model does as the user of a ``SIPEngine``'s transactions. ``ModelMachine`` makes a ``SIPMachine`` of it, which
/// runs in a ``World`` or over real sockets alike.
public protocol SIPModel {
    associatedtype Command
    /// What it tells of what happened to it.
    associatedtype Event

    mutating func handle(_ command: Command, _ context: inout ModelContext<Event>)
    mutating func handle(_ event: SIPEvent, _ context: inout ModelContext<Event>)
    /// When ``advance(_:)`` is wanted, beside what the engine wants.
    var deadline: MonotonicTime? { get }
    mutating func advance(_ context: inout ModelContext<Event>)
}

/// What a ``SIPModel`` works with while it handles one input.
public struct ModelContext<Event> {
    public internal(set) var engine: SIPEngine
    public let now: Now
    var effects: [SIPEffect<Event>] = []
    /// What the engine told while the model was at work: handled behind it.
    var events: [SIPEvent] = []
    var connections: ModelConnections

    init(_ engine: SIPEngine, _ connections: ModelConnections, _ now: Now) {
        self.engine = engine
        self.connections = connections
        self.now = now
    }

    /// Starts anew with another engine: every connection of the old one is closed, whatever it waited for is forgotten.
    public mutating func restart(with engine: SIPEngine) {
        effects += connections.all.map { .close($0) }
        connections.restart()
        events = []
        self.engine = engine
    }

    public mutating func tell(_ event: Event) { effects.append(.other(event)) }

    public mutating func send(
        _ request: RequestBuilder, to hop: NextHop, timeout: Duration? = nil
    ) -> ClientTransactionID {
        let (id, effects) = engine.send(request, to: hop, now: now, timeout: timeout)
        take(effects)
        return id
    }

    public mutating func send(stateless request: RequestBuilder, to hop: NextHop) {
        take(engine.send(stateless: request, to: hop, now: now))
    }

    public mutating func respond(
        to id: ServerTransactionID, with response: ResponseBuilder, untilAcknowledged: Bool = false
    ) {
        take(engine.respond(to: id, with: response, untilAcknowledged: untilAcknowledged, now: now))
    }

    public mutating func respond(to id: ServerTransactionID, status: Int) {
        take(engine.respond(to: id, status: status, now: now))
    }

    public mutating func cancel(_ id: ClientTransactionID) {
        take(engine.cancel(id, now: now))
    }

    public mutating func subscribe(_ configuration: SubscriptionConfiguration) -> SubscriptionID {
        let (id, effects) = engine.subscribe(configuration, now: now)
        take(effects)
        return id
    }

    public mutating func refresh(_ id: SubscriptionID) { take(engine.refresh(id, now: now)) }

    public mutating func unsubscribe(_ id: SubscriptionID) { take(engine.unsubscribe(id, now: now)) }

    mutating func take(_ effects: [EngineEffect]) {
        for effect in effects {
            switch effect {
            case .transmit(let octets, .stream(let id)):
                self.effects.append(.transmit(octets, on: .stream(connections.outer(id))))
            case .transmit(let octets, let flow): self.effects.append(.transmit(octets, on: flow))
            case .open(let id, let kind, let to, let from):
                self.effects.append(.open(connections.open(id), kind, to: to, from: from))
            case .close(let id): self.effects.append(.close(connections.outer(id)))
            case .event(let event): events.append(event)
            }
        }
    }
}

/// A ``SIPModel`` and its engine as a ``SIPMachine``.
public struct ModelMachine<Model: SIPModel>: SIPMachine {
    public typealias Command = Model.Command
    public typealias Other = Model.Event

    public private(set) var model: Model
    public private(set) var engine: SIPEngine
    private var connections = ModelConnections()

    public init(_ model: Model, engine: SIPEngine) {
        self.model = model
        self.engine = engine
    }

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        var flow = flow
        if case .stream(let id) = flow {
            guard let inner = connections.inner(id) else { return [] }
            flow = .stream(inner)
        }
        var context = ModelContext<Other>(engine, connections, now)
        context.take(context.engine.receive(bytes, on: flow, now: now))
        return finish(context)
    }

    public mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        switch input {
        case .flow(let event):
            guard let event = connections.take(event) else { return [] }
            var context = ModelContext<Other>(engine, connections, now)
            context.take(context.engine.handle(event, now: now))
            return finish(context)
        case .command(let command):
            var context = ModelContext<Other>(engine, connections, now)
            model.handle(command, &context)
            return finish(context)
        }
    }

    public var nextDeadline: MonotonicTime? {
        switch (engine.nextDeadline, model.deadline) {
        case (let a?, let b?): min(a, b)
        case (let a?, nil): a
        case (nil, let b): b
        }
    }

    public mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        var context = ModelContext<Other>(engine, connections, now)
        context.take(context.engine.advance(to: now))
        if let deadline = model.deadline, deadline <= now.monotonic { model.advance(&context) }
        return finish(context)
    }

    private mutating func finish(_ context: ModelContext<Other>) -> [SIPEffect<Other>] {
        var context = context
        while !context.events.isEmpty {
            let events = context.events
            context.events = []
            for event in events { model.handle(event, &context) }
        }
        engine = context.engine
        connections = context.connections
        return context.effects
    }
}
