/// How one direction between two hosts treats what is sent over it.
public struct WireConditions: Equatable, Sendable {
    /// How a stream's octets are cut before the receiver sees them. Ends of messages mean nothing to a stream.
    public enum Segmentation: Equatable, Sendable {
        /// As they were sent.
        case whole
        /// Pieces of 1 to `atMost` octets; with the probability `merging` a piece sticks to the one before it.
        case random(atMost: Int, merging: Double)
    }

    /// Probability that a datagram, or one of its fragments, is lost. On a stream it costs time instead.
    public var loss: Double = 0
    /// Probability that a datagram arrives twice.
    public var duplication: Double = 0
    /// Time on the way, evenly spread; jitter alone lets datagrams overtake each other.
    public var delay: ClosedRange<Duration> = .milliseconds(1)...(.milliseconds(1))
    /// Probability that a datagram is held back by ``reorderingDelay`` on top.
    public var reordering: Double = 0
    public var reorderingDelay: ClosedRange<Duration> = .milliseconds(5)...(.milliseconds(50))
    /// Octets of a datagram's payload that fit into one fragment; `nil` means that nothing is fragmented. Each fragment
    /// is lost on its own, and a datagram without all of its fragments is lost.
    public var fragmentOctets: Int?
    public var segmentation: Segmentation = .whole

    public init() {}

    /// One millisecond, nothing lost.
    public static let perfect = WireConditions()

    /// A poor network: this loss, 1 to 30 ms, a few datagrams twice or late, streams cut anywhere.
    public static func lossy(_ loss: Double) -> WireConditions {
        var conditions = WireConditions()
        conditions.loss = loss
        conditions.duplication = loss / 4
        conditions.delay = .milliseconds(1)...(.milliseconds(30))
        conditions.reordering = loss / 2
        conditions.segmentation = .random(atMost: 1460, merging: 0.2)
        return conditions
    }

    /// The time that a stream's segment takes, with the time that each loss costs until it is sent again.
    static let streamRetransmission: Duration = .milliseconds(200)
    /// A connection that could not move a segment for this long is broken.
    static let streamTimeout: Duration = .seconds(60)
    static let connectTimeout: Duration = .seconds(10)
    /// Largest payload of a UDP datagram over IPv4 (RFC 768, RFC 791).
    static let datagramLimit = 65_507
}
