public import E911Values

/// A SIP transport protocol.
public enum SIPTransportKind: UInt8, Hashable, Sendable, CaseIterable {
    case udp, tcp, tls

    /// Whether it carries a byte stream (RFC 3261 section 18): no retransmission, Content-Length frames.
    public var isReliable: Bool { self != .udp }

    /// The token in a Via, in upper case.
    public var viaToken: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        }
    }

    /// The transport of a token in a Via or a URI, of any case; `nil` for one that is not known.
    init?(token: SIPText) {
        guard let kind = Self.allCases.first(where: { token.equalsIgnoringCase($0.viaToken) }) else { return nil }
        self = kind
    }

    /// 5060, and 5061 for TLS (RFC 3261 section 19.1.2).
    public var defaultPort: UInt16 { self == .tls ? 5061 : 5060 }
}

/// One stream connection. The side that opens it makes the number: a machine takes odd numbers for the connections it
/// asks for, the host takes even ones for those it accepts.
public struct ConnectionID: Hashable, Sendable, Comparable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public static func < (a: ConnectionID, b: ConnectionID) -> Bool { a.rawValue < b.rawValue }
}

/// Where octets come from or go to: a pair of addresses for datagrams, a connection for streams.
public enum Flow: Hashable, Sendable {
    /// `local` is the address of the listening socket, `remote` the peer's.
    case datagram(local: Endpoint, remote: Endpoint)
    case stream(ConnectionID)
}

/// What happens to a stream connection beside its octets.
public enum FlowEvent: Hashable, Sendable {
    /// A peer connected to one of the listeners.
    case accepted(ConnectionID, SIPTransportKind, local: Endpoint, remote: Endpoint)
    /// The peer of an accepted connection has shown a certificate, and it is good. It follows at once.
    case identified(ConnectionID, CertificateIdentities)
    /// A connection asked for by ``SIPEffect/open(_:to:from:)`` stands; with TLS, its peer is who it should be.
    case opened(ConnectionID, local: Endpoint)
    /// It could not be made. No other event follows for this connection.
    case openFailed(ConnectionID, reason: String)
    /// It is gone, by either side or by an error. No other event follows.
    case closed(ConnectionID, reason: String)
}
