#if Transport
    import E911Values
    import NIOCore
    import NIOPosix
    import SIPCore

    /// How a stream channel is set up, for both directions.
    ///
    /// This is where TLS will come in: its handler goes before ours, and `StreamConnection` then announces a connection when
    /// the handshake is done instead of when the channel is active.
    enum StreamPipeline {
        static let noTLS = "TLS is not there yet"

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
        static func configure(_ channel: any Channel, for connection: StreamConnection, limits: HostLimits) throws {
            let options = channel.syncOptions
            for (option, value) in Self.options {
                try options?.setOption(option, value: value)
            }
            // Above the high mark a channel is not writable; what that means is decided after a flush.
            let mark = max(limits.streamOctetsWaiting, 1)
            try options?.setOption(.writeBufferWaterMark, value: .init(low: mark, high: mark))
            try options?.setOption(.maxMessagesPerRead, value: 1)
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }
#endif
