internal import E911Values

/// How a message came: its flow, and the addresses at both ends.
struct Arrival: Equatable, Sendable {
    let flow: Flow
    let kind: SIPTransportKind
    let source: Endpoint
    let local: Endpoint
}

/// Where the responses to a request go (RFC 3261 section 18.2.2, RFC 3581 section 4).
///
/// Always to the address that the request came from: that is what `received` says. The port of a datagram is the one
/// it came from if `rport` asks for that, else the one of sent-by. On a stream it is the connection; when that is gone,
/// a new one to the port of sent-by. The transport is the real one, whatever the Via says; `maddr` is not followed,
/// since it would let anyone aim our responses at a third party.
struct ReturnPath: Equatable, Sendable {
    let kind: SIPTransportKind
    let local: Endpoint
    /// For a datagram, or for a connection that has to be made.
    let destination: Endpoint
    /// With TLS, the name of sent-by: whose certificate the peer of a new connection must show.
    let domain: String?
    var connection: ConnectionID?

    init(_ arrival: Arrival, _ via: Via) {
        kind = arrival.kind
        local = arrival.local
        let sentByPort = via.port ?? arrival.kind.defaultPort
        domain = arrival.kind == .tls && via.hostAddress == nil ? String(via.host) : nil
        switch arrival.flow {
        case .datagram:
            let port = via.rport == .absent ? sentByPort : arrival.source.port
            destination = Endpoint(arrival.source.address, port)
            connection = nil
        case .stream(let id):
            destination = Endpoint(arrival.source.address, sentByPort)
            connection = id
        }
    }
}
