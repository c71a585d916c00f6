#if Transport
    public import E911Values
    import NIOCore
    import NIOPosix
    public import SIPCore
    import Synchronization

    /// Runs a `SIPMachine` over real sockets, on one event loop of its own.
    ///
    /// Every input (octets, what happens to connections, commands, time) reaches the machine on that loop, one at a time,
    /// and its effects are performed in their order before the next. So a machine needs no lock and need not be Sendable.
    /// The loop must not be held: a machine with much to do does a piece, answers `nextDeadline` with a time that is not
    /// after the present, and has its next turn after the sockets have had theirs.
    ///
    /// A host that was started must be stopped with ``stop(within:)``.
    public final class SIPHost<Machine: SIPMachine & SendableMetatype>: Sendable where Machine.Command: Sendable {
        /// What a machine can know of its host when it is made.
        public struct Start: Sendable {
            /// What is listened on, with the ports that the system chose, in the order of the configuration.
            public var listeners: [Listener]
            public var now: Now
        }

        /// Takes commands for the machine, from any thread. Commands of one thread arrive in their order.
        public struct CommandPort: Sendable {
            fileprivate let take: @Sendable ([Machine.Command]) -> Void

            public func submit(_ command: Machine.Command) { take([command]) }

            /// Several in one turn of the loop.
            public func submit(contentsOf commands: [Machine.Command]) { take(commands) }
        }

        public let listeners: [Listener]
        public let commands: CommandPort
        private let group: MultiThreadedEventLoopGroup
        private let driver: NIOLoopBound<MachineDriver<Machine>>
        private let wire: NIOLoopBound<Wire>
        private let running: Running

        private init(
            listeners: [Listener], commands: CommandPort, group: MultiThreadedEventLoopGroup,
            driver: NIOLoopBound<MachineDriver<Machine>>, wire: NIOLoopBound<Wire>, running: Running
        ) {
            self.listeners = listeners
            self.commands = commands
            self.group = group
            self.driver = driver
            self.wire = wire
            self.running = running
        }

        /// Opens the listeners, makes the machine and begins.
        ///
        /// - Parameters:
        ///   - machine: Makes the machine, on the loop, when every listener stands. Nothing is read before.
        ///   - other: Performs the effects that do not go to the wire, on the loop, in their order among the others. What
        ///     takes time must go elsewhere, and come back through the port.
        ///   - note: Trouble worth logging. Called on the loop.
        ///   - observer: Sees all octets that cross the sockets. Called on the loop.
        /// - Throws: ``ListenError`` for the first listener that cannot be opened, ``TLSFileError`` for the first file of
        ///   TLS that cannot be used; nothing is left open then.
        public static func start(
            _ configuration: HostConfiguration,
            machine: @escaping @Sendable (Start) -> Machine,
            other: @escaping @Sendable (Machine.Other, CommandPort) -> Void,
            note: @escaping @Sendable (TransportNote) -> Void = { _ in },
            observer: WireObserver? = nil
        ) async throws -> SIPHost {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let loop = group.next()
            let limits = configuration.limits
            let wire: NIOLoopBound<Wire>
            do {
                let security = try configuration.security.map { try TLSContexts($0) }
                wire = try await loop.submit {
                    NIOLoopBound(
                        Wire(loop: loop, limits: limits, security: security, note: note, observer: observer),
                        eventLoop: loop)
                }.get()
            } catch {
                try? await group.shutdownGracefully()
                throw error
            }
            do {
                let listeners = try await open(configuration.listeners, on: wire)
                let running = Running()
                let (driver, commands) = try await loop.flatSubmit {
                    begin(listeners, machine: machine, other: other, wire: wire, running: running)
                }.get()
                return SIPHost(
                    listeners: listeners, commands: commands, group: group, driver: driver, wire: wire, running: running
                )
            } catch {
                // The listeners that stand are closed by us: those that the loop closes at its end would be opened again.
                try? await loop.flatSubmit { wire.value.stop(within: .zero) }.get()
                try? await group.shutdownGracefully()
                throw error
            }
        }

        /// Opens one after the other; the answer has the ports that they have got.
        private static func open(
            _ listeners: [Listener], on wire: NIOLoopBound<Wire>
        ) async throws -> [Listener] {
            var opened: [Listener] = []
            for listener in try listeners.flatMap({ try $0.expanded() }) {
                let bound = try await wire.eventLoop.flatSubmit { wire.value.listen(listener) }.get()
                opened.append(bound)
            }
            return opened
        }

        private static func begin(
            _ listeners: [Listener], machine: @Sendable (Start) -> Machine,
            other: @escaping @Sendable (Machine.Other, CommandPort) -> Void, wire: NIOLoopBound<Wire>, running: Running
        ) -> EventLoopFuture<(NIOLoopBound<MachineDriver<Machine>>, CommandPort)> {
            let loop = wire.eventLoop
            let target = NIOLoopBoundBox<MachineDriver<Machine>?>(nil, eventLoop: loop)
            let commands = CommandPort { commands in
                // A loop that has ended takes no tasks.
                running.ifRunning { loop.execute { target.value?.take(commands) } }
            }
            let driver = MachineDriver(
                machine(Start(listeners: listeners, now: HostClock.now())), wire: wire.value,
                other: { other($0, commands) })
            target.value = driver
            let (signal, opened) = TurnSignal.open(on: loop) { [unowned driver] in driver.advance() }
            let bound = NIOLoopBound((driver, signal), eventLoop: loop)
            return opened.map {
                let (driver, signal) = bound.value
                driver.begin(signal: signal)
                return (NIOLoopBound(driver, eventLoop: loop), commands)
            }
        }

        /// Gives the machine a command, from any thread. After ``stop(within:)`` it is forgotten.
        public func submit(_ command: Machine.Command) {
            commands.submit(command)
        }

        /// The same with several, in their order, in one turn of the loop.
        public func submit(contentsOf commands: [Machine.Command]) {
            self.commands.submit(contentsOf: commands)
        }

        /// Looks at the machine, on the loop, between two inputs.
        public func inspect<R: Sendable>(_ body: @escaping @Sendable (Machine) -> R) async throws -> R {
            try await driver.eventLoop.submit { self.driver.value.inspect(body) }.get()
        }

        /// Reads the files of TLS again, for the handshakes from now on; connections that stand are not touched.
        ///
        /// - Throws: ``TLSFileError`` for the first file that cannot be used, a certificate that is over or has not begun
        ///   included. What was in force before is so still.
        public func reload(_ security: TransportSecurity) async throws {
            let contexts = try TLSContexts(security)
            if let error = contexts.problems(notice: .zero).first { throw error }
            try await driver.eventLoop.submit { self.wire.value.secure(by: contexts) }.get()
        }

        public func counters() async throws -> TransportCounters {
            try await driver.eventLoop.submit { self.wire.value.counters }.get()
        }

        /// Gives the machine nothing more, accepts nothing more, sends what is queued, closes all sockets and ends the loop.
        /// What is not sent within the limit is lost. A machine that wants to take leave of its peers must have done so.
        public func stop(within limit: Duration = .seconds(3)) async {
            guard running.end() else { return }
            try? await driver.eventLoop.flatSubmit { self.driver.value.stop(within: limit) }.get()
            try? await group.shutdownGracefully()
        }
    }

    /// Whether a host still runs.
    private final class Running: Sendable {
        private let state = Mutex(true)

        /// `body` is called under the lock, so that the loop cannot end between the question and the call.
        func ifRunning(_ body: () -> Void) {
            state.withLock { if $0 { body() } }
        }

        /// `false` if it had ended before.
        func end() -> Bool {
            state.withLock { isRunning in
                defer { isRunning = false }
                return isRunning
            }
        }
    }
#endif
