public import E911Values
public import SIPCore

/// The number of a host in its world, in the order of adding.
public struct HostID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let index: Int
    public static func < (a: HostID, b: HostID) -> Bool { a.index < b.index }
    public var description: String { "host \(index)" }
}

/// An address at which a host takes datagrams or connections.
public typealias Listener = EngineConfiguration.Listener

/// One computer in a ``World``: it has addresses, and runs one machine. ``SimulatedHost`` knows the machine's type.
public class Host {
    public let id: HostID
    public let name: String
    public let listeners: [Listener]
    /// Whether the process runs.
    public internal(set) var isUp = true
    /// Rises with each restart; what was meant for an earlier one never arrives.
    public internal(set) var incarnation = 0
    /// How late the host may call `SIPMachine.advance(to:)`, evenly spread: no real clock is exact.
    public var timerLateness: Duration = .zero

    /// How far its wall clock is ahead of the world's: a step of that clock, which the monotonic one does not take.
    public var wallOffset: Duration = .zero

    /// Until when the process does nothing, as one that was sent SIGSTOP; `nil` while it runs.
    var frozenUntil: MonotonicTime?
    /// When it went on the last time.
    var thawedAt: MonotonicTime?

    /// The deadline for which an event stands in the queue, and the token that this event carries.
    var armedDeadline: MonotonicTime?
    var timerToken: UInt64 = 0
    /// Streams by the machine's own number for them.
    var streams: [ConnectionID: StreamEnd] = [:]
    var acceptedConnections: UInt64 = 0
    var ephemeralPorts: UInt16 = 0

    init(id: HostID, name: String, listeners: [Listener]) {
        self.id = id
        self.name = name
        self.listeners = listeners
    }

    // One call of the machine each, its effects performed.
    func receive(_ octets: [UInt8], on flow: Flow) {}
    func handle(_ event: FlowEvent) {}
    func advance() {}
    var nextDeadline: MonotonicTime? { nil }

    /// The number of the next accepted connection: even ones are the host's.
    func nextAccepted() -> ConnectionID {
        acceptedConnections += 1
        return ConnectionID(rawValue: 2 * acceptedConnections)
    }

    /// A local address for a connection that the machine asked for.
    func source(_ wanted: Endpoint?, toward remote: Endpoint) -> Endpoint? {
        if let wanted, wanted.port != 0 { return wanted }
        let own = listeners.first { $0.endpoint.address.isIPv4 == remote.address.isIPv4 }
        guard let address = wanted?.address ?? own?.endpoint.address else { return nil }
        ephemeralPorts = ephemeralPorts == 28_000 ? 1 : ephemeralPorts + 1
        return Endpoint(address, 32_767 + ephemeralPorts)
    }
}

/// A host and its machine.
public final class SimulatedHost<Machine: SIPMachine>: Host {
    /// Performs what does not go to the wire. Answers go back with ``command(_:after:)``.
    public typealias Performer = (Machine.Other, SimulatedHost<Machine>) -> Void

    public private(set) var machine: Machine
    /// What the machine told, with its time, since the host was added (restarts included).
    public private(set) var told: [(time: Now, other: Machine.Other)] = []
    /// Whether ``told`` is kept; off for runs of many calls.
    public var remembersTold = true
    unowned let world: World
    private let performer: Performer
    private let digest: (Machine.Other, inout EffectHash) -> Void

    init(
        id: HostID, name: String, listeners: [Listener], machine: Machine, world: World,
        digest: @escaping (Machine.Other, inout EffectHash) -> Void, performer: @escaping Performer
    ) {
        self.machine = machine
        self.world = world
        self.digest = digest
        self.performer = performer
        super.init(id: id, name: name, listeners: listeners)
    }

    /// What the machine told, without the times.
    public var events: [Machine.Other] { told.map(\.other) }

    /// The present time by the host's own clocks.
    public var now: Now {
        var now = world.now
        now.wall = now.wall + wallOffset
        return now
    }

    /// Asks the machine where it lies; ``machine`` is a copy of all that it has.
    func inPlace<Answer>(_ body: (inout Machine) -> Answer) -> Answer { body(&machine) }

    /// Gives the machine a command after a delay. It is lost if the host is killed before.
    public func command(_ command: Machine.Command, after delay: Duration = .zero) {
        take(command, of: incarnation, after: delay)
    }

    private func take(_ command: Machine.Command, of incarnation: Int, after delay: Duration) {
        world.schedule(after: delay) { [unowned self] in
            guard isUp, self.incarnation == incarnation else { return }
            if let frozenUntil { return take(command, of: incarnation, after: frozenUntil - world.now.monotonic) }
            world.log.note(.commanded(command), of: self, at: world.now)
            perform(machine.handle(.command(command), now: now))
        }
    }

    /// Ends the process at once, as `kill -9` does: its state is lost and its connections break.
    ///
    /// - Parameter silently: as by a power failure: nobody tells the peers.
    public func kill(silently: Bool = false) {
        world.kill(self, silently: silently)
    }

    /// Stops the process for a while, as SIGSTOP does, and lets it go on: datagrams, timers and commands wait, and come at once
    /// at the thaw.
    public func freeze(for duration: Duration) {
        world.freeze(self, for: duration)
    }

    /// Starts the process anew with this machine.
    public func restart(with machine: Machine) {
        world.kill(self, silently: false)
        self.machine = machine
        isUp = true
        world.arm(self)
    }

    override func receive(_ octets: [UInt8], on flow: Flow) {
        perform(machine.receive(octets.span, on: flow, now: now))
    }

    override func handle(_ event: FlowEvent) {
        perform(machine.handle(.flow(event), now: now))
    }

    override func advance() {
        perform(machine.advance(to: now))
    }

    override var nextDeadline: MonotonicTime? { machine.nextDeadline }

    private func perform(_ effects: [SIPEffect<Machine.Other>]) {
        let incarnation = incarnation
        for effect in effects {
            switch effect {
            case .transmit(let octets, let flow):
                world.transmit(octets, on: flow, from: self)
            case .open(let connection, let hop, let local):
                world.open(connection, hop.kind, to: hop.endpoint, from: local, by: self)
            case .close(let connection):
                world.close(connection, by: self)
            case .other(let other):
                var hash = EffectHash()
                digest(other, &hash)
                world.log.add(.told(other), digest: hash.value, of: self, at: world.now)
                if remembersTold { told.append((world.now, other)) }
                performer(other, self)
            }
            // An observer or performer may have killed this process: what it had not done yet is never done.
            guard isUp, self.incarnation == incarnation else { return }
        }
        world.arm(self)
    }
}
