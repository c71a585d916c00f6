#if Transport
    public import SIPCore

    /// Trouble of the transport that no machine can act on; the daemon logs it.
    public enum TransportNote: Equatable, Sendable {
        /// A listener failed while running and is being opened again, once a second.
        case listenerLost(Listener, reason: String)
        case listenerBack(Listener)
        /// A connection was refused because a limit was reached.
        case connectionRefused(Listener, source: String, reason: String)
        /// A peer that connected did not get through the handshake of TLS; `source` is its address and port.
        case handshakeFailed(Listener, source: String, reason: String)
        /// A connection of ours by TLS did not come about: the server's certificate was refused, or ours was.
        case peerRefused(NextHop, reason: String)
        /// A certificate of ours is over, soon will be, or has not begun. It is shown all the same: some peers do not mind.
        case certificateEnds(TLSFileError)
    }

    extension TransportNote: CustomStringConvertible {
        public var description: String {
            switch self {
            case .listenerLost(let listener, let reason): "\(listener) is lost and will be opened again: \(reason)"
            case .listenerBack(let listener): "\(listener) is open again"
            case .connectionRefused(let listener, let source, let reason):
                "\(listener) refused a connection from \(source): \(reason)"
            case .handshakeFailed(let listener, let source, let reason):
                "\(listener) and \(source) did not agree on TLS: \(reason)"
            case .peerRefused(let hop, let reason): "no connection to \(hop): \(reason)"
            case .certificateEnds(let error): "\(error)"
            }
        }
    }
#endif
