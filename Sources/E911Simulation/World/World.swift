public import E911Values
public import SIPCore

/// A network of hosts in virtual time. Nothing in it waits: the next event is always now.
///
/// One generator decides everything that chance decides, so a seed is a whole history: same seed, same hosts, same
/// commands give the same effects in the same order, in any process (``WorldLog/hash``).
public final class World {
    /// How a run ended.
    public enum Outcome: Equatable, Sendable {
        /// At the time or the condition that was asked for.
        case reached
        /// Nothing is left to happen, or nothing but timers.
        case quiet
        /// Too many steps; or machines that call for work again and again without the time moving on.
        case exhausted
    }

    public let seed: UInt64
    public let log = WorldLog()
    public internal(set) var hosts: [Host] = []
    /// How much was sent, lost, delivered.
    public internal(set) var figures = WireFigures()
    /// Between hosts for which nothing else was said.
    public var conditions: WireConditions = .perfect
    /// What befalls messages at present.
    public internal(set) var disturbances: [WireDisturbance] = []
    /// Called with each message, or piece of a stream, that a disturbance or a cut wire strikes.
    public var onStrike: ((WireDisturbance.Kind, [UInt8]) -> Void)?
    /// How many steps at one instant are a livelock.
    public var instantLimit = 1_000_000
    public private(set) var steps = 0

    enum Action {
        case datagram([UInt8], to: HostID, local: Endpoint, remote: Endpoint)
        case timer(HostID, token: UInt64)
        case connect(Stream)
        case lane(Stream, Int)
        case flow(HostID, incarnation: Int, FlowEvent)
        case call(() -> Void)
    }

    var generator: SeededGenerator
    private var queue = EventQueue<Action>()
    private var timersQueued = 0
    private let start: Now
    private var time: MonotonicTime
    private var listeners: [Listener: HostID] = [:]
    private var directions: [Direction: WireConditions] = [:]
    private var cut: Set<Direction> = []

    private struct Direction: Hashable {
        let from: HostID
        let to: HostID
    }

    /// - Parameter wall: the wall time at the start; it runs with the monotonic one.
    public init(seed: UInt64, wall: WallTime = WallTime(milliseconds: 1_795_521_600_000)) {
        self.seed = seed
        generator = SeededGenerator(seed: (seed, 0x776f_726c_6400, 0, 0))
        start = Now(monotonic: .zero, wall: wall)
        time = start.monotonic
    }

    public var now: Now { start.advanced(by: time - start.monotonic) }

    /// A generator for a machine's identifiers, different for each name and for each seed.
    public func identifiers(for name: String) -> SeededGenerator {
        var hash = EffectHash()
        hash.combine(name)
        return SeededGenerator(seed: (seed, 0x6964_7300, hash.value, 0))
    }

    // MARK: Hosts

    /// Adds a host that runs `machine` from now on.
    ///
    /// - Parameters:
    ///   - digest: puts what the machine tells into the log's hash; by default its description, which is slow, and
    ///     wrong for values that hold a `Set` or `Dictionary`.
    ///   - perform: performs what does not go to the wire.
    @discardableResult
    public func add<Machine: SIPMachine>(
        _ name: String, _ machine: Machine, at listeners: [Listener],
        digest: @escaping (Machine.Other, inout EffectHash) -> Void = { $1.combine("\($0)") },
        perform: @escaping SimulatedHost<Machine>.Performer = { _, _ in }
    ) -> SimulatedHost<Machine> {
        let host = SimulatedHost(
            id: HostID(index: hosts.count), name: name, listeners: listeners, machine: machine, world: self,
            digest: digest, performer: perform)
        hosts.append(host)
        for listener in listeners {
            if self.listeners.updateValue(host.id, forKey: listener) != nil {
                log.fault("\(listener.endpoint) belongs to another host", of: host, at: now)
            }
        }
        arm(host)
        return host
    }

    func host(_ id: HostID) -> Host { hosts[id.index] }

    func host(at listener: Listener) -> Host? { listeners[listener].map(host) }

    func kill(_ host: Host, silently: Bool) {
        guard host.isUp else { return }
        host.isUp = false
        host.incarnation += 1
        host.armedDeadline = nil
        host.timerToken += 1
        host.frozenUntil = nil
        breakStreams(of: host, silently: silently)
    }

    func freeze(_ host: Host, for duration: Duration) {
        guard host.isUp, duration > .zero else { return }
        let end = max(time + duration, host.frozenUntil ?? time)
        host.frozenUntil = end
        let incarnation = host.incarnation
        // Before all that waits for it.
        schedule(after: end - time) {
            guard host.frozenUntil == end, host.incarnation == incarnation else { return }
            host.frozenUntil = nil
            host.thawedAt = end
        }
    }

    /// Whose process has to run for this to happen.
    private func host(of action: Action) -> Host? {
        switch action {
        case .datagram(_, let id, _, _), .timer(let id, _), .flow(let id, _, _): host(id)
        case .connect(let stream): host(at: Listener(stream.kind, stream.endpoints[1]))
        case .lane(let stream, let side): stream.hosts[1 - side].map { host($0) }
        case .call: nil
        }
    }

    // MARK: Wire

    /// Conditions of one direction between two hosts.
    public func setConditions(_ conditions: WireConditions, from: Host, to: Host) {
        directions[Direction(from: from.id, to: to.id)] = conditions
    }

