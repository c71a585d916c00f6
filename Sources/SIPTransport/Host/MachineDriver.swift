#if Transport
    import E911Values
    import NIOCore
    import SIPCore

    /// Runs one machine on the loop: gives it its inputs with the time, performs its effects in order, wakes it when it
    /// wants.
    final class MachineDriver<Machine: SIPMachine & SendableMetatype>: WireReceiver {
        private enum Input {
            case octets([UInt8], Flow)
            case event(FlowEvent)
        }

        private var machine: Machine
        private let wire: Wire
        private var other: (Machine.Other) -> Void
        private var signal: TurnSignal?
        private var turn: Now?
        /// Effects are being performed, or the turn is being ended: what comes meanwhile waits.
        private var isBusy = false
        private var backlog: [Input] = []
        private var armed: (deadline: MonotonicTime, timer: Scheduled<Void>)?
        private var isStopped = false
        /// Timers further away are set in pieces.
        private static var longestTimer: Duration { .seconds(86_400) }

        init(_ machine: Machine, wire: Wire, other: @escaping (Machine.Other) -> Void) {
            self.machine = machine
            self.wire = wire
            self.other = other
        }

        /// Lets the sockets read and does what the machine wants done first.
        func begin(signal: TurnSignal) {
            self.signal = signal
            wire.begin(self)
            endTurn()
        }

        func inspect<R>(_ body: (Machine) -> R) -> R { body(machine) }

        // MARK: Inputs

        func beginTurn() -> Now {
            if let turn { return turn }
            let now = HostClock.now()
            turn = now
            return now
        }

        var time: Now { turn ?? HostClock.now() }

        func receive(_ bytes: Span<UInt8>, on flow: Flow) {
            guard !isStopped else { return }
            guard !isBusy else {
                backlog.append(.octets(bytes.withUnsafeBufferPointer { Array($0) }, flow))
                return
            }
            perform(machine.receive(bytes, on: flow, now: beginTurn()))
        }

        func happened(_ event: FlowEvent) {
            guard !isStopped else { return }
            guard !isBusy else {
                backlog.append(.event(event))
                return
            }
            perform(machine.handle(.flow(event), now: beginTurn()))
        }

        func take(_ commands: [Machine.Command]) {
            for command in commands {
                guard !isStopped else { return }
                perform(machine.handle(.command(command), now: beginTurn()))
            }
            endTurn()
        }

        /// A timer has run out, or the machine asked for another turn.
        func advance() {
            guard !isStopped else { return }
            if let deadline = machine.nextDeadline, deadline <= beginTurn().monotonic {
                perform(machine.advance(to: beginTurn()))
            }
            endTurn()
        }

        // MARK: Effects

        private func perform(_ effects: [SIPEffect<Machine.Other>]) {
            let wasBusy = isBusy
            isBusy = true
            for effect in effects {
                switch effect {
                case .transmit(let bytes, let flow): wire.transmit(bytes, on: flow)
                case .open(let id, let hop, let local): wire.open(id, to: hop, from: local)
                case .close(let id): wire.close(id)
                case .other(let effect): other(effect)
                }
            }
            isBusy = wasBusy
        }

        func endTurn() {
            guard !isBusy, !isStopped else { return }
            isBusy = true
            while wire.hasUnflushed || !backlog.isEmpty {
                wire.flush()
                let inputs = backlog
                backlog.removeAll()
                for input in inputs {
                    switch input {
                    case .octets(let bytes, let flow):
                        perform(machine.receive(bytes.span, on: flow, now: beginTurn()))
                    case .event(let event):
                        perform(machine.handle(.flow(event), now: beginTurn()))
                    }
                }
            }
            isBusy = false
            arm()
            turn = nil
        }

        /// Sets the timer for the machine's next deadline. A timer that is set for an earlier time stays: it fires for
        /// nothing, and that is cheaper than setting it anew with each message.
        private func arm() {
            guard let deadline = machine.nextDeadline else { return }
            let now = time.monotonic
            if deadline <= now {
                signal?.ask()
                return
            }
            if let armed, armed.deadline <= deadline { return }
            armed?.timer.cancel()
            let time = min(deadline, now + Self.longestTimer)
            let this = NIOLoopBound(self, eventLoop: wire.loop)
            armed = (
                time,
                wire.loop.scheduleTask(deadline: NIODeadline(time)) {
                    this.value.armed = nil
                    this.value.advance()
                }
            )
        }

        // MARK: Stopping

        /// Gives the machine nothing more, sends what waits and closes all sockets.
        func stop(within limit: Duration) -> EventLoopFuture<Void> {
            isStopped = true
            // It holds the port, which holds us.
            other = { _ in }
            armed?.timer.cancel()
            armed = nil
            signal?.close()
            return wire.stop(within: limit)
        }
    }
#endif
