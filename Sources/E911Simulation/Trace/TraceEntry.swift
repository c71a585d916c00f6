public import E911Values
public import SIPCore

/// One line of a trace: octets that one side of a conversation received or sent, or what happened to a connection.
public struct TraceEntry: Equatable, Sendable {
    public enum What: Equatable, Sendable {
        /// One datagram, or a piece of a stream.
        case received([UInt8])
        case sent([UInt8])
        // What the host tells of a stream.
        case accepted
        case opened
        case openFailed(reason: String)
        case closed(reason: String)
        // What the machine asks of it.
        case open
        case close
    }

    public var time: TraceTime
    public var transport: SIPTransportKind
    /// The address of the side that recorded. Port 0 is one that was not known yet.
    public var local: Endpoint
    public var remote: Endpoint
    /// Streams only.
    public var connection: ConnectionID?
    public var what: What

    public init(
        time: TraceTime, transport: SIPTransportKind, local: Endpoint, remote: Endpoint,
        connection: ConnectionID? = nil, what: What
    ) {
        self.time = time
        self.transport = transport
        self.local = local
        self.remote = remote
        self.connection = connection
        self.what = what
    }

    /// The octets, or the reason.
    var payload: [UInt8] {
        switch what {
        case .received(let octets), .sent(let octets): octets
        case .openFailed(let reason), .closed(let reason): Array(reason.utf8)
        case .accepted, .opened, .open, .close: []
        }
    }

    var verb: String {
        switch what {
        case .received: "in"
        case .sent: "out"
        case .accepted: "accepted"
        case .opened: "opened"
        case .openFailed: "failed"
        case .closed: "closed"
        case .open: "open"
        case .close: "close"
        }
    }

    /// Whether the arrow of its line points from the remote side to the local one.
    var isInward: Bool {
        switch what {
        case .received, .accepted: true
        case .sent, .opened, .openFailed, .closed, .open, .close: false
        }
    }

    static func what(_ verb: String, _ payload: [UInt8]) -> What? {
        switch verb {
        case "in": .received(payload)
        case "out": .sent(payload)
        case "accepted": .accepted
        case "opened": .opened
        case "failed": .openFailed(reason: String(decoding: payload, as: UTF8.self))
        case "closed": .closed(reason: String(decoding: payload, as: UTF8.self))
        case "open": .open
        case "close": .close
        default: nil
        }
    }
}

/// The text form of a trace.
///
/// ```
/// e911d trace 1
/// 2026-11-24T12:43:34.250123Z in udp 192.0.2.10:5060 > 192.0.2.20:5060 415
/// (415 octets, exactly as on the wire, and a line end)
/// 2026-11-24T12:43:35.000000Z out tcp 192.0.2.20:5060 > 192.0.2.10:41234 120 #2
/// (120 octets)
/// ```
///
/// Each entry: the time, what happened (`in`, `out`; of connections `accepted`, `opened`, `failed`, `closed`, `open`,
/// `close`), the transport, from where to where, how many octets follow, and for streams `#` and the connection's number.
/// The count makes it safe for any octets, and a reader can tell what is cut off. Empty lines between entries and lines
/// that begin with `;` are skipped.
public enum TraceFormat {
    /// The first line of each file.
    public static let header = "e911d trace 1"

    /// The octets with which a file begins.
    public static var headerLine: [UInt8] { Array(header.utf8) + [10] }

    /// One entry's octets: append them to the file.
    public static func octets(of entry: TraceEntry) -> [UInt8] {
        let payload = entry.payload
        let (from, to) = entry.isInward ? (entry.remote, entry.local) : (entry.local, entry.remote)
        var line =
            "\(entry.time) \(entry.verb) \(entry.transport.viaToken.lowercased()) \(from) > \(to) \(payload.count)"
        if let connection = entry.connection { line += " #\(connection.rawValue)" }
        return Array(line.utf8) + [10] + payload + [10]
    }

    /// A whole file.
    public static func octets(of trace: [TraceEntry]) -> [UInt8] {
        trace.reduce(into: headerLine) { $0 += octets(of: $1) }
    }
}
