public import E911Values
public import SIPCore

/// A machine that does what `base` does, and writes down what goes over the wire as a trace.
///
/// Commands and effects that do not go to the wire are not part of a trace.
public struct RecordingMachine<Base: SIPMachine>: SIPMachine {
    public typealias Command = Base.Command
    public typealias Other = Base.Other

    public var base: Base
    private let write: @Sendable ([UInt8]) -> Void
    private var connections: [ConnectionID: Ends] = [:]
    /// The wall time at the monotonic origin, in microseconds: the wall clock alone is too coarse.
    private var origin: Int64?

    private struct Ends {
        var kind: SIPTransportKind
        var local: Endpoint
        var remote: Endpoint
    }

    /// - Parameter write: takes the next octets of the file, those of the header line first.
    public init(_ base: Base, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.base = base
        self.write = write
        write(TraceFormat.headerLine)
    }

    public var nextDeadline: MonotonicTime? { base.nextDeadline }

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        record(.received(bytes.withUnsafeBytes { Array($0) }), on: flow, now)
        return recorded(base.receive(bytes, on: flow, now: now), now)
    }

    public mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        if case .flow(let event) = input { record(event, now) }
        return recorded(base.handle(input, now: now), now)
    }

    public mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        recorded(base.advance(to: now), now)
    }

    private mutating func recorded(_ effects: [SIPEffect<Other>], _ now: Now) -> [SIPEffect<Other>] {
        for effect in effects {
            switch effect {
            case .transmit(let octets, let flow): record(.sent(octets), on: flow, now)
            case .open(let connection, let kind, let to, let from):
                connections[connection] = Ends(kind: kind, local: from ?? .nowhere, remote: to)
                record(.open, on: .stream(connection), now)
            case .close(let connection): record(.close, on: .stream(connection), now)
            case .other: break
            }
        }
        return effects
    }

    private mutating func record(_ event: FlowEvent, _ now: Now) {
        switch event {
        case .accepted(let connection, let kind, let local, let remote):
            connections[connection] = Ends(kind: kind, local: local, remote: remote)
            record(.accepted, on: .stream(connection), now)
        case .opened(let connection, let local):
            connections[connection]?.local = local
            record(.opened, on: .stream(connection), now)
        case .openFailed(let connection, let reason):
            record(.openFailed(reason: reason), on: .stream(connection), now)
            connections[connection] = nil
        case .closed(let connection, let reason):
            record(.closed(reason: reason), on: .stream(connection), now)
            connections[connection] = nil
        }
    }

    private mutating func record(_ what: TraceEntry.What, on flow: Flow, _ now: Now) {
        let monotonic = now.monotonic.nanoseconds / 1000
        let origin = origin ?? now.wall.milliseconds * 1000 - monotonic
        self.origin = origin
        let time = TraceTime(microseconds: origin + monotonic)
        switch flow {
        case .datagram(let local, let remote):
            write(
                TraceFormat.octets(
                    of: TraceEntry(time: time, transport: .udp, local: local, remote: remote, what: what)))
        case .stream(let connection):
            // What is sent on a connection that is gone goes nowhere.
            guard let ends = connections[connection] else { return }
            write(
                TraceFormat.octets(
                    of: TraceEntry(
                        time: time, transport: ends.kind, local: ends.local, remote: ends.remote,
                        connection: connection, what: what)))
        }
    }
}

extension RecordingMachine: Sendable where Base: Sendable {}
