import E911Values
import SIPCore

/// Makes entries of what one side of a conversation does, knowing the addresses of its connections.
struct TraceRecorder {
    private struct Ends {
        var kind: SIPTransportKind
        var local: Endpoint
        var remote: Endpoint
    }

    private let write: ([UInt8]) -> Void
    private var connections: [ConnectionID: Ends] = [:]
    private var clock = TraceClock()

    /// - Parameters:
    ///   - comments: lines behind the header, for whoever reads the file.
    ///   - write: takes the next octets of the file.
    init(comments: [String] = [], write: @escaping ([UInt8]) -> Void) {
        self.write = write
        write(TraceFormat.headerLine)
        for comment in comments { write(Array("; \(comment)\n".utf8)) }
    }

    /// The machine asks for a connection.
    mutating func open(
        _ connection: ConnectionID, _ kind: SIPTransportKind, to remote: Endpoint, from local: Endpoint?, _ now: Now
    ) {
        connections[connection] = Ends(kind: kind, local: local ?? .nowhere, remote: remote)
        record(.open, on: .stream(connection), now)
    }

    mutating func record(_ event: FlowEvent, _ now: Now) {
        switch event {
        case .accepted(let connection, let kind, let local, let remote):
            connections[connection] = Ends(kind: kind, local: local, remote: remote)
            record(.accepted, on: .stream(connection), now)
        case .identified:
            // A trace keeps what was said, and not who was believed.
            break
        case .opened(let connection, let local):
            connections[connection]?.local = local
            record(.opened, on: .stream(connection), now)
        case .openFailed(let connection, let reason):
            record(.openFailed(reason: reason), on: .stream(connection), now)
            connections[connection] = nil
        case .closed(let connection, let reason):
            record(.closed(reason: reason), on: .stream(connection), now)
            connections[connection] = nil
        }
    }

    mutating func record(_ what: TraceEntry.What, on flow: Flow, _ now: Now) {
        var entry = TraceEntry(
            time: clock.time(now), transport: .udp, local: .nowhere, remote: .nowhere, what: what)
        switch flow {
        case .datagram(let local, let remote):
            entry.local = local
            entry.remote = remote
        case .stream(let connection):
            // What is sent on a connection that is gone goes nowhere.
            guard let ends = connections[connection] else { return }
            entry.transport = ends.kind
            entry.local = ends.local
            entry.remote = ends.remote
            entry.connection = connection
        }
        write(TraceFormat.octets(of: entry))
    }
}
