#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import SIPCore

    /// A listening stream socket.
    final class StreamAcceptor {
        let listener: Listener
        private let channel: any Channel

        private init(listener: Listener, channel: any Channel) {
            self.listener = listener
            self.channel = channel
        }

        /// Opens and binds a socket and adds it to `wire`; it accepts nothing before ``startAccepting()``. The answer is
        /// the listener with the port that it has got.
        static func open(_ asked: Listener, on wire: Wire) -> EventLoopFuture<Listener> {
            let loop = wire.loop
            let wire = NIOLoopBound(wire, eventLoop: loop)
            let address: SocketAddress
            do {
                address = try SocketAddress(asked.endpoint)
            } catch {
                return loop.makeFailedFuture(ListenError(listener: asked, reason: systemReason(error)))
            }
            return ServerBootstrap(group: loop, childGroup: loop)
                .serverChannelOption(.autoRead, value: false)
                .serverChannelOption(.backlog, value: 512)
                // After a restart the port is free at once, though old connections linger in the system.
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        // A port that was asked for as 0 is known by now.
                        let bound = channel.localAddress.flatMap(Endpoint.init) ?? asked.endpoint
                        let connection = StreamConnection(
                            acceptedBy: Listener(asked.kind, Endpoint(asked.endpoint.address, bound.port)),
                            wire: wire.value)
                        try StreamPipeline.configure(channel, for: connection, wire: wire.value)
                    }
                }
                .bind(to: address)
                .flatMapThrowing { channel in
                    guard let local = channel.localAddress.flatMap(Endpoint.init) else {
                        throw ListenError(listener: asked, reason: "the socket has no address")
                    }
                    let acceptor = StreamAcceptor(listener: Listener(asked.kind, local), channel: channel)
                    try channel.pipeline.syncOperations.addHandler(AcceptorWatch(acceptor.listener, wire: wire.value))
                    wire.value.add(acceptor)
                    return acceptor.listener
                }
                .flatMapErrorThrowing { error in
                    throw error as? ListenError ?? ListenError(listener: asked, reason: systemReason(error))
                }
        }

        func startAccepting() {
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
        }

        func close() {
            channel.close(promise: nil)
        }
    }

    /// Tells the wire when a listening socket is gone.
    private final class AcceptorWatch: ChannelInboundHandler {
        typealias InboundIn = Any

        private let listener: Listener
        private let wire: Wire
        private var reason = "closed"

        init(_ listener: Listener, wire: Wire) {
            self.listener = listener
            self.wire = wire
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            reason = systemReason(error)
        }

        func channelInactive(context: ChannelHandlerContext) {
            wire.lost(listener, reason: reason)
        }
    }
#endif
