internal import E911Values

/// A stream connection as the engine sees it.
struct Connection: Sendable {
    let kind: SIPTransportKind
    /// Known once it stands.
    var local: Endpoint?
    let remote: Endpoint
    var isOpen: Bool
    /// What waits for the opening.
    var queue: [(bytes: [UInt8], owner: Owner)] = []
    var queuedOctets = 0
    var framer: StreamFramer
}

/// By what a connection is found for a request: transport and remote endpoint.
struct ConnectionTarget: Hashable, Sendable {
    let kind: SIPTransportKind
    let remote: Endpoint
}
