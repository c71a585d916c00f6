#if Transport
    import E911Values
    import SIPCore
    import SIPTransport
    import Synchronization
    import Testing

    /// Tells all that happens to it by its `other` effects, and does what it is told by commands.
    struct ToyMachine: SIPMachine {
        enum Command: Sendable {
            case send([UInt8], on: Flow)
            case open(ConnectionID, to: NextHop, from: Endpoint?)
            case close(ConnectionID)
            /// Several effects of one turn.
            case all([Command])
            case wake(after: Duration)
            /// Takes that many turns, one behind the other.
            case work(turns: Int)
            case mark(Int)
        }

        enum Told: Sendable, Equatable {
            case received([UInt8], on: Flow)
            case happened(FlowEvent)
            case woke(deadline: MonotonicTime, at: MonotonicTime)
            case worked(turnsLeft: Int)
            case marked(Int)
        }

        /// What it does with octets, beside telling them.
        enum Manner: Sendable {
            case silent
            /// Sends back each datagram, and each line of a stream when it is whole.
            case echo
            /// Answers the first octets of a stream and closes it.
            case answerAndClose([UInt8])
        }

        let manner: Manner
        private var lines: [Flow: [UInt8]] = [:]
        private var wakes: [MonotonicTime] = []
        private var turnsLeft = 0
        private var workDue: MonotonicTime?

        init(_ manner: Manner) {
            self.manner = manner
        }

        mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Told>] {
            let bytes = bytes.withUnsafeBufferPointer { Array($0) }
            var effects: [SIPEffect<Told>] = [.other(.received(bytes, on: flow))]
            switch (manner, flow) {
            case (.silent, _), (.answerAndClose, .datagram): break
            case (.echo, .datagram): effects.append(.transmit(bytes, on: flow))
            case (.echo, .stream):
                var line = lines[flow, default: []] + bytes
                while let end = line.firstIndex(of: UInt8(ascii: "\n")) {
                    effects.append(.transmit(Array(line[...end]), on: flow))
                    line.removeSubrange(...end)
                }
                lines[flow] = line
            case (.answerAndClose(let answer), .stream(let id)):
                effects += [.transmit(answer, on: flow), .close(id)]
            }
            return effects
        }

        mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Told>] {
            switch input {
            case .flow(let event): [.other(.happened(event))]
            case .command(let command): perform(command, now)
            }
        }

        private mutating func perform(_ command: Command, _ now: Now) -> [SIPEffect<Told>] {
            switch command {
            case .send(let bytes, let flow): return [.transmit(bytes, on: flow)]
            case .open(let id, let hop, let local): return [.open(id, to: hop, from: local)]
            case .close(let id): return [.close(id)]
            case .all(let commands): return commands.flatMap { perform($0, now) }
            case .wake(let duration): wakes.append(now.monotonic + duration)
            case .work(let turns):
                turnsLeft = turns
                workDue = now.monotonic
            case .mark(let number): return [.other(.marked(number))]
            }
            return []
        }

        var nextDeadline: MonotonicTime? {
            [wakes.min(), workDue].compactMap(\.self).min()
        }

        mutating func advance(to now: Now) -> [SIPEffect<Told>] {
            var effects: [SIPEffect<Told>] = []
            while let wake = wakes.min(), wake <= now.monotonic {
                wakes.removeAll { $0 == wake }
                effects.append(.other(.woke(deadline: wake, at: now.monotonic)))
            }
            if workDue != nil {
                turnsLeft -= 1
                workDue = turnsLeft > 0 ? now.monotonic : nil
                effects.append(.other(.worked(turnsLeft: turnsLeft)))
            }
            return effects
        }
    }

    /// A running toy machine, and what it told so far.
    struct ToyHost {
        let host: SIPHost<ToyMachine>
        let told: AsyncStream<ToyMachine.Told>

        init(
            _ manner: ToyMachine.Manner = .silent, on kinds: [SIPTransportKind] = [.udp, .tcp],
            _ address: String = "127.0.0.1", limits: HostLimits = HostLimits(),
            security: TransportSecurity? = TestCertificates.security(),
            note: @escaping @Sendable (TransportNote) -> Void = { _ in }, observer: WireObserver? = nil
        ) async throws {
            let ip = IPAddress(address) ?? IPAddress(v4: 0)
            // Without a listener it is there to connect, and may do so by TLS.
            let isSecured = security != nil && (kinds.isEmpty || kinds.contains(.tls))
            if isSecured { try await TestCertificates.make() }
            let (told, continuation) = AsyncStream.makeStream(of: ToyMachine.Told.self)
            self.told = told
            host = try await SIPHost.start(
                HostConfiguration(
                    listeners: kinds.map { Listener($0, Endpoint(ip, 0)) }, limits: limits,
                    security: isSecured ? security : nil),
                machine: { _ in ToyMachine(manner) },
                other: { told, _ in continuation.yield(told) },
                note: note, observer: observer)
        }

        func endpoint(_ kind: SIPTransportKind) throws -> Endpoint {
            try #require(host.listeners.first { $0.kind == kind }).endpoint
        }

        func hop(_ kind: SIPTransportKind, domain: String? = nil) throws -> NextHop {
            NextHop(kind: kind, endpoint: try endpoint(kind), domain: domain)
        }

        func submit(_ command: ToyMachine.Command) { host.submit(command) }

        /// The flow from the datagram socket of this host to that of another.
        func flow(to other: ToyHost) throws -> Flow {
            .datagram(local: try endpoint(.udp), remote: try other.endpoint(.udp))
        }

        /// The first thing told from now on that `pick` wants; what comes before is skipped.
        func first<T>(_ pick: (ToyMachine.Told) -> T?) async throws -> T {
            for await each in told {
                if let picked = pick(each) { return picked }
            }
            throw Ended()
        }

        /// The next octets, wherever they come from.
        func nextOctets() async throws -> ([UInt8], Flow) {
            try await first { if case .received(let bytes, let flow) = $0 { (bytes, flow) } else { nil } }
        }

        /// The next event of a connection.
        func nextEvent() async throws -> FlowEvent {
            try await first { if case .happened(let event) = $0 { event } else { nil } }
        }

        /// The number on this side of the next connection that a peer makes.
        func accepted() async throws -> ConnectionID {
            try await first { if case .happened(.accepted(let id, _, _, _)) = $0 { id } else { nil } }
        }

        /// Everything that a connection brings until it is closed, and the reason.
        func restOfStream(_ id: ConnectionID) async throws -> (octets: [UInt8], reason: String) {
            var octets: [UInt8] = []
            for await each in told {
                switch each {
                case .received(let bytes, .stream(id)): octets += bytes
                case .happened(.closed(id, let reason)): return (octets, reason)
                case .received, .happened, .woke, .worked, .marked: break
                }
            }
            throw Ended()
        }

        /// Connects to a listener of another host; the answer is the number of the connection on this side.
        func connect(
            to other: ToyHost, by kind: SIPTransportKind = .tcp, as number: UInt64 = 1
        ) async throws -> ConnectionID {
            let id = ConnectionID(rawValue: number)
            submit(.open(id, to: try other.hop(kind), from: nil))
            guard case .opened(id, _) = try await nextEvent() else { throw Ended() }
            return id
        }

        struct Ended: Error {}
    }

    /// A list that tests fill from a loop.
    final class Collected<Element: Sendable>: Sendable {
        private let list = Mutex<[Element]>([])
        var all: [Element] { list.withLock { $0 } }
        func append(_ element: Element) { list.withLock { $0.append(element) } }
    }
#endif