    /// Cuts every wire between the two groups, both ways.
    public func partition(_ a: [Host], from b: [Host]) {
        for x in a {
            for y in b {
                block(from: x, to: y)
                block(from: y, to: x)
            }
        }
    }

    /// Cuts one direction.
    public func block(from: Host, to: Host) {
        cut.insert(Direction(from: from.id, to: to.id))
    }

    /// Mends every wire between the two groups.
    public func mend(_ a: [Host], from b: [Host]) {
        for x in a {
            for y in b {
                cut.remove(Direction(from: x.id, to: y.id))
                cut.remove(Direction(from: y.id, to: x.id))
            }
        }
    }

    /// Mends every wire, and ends every disturbance.
    public func heal() {
        cut.removeAll()
        disturbances.removeAll()
    }

    func isCut(from: HostID, to: HostID) -> Bool { cut.contains(Direction(from: from, to: to)) }

    func conditions(from: HostID, to: HostID) -> WireConditions {
        directions[Direction(from: from, to: to)] ?? conditions
    }

    // MARK: Time

    /// Does something later, from outside of any host.
    public func schedule(after delay: Duration, _ body: @escaping () -> Void) {
        push(.call(body), at: time + max(delay, .zero))
    }

    func push(_ action: Action, at when: MonotonicTime) {
        if case .timer = action { timersQueued += 1 }
        queue.push(action, at: max(when, time))
    }

    /// Puts the machine's deadline into the queue, when it has changed.
    func arm(_ host: Host) {
        let deadline = host.isUp ? host.nextDeadline : nil
        // A deadline that is due is armed each time: its event goes behind what else is due now.
        guard deadline != host.armedDeadline else { return }
        host.armedDeadline = deadline
        host.timerToken += 1
        guard let deadline else { return }
        var when = deadline
        if deadline > time, host.timerLateness > .zero {
            when = deadline + generator.duration(in: .zero...host.timerLateness)
        }
        push(.timer(host.id, token: host.timerToken), at: when)
    }

    /// Takes the next event. `false` when there is none.
    @discardableResult
    public func step() -> Bool {
        guard let (when, action) = queue.pop() else { return false }
        time = max(time, when)
        steps += 1
        if let end = host(of: action)?.frozenUntil {
            if case .timer = action { timersQueued -= 1 }
            push(action, at: end)
            return true
        }
        switch action {
        case .datagram(let octets, let id, let local, let remote):
            deliver(octets, to: host(id), local: local, remote: remote)
        case .timer(let id, let token):
            timersQueued -= 1
            let host = host(id)
            guard host.isUp, host.timerToken == token else { break }
            host.armedDeadline = nil
            host.advance()
        case .connect(let stream):
            connect(stream)
        case .lane(let stream, let side):
            move(stream, side)
        case .flow(let id, let incarnation, let event):
            let host = host(id)
            guard host.isUp, host.incarnation == incarnation else { break }
            // The machine may have closed what it had not seen opened: closed is the last event of a connection.
            if case .opened(let connection, _) = event, host.streams[connection] == nil { break }
            log.note(.happened(event), of: host, at: now)
            host.handle(event)
        case .call(let body):
            body()
        }
        return true
    }

    /// Whether nothing is on its way: no datagram, no segment, no command. Timers may still run.
    public var isQuiet: Bool {
        queue.count == timersQueued && (queue.nextTime.map { $0 > time } ?? true)
    }

    /// Runs until the time has come, everything that is due then included.
    @discardableResult
    public func run(until end: MonotonicTime, maxSteps: Int = .max) -> Outcome {
        let outcome = loop(until: end, maxSteps: maxSteps) { false }
        if outcome != .exhausted { time = max(time, end) }
        return outcome == .exhausted ? outcome : .reached
    }

    @discardableResult
    public func run(for duration: Duration, maxSteps: Int = .max) -> Outcome {
        run(until: time + duration, maxSteps: maxSteps)
    }

    /// Runs until the condition holds, which is asked before each step. `.quiet` means that it did not hold in time.
    @discardableResult
    public func run(
        atMost limit: Duration, maxSteps: Int = .max, until condition: () -> Bool
    ) -> Outcome {
        let end = time + limit
        let outcome = loop(until: end, maxSteps: maxSteps, condition)
        if outcome == .quiet { time = max(time, end) }
        return outcome
    }

    /// Runs until nothing is on its way. Timers that lie in the future are left alone: most machines always have one.
    @discardableResult
    public func runUntilQuiet(atMost limit: Duration, maxSteps: Int = .max) -> Outcome {
        let outcome = loop(until: time + limit, maxSteps: maxSteps) { isQuiet }
        return outcome == .reached ? .quiet : outcome == .quiet ? .reached : outcome
    }

    private func loop(until end: MonotonicTime, maxSteps: Int, _ condition: () -> Bool) -> Outcome {
        var left = maxSteps
        var instant = time
        var atInstant = 0
        while !condition() {
            guard let next = queue.nextTime, next <= end else { return .quiet }
            guard left > 0, atInstant < instantLimit else { return .exhausted }
            left -= 1
            step()
            atInstant = time == instant ? atInstant + 1 : 0
            instant = time
        }
        return .reached
    }
}
