public import E911Values

/// A ``SIPMachine`` around one ``SIPEngine``: it says what it does at an event of the engine and at a command, and has the
/// rest from here.
///
///     struct Greeter: EngineUser {
///         typealias Command = Never
///         typealias Other = Never
///         var engine: SIPEngine
///
///         mutating func heed(_ event: SIPEvent, now: Now) -> [SIPEffect<Never>] {
///             guard case .request(let request) = event else { return [] }
///             return perform(engine.respond(to: request.transaction, status: 200, now: now), now: now)
///         }
///     }
public protocol EngineUser: SIPMachine {
    var engine: SIPEngine { get set }

    /// What happened on the wire. What the engine is asked to do then goes through ``perform(_:now:)``.
    mutating func heed(_ event: SIPEvent, now: Now) -> [SIPEffect<Other>]

    mutating func heed(_ command: Command, now: Now) -> [SIPEffect<Other>]

    /// When ``heed(deadline:)`` is wanted, beside the deadlines of the engine; `nil` (the default) for never.
    var ownDeadline: MonotonicTime? { get }

    /// Does what is due at ``ownDeadline``, which must be another one afterwards.
    mutating func heed(deadline now: Now) -> [SIPEffect<Other>]
}

extension EngineUser {
    public var ownDeadline: MonotonicTime? { nil }

    public mutating func heed(deadline now: Now) -> [SIPEffect<Other>] { [] }

    /// The effects of the engine, with what its events bring in their place.
    public mutating func perform(_ effects: [EngineEffect], now: Now) -> [SIPEffect<Other>] {
        var result: [SIPEffect<Other>] = []
        for effect in effects {
            switch effect {
            case .transmit(let octets, let flow): result.append(.transmit(octets, on: flow))
            case .open(let id, let hop, let local): result.append(.open(id, to: hop, from: local))
            case .close(let id): result.append(.close(id))
            case .event(let event): result += heed(event, now: now)
            }
        }
        return result
    }

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        perform(engine.receive(bytes, on: flow, now: now), now: now)
    }

    public mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        switch input {
        case .flow(let event): perform(engine.handle(event, now: now), now: now)
        case .command(let command): heed(command, now: now)
        }
    }

    public var nextDeadline: MonotonicTime? {
        guard let own = ownDeadline else { return engine.nextDeadline }
        return engine.nextDeadline.map { min($0, own) } ?? own
    }

    public mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        let effects = perform(engine.advance(to: now), now: now)
        guard let own = ownDeadline, own <= now.monotonic else { return effects }
        return effects + heed(deadline: now)
    }
}

extension EngineUser where Command == Never {
    public mutating func heed(_ command: Never, now: Now) -> [SIPEffect<Other>] {}
}
