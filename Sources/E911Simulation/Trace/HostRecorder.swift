import E911Values
import SIPCore

/// Writes down what one host of a ``World`` says and hears, as a trace, while the world runs.
public final class HostRecorder {
    private let host: Host
    private var recorder: TraceRecorder

    /// - Parameters:
    ///   - comments: lines behind the header, for whoever reads the file.
    ///   - write: takes the next octets of the file.
    public init(_ host: Host, in world: World, comments: [String] = [], write: @escaping ([UInt8]) -> Void) {
        self.host = host
        recorder = TraceRecorder(comments: comments, write: write)
        world.log.observe { [self] in observe($0) }
    }

    private func observe(_ entry: LogEntry) {
        guard entry.host === host else { return }
        switch entry.what {
        case .sent(let octets, _, let local, let remote, let connection):
            recorder.record(.sent(octets), on: flow(local, remote, connection), entry.time)
        case .received(let octets, _, let remote, let local, let connection):
            recorder.record(.received(octets), on: flow(local, remote, connection), entry.time)
        case .opening(let connection, let kind, let remote):
            recorder.open(connection, kind, to: remote, from: nil, entry.time)
        case .closing(let connection): recorder.record(.close, on: .stream(connection), entry.time)
        case .happened(let event): recorder.record(event, entry.time)
        case .told, .commanded: break
        }
    }

    private func flow(_ local: Endpoint, _ remote: Endpoint, _ connection: ConnectionID?) -> Flow {
        connection.map { .stream($0) } ?? .datagram(local: local, remote: remote)
    }
}
