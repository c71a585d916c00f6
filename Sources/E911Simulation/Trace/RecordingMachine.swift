public import E911Values
public import SIPCore

/// A machine that does what `base` does, and writes down what goes over the wire as a trace.
///
/// Commands and effects that do not go to the wire are not part of a trace.
public struct RecordingMachine<Base: SIPMachine>: SIPMachine {
    public typealias Command = Base.Command
    public typealias Other = Base.Other

    public var base: Base
    private var recorder: TraceRecorder

    /// - Parameter write: takes the next octets of the file, those of the header line first.
    public init(_ base: Base, write: @escaping ([UInt8]) -> Void) {
        self.base = base
        recorder = TraceRecorder(write: write)
    }

    public var nextDeadline: MonotonicTime? { mutating get { base.nextDeadline } }

    public mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        recorder.record(.received(bytes.withUnsafeBytes { Array($0) }), on: flow, now)
        return recorded(base.receive(bytes, on: flow, now: now), now)
    }

    public mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        if case .flow(let event) = input { recorder.record(event, now) }
        return recorded(base.handle(input, now: now), now)
    }

    public mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        recorded(base.advance(to: now), now)
    }

    private mutating func recorded(_ effects: [SIPEffect<Other>], _ now: Now) -> [SIPEffect<Other>] {
        for effect in effects {
            switch effect {
            case .transmit(let octets, let flow): recorder.record(.sent(octets), on: flow, now)
            case .open(let connection, let hop, let from):
                recorder.open(connection, hop.kind, to: hop.endpoint, from: from, now)
            case .close(let connection): recorder.record(.close, on: .stream(connection), now)
            case .other: break
            }
        }
        return effects
    }
}
