public import E911Values

/// A state machine that speaks SIP and leaves sockets, clocks and disks to its host.
///
/// The host (`SIPTransport`'s `SIPHost` over real sockets, `E911Simulation`'s world over a simulated wire) calls one
/// entry point at a time, always with the present time, and performs the effects in their order. A machine owns no
/// clock: it says by ``nextDeadline`` when it wants ``advance(to:)``. The same inputs at the same times give the same
/// effects, in any process.
public protocol SIPMachine {
    /// Inputs that do not come from the wire.
    associatedtype Command
    /// Effects that do not go to the wire.
    associatedtype Other

    /// Octets have come: one whole datagram, or any piece of a stream. The span is not kept.
    mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>]

    /// Anything else has come.
    mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>]

    /// When ``advance(to:)`` is wanted, at the latest; `nil` when only an input can bring work. A deadline that is not
    /// after the present time means that work is waiting for its turn.
    ///
    /// Asking changes nothing. It may be a mutation for the language, so that a large machine is asked in its place and
    /// not in a copy.
    var nextDeadline: MonotonicTime? { mutating get }

    /// Does what is due. The host calls it at or after ``nextDeadline``; too early is harmless.
    mutating func advance(to now: Now) -> [SIPEffect<Other>]
}

/// An input of a ``SIPMachine`` other than octets.
public enum SIPInput<Command> {
    case flow(FlowEvent)
    case command(Command)
}

/// An effect that a ``SIPMachine`` wants performed.
public enum SIPEffect<Other> {
    /// Send these octets: one datagram, or a piece of a stream in order behind what was sent before.
    case transmit([UInt8], on: Flow)
    /// Connect; the answer is ``FlowEvent/opened(_:local:)`` or ``FlowEvent/openFailed(_:reason:)``. `from` is the
    /// local address to use, port 0 for any; `nil` leaves it to the host.
    case open(ConnectionID, to: NextHop, from: Endpoint?)
    /// Send what is queued, then close.
    case close(ConnectionID)
    case other(Other)
}

extension SIPInput: Equatable where Command: Equatable {}
extension SIPInput: Sendable where Command: Sendable {}
extension SIPEffect: Equatable where Other: Equatable {}
extension SIPEffect: Sendable where Other: Sendable {}
