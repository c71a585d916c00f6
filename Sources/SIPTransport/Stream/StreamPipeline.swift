#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import NIOSSL
    import SIPCore

    /// How a stream channel is set up, for both directions. With TLS, ``TLSHandshake`` keeps from the connection that its
    /// channel is active until the handshake is done.
    enum StreamPipeline {
        static let options: [(ChannelOptions.Types.SocketOption, SocketOptionValue)] = [
            (ChannelOptions.socketOption(.so_keepalive), 1),
            (ChannelOptions.tcpOption(.tcp_nodelay), 1),
            // TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT: a peer that vanished without a word is found within a minute.
            (ChannelOptions.tcpOption(.init(rawValue: 4)), 30),
            (ChannelOptions.tcpOption(.init(rawValue: 5)), 10),
            (ChannelOptions.tcpOption(.init(rawValue: 6)), 3),
            // TCP_USER_TIMEOUT, in milliseconds: the same while octets are on their way.
            (ChannelOptions.tcpOption(.init(rawValue: 18)), 30_000),
        ]

        /// Adds the handlers of a connection to its channel.
        static func configure(_ channel: any Channel, for connection: StreamConnection, wire: Wire) throws {
            let options = channel.syncOptions
            for (option, value) in Self.options {
                try options?.setOption(option, value: value)
            }
            // Above the high mark a channel is not writable; what that means is decided after a flush.
            let mark = max(wire.limits.streamOctetsWaiting, 1)
            try options?.setOption(.writeBufferWaterMark, value: .init(low: mark, high: mark))
            try options?.setOption(.maxMessagesPerRead, value: 1)
            // A channel keeps its read buffer, so thousands of connections that say little must not have a large one each. A
            // read that fills it doubles the next one.
            try options?.setOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65_536))
            if connection.kind == .tls {
                let (tls, judgement) = try security(of: connection, wire)
                try channel.pipeline.syncOperations.addHandlers([
                    tls, TLSHandshake(connection, tls, judgement, wire: wire),
                ])
            }
            try channel.pipeline.syncOperations.addHandler(connection)
        }

        private static func security(
            of connection: StreamConnection, _ wire: Wire
        ) throws -> (NIOSSLHandler, PeerJudgement) {
            guard let contexts = wire.security else { throw TLSNotSetUp() }
            if let wanted = connection.wanted { return try contexts.connecting(to: wanted) }
            return try contexts.accepting(by: connection.listener)
        }
    }
#endif
