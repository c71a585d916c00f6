public import E911Values
public import SIPCore

/// What a model does as the user of a `SIPEngine`'s transactions. ``ModelMachine`` makes a `SIPMachine` of it, which
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
    public private(set) var now: Now
    private var effects: [SIPEffect<Event>] = []
    /// What the engine told while the model was at work: handled behind it.
    fileprivate var events: [SIPEvent] = []
    fileprivate var connections = ModelConnections()

    fileprivate init(_ engine: SIPEngine) {
        self.engine = engine
        now = Now(monotonic: MonotonicTime(nanoseconds: 0), wall: WallTime(milliseconds: 0))
    }

    fileprivate mutating func begin(_ now: Now) { self.now = now }

    fileprivate mutating func takeEffects() -> [SIPEffect<Event>] {
        defer { effects = [] }
        return effects
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
            case .open(let id, let hop, let from):
                self.effects.append(.open(connections.open(id), to: hop, from: from))
            case .close(let id): self.effects.append(.close(connections.outer(id)))
            case .event(let event): events.append(event)
            }
        }
    }
}

/// A ``SIPModel`` and its engine as a `SIPMachine`.
public struct ModelMachine<Model: SIPModel>: SIPMachine {
    public typealias Command = Model.Command
    public typealias Other = Model.Event

    public private(set) var model: Model
    /// Kept from turn to turn: the engine in it is changed in its place, never copied.
    private var context: ModelContext<Other>

    public var engine: SIPEngine { context.engine }

    public init(_ model: Model, engine: SIPEngine) {
        self.model = model
        context = ModelContext(engine)
    }

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        context.begin(now)
        var flow = flow
        if case .stream(let id) = flow {
            guard let inner = context.connections.inner(id) else { return [] }
            flow = .stream(inner)
        }
        context.take(context.engine.receive(bytes, on: flow, now: now))
        return finish()
    }

    public mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        context.begin(now)
        switch input {
        case .flow(let event):
            guard let event = context.connections.take(event) else { return [] }
            context.take(context.engine.handle(event, now: now))
        case .command(let command):
            model.handle(command, &context)
        }
        return finish()
    }

    public var nextDeadline: MonotonicTime? {
        switch (context.engine.nextDeadline, model.deadline) {
        case (let a?, let b?): min(a, b)
        case (let a?, nil): a
        case (nil, let b): b
        }
    }

    public mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        context.begin(now)
        context.take(context.engine.advance(to: now))
        if let deadline = model.deadline, deadline <= now.monotonic { model.advance(&context) }
        return finish()
    }

    private mutating func finish() -> [SIPEffect<Other>] {
        while !context.events.isEmpty {
            let events = context.events
            context.events = []
            for event in events { model.handle(event, &context) }
        }
        return context.takeEffects()
    }
}
