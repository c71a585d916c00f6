internal import E911Values

/// A stream connection as the engine sees it.
struct Connection: Sendable {
    let kind: SIPTransportKind
    /// Known once it stands.
    var local: Endpoint?
    let remote: Endpoint
    var isOpen: Bool
    /// What waits for the opening.
    var queue: [Queued] = []
    var queuedOctets = 0
    /// When it was made.
    var madeAt: MonotonicTime
    /// When octets came last.
    var heardAt: MonotonicTime?
    /// When the message began that is not whole yet.
    var messageBegunAt: MonotonicTime?
    var framer: StreamFramer
}

/// A message that waits for a connection.
struct Queued: Sendable {
    let bytes: [UInt8]
    /// Its name in the counters.
    let name: String
    let owner: Owner
}

/// By what a connection is found for a request: transport and remote endpoint.
struct ConnectionTarget: Hashable, Sendable {
    let kind: SIPTransportKind
    let remote: Endpoint
}
