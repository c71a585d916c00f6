import E911Simulation
import E911Values
import SIPCore

/// A machine that does as it is told, and tells what happens to it.
struct Probe: SIPMachine {
    enum Command {
        case send([UInt8], on: Flow)
        case open(ConnectionID, to: Endpoint)
        case close(ConnectionID)
        case wake(after: Duration)
        /// Answers everything with the same octets.
        case echo(Bool)
        /// Always has work that is due.
        case spin
        case effects([SIPEffect<Other>])
    }

    enum Other: Equatable {
        case received([UInt8], Flow)
        case flow(FlowEvent)
        case woke(MonotonicTime)
        case word(String)

        var octets: [UInt8] {
            if case .received(let octets, _) = self { octets } else { [] }
        }
    }

    private var deadline: MonotonicTime?
    private var echoes = false
    private var spins = false

    var nextDeadline: MonotonicTime? { spins ? .zero : deadline }

    mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        let octets = bytes.withUnsafeBufferPointer { Array($0) }
        var effects: [SIPEffect<Other>] = [.other(.received(octets, flow))]
        if echoes { effects.append(.transmit(octets, on: flow)) }
        return effects
    }

    mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        switch input {
        case .flow(let event): return [.other(.flow(event))]
        case .command(.send(let octets, let flow)): return [.transmit(octets, on: flow)]
        case .command(.open(let connection, let to)):
            return [.open(connection, to: NextHop(kind: .tcp, endpoint: to), from: nil)]
        case .command(.close(let connection)): return [.close(connection)]
        case .command(.wake(let delay)): deadline = now.monotonic + delay
        case .command(.echo(let on)): echoes = on
        case .command(.spin): spins = true
        case .command(.effects(let effects)): return effects
        }
        return []
    }

    mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        guard let deadline, deadline <= now.monotonic else { return [] }
        self.deadline = nil
        return [.other(.woke(now.monotonic))]
    }
}

extension SimulatedHost where Machine == Probe {
    var received: [[UInt8]] {
        events.compactMap { if case .received(let octets, _) = $0 { octets } else { nil } }
    }

    var flowEvents: [FlowEvent] {
        events.compactMap { if case .flow(let event) = $0 { event } else { nil } }
    }
}

/// Two probes, one at each of two addresses, with a datagram and a stream listener each.
struct Pair {
    let world: World
    let a: SimulatedHost<Probe>
    let b: SimulatedHost<Probe>
    static let addressA = Endpoint(IPAddress(v4: 0x0a00_0001), 5060)
    static let addressB = Endpoint(IPAddress(v4: 0x0a00_0002), 5060)
    static let fromAToB = Flow.datagram(local: addressA, remote: addressB)

    init(seed: UInt64, _ conditions: WireConditions = .perfect) {
        let world = World(seed: seed)
        world.conditions = conditions
        func add(_ name: String, _ address: Endpoint) -> SimulatedHost<Probe> {
            world.add(
                name, Probe(), at: [Listener(.udp, address), Listener(.tcp, address)], digest: { $1.combine($0.octets) }
            )
        }
        self.world = world
        a = add("a", Self.addressA)
        b = add("b", Self.addressB)
    }

    /// `count` numbered datagrams from `a` to `b`, one each millisecond.
    func sendDatagrams(_ count: Int, octets: Int = 2) {
        for number in 0..<count {
            let octets =
                [UInt8(number >> 8 & 255), UInt8(number & 255)] + [UInt8](repeating: 7, count: max(0, octets - 2))
            a.command(.send(octets, on: Self.fromAToB), after: .milliseconds(number))
        }
    }
}

func number(of octets: [UInt8]) -> Int { Int(octets[0]) << 8 | Int(octets[1]) }
