/// How large a message may be. Beyond a limit an input has a named outcome, never more memory.
public struct MessageLimits: Hashable, Sendable {
    /// Octets of a datagram: 65,535 is all that UDP can carry.
    public var messageOctets: Int
    /// Octets of the first line and the headers on a stream, where nothing else ends them.
    public var headerOctets: Int
    /// Octets of a body on a stream.
    public var bodyOctets: Int
    /// Header lines that are kept.
    public var headers: Int

    public init(
        messageOctets: Int = 65_535, headerOctets: Int = 65_535, bodyOctets: Int = 16 << 20, headers: Int = 512
    ) {
        self.messageOctets = messageOctets
        self.headerOctets = headerOctets
        self.bodyOctets = bodyOctets
        self.headers = headers
    }

    public static let `default` = MessageLimits()
}
