#if Transport
    /// What a host has done since its start, in figures.
    public struct TransportCounters: Equatable, Sendable {
        public var datagramsReceived: UInt64 = 0
        public var datagramOctetsReceived: UInt64 = 0
        /// Longer than ``HostLimits/datagramOctets``, and dropped.
        public var datagramsTooLong: UInt64 = 0
        public var datagramsSent: UInt64 = 0
        public var datagramOctetsSent: UInt64 = 0
        /// Refused by the system (unreachable, too long for a datagram), or no room to wait, or no such socket.
        public var datagramsNotSent: UInt64 = 0

        public var connectionsAccepted: UInt64 = 0
        /// Closed at once, over a limit.
        public var connectionsRefused: UInt64 = 0
        /// Of an exempt source, closed to make room for another one.
        public var connectionsReplaced: UInt64 = 0
        public var connectionsOpened: UInt64 = 0
        public var connectionsNotOpened: UInt64 = 0
        /// TLS was agreed on, by either side's wish.
        public var handshakes: UInt64 = 0
        /// TLS was not agreed on: no such thing, a certificate that is refused, too slow, or gone.
        public var handshakesFailed: UInt64 = 0
        /// Of these, over ``HostLimits/handshakeTimeout``.
        public var handshakesTimedOut: UInt64 = 0
        /// Closed because the peer did not read.
        public var connectionsNotReading: UInt64 = 0
        /// Connections that stand at present, those being closed included.
        public var connections: Int = 0
        public var streamOctetsReceived: UInt64 = 0
        public var streamOctetsSent: UInt64 = 0
        /// Pieces for a connection that was gone.
        public var streamPiecesNotSent: UInt64 = 0

        public init() {}

        /// Names and values in a fixed order.
        public var list: [(name: String, value: UInt64)] {
            [
                ("transport.datagrams-received", datagramsReceived), ("transport.datagrams-too-long", datagramsTooLong),
                ("transport.datagrams-sent", datagramsSent), ("transport.datagrams-not-sent", datagramsNotSent),
                ("transport.connections-accepted", connectionsAccepted),
                ("transport.connections-refused", connectionsRefused),
                ("transport.connections-replaced", connectionsReplaced),
                ("transport.connections-opened", connectionsOpened),
                ("transport.connections-not-opened", connectionsNotOpened), ("transport.handshakes", handshakes),
                ("transport.handshakes-failed", handshakesFailed),
                ("transport.handshakes-timed-out", handshakesTimedOut),
                ("transport.connections-not-reading", connectionsNotReading),
                ("transport.connections", UInt64(clamping: connections)),
                ("transport.stream-pieces-not-sent", streamPiecesNotSent),
            ]
        }
    }
#endif
