#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import NIOSSL
    import NIOTLS
    import SIPTransport

    /// A client that believes any server, and does no more than it is told.
    struct RawPeer {
        let channel: any Channel

        /// By TCP alone.
        static func silent(to endpoint: Endpoint) async throws -> RawPeer {
            RawPeer(
                channel: try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(to: SocketAddress(ipAddress: "\(endpoint.address)", port: Int(endpoint.port))).get())
        }

        /// Ready when the handshake is done.
        static func secure(to endpoint: Endpoint) async throws -> RawPeer {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            let context = try NIOSSLContext(configuration: configuration)
            let peer = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            NIOSSLClientHandler(context: context, serverHostname: nil),
                            HandshakeWait(channel.eventLoop.makePromise()),
                        ])
                    }
                }
                .connect(to: SocketAddress(ipAddress: "\(endpoint.address)", port: Int(endpoint.port))).get()
            try await peer.pipeline.handler(type: HandshakeWait.self).flatMap { $0.done.futureResult }.get()
            return RawPeer(channel: peer)
        }

        /// The number of the certificate that the server has shown.
        func serial() async throws -> [UInt8]? {
            let channel = channel
            return try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate?
                    .serialNumber
            }.get()
        }

        func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

        func send(_ octets: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: octets)) }

        func closed() async { try? await channel.closeFuture.get() }

        func close() async { try? await channel.close() }
    }

    private final class HandshakeWait: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let done: EventLoopPromise<Void>

        init(_ done: EventLoopPromise<Void>) { self.done = done }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }

        func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
    }
#endif
