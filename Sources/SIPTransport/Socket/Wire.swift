#if Transport
    import E911Values
    import NIOCore
    import SIPCore

    /// Takes what comes from the sockets of a ``Wire``.
    protocol WireReceiver: AnyObject {
        /// The time of this turn, which begins now if none has.
        func beginTurn() -> Now
        /// The time of this turn, or between turns the present one.
        var time: Now { get }
        /// Octets have come. ``endTurn()`` follows, perhaps after more of them.
        func receive(_ bytes: Span<UInt8>, on flow: Flow)
        /// Something happened to a connection. ``endTurn()`` follows.
        func happened(_ event: FlowEvent)
        /// What came together is delivered.
        func endTurn()
    }

    /// All sockets of a host, on its loop.
    final class Wire {
        let loop: any EventLoop
        let limits: HostLimits
        let note: @Sendable (TransportNote) -> Void
        private let observer: WireObserver?
        var counters = TransportCounters()
        /// What new handshakes of TLS are made with; `nil` without TLS.
        private(set) var security: TLSContexts?
        /// Looks at the ends of our certificates.
        private var calendar: RepeatedTask?
        /// Nothing is read before it is there.
        private(set) var receiver: (any WireReceiver)?

        private var datagrams: [DatagramSocket] = []
        private var acceptors: [StreamAcceptor] = []
        private let streams: StreamConnections
        private var stopping: EventLoopPromise<Void>?
        private static let reopenDelay = TimeAmount.seconds(1)

        init(
            loop: any EventLoop, limits: HostLimits, security: TLSContexts?,
            note: @escaping @Sendable (TransportNote) -> Void, observer: WireObserver?
        ) {
            self.loop = loop
            self.limits = limits
            self.security = security
            self.note = note
            self.observer = observer
            streams = StreamConnections(limits: limits)
        }

        // MARK: Listening

        /// The answer is the listener with the port that it has got.
        func listen(_ listener: Listener) -> EventLoopFuture<Listener> {
            switch listener.kind {
            case .udp: DatagramSocket.open(listener, on: self)
            case .tcp: StreamAcceptor.open(listener, on: self)
            case .tls:
                if security?.serves(listener) == true {
                    StreamAcceptor.open(listener, on: self)
                } else {
                    loop.makeFailedFuture(ListenError(listener: listener, reason: "\(TLSNotSetUp())"))
                }
            }
        }

        func add(_ socket: DatagramSocket) {
            datagrams.append(socket)
            if receiver != nil { socket.startReading() }
        }

        func add(_ acceptor: StreamAcceptor) {
            acceptors.append(acceptor)
            if receiver != nil { acceptor.startAccepting() }
        }

        func begin(_ receiver: any WireReceiver) {
            self.receiver = receiver
            for socket in datagrams { socket.startReading() }
            for acceptor in acceptors { acceptor.startAccepting() }
            guard security != nil else { return }
            let this = NIOLoopBound(self, eventLoop: loop)
            calendar = loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(limits.certificateInterval)) {
                _ in
                this.value.tellCertificatesThatEnd()
            }
        }

        private func tellCertificatesThatEnd() {
            for error in security?.problems(notice: limits.certificateNotice) ?? [] { note(.certificateEnds(error)) }
        }

        /// Handshakes are made with these from now on.
        func secure(by contexts: TLSContexts) {
            security = contexts
            tellCertificatesThatEnd()
        }

        /// A listener closed without being asked to.
        func lost(_ listener: Listener, reason: String) {
            datagrams.removeAll { listener == Listener(.udp, $0.local) }
            acceptors.removeAll { $0.listener == listener }
            guard stopping == nil else { return }
            note(.listenerLost(listener, reason: reason))
            reopen(listener)
        }

        private func reopen(_ listener: Listener) {
            let this = NIOLoopBound(self, eventLoop: loop)
            loop.scheduleTask(in: Self.reopenDelay) {
                guard this.value.stopping == nil else { return }
                this.value.listen(listener).whenComplete { result in
                    switch result {
                    case .success: this.value.note(.listenerBack(listener))
                    case .failure: this.value.reopen(listener)
                    }
                }
            }
        }

        // MARK: Effects

        func transmit(_ bytes: [UInt8], on flow: Flow) {
            switch flow {
            case .datagram(let local, let remote):
                // A handful of sockets: a walk is as fast as a table.
                guard let socket = datagrams.first(where: { $0.local == local }) else {
                    counters.datagramsNotSent += 1
                    return
                }
                socket.send(bytes, to: remote)
            case .stream(let id):
                streams.transmit(bytes, on: id, wire: self)
            }
        }

        func open(_ id: ConnectionID, to hop: NextHop, from local: Endpoint?) {
            streams.open(id, to: hop, from: local, wire: self)
        }

        func close(_ id: ConnectionID) {
            streams.close(id)
        }

        // MARK: Turns

        func observe(
            _ direction: WireRecord.Direction, _ kind: SIPTransportKind, _ local: Endpoint, _ remote: Endpoint,
            _ connection: ConnectionID?, _ bytes: Span<UInt8>
        ) {
            guard let observer, let receiver else { return }
            let record = WireRecord(
                // What is received has the very time that the machine is told, so that a replay can tell the same.
                at: direction == .received ? receiver.beginTurn() : receiver.time,
                direction: direction, kind: kind, local: local, remote: remote, connection: connection)
            observer(record, bytes)
        }

        /// Connections with octets that were not handed to the system yet.
        var hasUnflushed: Bool { streams.hasUnflushed }

        func flush() {
            streams.flush()
        }

        // MARK: Accepting

        /// `nil` if a limit is reached.
        func accept(_ connection: StreamConnection, by listener: Listener) -> ConnectionID? {
            streams.accept(connection, by: listener, wire: self)
        }

        func noteHandshake(of connection: StreamConnection, failed reason: String) {
            streams.noteHandshake(of: connection, failed: reason, wire: self)
        }

        func remove(_ connection: StreamConnection) {
            streams.remove(connection, wire: self)
            stopIfIdle()
        }

        // MARK: Stopping

        /// Accepts nothing more, sends what waits, closes. The future never fails.
        func stop(within limit: Duration) -> EventLoopFuture<Void> {
            if let stopping { return stopping.futureResult }
            let promise = loop.makePromise(of: Void.self)
            stopping = promise
            calendar?.cancel()
            calendar = nil
            for acceptor in acceptors { acceptor.close() }
            streams.closeAll()
            flush()
            let this = NIOLoopBound(self, eventLoop: loop)
            let timeout = loop.scheduleTask(in: TimeAmount(limit)) {
                this.value.streams.abortAll()
                this.value.finishStopping()
            }
            promise.futureResult.whenComplete { _ in timeout.cancel() }
            stopIfIdle()
            return promise.futureResult
        }

        func stopIfIdle() {
            if stopping != nil, streams.isEmpty, datagrams.allSatisfy(\.isIdle) { finishStopping() }
        }

        private func finishStopping() {
            receiver = nil
            for socket in datagrams { socket.close() }
            datagrams = []
            stopping?.succeed()
        }
    }
#endif
