#if Transport
    public import E911Values
    public import SIPCore

    /// One datagram, or one piece of a stream, as it crossed a socket.
    public struct WireRecord: Equatable, Sendable {
        public enum Direction: Sendable { case received, sent }

        public var at: Now
        public var direction: Direction
        public var kind: SIPTransportKind
        public var local: Endpoint
        public var remote: Endpoint
        /// `nil` for a datagram.
        public var connection: ConnectionID?

        public init(
            at: Now, direction: Direction, kind: SIPTransportKind, local: Endpoint, remote: Endpoint,
            connection: ConnectionID?
        ) {
            self.at = at
            self.direction = direction
            self.kind = kind
            self.local = local
            self.remote = remote
            self.connection = connection
        }
    }

    /// Sees all octets that cross the sockets of a host, in order, on its loop; what is kept must be copied.
    public typealias WireObserver = @Sendable (WireRecord, Span<UInt8>) -> Void
#endif
